import type { Summary, TargetResult } from '../sim/summary.js';
import { estimate } from './estimate.js';
import type { Executor } from './executor.js';
import { FIGURES, readFigure } from './figures.js';
import {
  figureAt,
  loadGrows,
  type RunFailure,
  type Sweep,
  type SweepFigure,
  type SweepFront,
  type SweepKnee,
  type SweepPoint,
  type SweepWinner,
  scopesOf,
  TOTAL,
} from './findings.js';
import type { Job } from './job.js';
import { kneeOf } from './knee.js';
import { meanSummary } from './mean-summary.js';
import { paretoFront } from './pareto.js';
import type { Subject } from './subject.js';
import { Witness } from './witness.js';

/** A scenario with the values that were put into it, one an axis. */
export interface SweepCase {
  readonly values: readonly string[];
  readonly subject: Subject;
}

/** Runs every case, `runs` times each with random numbers common to all, and says which is best. */
export async function sweep(
  paths: readonly string[],
  cases: readonly [SweepCase, ...SweepCase[]],
  runs: number,
  executor: Executor,
): Promise<Sweep> {
  const failures: RunFailure[] = [];
  const witness = new Witness(executor);
  const jobs = cases.flatMap(({ subject }) => jobsOf(subject, 1, runs));
  const results = await witness.runAll(jobs);
  const points = cases.map(({ values, subject }, place) => {
    const summaries: Summary[] = [];
    for (let k = 0; k < runs; k++) {
      const result = results[place * runs + k]!;
      if (result.ok) summaries.push(result.summary);
      else failures.push({ scenario: values.join(' '), run: k + 1, message: result.message });
    }
    return pointOf(values, subject, summaries);
  });
  const [first] = cases;
  const { scenario } = first.subject;
  const hasTargets = cases.some(({ subject }) => subject.scenario.targets.length > 0);
  const best = hasTargets ? await winner(cases, points, runs, witness) : null;
  return {
    schema: 'tiersim-sweep/1',
    name: scenario.name,
    about: scenario.about,
    version: first.subject.version,
    seed: scenario.seed,
    fingerprint: witness.fingerprint,
    paths,
    runs,
    currency: scenario.provider.currency,
    costCurrency: scenario.pools[0]?.costCurrency ?? 'USD',
    points,
    fronts: loadGrows(points) ? [] : fronts(points),
    knees: paths.length === 1 && loadGrows(points) ? knees(points) : [],
    winner: best,
    failures,
  };
}

function jobsOf(subject: Subject, from: number, runs: number): Job[] {
  return Array.from({ length: runs }, (_, k): Job => ({ subject, run: from + k, detail: 'slim' }));
}

function pointOf(values: readonly string[], subject: Subject, summaries: readonly Summary[]): SweepPoint {
  const { scenario } = subject;
  const figures = [...scenario.provider.tiers.map(({ name }) => name), TOTAL].flatMap((scope) =>
    FIGURES.flatMap((figure): SweepFigure[] => {
      const read = summaries.map((summary) => readFigure(summary, scope, figure)).filter((value) => value !== null);
      const estimated = estimate(read);
      return estimated === null ? [] : [{ scope, figure: figure.name, unit: figure.unit, estimate: estimated }];
    }),
  );
  const offered = estimate(summaries.map(({ total, run }) => total.requests / windowSeconds(run.window)));
  const targets = summaries.length === 0 ? [] : meanSummary(scenario, summaries).targets;
  return {
    values,
    hash: subject.hash,
    runs: summaries.length,
    offeredPerSecond: offered?.mean ?? null,
    figures,
    targets,
  };
}

function windowSeconds({ fromSeconds, toSeconds }: Summary['run']['window']): number {
  return Math.max(1e-6, toSeconds - fromSeconds);
}

/** Of cost against latency and against shed rate, for every tier; points of different load are not compared. */
function fronts(points: readonly SweepPoint[]): SweepFront[] {
  return scopesOf(points).flatMap((scope) =>
    ['offeredTtft.p95', 'shedRate'].flatMap((figure): SweepFront[] => {
      const pairs = points.map((point) => {
        const cost = figureAt(point, TOTAL, 'costPerDay');
        const value = figureAt(point, scope, figure);
        return cost === null || value === null ? null : ([cost.mean, value.mean] as const);
      });
      const places = paretoFront(pairs);
      return places.length < 2 ? [] : [{ scope, figure, points: places }];
    }),
  );
}

/** Along one axis of load latency has a knee: at the latest before the load at which so many never get a first token. */
function knees(points: readonly SweepPoint[]): SweepKnee[] {
  const byLoad = points
    .map((point, place) => ({ point, place, x: point.offeredPerSecond ?? 0 }))
    .sort((a, b) => a.x - b.x);
  return scopesOf(points).flatMap((scope): SweepKnee[] => {
    const asked = byLoad.filter(({ point }) => figureAt(point, scope, 'firstTokenShare') !== null);
    const never = asked.findIndex(({ point }) => figureAt(point, scope, 'offeredTtft.p95') === null);
    const curve = (never < 0 ? asked : asked.slice(0, never)).map(({ point, place, x }) => {
      return { x, y: figureAt(point, scope, 'offeredTtft.p95')!.mean, place };
    });
    const knee = never < 0 ? kneeOf(curve) : (curve.at(-1) ?? null);
    const point = curve.find(({ x, y }) => x === knee?.x && y === knee?.y);
    return point === undefined ? [] : [{ scope, point: point.place, offeredPerSecond: point.x, ttftP95Ms: point.y }];
  });
}

/** How many of the cheapest are tried on fresh random numbers before none is called the winner. */
const CANDIDATES_MAX = 5;

/**
 * The cheapest point that meets every target, of equally cheap ones that of most load, and meets them again in runs it was not chosen by: of many points some
 * look good by luck.
 */
async function winner(
  cases: readonly SweepCase[],
  points: readonly SweepPoint[],
  runs: number,
  executor: Executor,
): Promise<SweepWinner> {
  const candidates = points
    .map((point, place) => ({
      place,
      point,
      cost: figureAt(point, TOTAL, 'costPerDay')?.mean ?? Number.MAX_VALUE,
      offered: point.offeredPerSecond ?? 0,
    }))
    .filter(({ point }) => point.targets.length > 0 && meets(point.targets))
    .sort((a, b) => a.cost - b.cost || b.offered - a.offered || a.place - b.place);
  const refuted: number[] = [];
  for (const { place } of candidates.slice(0, CANDIDATES_MAX)) {
    const { subject } = cases[place]!;
    const results = await executor.runAll(jobsOf(subject, runs + 1, runs));
    const summaries = results.flatMap((result) => (result.ok ? [result.summary] : []));
    const again = summaries.length === 0 ? [] : meanSummary(subject.scenario, summaries).targets;
    if (again.length > 0 && meets(again))
      return { point: place, refuted, candidates: candidates.length, freshRuns: runs };
    refuted.push(place);
  }
  return { point: null, refuted, candidates: candidates.length, freshRuns: runs };
}

function meets(targets: readonly TargetResult[]): boolean {
  return targets.every(({ passed }) => passed);
}
