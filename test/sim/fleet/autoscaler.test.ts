import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Autoscale } from '../../../src/models/operations.js';
import { Autoscaler } from '../../../src/sim/fleet/autoscaler.js';

const SECOND = 1_000_000;

function made(overrides: Partial<Autoscale> = {}): Autoscaler {
  return new Autoscaler({
    ...{ signal: 'running', target: 10, min: 1, max: 20 },
    ...{ intervalUs: SECOND, averageUs: 0, lagUs: 0, cooldownUs: 0 },
    ...overrides,
  });
}

describe('Autoscaler', () => {
  it('asks for as many nodes as bring the signal to its target, within its bounds', () => {
    expect(made().decide(0, 25, 4, 4)).toBe(10);
    expect(made().decide(0, 5, 4, 4)).toBe(2);
    expect(made().decide(0, 0, 4, 4)).toBe(1);
    expect(made().decide(0, 1000, 4, 4)).toBe(20);
  });

  it('goes to zero where it may, when no request is at any node, and not before', () => {
    expect(made({ min: 0 }).decide(0, 0, 4, 4, true)).toBe(0);
    expect(made({ min: 0 }).decide(0, 0, 4, 4, false)).toBe(1);
    expect(made({ min: 1 }).decide(0, 0, 4, 4, true)).toBe(1);
    const scaler = made({ min: 0, cooldownUs: 10 * SECOND });
    // A node that was woken and is not there yet was needed.
    expect(scaler.decide(0, 0, 0, 1, true)).toBe(1);
    expect(scaler.decide(9 * SECOND, 0, 1, 1, true)).toBe(1);
    expect(scaler.decide(19 * SECOND, 0, 1, 1, true)).toBe(0);
  });

  it('leaves things as they are within a tenth of the target, and while no node is there', () => {
    expect([made().decide(0, 10.9, 4, 4), made().decide(0, 9.1, 4, 4)]).toEqual([4, 4]);
    expect(made().decide(0, 0, 0, 3)).toBe(3);
  });

  it('gives nodes up only when none of them was needed for the cooldown', () => {
    const scaler = made({ cooldownUs: 10 * SECOND });
    expect(scaler.decide(0, 20, 4, 4)).toBe(8);
    expect(scaler.decide(5 * SECOND, 5, 8, 8)).toBe(8);
    expect(scaler.decide(9 * SECOND, 2.5, 8, 8)).toBe(8);
    expect(scaler.decide(10 * SECOND, 2.5, 8, 8)).toBe(4);
    expect(scaler.decide(15 * SECOND, 2.5, 4, 4)).toBe(2);
  });

  it('sees readings late', () => {
    const scaler = made({ lagUs: 2 * SECOND });
    expect([0, 1, 2, 3].map((at) => scaler.decide(at * SECOND, at < 1 ? 10 : 40, 2, 2))).toEqual([2, 2, 2, 8]);
  });

  it('averages with a memory', () => {
    const scaler = made({ averageUs: SECOND / Math.LN2 });
    // Half of what is new each second: 10, then 25, then 32.5.
    expect([10, 40, 40].map((value, at) => scaler.decide(at * SECOND, value, 4, 4))).toEqual([4, 10, 13]);
  });

  it('never asks for fewer than the least or more than the most', () => {
    const look = fc.record({
      value: fc.double({ min: 0, max: 1e6, noNaN: true }),
      open: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 50 }), fc.integer({ min: 0, max: 10 }), (looks, cooldown) => {
        const scaler = made({ min: 2, max: 9, averageUs: 3 * SECOND, cooldownUs: cooldown * SECOND });
        let wanted = 5;
        looks.forEach(({ value, open }, at) => {
          wanted = scaler.decide(at * SECOND, value, open, wanted);
          expect(wanted).toBeGreaterThanOrEqual(2);
          expect(wanted).toBeLessThanOrEqual(9);
        });
      }),
    );
  });
});
