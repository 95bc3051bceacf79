import type { Scenario } from '../models/scenario.js';
import type { Summary, TargetResult } from '../sim/summary.js';
import type { Executor } from './executor.js';
import type { RunFailure } from './findings.js';
import type { Job, JobDone } from './job.js';
import { meanSummary } from './mean-summary.js';
import { type LoadPart, scaledLoad } from './scale-load.js';
import { type Subject, withScenario } from './subject.js';

/** A load that was tried, with what the runs made of it. */
export interface Trial {
  readonly factor: number;
  readonly runs: readonly JobDone[];
  /** Judged by the mean over the runs. */
  readonly targets: readonly TargetResult[];
  /** Requests of all tiers. */
  readonly offeredPerSecond: number;
  /** Completed requests over offered ones. */
  readonly successRate: number;
}

/** Tries loads, each once, with the same random numbers at each: run k of every factor has those of run k. */
export class LoadTrials {
  readonly failures: RunFailure[] = [];
  readonly #trials = new Map<number, Trial>();

  constructor(
    private readonly subject: Subject,
    private readonly part: LoadPart,
    /** Runs from + 1 to from + count. */
    private readonly runs: { readonly from: number; readonly count: number },
    private readonly executor: Executor,
  ) {}

  /** By factor, lowest first. */
  get all(): readonly Trial[] {
    return [...this.#trials.values()].sort((a, b) => a.factor - b.factor);
  }

  /** Requests a second that one times the load of the part brings; null: one load alone does not tell. */
  get partPerSecond(): number | null {
    const [first] = this.all;
    const last = this.all.at(-1);
    if (first === undefined || last === undefined || first === last) return null;
    return (last.offeredPerSecond - first.offeredPerSecond) / (last.factor - first.factor);
  }

  at(factor: number): Trial | undefined {
    return this.#trials.get(factor);
  }

  /** All at once, so that no core is idle. A factor none of whose runs came to its end is not among the trials. */
  async try(factors: readonly number[]): Promise<void> {
    const fresh = [...new Set(factors)].filter((factor) => !this.#trials.has(factor));
    const scenarios = fresh.map((factor) =>
      withScenario(this.subject, scaledLoad(this.subject.scenario, this.part, factor)),
    );
    const { from, count } = this.runs;
    const jobs = scenarios.flatMap((subject) =>
      Array.from({ length: count }, (_, k): Job => ({ subject, run: from + k + 1, detail: 'slim' })),
    );
    const results = await this.executor.runAll(jobs);
    for (const [place, factor] of fresh.entries()) {
      const runs: JobDone[] = [];
      for (let k = 0; k < count; k++) {
        const result = results[place * count + k]!;
        if (result.ok) runs.push(result);
        else this.failures.push({ scenario: `${factor} times the load`, run: from + k + 1, message: result.message });
      }
      if (runs.length > 0) this.#trials.set(factor, this.#trial(factor, scenarios[place]!.scenario, runs));
    }
  }

  #trial(factor: number, scenario: Scenario, runs: readonly JobDone[]): Trial {
    const summaries = runs.map(({ summary }) => summary);
    const mean = (read: (summary: Summary) => number): number => {
      return summaries.reduce((sum, summary) => sum + read(summary), 0) / summaries.length;
    };
    return {
      factor,
      runs,
      targets: meanSummary(scenario, summaries).targets,
      offeredPerSecond: mean((summary) => summary.total.requests / windowSeconds(summary)),
      successRate: mean(({ total }) => total.successRate ?? 1),
    };
  }
}

function windowSeconds({ run }: Summary): number {
  return Math.max(1e-6, run.window.toSeconds - run.window.fromSeconds);
}
