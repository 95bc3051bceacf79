import { bucketOf, HISTOGRAM_RELATIVE_ERROR, LOG_GROWTH } from './buckets.js';
import { ExactSum } from './exact-sum.js';
import { LARGE } from './expect-large.js';
import { invariant } from './invariant.js';

/**
 * Quantiles of any number of whole values >= 0 in little memory: buckets that grow geometrically, laid out as in
 * DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019). Bucket i > 0 holds the values in (g^(i-2), g^(i-1)],
 * g = (1 + e)/(1 - e); bucket 0 those that are 0. Counts and the sum are exact integers, so merging gives the same result in any order. Values are
 * whole because only then is the mean order-free: hand in microseconds, nanoseconds or picoseconds, not fractions.
 */
export class Histogram {
  private n = 0;
  private counts = new Float64Array(64);
  private least = Infinity;
  private greatest = -Infinity;
  private readonly sum = new ExactSum();

  static {
    // See expectLarge.
    new Histogram().n = LARGE;
  }

  /** `counts` by bucket, and what is known of the values in them. */
  static of(counts: Float64Array<ArrayBuffer>, least: number, greatest: number, sum: ExactSum): Histogram {
    const histogram = new Histogram();
    histogram.counts = counts;
    histogram.n = counts.reduce((total, count) => total + count, 0);
    histogram.least = least;
    histogram.greatest = greatest;
    histogram.sum.addSum(sum);
    return histogram;
  }

  add(value: number): void {
    this.addMany(value, 1);
  }

  /** The same value `count` times. */
  addMany(value: number, count: number): void {
    invariant(value >= 0, 'a histogram takes no negative value', undefined, value);
    if (count === 0) return;
    this.sum.addProduct(value, count);
    this.n += count;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    const bucket = bucketOf(value);
    this.reserve(bucket + 1);
    this.counts[bucket]! += count;
  }

  merge(other: Histogram): void {
    this.reserve(other.counts.length);
    for (let bucket = 0; bucket < other.counts.length; bucket++) this.counts[bucket]! += other.counts[bucket]!;
    this.n += other.n;
    this.least = Math.min(this.least, other.least);
    this.greatest = Math.max(this.greatest, other.greatest);
    this.sum.addSum(other.sum);
  }

  /** Linear between the two nearest ranks, as for exact samples; the error bound holds for it. Null when empty. */
  quantile(share: number): number | null {
    if (this.n === 0) return null;
    const rank = share * (this.n - 1);
    const below = Math.floor(rank);
    const low = this.valueOfRank(below);
    return rank === below ? low : low + (rank - below) * (this.valueOfRank(below + 1) - low);
  }

  quantiles(shares: readonly number[]): (number | null)[] {
    return shares.map((share) => this.quantile(share));
  }

  get count(): number {
    return this.n;
  }

  get min(): number | null {
    return this.n === 0 ? null : this.least;
  }

  get max(): number | null {
    return this.n === 0 ? null : this.greatest;
  }

  /** From the exact sum, rounded once. */
  get mean(): number | null {
    return this.n === 0 ? null : this.sum.toNumber() / this.n;
  }

  /** The sample of this rank (0 = smallest): the ends are known exactly, the others by the middle of their bucket. */
  private valueOfRank(rank: number): number {
    if (rank === 0) return this.least;
    if (rank >= this.n - 1) return this.greatest;
    let seen = this.counts[0]!;
    if (rank < seen) return 0;
    for (let bucket = 1; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket]!;
      if (rank < seen) {
        const middle = Math.exp((bucket - 1) * LOG_GROWTH) * (1 - HISTOGRAM_RELATIVE_ERROR);
        return Math.min(Math.max(middle, this.least), this.greatest);
      }
    }
    return this.greatest;
  }

  private reserve(buckets: number): void {
    if (buckets <= this.counts.length) return;
    const counts = new Float64Array(Math.max(buckets, 2 * this.counts.length));
    counts.set(this.counts);
    this.counts = counts;
  }
}
