import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_RELATIVE_ERROR } from '../../../src/sim/core/buckets.js';
import { lognormal } from '../../../src/sim/core/distributions.js';
import { Histogram } from '../../../src/sim/core/histogram.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { stream } from '../../../src/sim/core/random.js';

const SHARES = [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

const answers = (histogram: Histogram) => ({
  quantiles: SHARES.map((share) => histogram.quantile(share)),
  count: histogram.count,
  min: histogram.min,
  max: histogram.max,
  mean: histogram.mean,
});

function exactQuantile(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const below = Math.floor(rank);
  return sorted[below]! + (rank - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
}

describe('Histogram', () => {
  it('finds every quantile within half a per cent, for any whole values', () => {
    const value = fc.oneof(fc.nat(50), fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
        const histogram = histogramOf(values);
        const sorted = values.toSorted((a, b) => a - b);
        for (const share of SHARES) {
          const exact = exactQuantile(sorted, share);
          expect(Math.abs(histogram.quantile(share)! - exact)).toBeLessThanOrEqual(
            exact * HISTOGRAM_RELATIVE_ERROR * (1 + 1e-9),
          );
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('knows smallest, largest and count exactly', () => {
    const histogram = histogramOf([17, 3, 999_999, 3]);
    expect([histogram.min, histogram.max, histogram.count]).toEqual([3, 999_999, 4]);
    expect([histogram.quantile(0), histogram.quantile(1)]).toEqual([3, 999_999]);
  });

  it('says null when empty', () => {
    expect(answers(new Histogram())).toEqual({
      quantiles: SHARES.map(() => null),
      count: 0,
      min: null,
      max: null,
      mean: null,
    });
  });

  it('keeps zeros apart', () => {
    const histogram = histogramOf([0, 0, 0, 100]);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(histogram.quantile(1)).toBe(100);
  });

  it('gives the same answers however it is put together', () => {
    const source = stream('1', 0, 'histogram');
    const values = Array.from({ length: 3000 }, () => Math.round(lognormal(source, 12, 2)));
    const whole = histogramOf(values);
    const parts = [values.slice(2000), values.slice(0, 700), values.slice(700, 2000)].map(histogramOf);
    const merged = new Histogram();
    for (const part of parts) merged.merge(part);
    expect(answers(merged)).toEqual(answers(whole));
    expect(answers(histogramOf(values.toReversed()))).toEqual(answers(whole));
  });

  it('takes many equal values as one addition', () => {
    const histogram = histogramOf([5]);
    histogram.addMany(7, 3);
    histogram.addMany(1_000_000, 0);
    expect(answers(histogram)).toEqual(answers(histogramOf([5, 7, 7, 7])));
  });

  it('keeps the mean exact beyond 2^53', () => {
    const histogram = new Histogram();
    histogram.addMany(4_503_599_627_370_001, 1_000_001);
    expect(histogram.mean).toBe(4_503_599_627_370_001);
  });

  it('refuses negative and fractional values', () => {
    expect(() => new Histogram().add(-1)).toThrow(InvariantError);
    expect(() => new Histogram().add(0.5)).toThrow(InvariantError);
  });
});
