import type { Lengths } from '../../models/scenario.js';
import { cumulativeWeights, drawIndex, lognormal, uniformInt } from '../core/distributions.js';
import { invariant } from '../core/invariant.js';
import { doubles } from '../core/lists.js';
import type { RandomStream } from '../core/random.js';

type DrawnLengths = Exclude<Lengths, { kind: 'trace' }>;
type OtherLengths = Exclude<DrawnLengths, { kind: 'exponential' }>;

/** Draws the prompt or output lengths of one class, in whole tokens. */
export class LengthSampler {
  private readonly spec: DrawnLengths;
  private readonly stream: RandomStream;
  private readonly max: number;
  /** Of a histogram's bins; empty for the other kinds. */
  private readonly cumulative: Float64Array;
  /** Of the exponential that makes whole lengths of the mean asked for. */
  private readonly wholeMean: number;
  /** Drawn already; `left` of them, from the front, are still to be given out. */
  private readonly drawn: number[];
  private left = 0;

  constructor(spec: Lengths, stream: RandomStream) {
    invariant(spec.kind !== 'trace', 'lengths of a trace come with its rows');
    this.spec = spec;
    this.stream = stream;
    this.max = spec.max ?? Infinity;
    this.cumulative = cumulativeWeights(spec.kind === 'histogram' ? spec.bins.map(([, weight]) => weight) : []);
    this.wholeMean = spec.kind === 'exponential' ? wholeMean(spec.mean) : 0;
    this.drawn = new Array<number>(DRAWN).fill(0);
  }

  /** Values outside `min` and `max` are set to the bound. A fixed length draws nothing from the stream. */
  next(): number {
    if (this.left === 0) this.draw();
    return this.drawn[--this.left]!;
  }

  /** Several at a time, the last first: one turn of a short loop is cheaper than the way here. */
  private draw(): void {
    const { spec } = this;
    this.left = DRAWN;
    if (spec.kind === 'exponential') this.drawExponential();
    else for (let left = DRAWN; left > 0; ) this.drawn[--left] = this.bounded(this.unbounded(spec));
  }

  private drawExponential(): void {
    const { drawn, wholeMean, max } = this;
    const { min } = this.spec;
    this.stream.fillExponential(deviates);
    for (let i = 0; i < DRAWN; i++) {
      const tokens = 1 + Math.floor(wholeMean * deviates[i]!);
      drawn[i] = tokens > max ? max : Math.max(tokens, min);
    }
  }

  private bounded(tokens: number): number {
    return Math.max(this.spec.min, Math.min(this.max, tokens));
  }

  private unbounded(spec: OtherLengths): number {
    switch (spec.kind) {
      case 'fixed':
        return spec.tokens;
      case 'lognormal':
        return Math.round(lognormal(this.stream, spec.mu, spec.sigma));
      case 'uniform':
        return uniformInt(this.stream, spec.low, spec.high);
      case 'histogram':
        return spec.bins[drawIndex(this.stream, this.cumulative)]![0];
    }
  }
}

/** So many at a time. */
const DRAWN = 32;
/** On the way to lengths. */
const deviates = doubles(DRAWN, 0);

/**
 * The exponential distribution on whole tokens 1, 2, ...: one plus the floor of an exponential of this mean, which is
 * geometric and has exactly the mean asked for. Rounding an exponential of that mean would instead add the tokens that
 * the minimum of 1 brings.
 */
function wholeMean(mean: number): number {
  invariant(mean >= 1, 'a mean length is at least one token', undefined, mean);
  return -1 / Math.log1p(-1 / mean);
}
