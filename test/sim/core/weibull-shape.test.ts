import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { logGamma } from '../../../src/sim/core/log-gamma.js';
import { weibullShapeForCv, weibullUnitMean } from '../../../src/sim/core/weibull-shape.js';

describe('weibullShapeForCv', () => {
  it('is 1 for the exponential distribution', () => {
    expect(weibullShapeForCv(1)).toBeCloseTo(1, 12);
  });

  it('gives the square root of an exponential at shape 2', () => {
    // Rayleigh: cv^2 = 4/pi - 1.
    expect(weibullShapeForCv(Math.sqrt(4 / Math.PI - 1))).toBeCloseTo(2, 11);
  });

  it.each([0.01, 0.3, 0.9, 1.5, 3, 10, 100])('inverts the coefficient of variation %d', (cv) => {
    const shape = weibullShapeForCv(cv);
    const square = Math.expm1(logGamma(1 + 2 / shape) - 2 * logGamma(1 + 1 / shape));
    expect(Math.abs(Math.sqrt(square) / cv - 1)).toBeLessThan(1e-8);
  });

  it('refuses what no shape in its range gives', () => {
    expect(() => weibullShapeForCv(0)).toThrow(InvariantError);
    expect(() => weibullShapeForCv(2000)).toThrow(InvariantError);
  });
});

describe('weibullUnitMean', () => {
  it('is gamma(1 + 1/k)', () => {
    expect(weibullUnitMean(1)).toBeCloseTo(1, 14);
    expect(weibullUnitMean(0.5)).toBeCloseTo(2, 13);
    expect(weibullUnitMean(2)).toBeCloseTo(Math.sqrt(Math.PI) / 2, 14);
  });
});
