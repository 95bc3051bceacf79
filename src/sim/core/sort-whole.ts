const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const MASK = DIGITS - 1;
/** Below this the built-in sort is as fast. */
const FEW = 4096;

/**
 * Sorts whole numbers >= 0 in place. Numbers below 2^32, as most durations in microseconds are, go by digits in three
 * passes: several times as fast as comparing when there are a million.
 */
export function sortWhole(values: Float64Array, max: number): void {
  if (values.length < FEW || max >= 4_294_967_296) {
    values.sort();
    return;
  }
  let from = Uint32Array.from(values);
  let to = new Uint32Array(values.length);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    if (max >>> shift === 0) break;
    distribute(from, to, shift);
    [from, to] = [to, from];
  }
  values.set(from);
}

function distribute(from: Uint32Array, to: Uint32Array, shift: number): void {
  const starts = new Uint32Array(DIGITS + 1);
  for (let i = 0; i < from.length; i++) starts[((from[i]! >>> shift) & MASK) + 1]!++;
  for (let digit = 0; digit < DIGITS; digit++) starts[digit + 1]! += starts[digit]!;
  for (let i = 0; i < from.length; i++) {
    const value = from[i]!;
    to[starts[(value >>> shift) & MASK]!++] = value;
  }
}
