import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Executor } from '../plan/executor.js';
import type { Job, JobDone, JobResult } from '../plan/job.js';

const SCHEMA = 'tiersim-run/1';

/**
 * Runs that have ended, each in a file of its own that appears whole or not at all. A file is found again by the scenario's
 * hash, version and build of the program, seed, run and detail: nothing else can change what is in it.
 */
export class RunStore {
  readonly folder: string;
  readonly #build: string;

  /** `build`: what tells two builds of one version apart. */
  constructor(folder: string, build: string) {
    this.folder = folder;
    this.#build = build;
    mkdirSync(folder, { recursive: true });
  }

  read(job: Job): JobDone | null {
    try {
      const { schema, result } = JSON.parse(readFileSync(this.#path(job), 'utf8')) as {
        readonly schema?: unknown;
        readonly result: JobDone;
      };
      return schema === SCHEMA ? result : null;
    } catch {
      // Not there, or unreadable: then the run is made again.
      return null;
    }
  }

  write(job: Job, result: JobDone): void {
    const path = this.#path(job);
    const temporary = `${path}.${process.pid}.tmp`;
    // The same command elsewhere may have come to its end and removed the folder.
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(temporary, JSON.stringify({ schema: SCHEMA, result }));
    renameSync(temporary, path);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path({ subject, run, detail }: Job): string {
    const { hash, version, scenario, warnings, notes } = subject;
    const key = JSON.stringify([hash, version, this.#build, scenario.seed, run, detail, warnings, notes]);
    return join(this.folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }
}

/**
 * An executor that makes only the runs that the store does not have, and keeps what it makes. A full disk ends the keeping and
 * not the runs.
 */
export function resuming(
  executor: Executor,
  store: RunStore,
  onResumed: (runs: number) => void,
  onProblem: (reason: string) => void,
): Executor {
  let isKeeping = true;
  const keep = (job: Job, result: JobDone): void => {
    try {
      if (isKeeping) store.write(job, result);
    } catch (error) {
      isKeeping = false;
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return {
    width: executor.width,
    async runAll(jobs, onDone) {
      const results: (JobResult | null)[] = jobs.map((job) => store.read(job));
      const missing = jobs.flatMap((_, place) => (results[place] === null ? [place] : []));
      onResumed(jobs.length - missing.length);
      results.forEach((result, place) => {
        if (result !== null) onDone?.(place, result);
      });
      const made = await executor.runAll(
        missing.map((place) => jobs[place]!),
        (at, result) => {
          const place = missing[at]!;
          if (result.ok) keep(jobs[place]!, result);
          onDone?.(place, result);
        },
      );
      missing.forEach((place, at) => {
        results[place] = made[at]!;
      });
      return results as JobResult[];
    },
  };
}
