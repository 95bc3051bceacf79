import { describe, expect, it } from 'vitest';
import type { Lengths } from '../../../src/models/scenario.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { stream } from '../../../src/sim/core/random.js';
import { LengthSampler } from '../../../src/sim/workload/lengths.js';
import { drawn, meanOf, varianceOf } from '../core/statistics.js';

const N = 50_000;
const OPEN = { min: 1, max: null };

function sample(spec: Lengths, count = N): Float64Array {
  const sampler = new LengthSampler(spec, stream('1', 0, `lengths/${spec.kind}`));
  return drawn(count, () => sampler.next());
}

describe('LengthSampler', () => {
  it('gives a fixed length and draws nothing', () => {
    const source = stream('1', 0, 'lengths');
    const sampler = new LengthSampler({ kind: 'fixed', tokens: 512, ...OPEN }, source);
    expect([sampler.next(), sampler.next()]).toEqual([512, 512]);
    expect(source.uniform()).toBe(stream('1', 0, 'lengths').uniform());
  });

  it.each([1.5, 4, 512])('gives an exponential of exactly the mean %d on whole tokens', (mean) => {
    const values = sample({ kind: 'exponential', mean, ...OPEN });
    // Geometric on 1, 2, ...: variance mean (mean - 1).
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(4 * Math.sqrt((mean * (mean - 1)) / N));
    expect(varianceOf(values) / (mean * (mean - 1))).toBeCloseTo(1, 1);
    expect(Math.min(...values)).toBe(1);
    expect(values.every(Number.isInteger)).toBe(true);
  });

  it('gives one token each for an exponential of mean 1', () => {
    expect(new Set(sample({ kind: 'exponential', mean: 1, ...OPEN }, 100))).toEqual(new Set([1]));
  });

  it('gives a lognormal of its mean, rounded to whole tokens', () => {
    const values = sample({ kind: 'lognormal', mu: 6, sigma: 0.5, ...OPEN });
    const mean = Math.exp(6.125);
    const variance = mean * mean * Math.expm1(0.25);
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(4 * Math.sqrt(variance / N));
    expect(values.every(Number.isInteger)).toBe(true);
  });

  it('gives whole numbers from low to high, both included', () => {
    const values = sample({ kind: 'uniform', low: 10, high: 12, ...OPEN }, 1000);
    expect([...new Set(values)].sort()).toEqual([10, 11, 12]);
  });

  it('gives the lengths of a histogram by weight', () => {
    const bins: [number, number][] = [
      [128, 3],
      [512, 5],
      [4096, 2],
    ];
    const values = sample({ kind: 'histogram', bins, ...OPEN });
    for (const [tokens, weight] of bins) {
      const share = weight / 10;
      const count = values.filter((value) => value === tokens).length;
      expect(Math.abs(count - share * N)).toBeLessThan(4 * Math.sqrt(N * share * (1 - share)));
    }
  });

  it('sets what lies outside the bounds to the bound', () => {
    const values = sample({ kind: 'exponential', mean: 100, min: 50, max: 200 }, 1000);
    expect([Math.min(...values), Math.max(...values)]).toEqual([50, 200]);
    expect(values.filter((value) => value === 50).length).toBeGreaterThan(300);
  });

  it('never gives less than one token by default', () => {
    expect(Math.min(...sample({ kind: 'lognormal', mu: -2, sigma: 1, ...OPEN }, 1000))).toBe(1);
  });

  it('refuses lengths that come with a trace', () => {
    expect(() => sample({ kind: 'trace', ...OPEN }, 1)).toThrow(InvariantError);
  });
});
