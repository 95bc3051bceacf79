import { ExactSum } from './exact-sum.js';

/** Values below 256 have a range each, and from there on each doubling has 128: whatever the values are, ranges are narrow. */
const FINE_BITS = 7;
const FINE = 255;
/** Up to 2^53. */
const RANGES = (46 << FINE_BITS) + 128;
const TWO_32 = 4_294_967_296;
/** The powers of two. */
const widths = Float64Array.from({ length: 46 }, () => 1);
for (let shift = 1; shift < widths.length; shift++) widths[shift] = 2 * widths[shift - 1]!;
/** So many values are sorted rather than counted. */
const FEW = 4096;

export type Values = Uint32Array | Float64Array;

/**
 * The values of any ranks among whole numbers >= 0, without sorting them all: they are counted by range once, and the
 * few of the ranges that are asked for are sorted. The parts are read and never written.
 */
export class Ranks {
  readonly n: number;
  readonly max: number;
  readonly sum = new ExactSum();
  /** How many values lie in each range, and below it. */
  private readonly counts = new Int32Array(RANGES);
  private readonly below = new Float64Array(RANGES + 1);
  /** By range: its values in order, of those that were looked at. */
  private readonly looked = new Map<number, Float64Array>();

  /** `members`: ranks of all these values, in groups, which have counted them already and look for them. */
  constructor(
    private readonly parts: readonly Values[],
    private readonly members: readonly Ranks[] = [],
  ) {
    this.n = parts.reduce((n, part) => n + part.length, 0);
    const maxima =
      members.length > 0 ? members.map((ranks) => this.take(ranks)) : parts.map((part) => this.count(part));
    this.max = maxima.reduce((max, one) => Math.max(max, one), 0);
    for (let range = 0; range < RANGES; range++) this.below[range + 1] = this.below[range]! + this.counts[range]!;
  }

  /** The ranks at these shares of all will be asked for, and are looked for together; in each of the members, its own too. */
  prepare(shares: readonly number[]): void {
    this.lookFor([], shares);
  }

  /** 0: the smallest. */
  at(rank: number): number {
    const range = this.rangeAt(rank);
    this.lookFor([range], []);
    return this.looked.get(range)![rank - this.below[range]!]!;
  }

  private rangeAt(rank: number): number {
    let low = 0;
    let high = RANGES;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.below[middle]! <= rank) low = middle;
      else high = middle;
    }
    return low;
  }

  /** The largest. */
  private count(part: Values): number {
    const { counts, sum } = this;
    return part instanceof Uint32Array ? countShort(part, counts, sum) : countLong(part, counts, sum);
  }

  private take({ counts, sum, max }: Ranks): number {
    this.sum.addSum(sum);
    for (let range = 0; range < RANGES; range++) this.counts[range]! += counts[range]!;
    return max;
  }

  private lookFor(ranges: readonly number[], shares: readonly number[]): void {
    const wanted = new Set(ranges);
    for (const share of this.n === 0 ? [] : shares) {
      const place = share * (this.n - 1);
      wanted.add(this.rangeAt(Math.floor(place))).add(this.rangeAt(Math.ceil(place)));
    }
    for (const range of wanted) if (this.looked.has(range)) wanted.delete(range);
    if (wanted.size === 0) return;
    const asked = [...wanted];
    for (const member of this.members) member.lookFor(asked, shares);
    const found = new Float64Array(asked.reduce((size, range) => size + this.counts[range]!, 0));
    const ends = this.members.length > 0 ? this.gather(asked, found) : this.look(asked, found);
    for (const [i, range] of asked.entries()) {
      const values = found.subarray(ends[i]! - this.counts[range]!, ends[i]!);
      sortRange(values, lowestOf(range), widths[shiftOf(range)]!);
      this.looked.set(range, values);
    }
  }

  /** Where the values of each range end in the list of all that is found. */
  private gather(ranges: readonly number[], found: Float64Array): number[] {
    let end = 0;
    return ranges.map((range) => {
      for (const { looked } of this.members) {
        const values = looked.get(range)!;
        found.set(values, end);
        end += values.length;
      }
      return end;
    });
  }

  private look(ranges: readonly number[], found: Float64Array): number[] {
    // Where in that list the next value of each range goes; -1: nobody asks for it.
    const places = new Int32Array(RANGES).fill(-1);
    let size = 0;
    for (const range of ranges) {
      places[range] = size;
      size += this.counts[range]!;
    }
    for (const part of this.parts) {
      if (part instanceof Uint32Array) findShort(part, places, found);
      else findLong(part, places, found);
    }
    return ranges.map((range) => places[range]!);
  }
}

