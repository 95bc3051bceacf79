import { HISTOGRAM_RELATIVE_ERROR } from './buckets.js';
import { CHUNK, Chunks } from './chunks.js';
import { Histogram } from './histogram.js';
import { invariant } from './invariant.js';
import { RangeCounts, type Values } from './range-counts.js';
import { Ranks } from './ranks.js';

/** As many values are kept exactly; 4 MB where all are below 2^32, as microseconds up to an hour are. */
const EXACT_SAMPLES = 1_000_000;
const FIRST_CHUNK = 16;
const MOST_SHORT = 4_294_967_295;
const NO_VALUES: Values = new Uint32Array(0);

/**
 * Whole values >= 0 and their percentiles: exact up to `limit` values, from a histogram with a stated error beyond.
 * Nothing it answers depends on the order in which values came.
 */
export class Samples {
  private readonly limit: number;
  private readonly chunks: Chunks;
  /** Exact values: full chunks, never written again, and the one that is being filled. */
  private full: Values[] = [];
  private inFull = 0;
  private chunk = NO_VALUES;
  private used = 0;
  /** What the full chunks hold, counted as they were filled: the code is warm then, and at the end it would be cold. */
  private counted = new RangeCounts();
  /** All of them, as last asked for. */
  private countedThen = this.counted;
  /** Others have been merged in or have merged this: parts are held in common. */
  private isShared = false;
  /** What has been merged in, and how many values it had then. */
  private readonly merged: { readonly samples: Samples; readonly n: number }[] = [];
  /** Where the chunk ends, if it is for values below 2^32; 0: it is for all. */
  private shortEnd = 0;
  private ranks: Ranks | null = null;
  private histogram: Histogram | null = null;

  /** `chunks`: shared with other samples of the same run. */
  constructor(limit = EXACT_SAMPLES, chunks = new Chunks()) {
    this.limit = limit;
    this.chunks = chunks;
  }

  add(value: number): void {
    // Only what is whole, not negative and below 2^32 stays as it is.
    if (this.used < this.shortEnd && value >>> 0 === value) this.chunk[this.used++] = value;
    else this.addElsewhere(value);
  }

  private addElsewhere(value: number): void {
    invariant(Number.isSafeInteger(value) && value >= 0, 'samples are whole and not negative', undefined, value);
    if ((this.used === this.chunk.length || (this.shortEnd > 0 && value > MOST_SHORT)) && !this.hasRoomFor(value)) {
      this.histogram!.add(value);
      return;
    }
    this.chunk[this.used++] = value;
  }

  /** The same value `count` times. */
  addMany(value: number, count: number): void {
    if (this.histogram === null && this.n + count > this.limit) this.fold();
    if (this.histogram !== null) this.histogram.addMany(value, count);
    else for (let i = 0; i < count; i++) this.add(value);
  }

  merge(other: Samples): void {
    if (this.histogram === null && (other.histogram !== null || this.n + other.n > this.limit)) this.fold();
    if (this.histogram === null) this.append(other);
    else if (other.histogram === null) addAll(this.histogram, other.parts());
    else this.histogram.merge(other.histogram);
  }

  /** Linear interpolation between the two nearest ranks, as numpy does by default. Null when empty. */
  quantile(share: number): number | null {
    return this.quantiles([share])[0]!;
  }

  /** Several at a time cost little more than one. */
  quantiles(shares: readonly number[]): (number | null)[] {
    if (this.n === 0) return shares.map(() => null);
    if (this.histogram !== null) return this.histogram.quantiles(shares);
    const ranks = this.ranked();
    ranks.prepare(shares);
    return shares.map((share) => {
      const place = share * (this.n - 1);
      const below = Math.floor(place);
      const low = ranks.at(below);
      return place === below ? low : low + (place - below) * (ranks.at(below + 1) - low);
    });
  }

  get n(): number {
    return this.histogram === null ? this.inFull + this.used : this.histogram.count;
  }

