import { ExactSum } from './exact-sum.js';

/** Values fall into so many ranges of equal width; only the range that a rank lies in is looked at more closely. */
const RANGES = 4096;
/** So many values are sorted rather than divided again. */
const FEW = 4096;

export type Values = Uint32Array | Float64Array;

/**
 * The values of any rank among whole numbers >= 0, without sorting them all: they are counted by range once, and the
 * few of the range that is asked for are sorted. The parts are read and never written.
 */
export class Ranks {
  readonly n: number;
  readonly max: number;
  readonly sum = new ExactSum();
  private readonly width: number;
  /** How many values lie below each range. */
  private readonly below: Float64Array;
  /** The range asked for last, with its values in order; none yet. */
  private range = RANGES;
  private inRange: Float64Array = new Float64Array(0);

  constructor(private readonly parts: readonly Values[]) {
    let n = 0;
    let max = 0;
    for (const part of parts) {
      n += part.length;
      for (let i = 0; i < part.length; i++) {
        const value = part[i]!;
        this.sum.add(value);
        if (value > max) max = value;
      }
    }
    this.n = n;
    this.max = max;
    // A power of two, so that dividing by it is exact.
    let width = 1;
    while (width * RANGES <= max) width *= 2;
    this.width = width;
    this.below = this.countBelow();
  }

  /** 0: the smallest. */
  at(rank: number): number {
    if (rank < this.below[this.range]! || rank >= this.below[this.range + 1]!) this.look(rank);
    return this.inRange[rank - this.below[this.range]!]!;
  }

  private look(rank: number): void {
    let low = 0;
    let high = RANGES;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.below[middle]! <= rank) low = middle;
      else high = middle;
    }
    this.range = low;
    this.inRange = this.gather(low);
    sortRange(this.inRange, low * this.width, this.width);
  }

  private countBelow(): Float64Array {
    const below = new Float64Array(RANGES + 1);
    const perWidth = 1 / this.width;
    for (const part of this.parts) {
      for (let i = 0; i < part.length; i++) below[((part[i]! * perWidth) | 0) + 1]!++;
    }
    for (let range = 0; range < RANGES; range++) below[range + 1]! += below[range]!;
    return below;
  }

  private gather(range: number): Float64Array {
    const values = new Float64Array(this.below[range + 1]! - this.below[range]!);
    const perWidth = 1 / this.width;
    let count = 0;
    for (const part of this.parts) {
      for (let i = 0; i < part.length; i++) {
        const value = part[i]!;
        if (((value * perWidth) | 0) === range) values[count++] = value;
      }
    }
    return values;
  }
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