function rangeOfShort(value: number): number {
  const shift = 24 - Math.clz32(value | FINE);
  return (shift << FINE_BITS) + (value >>> shift);
}

function rangeOf(value: number): number {
  if (value < TWO_32) return rangeOfShort(value);
  const shift = 56 - Math.clz32(value / TWO_32);
  return (shift << FINE_BITS) + Math.floor(value / widths[shift]!);
}

/** Of the values in a range: the index into the widths. */
function shiftOf(range: number): number {
  return Math.max(0, (range >> FINE_BITS) - 1);
}

function lowestOf(range: number): number {
  const shift = shiftOf(range);
  return (range - (shift << FINE_BITS)) * widths[shift]!;
}

// A summary goes through every value twice, so each kind of array has short loops of its own, and those over short
// values take four in each turn: V8 asks anew in every turn what array it has before it, and how long that is. What is left
// over comes first, so that it is known when the loop is compiled.

/** Counts them by range and adds all of them to the sum; the largest. */
function countShort(part: Uint32Array, counts: Int32Array, total: ExactSum): number {
  const { length } = part;
  let max = 0;
  // Below 2^32 each, and far fewer than 2^20 of them: their sum is exact without more ado. The half makes it a double from the
  // start, or V8 would add small whole numbers until one is too large, and begin again.
  let sum = 0.5;
  let i = 0;
  for (; i < (length & 3); i++) {
    const value = part[i]!;
    if (value > max) max = value;
    sum += value;
    counts[rangeOfShort(value)]!++;
  }
  for (; i < length; i += 4) {
    const [a, b, c, d] = [part[i]!, part[i + 1]!, part[i + 2]!, part[i + 3]!];
    if (a > max) max = a;
    if (b > max) max = b;
    if (c > max) max = c;
    if (d > max) max = d;
    sum += a + b + c + d;
    counts[rangeOfShort(a)]!++;
    counts[rangeOfShort(b)]!++;
    counts[rangeOfShort(c)]!++;
    counts[rangeOfShort(d)]!++;
  }
  total.add(sum - 0.5);
  return max;
}

function countLong(part: Float64Array, counts: Int32Array, total: ExactSum): number {
  let max = 0;
  for (let i = 0; i < part.length; i++) {
    const value = part[i]!;
    if (value > max) max = value;
    total.add(value);
    counts[rangeOf(value)]!++;
  }
  return max;
}

function findShort(part: Uint32Array, places: Int32Array, found: Float64Array): void {
  const { length } = part;
  let i = 0;
  for (; i < (length & 3); i++) keep(part[i]!, rangeOfShort(part[i]!), places, found);
  for (; i < length; i += 4) {
    keep(part[i]!, rangeOfShort(part[i]!), places, found);
    keep(part[i + 1]!, rangeOfShort(part[i + 1]!), places, found);
    keep(part[i + 2]!, rangeOfShort(part[i + 2]!), places, found);
    keep(part[i + 3]!, rangeOfShort(part[i + 3]!), places, found);
  }
}

function findLong(part: Float64Array, places: Int32Array, found: Float64Array): void {
  for (let i = 0; i < part.length; i++) keep(part[i]!, rangeOf(part[i]!), places, found);
}

/** If somebody asks for its range. */
function keep(value: number, range: number, places: Int32Array, found: Float64Array): void {
  const place = places[range]!;
  if (place < 0) return;
  found[place] = value;
  places[range] = place + 1;
}

/** Sorts values in [low, low + width): many of them by counting, where they can only differ in few ways. */
function sortRange(values: Float64Array, low: number, width: number): void {
  if (width === 1) return;
  if (values.length < FEW || width > 16 * values.length) {
    values.sort();
    return;
  }
  const counts = new Float64Array(width);
  for (let i = 0; i < values.length; i++) counts[values[i]! - low]!++;
  let place = 0;
  for (let i = 0; i < width; i++) {
    const count = counts[i]!;
    if (count > 0) values.fill(low + i, place, place + count);
    place += count;
  }
}
