import type { Summary } from '../sim/summary.js';
import { estimate, ratioEstimate } from './estimate.js';
import type { Executor } from './executor.js';
import { FIGURES, type Figure, readFigure } from './figures.js';
import {
  type ComparedVariant,
  type Comparison,
  type Estimate,
  type FigureComparison,
  type PrecisionGoal,
  type RatioEstimate,
  type RunFailure,
  TOTAL,
} from './findings.js';
import type { Job } from './job.js';
import { GOAL_FIGURES, nextRuns, precisionGoals } from './precision.js';
import { scenarioDiff } from './scenario-diff.js';
import { type Subject, withScenario } from './subject.js';
import { Witness } from './witness.js';

export interface Variant {
  /** In the user's words: a file, or what was changed. */
  readonly label: string;
  readonly subject: Subject;
}

export interface CompareOptions {
  /** Pairs of runs; with a precision the least of them. */
  readonly runs: number;
  /** How well the first tokens of each tier are to be known, such as 0.05, see PrecisionGoal; null: as many runs as asked. */
  readonly precision: number | null;
  /** Where the search for precision ends at the latest. */
  readonly runsMax: number;
}

/**
 * The first variant against each of the others. Run k of every variant has the same random numbers, those of the first
 * one's seed, so that differences are of pairs and chance common to both sides falls out.
 */
export async function compare(
  variants: readonly [Variant, ...Variant[]],
  options: CompareOptions,
  executor: Executor,
): Promise<Comparison> {
  const { seed } = variants[0].subject.scenario;
  const subjects = variants.map(({ subject }) => withScenario(subject, { ...subject.scenario, seed }));
  const witness = new Witness(executor);
  const made = new PairedRuns(variants, subjects, witness);
  await made.upTo(options.runs);
  const { precision: asked, runsMax } = options;
  if (asked !== null) {
    const next = (): number => nextRuns(made.runs, made.goals(asked), asked, runsMax);
    for (let runs = next(); runs > made.runs; runs = next()) await made.upTo(runs);
  }
  const [base, ...others] = variants;
  return {
    schema: 'tiersim-comparison/1',
    version: base.subject.version,
    seed,
    fingerprint: witness.fingerprint,
    base: { label: base.label, about: base.subject.scenario.about, hash: subjects[0]!.hash },
    variants: others.map((variant, place) => made.compared(variant.label, place + 1)),
    currency: base.subject.scenario.provider.currency,
    costCurrency: base.subject.scenario.pools[0]?.costCurrency ?? 'USD',
    runs: made.runs,
    precision: asked === null ? null : { asked, runsMax, goals: made.goals(asked) },
    failures: made.failures,
  };
}

class PairedRuns {
  readonly failures: RunFailure[] = [];
  runs = 0;
  /** By variant, then by run; null: it failed. */
  readonly #summaries: (Summary | null)[][];

  constructor(
    private readonly variants: readonly Variant[],
    private readonly subjects: readonly Subject[],
    private readonly executor: Executor,
  ) {
    this.#summaries = variants.map(() => []);
  }

  async upTo(runs: number): Promise<void> {
    const jobs: Job[] = [];
    const places: number[] = [];
    for (let run = this.runs + 1; run <= runs; run++) {
      for (const [place, subject] of this.subjects.entries()) {
        jobs.push({ subject, run, detail: 'slim' });
        places.push(place);
      }
    }
    for (const [at, result] of (await this.executor.runAll(jobs)).entries()) {
      const place = places[at]!;
      this.#summaries[place]!.push(result.ok ? result.summary : null);
      if (!result.ok) {
        this.failures.push({ scenario: this.variants[place]!.label, run: jobs[at]!.run, message: result.message });
      }
    }
    this.runs = runs;
  }

  goals(asked: number): PrecisionGoal[] {
    return this.variants
      .slice(1)
      .flatMap(({ label }, place) => precisionGoals(label, this.#figures(place + 1, GOAL_FIGURES), asked));
  }

  compared(label: string, place: number): ComparedVariant {
    return {
      label,
      hash: this.subjects[place]!.hash,
      changes: scenarioDiff(this.subjects[0]!.scenario, this.subjects[place]!.scenario),
      figures: this.#figures(place, FIGURES),
    };
  }

  #figures(place: number, figures: readonly Figure[]): FigureComparison[] {
    const base = this.#summaries[0]!;
    const changed = this.#summaries[place]!;
    const scopes = new Set(
      [this.subjects[0]!, this.subjects[place]!].flatMap(({ scenario }) =>
        scenario.provider.tiers.map(({ name }) => name),
      ),
    );
    return [...scopes, TOTAL].flatMap((scope) =>
      figures.flatMap((figure) => compareFigure(scope, figure, base, changed) ?? []),
    );
  }
}

/** null: nobody was there to have it on either side, or what had better be low is 0 in every run of both. */
function compareFigure(
  scope: string,
  figure: Figure,
  base: readonly (Summary | null)[],
  changed: readonly (Summary | null)[],
): FigureComparison | null {
  const values = (runs: readonly (Summary | null)[]) =>
    runs.map((summary) => (summary === null ? null : readFigure(summary, scope, figure)));
  const before = values(base);
  const after = values(changed);
  const all = [...before, ...after].filter((value) => value !== null);
  if (all.length === 0 || (figure.better === 'lower' && all.every((value) => value === 0))) return null;
  const pairs = all.includes(Number.POSITIVE_INFINITY)
    ? []
    : before.flatMap((a, run) => {
        const b = after[run] ?? null;
        return a === null || b === null ? [] : [[a, isSame(a, b) ? a : b] as const];
      });
  const difference = estimate(pairs.map(([a, b]) => b - a));
  const ratio = ratioEstimate(pairs);
  return {
    scope,
    figure: figure.name,
    unit: figure.unit,
    better: figure.better,
    base: estimate(before.filter((value) => value !== null)),
    changed: estimate(after.filter((value) => value !== null)),
    difference,
    ratio,
    isSignificant: figure.unit === 'ms' && ratio !== null ? leavesOutOne(ratio) : leavesOutZero(difference),
  };
}

/** What differs in the last bits only, as figures a day do, does not differ. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function leavesOutZero(difference: Estimate | null): boolean | null {
  if (difference === null || difference.halfWidth === null) return null;
  return Math.abs(difference.mean) > difference.halfWidth;
}

function leavesOutOne({ low, high }: RatioEstimate): boolean | null {
  return low === null || high === null ? null : low > 1 || high < 1;
}
