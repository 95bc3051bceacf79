import { ExactSum } from './exact-sum.js';
import { HISTOGRAM_RELATIVE_ERROR, Histogram } from './histogram.js';
import { invariant } from './invariant.js';
import { sortWhole } from './sort-whole.js';

/** As many values are kept exactly; 8 MB of doubles. */
const EXACT_SAMPLES = 1_000_000;

/**
 * Whole values >= 0 and their percentiles: exact up to `limit` values, from a histogram with a stated error beyond.
 * Nothing it answers depends on the order in which values came.
 */
export class Samples {
  readonly #limit: number;
  #n = 0;
  #values = new Float64Array(16);
  #isSorted = true;
  #histogram: Histogram | null = null;
  #max = 0;
  readonly #sum = new ExactSum();

  constructor(limit = EXACT_SAMPLES) {
    this.#limit = limit;
  }

  add(value: number): void {
    if (this.#n >= this.#values.length || this.#n >= this.#limit || this.#histogram !== null) {
      this.addMany(value, 1);
      return;
    }
    invariant(value >= 0, 'samples take no negative value', undefined, value);
    this.#sum.add(value);
    if (value > this.#max) this.#max = value;
    this.#values[this.#n++] = value;
    this.#isSorted = false;
  }

  /** The same value `count` times. */
  addMany(value: number, count: number): void {
    invariant(value >= 0, 'samples take no negative value', undefined, value);
    if (count === 0) return;
    this.#sum.addProduct(value, count);
    if (value > this.#max) this.#max = value;
    if (this.#histogram === null && this.#n + count > this.#limit) this.#fold();
    if (this.#histogram !== null) {
      this.#histogram.addMany(value, count);
    } else {
      this.#reserve(this.#n + count);
      if (count === 1) this.#values[this.#n] = value;
      else this.#values.fill(value, this.#n, this.#n + count);
      this.#isSorted = false;
    }
    this.#n += count;
  }

  merge(other: Samples): void {
    if (this.#histogram === null && (other.#histogram !== null || this.#n + other.#n > this.#limit)) this.#fold();
    if (other.#histogram !== null) this.#histogram!.merge(other.#histogram);
    else if (this.#histogram !== null) addAll(this.#histogram, other.#exact());
    else this.#append(other.#exact());
    this.#n += other.#n;
    this.#max = Math.max(this.#max, other.#max);
    this.#sum.addSum(other.#sum);
  }

  /** Linear interpolation between the two nearest ranks, as numpy does by default. Null when empty. */
  quantile(share: number): number | null {
    if (this.#n === 0) return null;
    if (this.#histogram !== null) return this.#histogram.quantile(share);
    this.#sort();
    const rank = share * (this.#n - 1);
    const below = Math.floor(rank);
    const low = this.#values[below]!;
    return rank === below ? low : low + (rank - below) * (this.#values[below + 1]! - low);
  }

  get n(): number {
    return this.#n;
  }

  /** From the exact sum, rounded once. */
  get mean(): number | null {
    return this.#n === 0 ? null : this.#sum.toNumber() / this.#n;
  }

  get max(): number | null {
    return this.#n === 0 ? null : this.#max;
  }

  /** 0: percentiles are exact; otherwise their error bound as a share of the value. */
  get relativeError(): number {
    return this.#histogram === null ? 0 : HISTOGRAM_RELATIVE_ERROR;
  }

  #exact(): Float64Array {
    return this.#values.subarray(0, this.#n);
  }

  #append(values: Float64Array): void {
    this.#reserve(this.#n + values.length);
    this.#values.set(values, this.#n);
    this.#isSorted = false;
  }

  #fold(): void {
    this.#histogram = new Histogram();
    addAll(this.#histogram, this.#exact());
    this.#values = new Float64Array(0);
  }

  #sort(): void {
    if (!this.#isSorted) sortWhole(this.#exact(), this.#max);
    this.#isSorted = true;
  }

  #reserve(count: number): void {
    if (count <= this.#values.length) return;
    const values = new Float64Array(Math.max(count, Math.min(2 * this.#values.length, this.#limit)));
    values.set(this.#exact());
    this.#values = values;
  }
}

function addAll(histogram: Histogram, values: Float64Array): void {
  for (let index = 0; index < values.length; index++) histogram.add(values[index]!);
}
