import { ExactSum } from './exact-sum.js';

export type Values = Uint32Array | Float64Array;

/** Values below 256 have a range each, and from there on each doubling has 128: whatever the values are, ranges are narrow. */
const FINE_BITS = 7;
const FINE = 255;
/** Up to 2^53. */
const RANGES = (46 << FINE_BITS) + 128;
const TWO_32 = 4_294_967_296;
/** The powers of two. */
const widths = Float64Array.from({ length: 46 }, () => 1);
for (let shift = 1; shift < widths.length; shift++) widths[shift] = 2 * widths[shift - 1]!;

const NOTHING = new Int32Array(0);

/** How many of some whole values >= 0 lie in each range, with their number, exact sum and maximum. */
export class RangeCounts {
  n = 0;
  max = 0;
  readonly sum = new ExactSum();
  private counts = NOTHING;

  /** How many values lie below each range, up to that of the largest, and in the end how many there are. */
  below(): Float64Array {
    const below = new Float64Array(rangeOf(this.max) + 2);
    for (let range = 0; range < below.length - 1; range++) below[range + 1] = below[range]! + (this.counts[range] ?? 0);
    return below;
  }

  add(part: Values): void {
    this.reserve();
    const { counts, sum } = this;
    const max = part instanceof Uint32Array ? countShort(part, counts, sum) : countLong(part, counts, sum);
    if (max > this.max) this.max = max;
    this.n += part.length;
  }

  addAll({ counts, n, max, sum }: RangeCounts): void {
    if (n === 0) return;
    this.reserve();
    for (let range = rangeOf(max); range >= 0; range--) this.counts[range]! += counts[range]!;
    this.n += n;
    if (max > this.max) this.max = max;
    this.sum.addSum(sum);
  }

  /** Most distributions of most tiers stay empty. */
  private reserve(): void {
    if (this.counts === NOTHING) this.counts = new Int32Array(RANGES);
  }
}

/** Of a value below 2^32. */
export function rangeOfShort(value: number): number {
  const shift = 24 - Math.clz32(value | FINE);
  return (shift << FINE_BITS) + (value >>> shift);
}

export function rangeOf(value: number): number {
  if (value < TWO_32) return rangeOfShort(value);
  const shift = 56 - Math.clz32(value / TWO_32);
  return (shift << FINE_BITS) + Math.floor(value / widths[shift]!);
}

export function widthOf(range: number): number {
  return widths[shiftOf(range)]!;
}

export function lowestOf(range: number): number {
  const shift = shiftOf(range);
  return (range - (shift << FINE_BITS)) * widths[shift]!;
}

function shiftOf(range: number): number {
  return Math.max(0, (range >> FINE_BITS) - 1);
}

// Each kind of array has a short loop of its own, and that over short values takes four in each turn: V8 asks anew in every turn
// what array it has before it, and how long that is. What is left over comes first, so that it is known when the loop is compiled.

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
