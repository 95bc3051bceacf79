import { formatCount } from '../models/units.js';
import type { Summary } from '../sim/summary.js';
import { formatShare } from './format.js';
import { rareShedNotes } from './rare-sheds.js';
import { steadiness } from './steadiness.js';
import { printable } from './text-width.js';

const LATENCIES = [
  ['TTFT', 'ttftMs'],
  ['TPOT', 'tpotMs'],
  ['ITL', 'itlMs'],
  ['E2E', 'e2eMs'],
  ['queue', 'queueMs'],
] as const;

/** Which percentiles are not exact, and how far off they can be; null: all are. */
export function histogramNote(summary: Summary): string | null {
  const names: string[] = [];
  let worst = 0;
  for (const [name, key] of LATENCIES) {
    const errors = [...Object.values(summary.tiers), summary.total].map((tier) => tier[key].relativeError);
    const largest = Math.max(...errors);
    if (largest > 0) names.push(name);
    worst = Math.max(worst, largest);
  }
  return worst > 0 ? `${names.join(', ')}: percentiles from a histogram, within ±${formatShare(worst)}` : null;
}

/** How the figures were made. */
export function methodNotes(summary: Summary): string[] {
  const exact = histogramNote(summary);
  const overTime = Object.values(summary.detail?.tiers ?? {})[0]?.ttftOverTime.relativeError;
  return [
    `Percentiles interpolate linearly between samples, as numpy does by default; ${exact === null ? 'all are exact' : `exact up to a million samples. ${exact}`}.`,
    ...(overTime === undefined
      ? []
      : [`Percentiles over time come from coarser histograms, within ±${formatShare(overTime)}.`]),
    replications(summary),
  ];
}

function replications({ replications: several }: Summary): string {
  if (several === undefined) {
    return 'One run: the spread between seeds is not in these figures, and there are no intervals over replications.';
  }
  const { n, confidence } = several;
  return `Figures are means of ${n} runs with ${confidence * 100} % intervals (Student's t); charts show the first of them.`;
}

/** Percentiles that rest on too few samples to be trusted: fewer than twenty beyond the percentile. */
const BEYOND_MIN = 20;

export function validityNotes(summary: Summary): string[] {
  return [
    ...sampleNotes(summary),
    ...rareShedNotes(summary),
    ...steadinessNotes(summary),
    'Figures are as good as the step times and the workload they rest on; docs/validity.md says what is left out and what was measured.',
  ];
}

export function sampleNotes({ tiers }: Summary): string[] {
  return Object.entries(tiers).flatMap(([key, { ttftMs }]) => {
    if (ttftMs.n === 0 || ttftMs.n * 0.01 >= BEYOND_MIN) return [];
    const worst = ttftMs.n * 0.05 < BEYOND_MIN ? 'p95 and p99' : 'p99';
    return [
      `${printable(key)}: ${worst} of TTFT rest on fewer than ${BEYOND_MIN} slower attempts (n ${formatCount(ttftMs.n)})`,
    ];
  });
}

/** What one run can say of itself: batch means where there is a steady state, else why there is none. */
export function steadinessNotes(summary: Summary): string[] {
  const found = steadiness(summary);
  if (found === null) return [];
  return found.unsteady === null ? [...found.notes] : [`Figures depend on the horizon: ${found.unsteady}`];
}
