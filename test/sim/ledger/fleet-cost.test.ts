import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetCost } from '../../../src/sim/ledger/fleet-cost.js';
import { pool } from '../../helpers/scenario.js';

const HOUR_US = 3_600_000_000;
const seats = (...byPool: number[]) => ({ seatUs: Float64Array.from(byPool) });

describe('fleetCost', () => {
  it('is price times hours, idle or not', () => {
    const { total, byPool } = fleetCost([pool({ costPicoPerHour: 2e12 })], [{ paidNodeUs: 3 * HOUR_US }], [seats(0)]);
    expect(total).toBe(6_000_000_000_000n);
    expect(byPool).toEqual([6_000_000_000_000n]);
  });

  it('shares a pool by seat time', () => {
    const { byTier } = fleetCost([pool({ costPicoPerHour: 100 })], [{ paidNodeUs: HOUR_US }], [seats(30), seats(10)]);
    expect(byTier).toEqual([75n, 25n]);
  });

  it('leaves what an unused pool costs to nobody', () => {
    const pools = [pool({ costPicoPerHour: 100 }), pool({ costPicoPerHour: 7 })];
    const { byTier, total } = fleetCost(pools, [{ paidNodeUs: HOUR_US }, { paidNodeUs: HOUR_US }], [seats(5, 0)]);
    expect(byTier).toEqual([100n]);
    expect(total).toBe(107n);
  });

  it('is unknown where a price is, and where currencies differ', () => {
    const figures = [{ paidNodeUs: HOUR_US }, { paidNodeUs: HOUR_US }];
    const unknown = fleetCost([pool(), pool({ costPicoPerHour: null })], figures, [seats(1, 1)]);
    expect(unknown).toMatchObject({ currency: null, total: null, byTier: null });
    const mixed = fleetCost([pool(), pool({ costCurrency: 'CHF' })], figures, [seats(1, 1)]);
    expect(mixed).toMatchObject({ currency: null, total: null });
    expect(mixed.byPool.every((cost) => cost !== null)).toBe(true);
  });

  it('adds up to the last unit, whatever the shares', () => {
    const tiers = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(tiers, fc.integer({ min: 1, max: 1_000_000_007 }), (times, price) => {
        const all = times.map((time) => seats(time));
        const { byTier, total } = fleetCost([pool({ costPicoPerHour: price })], [{ paidNodeUs: HOUR_US }], all);
        const sum = byTier!.reduce((a, b) => a + b, 0n);
        expect(sum).toBe(times.some((time) => time > 0) ? total : 0n);
        expect(byTier!.every((part) => part >= 0n)).toBe(true);
      }),
      { seed: 20_261_121 },
    );
  });
});
