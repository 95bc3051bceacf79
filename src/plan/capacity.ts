import type { Scenario, Target } from '../models/scenario.js';
import { isWithin } from '../sim/judge.js';
import { bindingOf } from './binding.js';
import { estimate } from './estimate.js';
import type { Executor } from './executor.js';
import type { Capacity, LoadLimit } from './findings.js';
import { LoadTrials, type Trial } from './load-trials.js';
import { type LoadPart, separated } from './scale-load.js';
import { type Subject, withScenario } from './subject.js';
import { Witness } from './witness.js';

export interface CapacityOptions {
  /** At each load; as many fresh ones certify what was found. */
  readonly runs: number;
  /** A limit is narrowed down to this relative width, such as 0.02. */
  readonly tolerance: number;
}

/** How much of all traffic each target survives by itself. */
export async function capacity(subject: Subject, options: CapacityOptions, executor: Executor): Promise<Capacity> {
  const single = subject.scenario.targets.map((_, place) => [place]);
  return search(subject, { kind: 'all' }, single, options, executor);
}

/** How much of one class or tier fits before the first target breaks, the rest of the traffic staying as it is. */
export async function headroom(
  subject: Subject,
  part: LoadPart,
  options: CapacityOptions,
  executor: Executor,
): Promise<Capacity> {
  const together = [subject.scenario.targets.map((_, place) => place)];
  return search(subject, part, together, options, executor);
}

const FACTOR_MAX = 1024;
const FACTOR_MIN = 1 / 1024;
/** Below this share of completed requests the fleet is buried, and what still holds will hold at any load. */
const BURIED_BELOW = 0.2;

/** `groups`: places of the targets that must hold together. */
async function search(
  whole: Subject,
  part: LoadPart,
  groups: readonly (readonly number[])[],
  { runs, tolerance }: CapacityOptions,
  executor: Executor,
): Promise<Capacity> {
  const subject = withScenario(whole, separated(whole.scenario, part));
  const { scenario } = subject;
  const witness = new Witness(executor);
  const trials = new LoadTrials(subject, part, { from: 0, count: runs }, witness);
  await trials.try([0.5, 1, 2]);
  const limits = groups.map((places) => new Limit(scenario, places, trials));
  await bracket(trials, limits);
  await narrow(trials, limits, tolerance);
  const fresh = new LoadTrials(subject, part, { from: runs, count: runs }, witness);
  await certify(fresh, limits, tolerance);
  return {
    schema: 'tiersim-capacity/1',
    name: scenario.name,
    about: scenario.about,
    hash: whole.hash,
    version: subject.version,
    seed: scenario.seed,
    fingerprint: witness.fingerprint,
    of: part.kind === 'all' ? null : part.name,
    runs,
    tolerance,
    tried: trials.all.map(({ factor, targets }) => ({ factor, met: targets.map(({ passed }) => passed) })),
    targets: scenario.targets.map(({ text }) => text),
    limits: limits.map((limit) => limit.result(fresh)),
    failures: [...trials.failures, ...fresh.failures],
  };
}

/** Doubles while something still holds at the highest load, halves while something misses at the lowest. */
async function bracket(trials: LoadTrials, limits: readonly Limit[]): Promise<void> {
  for (;;) {
    const lowest = trials.all[0];
    const highest = trials.all.at(-1);
    if (lowest === undefined || highest === undefined) return;
    const judged = limits.filter((limit) => limit.isJudged);
    const next: number[] = [];
    const canGrow = highest.factor < FACTOR_MAX && highest.successRate >= BURIED_BELOW;
    if (canGrow && judged.some((limit) => limit.holdsUpTo(highest))) next.push(highest.factor * 2);
    if (lowest.factor > FACTOR_MIN && judged.some((limit) => limit.misses(lowest))) next.push(lowest.factor / 2);
    if (next.length === 0) return;
    await trials.try(next);
    if (next.every((factor) => trials.at(factor) === undefined)) return;
  }
}

/** Cuts every bracket in half, all of them in one batch, until all are narrow. */
async function narrow(trials: LoadTrials, limits: readonly Limit[], tolerance: number): Promise<void> {
  for (;;) {
    const middles = limits.flatMap((limit) => {
      const { low, high } = limit.bracket();
      if (low === null || high === null || high.factor / low.factor <= 1 + tolerance) return [];
      return [rounded(Math.sqrt(low.factor * high.factor))];
    });
    const fresh = middles.filter((factor) => trials.at(factor) === undefined);
    if (fresh.length === 0) return;
    await trials.try(fresh);
    if (fresh.some((factor) => trials.at(factor) === undefined)) return;
  }
}

const STEPS_DOWN_MAX = 12;

/** What was found by some runs must hold in others: a load that does not is lowered until one does. */
async function certify(fresh: LoadTrials, limits: readonly Limit[], tolerance: number): Promise<void> {
  for (const limit of limits) limit.claimed = limit.bracket().low?.factor ?? null;
  for (let step = 0; step <= STEPS_DOWN_MAX; step++) {
    const open = limits.filter((limit) => limit.claimed !== null && !limit.isCertified);
    if (open.length === 0) return;
    await fresh.try(open.map(({ claimed }) => claimed!));
    for (const limit of open) {
      const trial = fresh.at(limit.claimed!);
      if (trial !== undefined && limit.holds(trial)) limit.isCertified = true;
      else if (step < STEPS_DOWN_MAX) limit.claimed = rounded(limit.claimed! / (1 + tolerance));
    }
  }
}

