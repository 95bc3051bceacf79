import { invariant } from './invariant.js';
import { logGamma } from './log-gamma.js';

/**
 * The shape of the Weibull distribution with this coefficient of variation (standard deviation / mean): the root k of
 * gamma(1 + 2/k) / gamma(1 + 1/k)^2 = 1 + cv^2, by bisection in log k. The left side falls as k grows.
 */
export function weibullShapeForCv(cv: number): number {
  invariant(cv >= 0.001 && cv <= 1000, 'a Weibull coefficient of variation lies between 0.001 and 1000', undefined, cv);
  const wanted = Math.log1p(cv * cv);
  let low = LOG_SHAPE_MIN;
  let high = LOG_SHAPE_MAX;
  for (let middle = 0.5 * (low + high); middle > low && middle < high; middle = 0.5 * (low + high)) {
    const inverse = Math.exp(-middle);
    if (logGamma(1 + 2 * inverse) - 2 * logGamma(1 + inverse) > wanted) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** Mean of a Weibull distribution of scale 1. */
export function weibullUnitMean(shape: number): number {
  return Math.exp(logGamma(1 + 1 / shape));
}

// Shapes from 0.05 to 5000: coefficients of variation from 2.6e-4 to above 3e5.
const LOG_SHAPE_MIN = -3;
const LOG_SHAPE_MAX = 8.5;
