import { textHash } from '../scenario/hash.js';
import type { Executor } from './executor.js';

/** An executor that remembers what its runs did, so that a study has one fingerprint as a run has. */
export class Witness implements Executor {
  readonly width: number;
  /** By scenario and run, so that neither order nor batches matter. */
  readonly #fingerprints = new Map<string, string>();

  constructor(private readonly executor: Executor) {
    this.width = executor.width;
  }

  runAll: Executor['runAll'] = async (jobs, onDone) => {
    const results = await this.executor.runAll(jobs, onDone);
    for (const [place, { subject, run }] of jobs.entries()) {
      const result = results[place]!;
      if (result.ok) this.#fingerprints.set(`${subject.hash} ${run}`, result.summary.run.fingerprint);
    }
    return results;
  };

  /** Of all runs that came to their end. */
  get fingerprint(): string {
    const lines = [...this.#fingerprints].map(([key, fingerprint]) => `${key} ${fingerprint}\n`);
    return textHash(lines.sort().join('')).slice(0, 16);
  }
}
