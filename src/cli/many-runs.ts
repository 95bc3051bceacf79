import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor } from '../plan/executor.js';
import type { RunFailure } from '../plan/findings.js';
import { Interrupted } from '../plan/interrupted.js';
import { RunStore, resuming } from '../run/run-store.js';
import { ThreadPool } from '../run/thread-pool.js';
import { EXIT } from './exit-codes.js';
import { LiveLine } from './live-line.js';
import { manyRunsLine } from './progress.js';
import type { Terminal } from './terminal.js';
import { UserError } from './user-error.js';

export interface ManyRuns {
  /** null: all cores. */
  readonly workers: number | null;
  /** Threads that are starting already, in the place of ones made when the runs begin. */
  readonly pool?: ThreadPool;
  /** Where finished runs are kept for good; null: in the user's cache, until the command has come to its end. */
  readonly runsFolder: string | null;
}

/**
 * Gives the work an executor on all cores that keeps finished runs on disk, shows progress and ends at Ctrl-C; null when it
 * was interrupted. The same command goes on where it ended, since its runs are found again.
 */
export async function withManyRuns<Result>(
  label: string,
  options: ManyRuns,
  terminal: Terminal,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result | null> {
  const store = openStore(options.runsFolder, terminal);
  const pool = options.pool ?? startThreads(options.workers);
  const warn = (reason: string) => terminal.note(`a finished run could not be kept: ${reason}`);
  const watched: Watched = new Watched(
    store === null ? pool : resuming(pool, store, (runs) => watched.addResumed(runs), warn),
  );
  const line = new LiveLine(terminal.isLive);
  const startedMs = performance.now();
  const timer = setInterval(() => {
    line.update(() => manyRunsLine(label, watched.counts(), (performance.now() - startedMs) / 1000));
  }, 100);
  const stop = new Stop(
    () => pool.stop(),
    () => line.clear(),
  );
  try {
    const result = await work(watched);
    if (options.runsFolder === null) store?.remove();
    return result;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    line.clear();
    const { done } = watched.counts();
    terminal.note(
      store === null
        ? `interrupted after ${done} runs`
        : `interrupted: ${done} finished runs are kept in ${store.folder}; the same command goes on from there`,
    );
    return null;
  } finally {
    clearInterval(timer);
    line.clear();
    stop.release();
    await pool.close();
  }
}

/** null: on all cores. */
export function startThreads(workers: number | null): ThreadPool {
  return new ThreadPool(workers === null ? {} : { threads: workers });
}

/** A run that went wrong twice is named with its scenario; the results are of the others. */
export function reportFailures(failures: readonly RunFailure[], terminal: Terminal): void {
  for (const { scenario, run, message } of failures)
    terminal.error(`error: run ${run} of ${scenario} failed twice and is left out: ${message}`);
}

/** Counts what goes through an executor. */
class Watched implements Executor {
  readonly width: number;
  readonly #inner: Executor;
  #done = 0;
  #resumed = 0;
  #total = 0;

  constructor(inner: Executor) {
    this.#inner = inner;
    this.width = inner.width;
  }

  runAll: Executor['runAll'] = (jobs, onDone) => {
    this.#total += jobs.length;
    return this.#inner.runAll(jobs, (place, result) => {
      this.#done++;
      onDone?.(place, result);
    });
  };

  addResumed(runs: number): void {
    this.#resumed += runs;
  }

  counts() {
    const left = this.#total - this.#done;
    return { done: this.#done, resumed: this.#resumed, running: Math.min(left, this.width), total: this.#total };
  }
}

/** The first Ctrl-C (or SIGTERM) ends the runs under way and keeps the finished ones; the second one ends at once. */
class Stop {
  #isRequested = false;
  readonly #onSignal: () => void;

  constructor(stop: () => void, beforeExit: () => void) {
    this.#onSignal = () => {
      if (this.#isRequested) {
        beforeExit();
        process.exit(EXIT.interrupted);
      }
      this.#isRequested = true;
      stop();
    };
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}

/** A folder named by the user must work; one in the cache is a convenience that may be missing. */
function openStore(folder: string | null, terminal: Terminal): RunStore | null {
  try {
    return new RunStore(folder ?? cacheFolder(), buildDigest());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (folder !== null) throw new UserError(`cannot keep runs in ${folder}: ${reason}`);
    terminal.note(`finished runs are not kept (${reason}); an interrupted command will begin anew`);
    return null;
  }
}

/** One for each command line and folder it is given in. */
function cacheFolder(): string {
  const command = JSON.stringify([process.cwd(), ...process.argv.slice(2)]);
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'tiersim', 'runs', createHash('sha256').update(command).digest('hex').slice(0, 16));
}

/** Of the program's own files: a run kept by another build must not be taken for one of this. */
function buildDigest(): string {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const digest = createHash('sha256');
  for (const part of ['models', 'sim', 'plan']) {
    for (const file of readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).sort()) {
      if (file.endsWith('.js')) digest.update(readFileSync(join(root, part, file)));
    }
  }
  return digest.digest('hex').slice(0, 16);
}
