import type { MetricUnit } from '../models/metrics.js';
import type { Currency } from '../models/units.js';
import type { TargetResult } from '../sim/summary.js';

/** What many runs come down to: plain data, shown by `report`. */

/** A mean over runs. The true mean lies within `halfWidth` of it with 95 % confidence; null: fewer than two runs. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number | null;
  readonly n: number;
}

/** How many times larger `changed` is than `base`, run by run: the mean of the logarithms, told as a ratio. */
export interface RatioEstimate {
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** The scope of all tiers together. */
export const TOTAL = 'total';

/** A run that went wrong twice. */
export interface RunFailure {
  /** Of the variant or point that was run, in the user's words. */
  readonly scenario: string;
  readonly run: number;
  readonly message: string;
}

export interface Made {
  readonly version: string;
  readonly seed: string;
  /** Of all its runs together: the same again means that each of them went the same way. */
  readonly fingerprint: string;
  readonly failures: readonly RunFailure[];
}

/** One value that differs between two resolved scenarios; null: it is not there. */
export interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

export type FigureUnit = MetricUnit | 'currencyPerDay' | 'kWhPerDay';

/** A figure on both sides; differences are of pairs of runs with the same random numbers. */
export interface FigureComparison {
  /** A tier or 'total'. */
  readonly scope: string;
  readonly figure: string;
  readonly unit: FigureUnit;
  readonly better: 'lower' | 'higher';
  readonly base: Estimate | null;
  readonly changed: Estimate | null;
  /** changed - base; null: no run has both. */
  readonly difference: Estimate | null;
  readonly ratio: RatioEstimate | null;
  /** Whether the interval leaves out 'no difference', of a latency that of the ratio; null: one run says nothing about chance. */
  readonly isSignificant: boolean | null;
}

export interface ComparedVariant {
  readonly label: string;
  readonly hash: string;
  readonly changes: readonly Change[];
  readonly figures: readonly FigureComparison[];
}

export interface Comparison extends Made {
  readonly schema: 'tiersim-comparison/1';
  readonly base: { readonly label: string; readonly about: string; readonly hash: string };
  readonly variants: readonly ComparedVariant[];
  readonly currency: Currency;
  readonly costCurrency: Currency;
  /** Pairs of runs. */
  readonly runs: number;
  /** null: a number of runs was asked for. */
  readonly precision: {
    readonly asked: number;
    readonly runsMax: number;
    readonly goals: readonly PrecisionGoal[];
  } | null;
}

/**
 * How well it is known what a change does to the first tokens of a tier: by the ratio of the p95 TTFT of all that were offered or,
 * where fewer than 95 % of them got one in some run, by the share that did.
 */
export interface PrecisionGoal {
  readonly variant: string;
  readonly scope: string;
  readonly figure: 'offeredTtft.p95' | 'firstTokenShare';
  /** Of the ratio, relative; of the difference of the shares, 0.05 being five points. */
  readonly halfWidth: number;
  /** Runs are made for its sake. A share is not waited for where another tier has a p95: its interval may be as wide as it is. */
  readonly isAwaited: boolean;
  /** About how many runs would know it as well as was asked. */
  readonly runsNeeded: number;
}

/** What one tier costs, told in several ways; a day of simulated time each. */
export interface TierCost {
  readonly tier: string;
  readonly billedPerDay: Estimate | null;
  /** Its share of the time of the nodes. */
  readonly byTimePerDay: Estimate | null;
  /** What leaving it out saves, the requests of all others being the same; 0 on a fleet whose size does not follow load. */
  readonly marginalPerDay: Estimate | null;
  readonly marginalKWhPerDay: Estimate | null;
  /** Share of a fleet that just meets the targets which the others would not need; null: not asked, or not known. */
  readonly peakShare: number | null;
  /** What its absence does to the p95 of the others' TTFT. */
  readonly others: readonly { readonly tier: string; readonly ttftP95: RatioEstimate }[];
}

export interface Attribution extends Made {
  readonly schema: 'tiersim-attribution/1';
  readonly hash: string;
  readonly name: string;
  readonly about: string;
  /** Pairs of runs. */
  readonly runs: number;
  readonly currency: Currency;
  readonly costCurrency: Currency;
  /** Empty: one tier is alone, so all is its. */
  readonly tiers: readonly TierCost[];
}

export interface SweepFigure {
  readonly scope: string;
  readonly figure: string;
  readonly unit: FigureUnit;
  readonly estimate: Estimate;
}

export interface SweepPoint {
  /** One a path of the sweep. */
  readonly values: readonly string[];
  readonly hash: string;
  /** That came to their end. */
  readonly runs: number;
  readonly offeredPerSecond: number | null;
  readonly figures: readonly SweepFigure[];
  /** Judged by the mean over the runs. */
  readonly targets: readonly TargetResult[];
}

/** Points that no other beats in both cost and figure, cheapest first. */
export interface SweepFront {
  readonly scope: string;
  readonly figure: string;
  readonly points: readonly number[];
}

export interface SweepKnee {
  readonly scope: string;
  readonly point: number;
  readonly offeredPerSecond: number;
  readonly ttftP95Ms: number;
}

export interface SweepWinner {
  /** The cheapest that met every target, and again in fresh runs; null: there is none. */
  readonly point: number | null;
  /** Cheaper ones that met them first and missed them in fresh runs. */
  readonly refuted: readonly number[];
  /** How many met every target at first. */
  readonly candidates: number;
  readonly freshRuns: number;
}

export interface Sweep extends Made {
  readonly schema: 'tiersim-sweep/1';
  readonly name: string;
  readonly about: string;
  readonly paths: readonly string[];
  /** Of each point. */
  readonly runs: number;
  readonly currency: Currency;
  readonly costCurrency: Currency;
  readonly points: readonly SweepPoint[];
  readonly fronts: readonly SweepFront[];
  readonly knees: readonly SweepKnee[];
  /** null: the scenario has no targets. */
  readonly winner: SweepWinner | null;
}

/** What a pool is short of, with the figures it is judged by (`PoolPeak`). */
export interface Binding {
  readonly pool: string;
  readonly resource: 'kv' | 'seats' | 'prefill' | 'stepTime' | 'none';
  /** How close to its limits, to tell pools apart. */
  readonly pressure: number;
  readonly kvUse: number;
  readonly seatUse: number;
  readonly waiting: number;
  readonly budgetUse: number;
  readonly busyShare: number;
  readonly preemptions: number;
}

/** How much load some targets survive together. */
export interface LoadLimit {
  /** As the scenario writes them. */
  readonly targets: readonly string[];
  /**
   * `found`: they hold up to the factor. `beyond`: also at the highest load tried, `factor`. `never`: not even at the lowest.
   * `unjudged`: there was nothing to judge them by. `uncertified`: fresh runs did not confirm any load near the one found.
   */
  readonly state: 'found' | 'beyond' | 'never' | 'unjudged' | 'uncertified';
  /** Of the load of the scenario; null: none can be named. */
  readonly factor: number | null;
  /** What the runs of the search had said before fresh ones were asked. */
  readonly searched: number | null;
  /** Of the factor at which the runs, each for itself, cross from holding to missing; null: one run, or no crossing. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Requests a second at the factor, of all tiers and of the part that grows. */
  readonly offeredPerSecond: number | null;
  readonly partPerSecond: number | null;
  /** The targets that are missed just beyond. */
  readonly missedBeyond: readonly string[];
  readonly binding: Binding | null;
  /** It misses at a lower load and holds at a higher one; the limit is then below the lower. null: monotone as far as was tried. */
  readonly notMonotone: { readonly missesAt: number; readonly holdsAt: number } | null;
}

export interface Capacity extends Made {
  readonly schema: 'tiersim-capacity/1';
  readonly hash: string;
  readonly name: string;
  readonly about: string;
  /** What grows: null for all traffic, else a class or a tier. */
  readonly of: string | null;
  readonly runs: number;
  /** Relative width down to which a limit was narrowed. */
  readonly tolerance: number;
  /** Every load that was tried, with the targets it met. */
  readonly tried: readonly { readonly factor: number; readonly met: readonly boolean[] }[];
  readonly targets: readonly string[];
  readonly limits: readonly LoadLimit[];
}

/** Tiers that anybody asked for at any point. */
export function scopesOf(points: readonly SweepPoint[]): string[] {
  return [...new Set(points.flatMap(({ figures }) => figures.map(({ scope }) => scope)))].filter(
    (scope) => scope !== TOTAL,
  );
}

export function figureAt(point: SweepPoint, scope: string, figure: string): Estimate | null {
  return point.figures.find((one) => one.scope === scope && one.figure === figure)?.estimate ?? null;
}

/** Whether points differ in the load that was offered, beyond what chance does. */
export function loadGrows(points: readonly SweepPoint[]): boolean {
  const loads = points.map(({ offeredPerSecond }) => offeredPerSecond ?? 0);
  return Math.max(...loads) >= 1.2 * Math.min(...loads);
}
