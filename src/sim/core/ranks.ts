import { ExactSum } from './exact-sum.js';

/** Values fall into so many ranges of equal width; only the ranges that ranks asked for lie in are looked at more closely. */
const RANGES = 4096;
/** Ranges are no wider where all values are below 2^32. */
const MOST_SHORT_WIDTH = 1_048_576;
/** So many values are sorted rather than divided again. */
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
  /** A power of two. */
  private readonly width: number;
  /** How many values lie in each range, and below it. */
  private readonly counts = new Int32Array(RANGES);
  private readonly below = new Float64Array(RANGES + 1);
  /** By range: its values in order, of those that were looked at. */
  private readonly looked = new Map<number, Float64Array>();

  /** `counted`: ranks of all these values, in groups, from which what has been counted already is taken. */
  constructor(
    private readonly parts: readonly Values[],
    counted: readonly Ranks[] = [],
  ) {
    this.n = parts.reduce((n, part) => n + part.length, 0);
    const areCounted = counted.length > 0;
    this.max = Math.max(0, ...(areCounted ? counted.map(({ max }) => max) : parts.map((part) => this.addUp(part))));
    let width = 1;
    while (width * RANGES <= this.max) width *= 2;
    this.width = width;
    if (!areCounted) this.count();
    for (const ranks of counted) this.takeCounts(ranks);
    for (let range = 0; range < RANGES; range++) this.below[range + 1] = this.below[range]! + this.counts[range]!;
  }

  /** Values that will be asked for together are looked for together. */
  prepare(ranks: readonly number[]): void {
    const ranges = ranks.map((rank) => this.rangeOf(rank)).filter((range) => !this.looked.has(range));
    if (ranges.length > 0) this.look(new Set(ranges));
  }

  /** 0: the smallest. */
  at(rank: number): number {
    const range = this.rangeOf(rank);
    if (!this.looked.has(range)) this.look(new Set([range]));
    return this.looked.get(range)![rank - this.below[range]!]!;
  }

  private rangeOf(rank: number): number {
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
  private addUp(part: Values): number {
    return part instanceof Uint32Array ? addShort(part, this.sum) : addLong(part, this.sum);
  }

  private count(): void {
    const { counts, width } = this;
    for (const part of this.parts) {
      if (part instanceof Uint32Array && width <= MOST_SHORT_WIDTH) countShort(part, shiftOf(width), counts);
      else countLong(part, 1 / width, counts);
    }
  }

  /** Its ranges are as wide as these, or several of them make one of these. */
  private takeCounts({ counts, width, sum }: Ranks): void {
    this.sum.addSum(sum);
    const together = this.width / width;
    for (let range = 0; range < RANGES; range++) this.counts[Math.floor(range / together)]! += counts[range]!;
  }

  private look(ranges: ReadonlySet<number>): void {
    const { below, width } = this;
    // Where in the list of all that is found the next value of each range goes; -1: nobody asks for it.
    const places = new Int32Array(RANGES).fill(-1);
    let size = 0;
    for (const range of ranges) {
      places[range] = size;
      size += below[range + 1]! - below[range]!;
    }
    const found = new Float64Array(size);
    for (const part of this.parts) {
      if (part instanceof Uint32Array && width <= MOST_SHORT_WIDTH) findShort(part, shiftOf(width), places, found);
      else findLong(part, 1 / width, places, found);
    }
    for (const range of ranges) {
      const end = places[range]!;
      const values = found.subarray(end - (below[range + 1]! - below[range]!), end);
      sortRange(values, range * width, width);
      this.looked.set(range, values);
    }
  }
}

// A summary goes through every value several times, so each kind of array has short loops of its own, and those over short
// values take four in each turn: V8 asks anew in every turn what array it has before it, and how long that is. What is left
// over comes first, so that it is known when the loop is compiled.

/** Adds all of them to the sum; the largest. */
function addShort(part: Uint32Array, total: ExactSum): number {
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
  }
  for (; i < length; i += 4) {
    const [a, b, c, d] = [part[i]!, part[i + 1]!, part[i + 2]!, part[i + 3]!];
    if (a > max) max = a;
    if (b > max) max = b;
    if (c > max) max = c;
    if (d > max) max = d;
    sum += a + b + c + d;
  }
  total.add(sum - 0.5);
  return max;
}

function addLong(part: Float64Array, total: ExactSum): number {
  let max = 0;
  for (let i = 0; i < part.length; i++) {
    const value = part[i]!;
    if (value > max) max = value;
    total.add(value);
  }
  return max;
}

function countShort(part: Uint32Array, shift: number, counts: Int32Array): void {
  const { length } = part;
  let i = 0;
  for (; i < (length & 3); i++) counts[part[i]! >>> shift]!++;
  for (; i < length; i += 4) {
    counts[part[i]! >>> shift]!++;
    counts[part[i + 1]! >>> shift]!++;
    counts[part[i + 2]! >>> shift]!++;
    counts[part[i + 3]! >>> shift]!++;
  }
}

function countLong(part: Values, perWidth: number, counts: Int32Array): void {
  for (let i = 0; i < part.length; i++) counts[(part[i]! * perWidth) | 0]!++;
}

function findShort(part: Uint32Array, shift: number, places: Int32Array, found: Float64Array): void {
  const { length } = part;
  let i = 0;
  for (; i < (length & 3); i++) keep(part[i]!, shift, places, found);
  for (; i < length; i += 4) {
    keep(part[i]!, shift, places, found);
    keep(part[i + 1]!, shift, places, found);
    keep(part[i + 2]!, shift, places, found);
    keep(part[i + 3]!, shift, places, found);
  }
}

/** If somebody asks for its range. */
function keep(value: number, shift: number, places: Int32Array, found: Float64Array): void {
  const range = value >>> shift;
  const place = places[range]!;
  if (place < 0) return;
  found[place] = value;
  places[range] = place + 1;
}

function findLong(part: Values, perWidth: number, places: Int32Array, found: Float64Array): void {
  for (let i = 0; i < part.length; i++) {
    const value = part[i]!;
    const range = (value * perWidth) | 0;
    const place = places[range]!;
    if (place < 0) continue;
    found[place] = value;
    places[range] = place + 1;
  }
}

/** A division by `width` as a shift. */
function shiftOf(width: number): number {
  return 31 - Math.clz32(width);
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
