/** A lognormal distribution: exp(mu + sigma * standard normal). */
export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** The 95 % point of the standard normal distribution. */
const Z95 = 1.6448536269514722;

/** exp(Z95^2 / 2) = 3.868: no lognormal distribution has a larger ratio of p95 to mean. */
export const MAX_P95_TO_MEAN = Math.exp((Z95 * Z95) / 2);

/**
 * The lognormal distribution with this mean and 95 % point. ln(p95/mean) = Z95 sigma - sigma^2/2 has two roots; the
 * smaller, less extreme sigma is taken. Null when no such root exists: p95 below the mean, or above 3.868 means.
 */
export function lognormalFromMeanP95(mean: number, p95: number): Lognormal | null {
  const logRatio = Math.log(p95 / mean);
  const discriminant = Z95 * Z95 - 2 * logRatio;
  if (!(logRatio >= 0 && discriminant >= 0)) return null;
  // Z95 - sqrt(discriminant), in the form that does not cancel when the ratio is near 1.
  const sigma = (2 * logRatio) / (Z95 + Math.sqrt(discriminant));
  return { mu: Math.log(mean) - (sigma * sigma) / 2, sigma };
}
