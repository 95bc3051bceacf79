import { describe, expect, it } from 'vitest';
import { logGamma } from '../../../src/sim/core/log-gamma.js';

describe('logGamma', () => {
  it('gives the factorials', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-13);
      factorial *= n;
    }
  });

  it('gives the half-integers', () => {
    expect(Math.abs(logGamma(0.5) - 0.5 * Math.log(Math.PI))).toBeLessThan(1e-14);
    expect(Math.abs(logGamma(1.5) - Math.log(Math.sqrt(Math.PI) / 2))).toBeLessThan(1e-14);
    expect(Math.abs(logGamma(4.5) - Math.log((105 / 16) * Math.sqrt(Math.PI)))).toBeLessThan(1e-13);
  });

  it('keeps gamma(x + 1) = x gamma(x)', () => {
    for (let x = 0.5; x < 60; x += 0.37) {
      expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(2e-13);
    }
  });

  it("follows Stirling's series for large arguments", () => {
    for (const x of [50, 500, 5000]) {
      const series = (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x * x * x);
      expect(Math.abs(logGamma(x) / series - 1)).toBeLessThan(1e-11 / x + 1e-14);
    }
  });
});
