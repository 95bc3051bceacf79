import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketLengthUs, Gauge } from '../../src/sim/gauge.js';

const clock = { nowUs: 0 };

describe('Gauge', () => {
  it('averages over time, not over changes', () => {
    const gauge = new Gauge(0, 100, 10, clock);
    gauge.set(0, 4);
    gauge.set(10, 0);
    expect(gauge.mean(40)).toBe(1);
    expect(gauge.integral(40)).toBe(40);
  });

  it('counts from the window on only, a value that was set before it too', () => {
    const gauge = new Gauge(50, 100, 10, clock);
    gauge.set(0, 2);
    gauge.set(60, 5);
    expect(gauge.integral(70)).toBe(2 * 10 + 5 * 10);
    expect(gauge.mean(70)).toBe(3.5);
  });

  it('has no mean before its window', () => {
    const gauge = new Gauge(50, 100, 10, clock);
    gauge.set(0, 2);
    expect(gauge.mean(40)).toBe(0);
  });

  it('changes by steps', () => {
    const gauge = new Gauge(0, 100, 10, clock);
    gauge.add(0, 3);
    clock.nowUs = 5;
    gauge.addNow(-1);
    expect(gauge.current).toBe(2);
    expect(gauge.integral(10)).toBe(25);
  });

  it('shares what spans buckets out to them, and averages the last over what has passed of it', () => {
    const gauge = new Gauge(0, 100, 4, clock);
    gauge.set(50, 2);
    expect(gauge.series(350)).toEqual([1, 2, 2, 2]);
  });

  it('has a bucket for all that has begun and none beyond', () => {
    const gauge = new Gauge(0, 100, 4, clock);
    gauge.set(0, 1);
    expect(gauge.series(0)).toEqual([]);
    expect(gauge.series(100)).toEqual([1]);
    expect(gauge.series(101)).toEqual([1, 1]);
  });

  it('agrees with a plain sum over microseconds', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 100 }), (steps, windowFromUs) => {
        const gauge = new Gauge(windowFromUs, 50, 40, clock);
        const values: number[] = [];
        let value = 0;
        for (const [waitUs, next] of steps) {
          for (let us = 0; us < waitUs; us++) values.push(value);
          value = next;
          gauge.set(values.length, next);
        }
        const endUs = values.length;
        const sum = (from: number, to: number): number => values.slice(from, to).reduce((a, b) => a + b, 0);
        expect(gauge.integral(endUs)).toBe(sum(windowFromUs, endUs));
        const series = gauge.series(endUs);
        expect(series.length).toBe(Math.ceil(endUs / 50));
        for (const [i, mean] of series.entries()) {
          const to = Math.min(endUs, (i + 1) * 50);
          expect(mean).toBeCloseTo(sum(i * 50, to) / (to - i * 50), 12);
        }
      }),
      { seed: 20_261_121 },
    );
  });
});

describe('bucketLengthUs', () => {
  it('gives at most 300 buckets of a round length', () => {
    expect([1, 300, 301, 600, 3600, 86_400, 14 * 86_400].map((s) => bucketLengthUs(s * 1e6) / 1e6)).toEqual([
      0.01, 1, 2, 2, 15, 300, 7200,
    ]);
  });

  it('never gives more than 300, however short or long the run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 }), (durationUs) => {
        const lengthUs = bucketLengthUs(durationUs);
        expect(Number.isInteger(lengthUs)).toBe(true);
        expect(Math.ceil(durationUs / lengthUs)).toBeLessThanOrEqual(300);
      }),
      { seed: 20_261_121 },
    );
  });
});
