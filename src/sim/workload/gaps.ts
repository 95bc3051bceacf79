import type { GapLaw } from '../../models/trace.js';
import { exponential, gamma, weibull } from '../core/distributions.js';
import { invariant } from '../core/invariant.js';
import type { RandomStream } from '../core/random.js';
import { weibullShapeForCv, weibullUnitMean } from '../core/weibull-shape.js';

/** Renewal gaps of mean 1. */
export type Gaps =
  | { readonly kind: 'constant' }
  | { readonly kind: 'exponential' }
  | { readonly kind: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number };

export const CONSTANT_GAPS: Gaps = { kind: 'constant' };
export const EXPONENTIAL_GAPS: Gaps = { kind: 'exponential' };

/** Gaps with this coefficient of variation; 0: all alike, 1: Poisson. */
export function gapsOf(law: GapLaw, cv: number): Gaps {
  invariant(cv >= 0, 'a coefficient of variation is not negative', undefined, cv);
  if (cv < CV_MIN) return CONSTANT_GAPS;
  if (cv === 1) return EXPONENTIAL_GAPS;
  if (law === 'gamma') return { kind: 'gamma', shape: 1 / (cv * cv), scale: cv * cv };
  const shape = weibullShapeForCv(cv);
  return { kind: 'weibull', shape, scale: 1 / weibullUnitMean(shape) };
}

/** Below it the laws' shapes are beyond what can be computed, and the gaps are alike for every purpose. */
const CV_MIN = 0.001;

export function gap(gaps: Gaps, stream: RandomStream): number {
  switch (gaps.kind) {
    case 'constant':
      return 1;
    case 'exponential':
      return exponential(stream, 1);
    case 'gamma':
      return gamma(stream, gaps.shape, gaps.scale);
    case 'weibull':
      return weibull(stream, gaps.shape, gaps.scale);
  }
}

/**
 * The gap that t = 0 falls into is likelier to be a long one, and t = 0 is anywhere within it: a uniform share of a
 * gap drawn with density x f(x). For a gamma that is a gamma with one more shape; for a Weibull, a power of a gamma.
 */
export function firstGap(gaps: Gaps, stream: RandomStream): number {
  switch (gaps.kind) {
    case 'constant':
      return 1;
    case 'exponential':
      return exponential(stream, 1);
    case 'gamma':
      return stream.uniform() * gamma(stream, gaps.shape + 1, gaps.scale);
    case 'weibull': {
      const power = gamma(stream, 1 + 1 / gaps.shape, 1);
      return stream.uniform() * gaps.scale * Math.exp(Math.log(power) / gaps.shape);
    }
  }
}
