import { ExactSum } from './exact-sum.js';
import { invariant } from './invariant.js';

/** Every quantile is within this share of the true value. */
export const HISTOGRAM_RELATIVE_ERROR = 0.005;

/**
 * Quantiles of any number of whole values >= 0 in little memory: buckets that grow geometrically, laid out as in
 * DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019). Bucket i holds the values in (g^(i-1), g^i], g = (1 + e)/(1 - e);
 * zero has its own. Counts and the sum are exact integers, so merging gives the same result in any order. Values are
 * whole because only then is the mean order-free: hand in microseconds, nanoseconds or picoseconds, not fractions.
 */
export class Histogram {
  #count = 0;
  #zeroCount = 0;
  #counts = new Float64Array(64);
  #min = Infinity;
  #max = -Infinity;
  readonly #sum = new ExactSum();

  add(value: number): void {
    this.addMany(value, 1);
  }

  /** The same value `count` times. */
  addMany(value: number, count: number): void {
    invariant(value >= 0, 'a histogram takes no negative value', undefined, value);
    if (count === 0) return;
    this.#sum.addProduct(value, count);
    this.#count += count;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value === 0) {
      this.#zeroCount += count;
    } else {
      const bucket = Math.ceil(Math.log(value) / LOG_GROWTH);
      this.#reserve(bucket + 1);
      this.#counts[bucket]! += count;
    }
  }

  merge(other: Histogram): void {
    this.#reserve(other.#counts.length);
    for (let bucket = 0; bucket < other.#counts.length; bucket++) this.#counts[bucket]! += other.#counts[bucket]!;
    this.#zeroCount += other.#zeroCount;
    this.#count += other.#count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    this.#sum.addSum(other.#sum);
  }

  /** Linear between the two nearest ranks, as for exact samples; the error bound holds for it. Null when empty. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    const rank = share * (this.#count - 1);
    const below = Math.floor(rank);
    const low = this.#valueOfRank(below);
    return rank === below ? low : low + (rank - below) * (this.#valueOfRank(below + 1) - low);
  }

  get count(): number {
    return this.#count;
  }

  get min(): number | null {
    return this.#count === 0 ? null : this.#min;
  }

  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  /** From the exact sum, rounded once. */
  get mean(): number | null {
    return this.#count === 0 ? null : this.#sum.toNumber() / this.#count;
  }

  /** The sample of this rank (0 = smallest): the ends are known exactly, the others by the middle of their bucket. */
  #valueOfRank(rank: number): number {
    if (rank === 0) return this.#min;
    if (rank >= this.#count - 1) return this.#max;
    let seen = this.#zeroCount;
    if (rank < seen) return 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket]!;
      if (rank < seen) {
        const middle = Math.exp(bucket * LOG_GROWTH) * (1 - HISTOGRAM_RELATIVE_ERROR);
        return Math.min(Math.max(middle, this.#min), this.#max);
      }
    }
    return this.#max;
  }

  #reserve(buckets: number): void {
    if (buckets <= this.#counts.length) return;
    const counts = new Float64Array(Math.max(buckets, 2 * this.#counts.length));
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

const LOG_GROWTH = Math.log((1 + HISTOGRAM_RELATIVE_ERROR) / (1 - HISTOGRAM_RELATIVE_ERROR));
