/**
 * Coarse logarithmic buckets, 16 to an octave, for the many small histograms that charts are made of: the upper bits of
 * the double name the bucket, so there is no logarithm. Whole microseconds up to two years.
 */
export const LOG_BUCKETS = 46 * 16 + 1;
/** Of the middle of a bucket. */
export const LOG_BUCKET_ERROR = 1 / 32;

/** 0 for zero, then one bucket for each sixteenth of an octave from 1 on. */
export function logBucketOf(value: number): number {
  if (value < 1) return 0;
  valueOfBits[0] = value;
  return Math.min(LOG_BUCKETS - 1, (bitsOfValue[1]! >>> 16) - FIRST + 1);
}

/** The middle of a bucket. */
export function logBucketValue(bucket: number): number {
  if (bucket === 0) return 0;
  bitsOfValue[0] = 0;
  bitsOfValue[1] = (bucket - 1 + FIRST) << 16;
  const low = valueOfBits[0]!;
  bitsOfValue[1] = (bucket + FIRST) << 16;
  return (low + valueOfBits[0]!) / 2;
}

/** The upper word of a double, little-endian as every machine that runs V8. */
const valueOfBits = new Float64Array(1);
const bitsOfValue = new Uint32Array(valueOfBits.buffer);
const FIRST = 1023 << 4;