/** Four digits are more than any limit is good for, and the same load is then tried once. */
function rounded(factor: number): number {
  return Number(factor.toPrecision(5));
}

/** Targets that must hold together, and the highest load at which they do. */
class Limit {
  claimed: number | null = null;
  isCertified = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly places: readonly number[],
    private readonly trials: LoadTrials,
  ) {}

  /** Loads at which there is something to judge each of the targets by, lowest first. */
  get #judged(): readonly Trial[] {
    return this.trials.all.filter((trial) => this.#isJudgedAt(trial));
  }

  get isJudged(): boolean {
    return this.#judged.length > 0;
  }

  holds(trial: Trial): boolean {
    return this.places.every((place) => trial.targets[place]!.passed);
  }

  misses(trial: Trial): boolean {
    return this.#isJudgedAt(trial) && !this.holds(trial);
  }

  /** No load up to this one missed. */
  holdsUpTo(trial: Trial): boolean {
    return this.holds(trial) && this.#judged.every((other) => other.factor > trial.factor || this.holds(other));
  }

  /** The lowest load that misses, and the highest below it that holds. */
  bracket(): { readonly low: Trial | null; readonly high: Trial | null } {
    const judged = this.#judged;
    const at = judged.findIndex((trial) => !this.holds(trial));
    if (at < 0) return { low: judged.at(-1) ?? null, high: null };
    return { low: judged[at - 1] ?? null, high: judged[at] ?? null };
  }

  #isJudgedAt({ targets }: Trial): boolean {
    return this.places.every((place) => targets[place]!.actual !== null);
  }

  result(fresh: LoadTrials): LoadLimit {
    const { low, high } = this.bracket();
    const targets = this.places.map((place) => this.scenario.targets[place]!.text);
    const certified = this.isCertified && this.claimed !== null ? (fresh.at(this.claimed) ?? null) : null;
    const rate = this.trials.partPerSecond;
    const beyond = high ?? low;
    const above =
      high === null ? undefined : this.#judged.findLast((trial) => trial.factor > high.factor && this.holds(trial));
    return {
      targets,
      state: !this.isJudged
        ? 'unjudged'
        : low === null
          ? 'never'
          : certified === null
            ? 'uncertified'
            : high === null
              ? 'beyond'
              : 'found',
      factor: certified?.factor ?? null,
      searched: low?.factor ?? null,
      interval: high === null ? null : this.#interval(),
      offeredPerSecond: certified?.offeredPerSecond ?? null,
      partPerSecond: certified === null || rate === null ? null : rate * certified.factor,
      missedBeyond:
        high === null
          ? []
          : this.places
              .filter((place) => !high.targets[place]!.passed)
              .map((place) => this.scenario.targets[place]!.text),
      binding: beyond === null ? null : bindingOf(beyond.runs.map(({ peaks }) => peaks)),
      notMonotone: high === null || above === undefined ? null : { missesAt: high.factor, holdsAt: above.factor },
    };
  }

  /** Each run has a load at which it crosses by itself; their spread says how sure the limit is. */
  #interval(): { readonly low: number; readonly high: number } | null {
    const runs = this.trials.all[0]?.runs.length ?? 0;
    const crossings = Array.from({ length: runs }, (_, run) => {
      const each = this.places.map((place) => crossing(this.trials.all, this.scenario.targets[place]!, place, run));
      return Math.min(...each.map((factor) => factor ?? Number.POSITIVE_INFINITY));
    }).filter(Number.isFinite);
    const logs = estimate(crossings.map(Math.log));
    if (logs === null || logs.halfWidth === null) return null;
    return { low: Math.exp(logs.mean - logs.halfWidth), high: Math.exp(logs.mean + logs.halfWidth) };
  }
}

/** Where one run goes from holding to missing one target, between two loads by how far each is from the bound. null: nowhere. */
function crossing(trials: readonly Trial[], target: Target, place: number, run: number): number | null {
  let before: { readonly factor: number; readonly slack: number } | null = null;
  for (const { factor, runs } of trials) {
    const actual = runs[run]?.summary.targets[place]?.actual ?? null;
    if (actual === null) continue;
    const slack = distance(target, actual);
    if (!isWithin(target, actual)) {
      if (before === null) return factor;
      const share = before.slack / (before.slack + slack);
      return Number.isFinite(share) ? before.factor * Math.exp(Math.log(factor / before.factor) * share) : factor;
    }
    before = { factor, slack };
  }
  return null;
}

/** From the nearest bound. */
function distance({ above, below }: Target, actual: number): number {
  const distances = [above, below].flatMap((bound) => (bound === null ? [] : [Math.abs(actual - bound.value)]));
  return Math.min(...distances);
}
