import type { RandomStream } from './random.js';

// Powers are taken by exp and log: the last bit of the language's own power function changed between Node 22 and 24.

export function exponential(stream: RandomStream, mean: number): number {
  return -mean * Math.log(stream.uniform());
}

/** Marsaglia's polar method; the second deviate of each pair waits in the stream itself. */
export function standardNormal(stream: RandomStream): number {
  const spare = stream.spareNormal;
  if (!Number.isNaN(spare)) {
    stream.spareNormal = Number.NaN;
    return spare;
  }
  let x: number;
  let y: number;
  let square: number;
  do {
    x = 2 * stream.uniform() - 1;
    y = 2 * stream.uniform() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square === 0);
  const scale = Math.sqrt((-2 * Math.log(square)) / square);
  stream.spareNormal = y * scale;
  return x * scale;
}

export function lognormal(stream: RandomStream, mu: number, sigma: number): number {
  return Math.exp(mu + sigma * standardNormal(stream));
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), with their step for shapes below 1. */
export function gamma(stream: RandomStream, shape: number, scale: number): number {
  if (shape < 1) {
    const boosted = gamma(stream, shape + 1, scale);
    return boosted * Math.exp(Math.log(stream.uniform()) / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = standardNormal(stream);
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const cube = root * root * root;
    if (Math.log(stream.uniform()) < 0.5 * normal * normal + d * (1 - cube + Math.log(cube))) return d * cube * scale;
  }
}

export function weibull(stream: RandomStream, shape: number, scale: number): number {
  return scale * Math.exp(Math.log(-Math.log(stream.uniform())) / shape);
}

/** Uniform over the whole numbers low to high, both included. */
export function uniformInt(stream: RandomStream, low: number, high: number): number {
  return low + Math.floor(stream.uniform() * (high - low + 1));
}

/** Popularity of ranks 1 to `count` under Zipf's law: proportional to rank^-exponent. */
export function zipfWeights(count: number, exponent: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.exp(-exponent * Math.log(index + 1)));
}

/** Running sums of the weights, ready for `drawIndex`. */
export function cumulativeWeights(weights: ArrayLike<number>): Float64Array {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index]!;
    cumulative[index] = sum;
  }
  return cumulative;
}

/** An index with probability in proportion to its weight; one draw, binary search. A weight of 0 is never drawn. */
export function drawIndex(stream: RandomStream, cumulative: Float64Array): number {
  const last = cumulative.length - 1;
  const target = stream.uniform() * cumulative[last]!;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
