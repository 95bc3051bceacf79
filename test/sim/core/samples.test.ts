import { describe, expect, it, vi } from 'vitest';
import { Chunks } from '../../../src/sim/core/chunks.js';
import { lognormal } from '../../../src/sim/core/distributions.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { stream } from '../../../src/sim/core/random.js';
import { Samples } from '../../../src/sim/core/samples.js';

const SHARES = [0, 0.1, 0.5, 0.9, 0.95, 0.99, 1];

function samplesOf(values: readonly number[], limit?: number): Samples {
  const samples = new Samples(limit);
  for (const value of values) samples.add(value);
  return samples;
}

const answers = (samples: Samples) => ({
  quantiles: SHARES.map((share) => samples.quantile(share)),
  n: samples.n,
  mean: samples.mean,
  max: samples.max,
  relativeError: samples.relativeError,
});

function drawnValues(count: number): number[] {
  const source = stream('1', 0, 'samples');
  return Array.from({ length: count }, () => Math.round(lognormal(source, 13, 1)));
}

describe('Samples', () => {
  it('interpolates percentiles linearly, as numpy does', () => {
    // numpy.percentile([15, 20, 35, 40, 50], [5, 30, 40, 95]) = [16, 23, 29, 48].
    const samples = samplesOf([40, 15, 50, 20, 35]);
    expect([0.05, 0.3, 0.4, 0.95].map((share) => samples.quantile(share))).toEqual([16, 23, 29, 48]);
  });

  it('knows count, mean and largest value', () => {
    const samples = samplesOf([3, 9, 0, 4]);
    expect([samples.n, samples.mean, samples.max, samples.relativeError]).toEqual([4, 4, 9, 0]);
  });

  it('says null when empty', () => {
    expect(answers(new Samples())).toEqual({
      quantiles: SHARES.map(() => null),
      n: 0,
      mean: null,
      max: null,
      relativeError: 0,
    });
  });

  it('goes on taking values after it has been asked', () => {
    const samples = samplesOf([10, 30]);
    expect(samples.quantile(0.5)).toBe(20);
    samples.add(0);
    expect(samples.quantile(0.5)).toBe(10);
  });

  it('folds into a histogram beyond its limit and says its error', () => {
    const values = drawnValues(1001);
    const exact = samplesOf(values);
    const folded = samplesOf(values, 1000);
    expect(samplesOf(values.slice(1), 1000).relativeError).toBe(0);
    expect(folded.relativeError).toBe(0.005);
    expect([folded.n, folded.mean, folded.max]).toEqual([exact.n, exact.mean, exact.max]);
    for (const share of SHARES) {
      const truth = exact.quantile(share)!;
      expect(Math.abs(folded.quantile(share)! - truth)).toBeLessThanOrEqual(0.005 * truth * (1 + 1e-9));
    }
  });

  it('hands the memory of what it has folded to others', () => {
    const chunks = new Chunks();
    const take = vi.spyOn(chunks, 'take');
    const buffersTaken = (): unknown[] => take.mock.results.map(({ value }) => (value as Uint32Array).buffer);
    const values = drawnValues(50_000);
    const first = new Samples(50_000, chunks);
    for (const value of values) first.add(value);
    const taken = buffersTaken();
    expect(taken.length).toBeGreaterThan(1);
    first.add(1);
    take.mockClear();
    const second = new Samples(50_000, chunks);
    for (const value of values) second.add(value);
    expect(new Set(buffersTaken())).toEqual(new Set(taken));
    expect(answers(second)).toEqual(answers(samplesOf(values)));
  });

  it('never hands on what it shares with others', () => {
    const chunks = new Chunks();
    const values = drawnValues(50_000);
    const part = new Samples(50_000, chunks);
    for (const value of values) part.add(value);
    const total = new Samples(50_000, chunks);
    total.merge(part);
    part.add(1);
    const other = new Samples(50_000, chunks);
    for (let i = 0; i < 50_000; i++) other.add(7);
    expect(answers(total)).toEqual(answers(samplesOf(values)));
  });

  it('takes values of every size beside one another', () => {
    const values = [4_294_967_295, 4_294_967_296, 7, 9_007_199_254_740_991, 0, 5_000_000_000];
    const samples = samplesOf(values);
    const sorted = values.toSorted((a, b) => a - b);
    expect(sorted.map((_, rank) => samples.quantile(rank / (values.length - 1)))).toEqual(sorted);
    expect([samples.n, samples.max]).toEqual([6, 9_007_199_254_740_991]);
  });

  it('answers the same whatever the order of values', () => {
    const values = drawnValues(500);
    for (const limit of [100, 1000]) {
      expect(answers(samplesOf(values.toReversed(), limit))).toEqual(answers(samplesOf(values, limit)));
    }
  });

  it.each([
    ['both exact', 10_000],
    ['exact until merged', 1999],
    ['one folded', 1500],
    ['both folded', 300],
  ])('merges to the same answers as one pass: %s', (_, limit) => {
    const values = drawnValues(2000);
    const [left, right] = [values.slice(0, 400), values.slice(400)];
    const leftFirst = samplesOf(left, limit);
    leftFirst.merge(samplesOf(right, limit));
    const rightFirst = samplesOf(right, limit);
    rightFirst.merge(samplesOf(left, limit));
    expect(answers(leftFirst)).toEqual(answers(samplesOf(values, limit)));
    expect(answers(rightFirst)).toEqual(answers(leftFirst));
  });

  it('takes what its parts have counted, whatever the width of their ranges, and only while they are the same', () => {
    const values = drawnValues(2000);
    const [small, large] = [values.slice(0, 400).map((value) => value % 997), values.slice(400)];
    const parts = [samplesOf(small, 10_000), samplesOf(large, 10_000)];
    const total = new Samples(10_000);
    for (const part of parts) {
      answers(part);
      total.merge(part);
    }
    expect(answers(total)).toEqual(answers(samplesOf([...small, ...large], 10_000)));
    const other = new Samples(10_000);
    for (const part of parts) other.merge(part);
    parts[0]!.add(5);
    expect(answers(other)).toEqual(answers(total));
  });

  it('takes many equal values as one addition, across the limit too', () => {
    for (const limit of [10, 3]) {
      const samples = samplesOf([5], limit);
      samples.addMany(7, 4);
      samples.addMany(9, 0);
      expect(answers(samples)).toEqual(answers(samplesOf([7, 5, 7, 7, 7], limit)));
    }
  });

  it('keeps a million values exactly by default', () => {
    const samples = new Samples();
    samples.addMany(1, 999_999);
    samples.add(3);
    expect([samples.relativeError, samples.quantile(1)]).toEqual([0, 3]);
    samples.add(3);
    expect(samples.relativeError).toBe(0.005);
  });

  it('refuses negative and fractional values', () => {
    expect(() => new Samples().add(-1)).toThrow(InvariantError);
    expect(() => new Samples().add(1.5)).toThrow(InvariantError);
  });
});
