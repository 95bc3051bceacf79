import { lowestOf, type RangeCounts, rangeOf, rangeOfShort, type Values, widthOf } from './range-counts.js';

/** So many values are sorted rather than counted. */
const FEW = 4096;

/**
 * The values of any ranks among whole numbers >= 0, without sorting them all: they have been counted by range, and the
 * few of the ranges that are asked for are sorted. The parts are read and never written.
 */
export class Ranks {
  readonly n: number;
  /** How many values lie below each range, up to that of the largest. */
  private readonly below: Float64Array;
  /** By range: its values in order, of those that were looked at. */
  private readonly looked = new Map<number, Float64Array>();

  constructor(
    private readonly parts: readonly Values[],
    /** Of the same values; it may be added to later. */
    counted: RangeCounts,
    /** Ranks of all these values, in groups: they look for them in the place of this. */
    private readonly members: readonly Ranks[] = [],
  ) {
    this.n = counted.n;
    this.below = counted.below();
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
    let high = this.below.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.below[middle]! <= rank) low = middle;
      else high = middle;
    }
    return low;
  }

  private countOf(range: number): number {
    return range < this.below.length - 1 ? this.below[range + 1]! - this.below[range]! : 0;
  }

  private lookFor(ranges: readonly number[], shares: readonly number[]): void {
    const wanted = new Set(ranges);
    for (const share of this.n === 0 ? [] : shares) {
      const place = share * (this.n - 1);
      wanted.add(this.rangeAt(Math.floor(place))).add(this.rangeAt(Math.ceil(place)));
    }
    const asked = [...wanted].filter((range) => this.countOf(range) > 0 && !this.looked.has(range));
    if (asked.length === 0) return;
    for (const member of this.members) member.lookFor(asked, shares);
    const found = new Float64Array(asked.reduce((size, range) => size + this.countOf(range), 0));
    const ends = this.members.length > 0 ? this.gather(asked, found) : this.look(asked, found);
    for (const [i, range] of asked.entries()) {
      const values = found.subarray(ends[i]! - this.countOf(range), ends[i]!);
      sortRange(values, lowestOf(range), widthOf(range));
      this.looked.set(range, values);
    }
  }

  /** Where the values of each range end in the list of all that is found. */
  private gather(ranges: readonly number[], found: Float64Array): number[] {
    let end = 0;
    return ranges.map((range) => {
      for (const { looked } of this.members) {
        const values = looked.get(range);
        if (values === undefined) continue;
        found.set(values, end);
        end += values.length;
      }
      return end;
    });
  }

  private look(ranges: readonly number[], found: Float64Array): number[] {
    // Where in that list the next value of each range goes; -1: nobody asks for it.
    const places = new Int32Array(this.below.length).fill(-1);
    let size = 0;
    for (const range of ranges) {
      places[range] = size;
      size += this.countOf(range);
    }
    for (const part of this.parts) {
      if (part instanceof Uint32Array) findShort(part, places, found);
      else findLong(part, places, found);
    }
    return ranges.map((range) => places[range]!);
  }
}

// Loops as in RangeCounts.

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
