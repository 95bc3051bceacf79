import type { Estimate, RatioEstimate } from './findings.js';
import { studentT95 } from './student-t.js';

/** Of independent values, one a run; null without any, and where one of them is infinite. */
export function estimate(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n === 0 || values.includes(Number.POSITIVE_INFINITY)) return null;
  const mean = meanOf(values);
  if (n === 1) return { mean, halfWidth: null, n };
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { mean, halfWidth: studentT95(n - 1) * Math.sqrt(squares / (n - 1) / n), n };
}

/** Pairs in which a side is not above 0 have no ratio and are left out; null when none is left. */
export function ratioEstimate(pairs: readonly (readonly [base: number, changed: number])[]): RatioEstimate | null {
  const logs = pairs.filter(([a, b]) => a > 0 && b > 0).map(([a, b]) => Math.log(b / a));
  const log = estimate(logs);
  if (log === null) return null;
  const { mean, halfWidth, n } = log;
  return {
    ratio: Math.exp(mean),
    low: halfWidth === null ? null : Math.exp(mean - halfWidth),
    high: halfWidth === null ? null : Math.exp(mean + halfWidth),
    n,
  };
}

/** Equal values have exactly themselves as mean, whatever rounding would make of their sum. */
function meanOf(values: readonly number[]): number {
  const first = values[0]!;
  let beyond = 0;
  for (const value of values) beyond += value - first;
  return first + beyond / values.length;
}
