export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Nearest rank. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

/** Largest distance between the empirical distributions of two samples. */
export function ksDistance(a, b) {
  const [left, right] = [a, b].map((values) => [...values].sort((x, y) => x - y));
  let [i, j, most] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const value = Math.min(left[i], right[j]);
    while (i < left.length && left[i] <= value) i++;
    while (j < right.length && right[j] <= value) j++;
    most = Math.max(most, Math.abs(i / left.length - j / right.length));
  }
  return most;
}

/** Relative errors of pairs [simulated, measured], in percent: median and mean of the absolute, mean of the signed. */
export function errors(pairs) {
  const signed = pairs.map(([simulated, measured]) => 100 * (simulated / measured - 1));
  const absolute = signed.map(Math.abs);
  return { median: median(absolute), mape: mean(absolute), bias: mean(signed) };
}
