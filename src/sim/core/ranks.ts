import { ExactSum } from './exact-sum.js';

/** Values fall into so many ranges of equal width; only the ranges that ranks asked for lie in are looked at more closely. */
const RANGES = 4096;
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
  private readonly width: number;
  /** How many values lie below each range. */
  private readonly below: Float64Array;
  /** By range: its values in order, of those that were looked at last. */
  private readonly looked = new Map<number, Float64Array>();

  constructor(private readonly parts: readonly Values[]) {
    let n = 0;
    let max = 0;
    for (const part of parts) {
      n += part.length;
      // Below 2^32 each, and far fewer than 2^21 of them: their sum is exact without more ado.
      const isShort = part instanceof Uint32Array;
      let sum = 0;
      for (let i = 0; i < part.length; i++) {
        const value = part[i]!;
        if (value > max) max = value;
        if (isShort) sum += value;
        else this.sum.add(value);
      }
      this.sum.add(sum);
    }
    this.n = n;
    this.max = max;
    // A power of two, so that dividing by it is exact.
    let width = 1;
    while (width * RANGES <= max) width *= 2;
    this.width = width;
    this.below = this.countBelow();
  }

  /** Values that will be asked for together are looked for together. */
  prepare(ranks: readonly number[]): void {
    this.look(new Set(ranks.map((rank) => this.rangeOf(rank))));
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

  private countBelow(): Float64Array {
    const below = new Float64Array(RANGES + 1);
    const perWidth = 1 / this.width;
    for (const part of this.parts) {
      for (let i = 0; i < part.length; i++) below[((part[i]! * perWidth) | 0) + 1]!++;
    }
    for (let range = 0; range < RANGES; range++) below[range + 1]! += below[range]!;
    return below;
  }

  private look(ranges: ReadonlySet<number>): void {
    const { looked } = this;
    looked.clear();
    const isWanted = new Uint8Array(RANGES);
    const counts = new Float64Array(RANGES);
    for (const range of ranges) {
      isWanted[range] = 1;
      looked.set(range, new Float64Array(this.below[range + 1]! - this.below[range]!));
    }
    const perWidth = 1 / this.width;
    for (const part of this.parts) {
      for (let i = 0; i < part.length; i++) {
        const range = (part[i]! * perWidth) | 0;
        if (isWanted[range] === 1) looked.get(range)![counts[range]!++] = part[i]!;
      }
    }
    for (const [range, values] of looked) sortRange(values, range * this.width, this.width);
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
