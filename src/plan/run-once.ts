import { simulate } from '../sim/simulate.js';
import type { Summary } from '../sim/summary.js';
import { TraceError } from '../sim/trace-error.js';
import type { Job, JobResult } from './job.js';
import { peaksOf } from './pool-peaks.js';

/** One run from its start to its end. What goes wrong is an answer; only a trace that cannot be read is thrown. */
export function runOnce({ subject, run, detail }: Job): JobResult {
  const { scenario, version, hash, traces, warnings, notes } = subject;
  try {
    const summary = simulate(scenario, { version, hash, traces, warnings, notes, run });
    return { ok: true, summary: detail === 'full' ? summary : slim(summary), peaks: peaksOf(scenario, summary) };
  } catch (error) {
    if (error instanceof TraceError) throw error;
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function slim(summary: Summary): Summary {
  return {
    ...summary,
    series: { bucketSeconds: summary.series.bucketSeconds, atSeconds: [], tiers: {}, pools: {}, hardware: {} },
  };
}
