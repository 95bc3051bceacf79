import { ExactSum } from './exact-sum.js';
import { LARGE } from './expect-large.js';
import { invariant } from './invariant.js';

/** Every quantile is within this share of the true value. */
export const HISTOGRAM_RELATIVE_ERROR = 0.005;

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

  add(value: number): void {
    this.addMany(value, 1);
  }

  /** The same value `count` times. */
  addMany(value: number, count: number): void {
    invariant(value >= 0, 'a histogram takes no negative value', undefined, value);
    if (count === 0) return;
    this.note(value, value, value, count, count);
    const bucket = bucketOf(value);
    this.reserve(bucket + 1);
    this.counts[bucket]! += count;
  }

  /**
   * The values first, first + slope, first + 2 * slope, ... (`steps` of them), each `count` times: the same as adding
   * them one by one, at a cost that grows with the buckets they span only. slope >= 0; their sum must be below 2^52.
   */
  addRun(first: number, slope: number, steps: number, count: number): void {
    if (steps > 0) Histogram.addRunToEach([this], [count], first, slope, steps);
  }

  /** The same run for several histograms: each value `counts[i]` times for the one at place i. */
  static addRunToEach(
    histograms: readonly Histogram[],
    counts: ArrayLike<number>,
    first: number,
    slope: number,
    steps: number,
  ): void {
    invariant(first >= 0, 'a histogram takes no negative value', undefined, first);
    const last = first + slope * (steps - 1);
    const sum = steps * first + (slope * steps * (steps - 1)) / 2;
    const firstBucket = bucketOf(first);
    const lastBucket = last === first ? firstBucket : bucketOf(last);
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i]!;
      if (count === 0) continue;
      const histogram = histograms[i]!;
      histogram.note(first, last, sum, count, count * steps);
      histogram.reserve(lastBucket + 1);
      if (firstBucket === lastBucket) histogram.counts[lastBucket]! += count * steps;
      else histogram.spread(firstBucket, lastBucket, first, slope, steps, count);
    }
  }

  /** All but the buckets: `times` times values from `min` to `max` that add up to `sum`, `count` in all. */
  private note(min: number, max: number, sum: number, times: number, count: number): void {
    this.sum.addProduct(sum, times);
    this.n += count;
    if (min < this.least) this.least = min;
    if (max > this.greatest) this.greatest = max;
  }

  private spread(
    firstBucket: number,
    lastBucket: number,
    first: number,
    slope: number,
    steps: number,
    count: number,
  ): void {
    let from = 0;
    for (let bucket = firstBucket; bucket < lastBucket; ) {
      const to = lastStepIn(bucket, first, slope, from);
      this.counts[bucket]! += count * (to + 1 - from);
      from = to + 1;
      bucket = bucketOf(first + slope * from);
    }
    this.counts[lastBucket]! += count * (steps - from);
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

/**
 * The bucket of a whole value, without a logarithm: the upper bits of the double (its exponent and 8 bits of its
 * mantissa) name a first guess that is never too high, and the bounds decide from there.
 */
function bucketOf(value: number): number {
  if (value === 0) return 0;
  valueOfBits[0] = value;
  let bucket = guesses[(bitsOfValue[1]! >>> GUESS_SHIFT) - GUESS_OFFSET]!;
  while (value > bounds[bucket]!) bucket++;
  return bucket;
}

/** The last step whose value is in the bucket, `from` being in it: estimated, then made exact. */
function lastStepIn(bucket: number, first: number, slope: number, from: number): number {
  let step = Math.max(from, Math.floor((bounds[bucket]! - first) / slope));
  while (step > from && bucketOf(first + slope * step) > bucket) step--;
  while (bucketOf(first + slope * (step + 1)) <= bucket) step++;
  return step;
}

const LOG_GROWTH = Math.log((1 + HISTOGRAM_RELATIVE_ERROR) / (1 - HISTOGRAM_RELATIVE_ERROR));

/** Upper bound of each bucket, up to 2^60. */
const bounds = Float64Array.from({ length: Math.ceil((60 * Math.LN2) / LOG_GROWTH) + 3 }, (_, bucket) =>
  bucket === 0 ? 0 : Math.exp((bucket - 1) * LOG_GROWTH),
);

/** The upper word of a double, little-endian as every machine that runs V8: 12 bits of sign and exponent, then mantissa. */
const valueOfBits = new Float64Array(1);
const bitsOfValue = new Uint32Array(valueOfBits.buffer);
const GUESS_SHIFT = 12;
/** Of the value 1: exponent 1023. */
const GUESS_OFFSET = 1023 << 8;
const guesses = firstGuesses();

/** By exponent and 8 bits of mantissa: the bucket of the smallest such value. */
function firstGuesses(): Int32Array {
  const table = new Int32Array(60 << 8);
  let bucket = 1;
  for (let key = 0; key < table.length; key++) {
    const exponent = key >> 8;
    let smallest = 1 + (key & 255) / 256;
    for (let i = 0; i < exponent; i++) smallest *= 2;
    while (smallest > bounds[bucket]!) bucket++;
    table[key] = bucket;
  }
  return table;
}