  /** From the exact sum, rounded once. */
  get mean(): number | null {
    if (this.histogram !== null) return this.histogram.mean;
    return this.n === 0 ? null : this.countedNow().sum.toNumber() / this.n;
  }

  get max(): number | null {
    if (this.histogram !== null) return this.histogram.max;
    return this.n === 0 ? null : this.countedNow().max;
  }

  /** 0: percentiles are exact; otherwise their error bound as a share of the value. */
  get relativeError(): number {
    return this.histogram === null ? 0 : HISTOGRAM_RELATIVE_ERROR;
  }

  /** False: the next value goes to the histogram. */
  private hasRoomFor(value: number): boolean {
    if (this.histogram !== null) return false;
    const { n } = this;
    if (n === this.limit) {
      this.fold();
      return false;
    }
    this.close();
    const size = Math.min(Math.max(FIRST_CHUNK, n), CHUNK, this.limit - n);
    this.shortEnd = value <= MOST_SHORT ? size : 0;
    if (this.shortEnd === 0) this.chunk = new Float64Array(size);
    else this.chunk = n < CHUNK ? new Uint32Array(size) : this.chunks.take().subarray(0, size);
    return true;
  }

  private close(): void {
    if (this.used > 0) {
      const part = this.chunk.subarray(0, this.used);
      this.full.push(part);
      this.counted.add(part);
    }
    this.inFull += this.used;
    this.chunk = NO_VALUES;
    this.shortEnd = 0;
    this.used = 0;
  }

  /** Values of others are shared, not copied: nobody writes into them any more. */
  private append(other: Samples): void {
    this.close();
    this.isShared = true;
    other.isShared = true;
    if (other.n > 0) this.merged.push({ samples: other, n: other.n });
    this.counted.addAll(other.countedNow());
    for (const part of other.parts()) {
      this.full.push(part);
      this.inFull += part.length;
    }
  }

  private parts(): Values[] {
    return this.used === 0 ? this.full : [...this.full, this.chunk.subarray(0, this.used)];
  }

  private ranked(): Ranks {
    if (this.ranks === null || this.ranks.n !== this.n) {
      this.ranks = new Ranks(this.parts(), this.countedNow(), this.rankedAlready());
    }
    return this.ranks;
  }

  /** The chunk that is being filled too. */
  private countedNow(): RangeCounts {
    if (this.used === 0) return this.counted;
    if (this.countedThen.n === this.n) return this.countedThen;
    this.countedThen = new RangeCounts();
    this.countedThen.addAll(this.counted);
    this.countedThen.add(this.chunk.subarray(0, this.used));
    return this.countedThen;
  }

  /** The ranks of what has been merged in, if that is all there is. */
  private rankedAlready(): Ranks[] {
    const { n } = this;
    const all = this.merged.reduce((sum, { samples, n: then }) => (samples.n === then ? sum + then : Number.NaN), 0);
    return all === n ? this.merged.map(({ samples }) => samples.ranked()) : [];
  }

  private fold(): void {
    this.histogram = new Histogram();
    addAll(this.histogram, this.parts());
    if (!this.isShared) this.recycle();
    this.full = [];
    this.inFull = 0;
    this.chunk = NO_VALUES;
    this.shortEnd = 0;
    this.used = 0;
    this.counted = new RangeCounts();
    this.countedThen = this.counted;
    this.ranks = null;
  }

  private recycle(): void {
    this.close();
    for (const { buffer } of this.full) {
      // Others are few.
      if (buffer.byteLength === CHUNK * Uint32Array.BYTES_PER_ELEMENT) this.chunks.give(new Uint32Array(buffer));
    }
  }
}

function addAll(histogram: Histogram, parts: readonly Values[]): void {
  for (const part of parts) {
    for (let index = 0; index < part.length; index++) histogram.add(part[index]!);
  }
}
