import { describe, expect, it } from 'vitest';
import { estimate, ratioEstimate } from '../../src/plan/estimate.js';
import { stream } from '../../src/sim/core/random.js';

describe('estimate', () => {
  it('is the mean with its Student-t interval', () => {
    // Mean 12, standard deviation 2.1602, standard error 1.0801; t(3) = 3.1824.
    const found = estimate([10, 11, 12, 15])!;
    expect(found.mean).toBe(12);
    expect(found.halfWidth).toBeCloseTo(3.1824463 * Math.sqrt(14 / 3 / 4), 6);
    expect(found.n).toBe(4);
  });

  it('knows no interval from one value and nothing from none', () => {
    expect(estimate([7])).toEqual({ mean: 7, halfWidth: null, n: 1 });
    expect(estimate([])).toBeNull();
  });

  it('has exactly the value of equal values', () => {
    expect(estimate([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, halfWidth: 0, n: 3 });
  });

  it('covers the true mean in about 95 % of trials', () => {
    const source = stream('coverage', 1, 'uniform');
    let covered = 0;
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const { mean, halfWidth } = estimate(Array.from({ length: 6 }, () => source.uniform()))!;
      if (Math.abs(mean - 0.5) <= halfWidth!) covered++;
    }
    // Five standard errors of a share of 0.95 over 4,000 trials are 1.7 points.
    expect(covered / trials).toBeGreaterThan(0.933);
    expect(covered / trials).toBeLessThan(0.967);
  });
});

describe('ratioEstimate', () => {
  it('tells how many times larger, pair by pair', () => {
    const { ratio, low, high } = ratioEstimate([
      [1, 2],
      [10, 20],
      [100, 200],
    ])!;
    expect(ratio).toBeCloseTo(2, 12);
    expect(low).toBeCloseTo(2, 12);
    expect(high).toBeCloseTo(2, 12);
  });

  it('leaves out pairs without a ratio', () => {
    expect(ratioEstimate([[0, 1]])).toBeNull();
    expect(
      ratioEstimate([
        [0, 1],
        [1, 3],
      ]),
    ).toMatchObject({ n: 1, low: null });
  });
});
