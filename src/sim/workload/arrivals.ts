import type { Arrivals } from '../../models/scenario.js';
import { exponential, gamma, weibull } from '../core/distributions.js';
import { invariant } from '../core/invariant.js';
import type { RandomStream } from '../core/random.js';
import { weibullShapeForCv, weibullUnitMean } from '../core/weibull-shape.js';
import { burstRate, constantRate, dailyRate, profileRate, type RateCurve } from './rate-curve.js';

/** Arrivals that come by themselves; users wait for answers, and traces bring their own times. */
type OpenArrivals = Exclude<Arrivals, { kind: 'users' | 'trace' }>;

/**
 * When the requests of one class come. Chance and rate are kept apart: a renewal process of mean gap 1 counts expected
 * arrivals, and the rate curve says at what time so many are expected. So the rate over time is exactly the
 * specified one whatever the burstiness, and no arrival is thrown away. The count is stationary from t = 0 on: except
 * for `constant`, whose first arrival comes after one whole gap, the process looks as if it had always been running.
 */
export class ArrivalProcess {
  readonly #gaps: Gaps;
  readonly #curve: RateCurve;
  readonly #stream: RandomStream;
  #isFirst = true;
  /** In doubles with fraction: rounding an arrival to a whole microsecond does not move the later ones. */
  #expected = 0;

  constructor(gaps: Gaps, curve: RateCurve, stream: RandomStream) {
    this.#gaps = gaps;
    this.#curve = curve;
    this.#stream = stream;
  }

  /** The next arrival in whole microseconds, Infinity when there is none. Arrivals before `nowUs` are skipped. */
  nextAfter(nowUs: number): number {
    let arrivalUs: number;
    do {
      this.#expected += this.#isFirst ? firstGap(this.#gaps, this.#stream) : gap(this.#gaps, this.#stream);
      this.#isFirst = false;
      arrivalUs = Math.round(this.#curve.timeUs(this.#expected));
    } while (arrivalUs < nowUs);
    return arrivalUs;
  }
}

/** `startMs`: milliseconds since the Unix epoch at t = 0, which places the daily curve. */
export function arrivalProcess(spec: OpenArrivals, stream: RandomStream, startMs: number): ArrivalProcess {
  return new ArrivalProcess(gapsOf(spec), curveOf(spec, startMs), stream);
}

/**
 * How long a user of a closed loop (`users`) thinks after the final outcome of a request. The loop itself is the
 * world's: only it knows when a request has ended.
 */
export function thinkTimeUs(thinkUs: number, stream: RandomStream): number {
  return Math.round(exponential(stream, thinkUs));
}

/** Renewal gaps of mean 1. */
type Gaps =
  | { readonly kind: 'constant' }
  | { readonly kind: 'exponential' }
  | { readonly kind: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number };

function gapsOf(spec: OpenArrivals): Gaps {
  switch (spec.kind) {
    case 'constant':
      return { kind: 'constant' };
    case 'gamma':
    case 'daily':
      return gammaGaps(spec.cv);
    case 'weibull':
      return weibullGaps(spec.cv);
    case 'poisson':
    case 'bursts':
    case 'profile':
      return { kind: 'exponential' };
  }
}

function gammaGaps(cv: number): Gaps {
  invariant(cv >= 0, 'a coefficient of variation is not negative', undefined, cv);
  if (cv === 0) return { kind: 'constant' };
  if (cv === 1) return { kind: 'exponential' };
  return { kind: 'gamma', shape: 1 / (cv * cv), scale: cv * cv };
}

function weibullGaps(cv: number): Gaps {
  if (cv === 0) return { kind: 'constant' };
  const shape = weibullShapeForCv(cv);
  return { kind: 'weibull', shape, scale: 1 / weibullUnitMean(shape) };
}

function curveOf(spec: OpenArrivals, startMs: number): RateCurve {
  switch (spec.kind) {
    case 'bursts':
      return burstRate(spec);
    case 'profile':
      return profileRate(spec.points);
    case 'daily':
      return dailyRate(spec, startMs);
    case 'poisson':
    case 'constant':
    case 'gamma':
    case 'weibull':
      return constantRate(spec.perSecond);
  }
}

function gap(gaps: Gaps, stream: RandomStream): number {
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
function firstGap(gaps: Gaps, stream: RandomStream): number {
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
