import type { Summary } from '../sim/summary.js';
import type { PoolPeak } from './pool-peaks.js';
import type { Subject } from './subject.js';

/** `slim` leaves out what only a report of the run itself shows: the series over time. */
export type Detail = 'full' | 'slim';

/** One run to be made: plain data, so that any thread can take it. */
export interface Job {
  readonly subject: Subject;
  /** From 1: which replication; its streams are `<seed>/<run>/...`. */
  readonly run: number;
  readonly detail: Detail;
}

export type JobResult = JobDone | JobFailed;

export interface JobDone {
  readonly ok: true;
  readonly summary: Summary;
  readonly peaks: Readonly<Record<string, PoolPeak>>;
}

export interface JobFailed {
  readonly ok: false;
  readonly message: string;
}
