import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Executor, OnDone } from '../plan/executor.js';
import { Interrupted } from '../plan/interrupted.js';
import type { Job, JobResult } from '../plan/job.js';
import { TraceError } from '../sim/trace-error.js';
import { type Answer, SharedTables, type Task } from './task.js';

export interface ThreadPoolOptions {
  /** Default: as many as the machine has cores. */
  readonly threads?: number;
  /** Another worker in the place of the product's, for tests of what happens when one dies. */
  readonly worker?: URL;
}

/** Runs on worker threads, all cores by default. Same results as in process, byte for byte. */
export class ThreadPool implements Executor {
  readonly width: number;
  readonly #pool: Piscina<Task, Answer>;
  readonly #tables = new SharedTables();
  #isStopped = false;

  constructor(options: ThreadPoolOptions = {}) {
    this.width = options.threads ?? availableParallelism();
    this.#pool = new Piscina<Task, Answer>({
      filename: fileURLToPath(options.worker ?? new URL('../bundle/worker.js', import.meta.url)),
      minThreads: this.width,
      maxThreads: this.width,
    });
    // A thread that dies without a task is replaced; one that dies with a task fails it, which is seen there.
    this.#pool.on('error', () => undefined);
  }

  async runAll(jobs: readonly Job[], onDone?: OnDone): Promise<readonly JobResult[]> {
    try {
      return await Promise.all(
        jobs.map(async (job, place) => {
          const result = await this.#runTwice(job);
          onDone?.(place, result);
          return result;
        }),
      );
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Ends everything under way; `runAll` then throws Interrupted. */
  stop(): void {
    this.#isStopped = true;
    void this.#pool.destroy();
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** A thread can die for reasons that are not the run's: out of memory beside others, a fault of the machine. */
  async #runTwice(job: Job): Promise<JobResult> {
    const first = await this.#run(job);
    return first.ok ? first : this.#run(job);
  }

  async #run({ subject, run, detail }: Job): Promise<JobResult> {
    const task: Task = { subject: { ...subject, traces: this.#tables.share(subject.traces) }, run, detail };
    if (this.#isStopped) throw new Interrupted('stopped');
    let answer: Answer;
    try {
      answer = await this.#pool.run(task);
    } catch (error) {
      if (this.#isStopped) throw new Interrupted('stopped');
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
    const { result, trace } = answer;
    if (trace !== null) throw new TraceError(trace.file, trace.line, trace.message);
    return result ?? { ok: false, message: 'the worker gave no answer' };
  }
}
