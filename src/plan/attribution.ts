import type { Scenario } from '../models/scenario.js';
import { capacity } from './capacity.js';
import { compare, type Variant } from './compare.js';
import type { Executor } from './executor.js';
import {
  type Attribution,
  type ComparedVariant,
  type Estimate,
  type FigureComparison,
  type TierCost,
  TOTAL,
} from './findings.js';
import { type LoadPart, separated } from './scale-load.js';
import { type Subject, withScenario } from './subject.js';
import { Witness } from './witness.js';

export interface AttributionOptions {
  /** Pairs of runs. */
  readonly runs: number;
  /** Also how many nodes each tier adds at the targets; takes many runs. */
  readonly withPeak: boolean;
  /** Of the search for the peak. */
  readonly tolerance: number;
}

/**
 * What each tier costs, told in three ways: its share of the nodes' time, what leaving it out would save with the same
 * requests of all others, and how much less fleet the others would need at the scenario's targets.
 */
export async function attribute(whole: Subject, options: AttributionOptions, executor: Executor): Promise<Attribution> {
  const tiers = tiersAsked(whole.scenario);
  const base = withScenario(whole, tiers.reduce(separatedByTier, whole.scenario));
  const left = tiers.length < 2 ? [] : tiers.map((tier) => without(base, tier));
  const variants: readonly [Variant, ...Variant[]] = [{ label: whole.scenario.name, subject: base }, ...left];
  const witness = new Witness(executor);
  const found = await compare(variants, { runs: options.runs, precision: null, runsMax: options.runs }, witness);
  const peaks = options.withPeak ? await peakShares(base, left, options, witness) : null;
  return {
    schema: 'tiersim-attribution/1',
    name: whole.scenario.name,
    about: whole.scenario.about,
    hash: whole.hash,
    version: found.version,
    seed: found.seed,
    fingerprint: witness.fingerprint,
    runs: found.runs,
    currency: found.currency,
    costCurrency: found.costCurrency,
    failures: found.failures,
    tiers: found.variants.map((variant, place) => tierCost(tiers[place]!, variant, peaks?.[place] ?? null)),
  };
}

function tiersAsked({ provider, traffic }: Scenario): string[] {
  const isAsked = (name: string): boolean =>
    traffic.some(({ tiers }) => tiers.some(({ tier, value }) => tier === name && value > 0));
  return provider.tiers.map(({ name }) => name).filter(isAsked);
}

/** The part that can be taken out; a trace that mixes tiers has none. */
function partOf(scenario: Scenario, tier: string): LoadPart {
  const asked = scenario.traffic.filter(({ tiers }) => tiers.some((entry) => entry.tier === tier && entry.value > 0));
  const traced = asked.find(({ arrivals, tiers }) => arrivals.kind === 'trace' && tiers.length > 1);
  if (traced !== undefined) {
    throw new NotSeparable(`class ${traced.name} follows a trace and mixes tiers: give ${tier} a class of its own`);
  }
  return { kind: 'tier', name: tier };
}

/** A tier whose requests cannot be told from others' before they are drawn. */
export class NotSeparable extends Error {
  override readonly name = 'NotSeparable';
}

function separatedByTier(scenario: Scenario, tier: string): Scenario {
  return separated(scenario, partOf(scenario, tier));
}

/** Everybody else's requests stay the same: each tier has classes, and so random streams, of its own. */
function without(base: Subject, tier: string): Variant {
  const { scenario } = base;
  const traffic = scenario.traffic.filter(({ tiers }) =>
    tiers.every((entry) => entry.tier !== tier || entry.value === 0),
  );
  const queued = scenario.initial.queued.filter((entry) => traffic.some(({ name }) => name === entry.class));
  const targets = scenario.targets.filter(({ scope }) => scope !== tier);
  const initial = { ...scenario.initial, queued };
  return { label: `without ${tier}`, subject: withScenario(base, { ...scenario, traffic, initial, targets }) };
}

/**
 * Of the cost of a fleet that just meets the targets at the load there is: what it could do without for each tier.
 * null: no load can be named.
 */
async function peakShares(
  base: Subject,
  left: readonly Variant[],
  { runs, tolerance }: AttributionOptions,
  executor: Executor,
): Promise<readonly (number | null)[]> {
  const most = async (subject: Subject): Promise<number | null> => {
    if (subject.scenario.targets.length === 0) return null;
    const { limits } = await capacity(subject, { runs, tolerance }, executor);
    const factors = limits.map(({ factor }) => factor);
    return factors.some((factor) => factor === null) ? null : Math.min(...(factors as number[]));
  };
  const all = await most(base);
  const shares: (number | null)[] = [];
  for (const { subject } of left) {
    const others = all === null ? null : await most(subject);
    shares.push(all === null || others === null ? null : 1 - all / others);
  }
  return shares;
}

function tierCost(tier: string, { figures }: ComparedVariant, peakShare: number | null): TierCost {
  const of = (scope: string, figure: string): FigureComparison | undefined =>
    figures.find((one) => one.scope === scope && one.figure === figure);
  const others = figures.filter(({ scope, figure, ratio }) => {
    return figure === 'offeredTtft.p95' && scope !== TOTAL && scope !== tier && ratio !== null;
  });
  return {
    tier,
    billedPerDay: of(tier, 'billedPerDay')?.base ?? null,
    byTimePerDay: of(tier, 'costPerDay')?.base ?? null,
    marginalPerDay: negated(of(TOTAL, 'costPerDay')?.difference ?? null),
    marginalKWhPerDay: negated(of(TOTAL, 'energyKWhPerDay')?.difference ?? null),
    peakShare,
    others: others.map(({ scope, ratio }) => ({ tier: scope, ttftP95: ratio! })),
  };
}

function negated(estimated: Estimate | null): Estimate | null {
  return estimated === null ? null : { ...estimated, mean: 0 - estimated.mean };
}
