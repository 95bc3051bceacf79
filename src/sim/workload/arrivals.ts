import type { Arrivals } from '../../models/scenario.js';
import { exponential } from '../core/distributions.js';
import { LARGE } from '../core/expect-large.js';
import { doubles } from '../core/lists.js';
import type { RandomStream } from '../core/random.js';
import { CONSTANT_GAPS, EXPONENTIAL_GAPS, firstGap, type Gaps, gap, gapsOf } from './gaps.js';
import { burstRate, constantRate, dailyRate, profileRate, type RateCurve, weeklyRate } from './rate-curve.js';

/** Arrivals of one process; users wait for answers, traces bring their own times, clients are many processes. */
type OpenArrivals = Exclude<Arrivals, { kind: 'users' | 'trace' | 'clients' }>;

/**
 * When the requests of one class come. Chance and rate are kept apart: a renewal process of mean gap 1 counts expected
 * arrivals, and the rate curve says at what time so many are expected. So the rate over time is exactly the
 * specified one whatever the burstiness, and no arrival is thrown away. The count is stationary from t = 0 on: except
 * for `constant`, whose first arrival comes after one whole gap, the process looks as if it had always been running.
 */
export class ArrivalProcess {
  private readonly gaps: Gaps;
  private readonly curve: RateCurve;
  private readonly stream: RandomStream;
  /** Gaps drawn already; `left` of them, from the front, are still to come. */
  private readonly drawn = doubles(DRAWN, 0);
  private left = 0;
  private isFirst = true;
  /** In doubles with fraction: rounding an arrival to a whole microsecond does not move the later ones. */
  private expected = LARGE;

  constructor(gaps: Gaps, curve: RateCurve, stream: RandomStream) {
    this.gaps = gaps;
    this.curve = curve;
    this.stream = stream;
    this.expected = 0;
  }

  /** The next arrival in whole microseconds, Infinity when there is none. Arrivals before `nowUs` are skipped. */
  nextAfter(nowUs: number): number {
    let arrivalUs: number;
    do {
      if (this.left === 0) this.draw();
      this.expected += this.drawn[--this.left]!;
      arrivalUs = Math.round(this.curve.timeUs(this.expected));
    } while (arrivalUs < nowUs);
    return arrivalUs;
  }

  /** Several at a time, the last first: one turn of a short loop is cheaper than the way here. */
  private draw(): void {
    const { drawn, gaps, stream } = this;
    if (gaps.kind === 'exponential') {
      stream.fillExponential(drawn);
    } else {
      let left = DRAWN;
      if (this.isFirst) drawn[--left] = firstGap(gaps, stream);
      this.isFirst = false;
      while (left > 0) drawn[--left] = gap(gaps, stream);
    }
    this.left = DRAWN;
  }
}

/** So many at a time. */
const DRAWN = 32;

/** `startMs`: milliseconds since the Unix epoch at t = 0, which places the daily curve. */
export function arrivalProcess(spec: OpenArrivals, stream: RandomStream, startMs: number): ArrivalProcess {
  return new ArrivalProcess(gapsFor(spec), curveOf(spec, startMs), stream);
}

/**
 * How long a user of a closed loop (`users`) thinks after the final outcome of a request. The loop itself is the
 * world's: only it knows when a request has ended.
 */
export function thinkTimeUs(thinkUs: number, stream: RandomStream): number {
  return Math.round(exponential(stream, thinkUs));
}

function gapsFor(spec: OpenArrivals): Gaps {
  switch (spec.kind) {
    case 'constant':
      return CONSTANT_GAPS;
    case 'gamma':
    case 'daily':
    case 'weekly':
      return gapsOf('gamma', spec.cv);
    case 'weibull':
      return gapsOf('weibull', spec.cv);
    case 'poisson':
    case 'bursts':
    case 'profile':
      return EXPONENTIAL_GAPS;
  }
}

function curveOf(spec: OpenArrivals, startMs: number): RateCurve {
  switch (spec.kind) {
    case 'bursts':
      return burstRate(spec);
    case 'profile':
      return profileRate(spec.points);
    case 'daily':
      return dailyRate(spec, startMs);
    case 'weekly':
      return weeklyRate(spec, startMs);
    case 'poisson':
    case 'constant':
    case 'gamma':
    case 'weibull':
      return constantRate(spec.perSecond);
  }
}
