/** Draws `n` numbers. */
export function drawn(n: number, draw: () => number): Float64Array {
  return Float64Array.from({ length: n }, draw);
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

export function varianceOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index]! - mean) * (values[index]! - mean);
  return sum / (values.length - 1);
}

/** Pearson correlation of each value with the next. */
export function lagCorrelation(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let index = 1; index < values.length; index++) sum += (values[index - 1]! - mean) * (values[index]! - mean);
  return sum / ((values.length - 1) * varianceOf(values));
}

/** Kolmogorov-Smirnov statistic times sqrt(n): above 1.95 in one of a thousand samples that do follow the law. */
export function kolmogorovSmirnov(values: Float64Array, cumulative: (x: number) => number): number {
  const sorted = values.slice().sort();
  let distance = 0;
  sorted.forEach((value, index) => {
    const expected = cumulative(value);
    distance = Math.max(distance, expected - index / sorted.length, (index + 1) / sorted.length - expected);
  });
  return distance * Math.sqrt(sorted.length);
}

/** Regularised lower incomplete gamma function by its power series; `logGammaOfShape` = ln gamma(shape). */
export function gammaCumulative(x: number, shape: number, logGammaOfShape: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let index = 1; term > 1e-17 * sum; index++) {
    term *= x / (shape + index);
    sum += term;
  }
  return sum * Math.exp(-x + shape * Math.log(x) - logGammaOfShape);
}

/** Standard normal: half a gamma law of shape 1/2 on either side, because z^2/2 follows that law. */
export function normalCumulative(z: number): number {
  if (z === 0) return 0.5;
  const tail = 0.5 * gammaCumulative(0.5 * z * z, 0.5, 0.5 * Math.log(Math.PI));
  return z > 0 ? 0.5 + tail : 0.5 - tail;
}
