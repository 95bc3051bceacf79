import { describe, expect, it } from 'vitest';
import { lognormalFromMeanP95, MAX_P95_TO_MEAN } from '../../src/models/lognormal.js';

describe('lognormalFromMeanP95', () => {
  it.each([
    [900, 3000],
    [1500, 5000],
    [500, 1500],
    [100, 100.001],
    [1, 3.868],
  ])('has the mean %d and the 95 %% point %d asked for', (mean, p95) => {
    const { mu, sigma } = lognormalFromMeanP95(mean, p95)!;
    expect(Math.exp(mu + (sigma * sigma) / 2) / mean).toBeCloseTo(1, 12);
    expect(Math.exp(mu + 1.6448536269514722 * sigma) / p95).toBeCloseTo(1, 12);
  });

  it('takes the smaller of the two roots', () => {
    // The other root for this ratio has sigma 2.21.
    const { sigma } = lognormalFromMeanP95(900, 3000)!;
    expect(sigma).toBeCloseTo(1.0997, 3);
    expect(sigma).toBeLessThan(1.6448536269514722);
  });

  it('is a constant when p95 and mean are equal', () => {
    expect(lognormalFromMeanP95(900, 900)).toEqual({ mu: Math.log(900), sigma: 0 });
  });

  it('has no solution beyond 3.868 means or below the mean', () => {
    expect(MAX_P95_TO_MEAN).toBeCloseTo(3.868, 3);
    expect(lognormalFromMeanP95(1000, 3867)).not.toBeNull();
    expect(lognormalFromMeanP95(1000, 3869)).toBeNull();
    expect(lognormalFromMeanP95(1000, 999)).toBeNull();
  });
});
