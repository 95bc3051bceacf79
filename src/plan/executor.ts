import type { Job, JobResult } from './job.js';
import { runOnce } from './run-once.js';

/** Makes many runs. The results stand in the order of the jobs, whatever the order in which they ended. */
export interface Executor {
  /** How many runs go on at a time: a batch smaller than that leaves some of them idle. */
  readonly width: number;
  /** `onDone` is told of each run as it ends. */
  runAll(jobs: readonly Job[], onDone?: OnDone): Promise<readonly JobResult[]>;
}

export type OnDone = (place: number, result: JobResult) => void;

/** One after the other where the caller is: for a browser, a test, a few runs. */
export const inProcess: Executor = {
  width: 1,
  runAll: async (jobs, onDone) =>
    jobs.map((job, place) => {
      const result = runOnce(job);
      onDone?.(place, result);
      return result;
    }),
};
