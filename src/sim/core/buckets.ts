/** Every quantile is within this share of the true value. */
export const HISTOGRAM_RELATIVE_ERROR = 0.005;

/**
 * The bucket of a whole value, without a logarithm: the upper bits of the double (its exponent and 7 bits of its
 * mantissa) name a first guess that is never too high and at most one too low; the bounds decide.
 */
export function bucketOf(value: number): number {
  if (value === 0) return 0;
  valueOfBits[0] = value;
  let bucket = guesses[(bitsOfValue[1]! >>> GUESS_SHIFT) - GUESS_OFFSET]!;
  while (value > bounds[bucket]!) bucket++;
  return bucket;
}

/** Of a value that is not less than one of that bucket, and mostly in it too. */
export function bucketFrom(bucket: number, value: number): number {
  return value <= bounds[bucket]! ? bucket : bucketOf(value);
}

/** The last step whose value is in the bucket, `from` being in it: estimated, then made exact. */
export function lastStepIn(bucket: number, first: number, slope: number, from: number): number {
  let step = Math.max(from, Math.floor((bounds[bucket]! - first) / slope));
  while (step > from && bucketOf(first + slope * step) > bucket) step--;
  while (bucketOf(first + slope * (step + 1)) <= bucket) step++;
  return step;
}

export const LOG_GROWTH = Math.log((1 + HISTOGRAM_RELATIVE_ERROR) / (1 - HISTOGRAM_RELATIVE_ERROR));

/** Upper bound of each bucket, up to 2^60. */
const bounds = Float64Array.from({ length: Math.ceil((60 * Math.LN2) / LOG_GROWTH) + 3 }, (_, bucket) =>
  bucket === 0 ? 0 : Math.exp((bucket - 1) * LOG_GROWTH),
);

/** The upper word of a double, little-endian as every machine that runs V8: 12 bits of sign and exponent, then mantissa. */
const valueOfBits = new Float64Array(1);
const bitsOfValue = new Uint32Array(valueOfBits.buffer);
const GUESS_BITS = 7;
const GUESS_SHIFT = 20 - GUESS_BITS;
/** Of the value 1: exponent 1023. */
const GUESS_OFFSET = 1023 << GUESS_BITS;
const guesses = firstGuesses();

/** By exponent and these bits of mantissa: the bucket of the smallest such value. */
function firstGuesses(): Int16Array {
  const table = new Int16Array(60 << GUESS_BITS);
  let bucket = 1;
  for (let key = 0; key < table.length; key++) {
    const exponent = key >> GUESS_BITS;
    let smallest = 1 + (key - (exponent << GUESS_BITS)) / (1 << GUESS_BITS);
    for (let i = 0; i < exponent; i++) smallest *= 2;
    while (smallest > bounds[bucket]!) bucket++;
    table[key] = bucket;
  }
  return table;
}
