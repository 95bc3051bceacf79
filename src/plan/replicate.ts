import type { Summary } from '../sim/summary.js';
import type { Executor } from './executor.js';
import type { RunFailure } from './findings.js';
import type { Job } from './job.js';
import { meanSummary } from './mean-summary.js';
import type { Subject } from './subject.js';

export interface Replicated {
  /** null: no run came to its end. */
  readonly summary: Summary | null;
  readonly failures: readonly RunFailure[];
}

/** As many runs of a scenario as it says, each with random streams of its own, and their means with intervals. */
export async function replicate(subject: Subject, executor: Executor): Promise<Replicated> {
  const { scenario } = subject;
  const jobs = Array.from({ length: scenario.replications }, (_, k): Job => ({ subject, run: k + 1, detail: 'full' }));
  const summaries: Summary[] = [];
  const failures: RunFailure[] = [];
  for (const [k, result] of (await executor.runAll(jobs)).entries()) {
    if (result.ok) summaries.push(result.summary);
    else failures.push({ scenario: scenario.name, run: k + 1, message: result.message });
  }
  return { summary: summaries.length === 0 ? null : meanSummary(scenario, summaries), failures };
}
