import type { Cause } from '../models/outcome.js';
import type { TierProfile } from '../models/provider.js';
import type { Scenario, TierNumber, TrafficClass } from '../models/scenario.js';
import type { Pool } from './fleet/pool.js';
import type { AccountLimiter } from './gateway/account-limiter.js';
import type { Route } from './gateway/gateway.js';

/** Held work of one model and tier waits in one queue, whichever class it comes from. */
export interface HoldKey {
  readonly model: string;
  readonly tier: number;
  /** More urgent queues are served first. */
  readonly rank: number;
  readonly maxWaitUs: number;
  readonly isAsynchronous: boolean;
  readonly route: Route<Pool>;
}

export interface RouteTable {
  /** By class, then by tier asked for. */
  readonly routes: readonly (readonly Route<Pool>[])[];
  readonly holds: readonly HoldKey[];
}

/** Works out, before the run, how each class asking for each tier is treated. */
export function buildRoutes(
  scenario: Scenario,
  pools: readonly Pool[],
  limiterOf: (traffic: TrafficClass) => AccountLimiter | null,
): RouteTable {
  const holds: HoldKey[] = [];
  const routes = scenario.traffic.map((traffic) => {
    const limiter = limiterOf(traffic);
    return scenario.provider.tiers.map((_, tier) => buildRoute(scenario, pools, traffic, tier, limiter, holds));
  });
  return { routes, holds };
}

function buildRoute(
  scenario: Scenario,
  pools: readonly Pool[],
  traffic: TrafficClass,
  tierAsked: number,
  limiter: AccountLimiter | null,
  holds: HoldKey[],
): Route<Pool> {
  const { tiers } = scenario.provider;
  const { tierServed, refusal } = support(scenario, traffic, tierAsked);
  const tier = tiers[tierServed]!;
  const groups = groupsFor(pools, traffic.model, tier);
  const limits = tier.limits === 'exempt' ? null : limiter;
  const base: Route<Pool> = {
    tierServed,
    refusal: refusal ?? (groups.length === 0 ? 'unsupported_tier' : null),
    groups,
    limiter: limits,
    admission: tier.admission,
    holdQueue: -1,
    dispatchAtPressure: tier.hold?.dispatchAtPressure ?? Number.POSITIVE_INFINITY,
  };
  if (tier.hold === null || base.refusal !== null) return base;
  const shared = holds.findIndex((hold) => hold.model === traffic.model && hold.tier === tierServed);
  if (shared >= 0) return { ...base, holdQueue: shared };
  const route = { ...base, holdQueue: holds.length };
  const { maxWaitUs, asynchronous } = tier.hold;
  holds.push({
    model: traffic.model,
    tier: tierServed,
    rank: tier.rank,
    maxWaitUs,
    isAsynchronous: asynchronous,
    route,
  });
  return route;
}

function support(
  scenario: Scenario,
  traffic: TrafficClass,
  tierAsked: number,
): { tierServed: number; refusal: Cause | null } {
  const { tiers, support: rules, endpoint, defaultTier } = scenario.provider;
  const isMeant = <T>(wanted: T | null, found: T): boolean => wanted === null || wanted === found;
  const rule = rules.find((entry) => {
    if (entry.tier !== tiers[tierAsked]!.name || entry.engineTierSupport !== null) return false;
    return isMeant(entry.model, traffic.model) && isMeant(entry.api, traffic.api) && isMeant(entry.endpoint, endpoint);
  });
  switch (rule?.answer) {
    case undefined:
    case 'honour':
      return { tierServed: tierAsked, refusal: null };
    case 'refuse':
      return { tierServed: tierAsked, refusal: 'unsupported_tier' };
    case 'forbid':
      return { tierServed: tierAsked, refusal: 'forbidden_tier' };
    case 'downgrade':
    case 'ignore':
      return { tierServed: tiers.findIndex((tier) => tier.name === defaultTier), refusal: null };
  }
}

/** Pools that may serve this model and tier, those of equal preference together, the most preferred first. */
function groupsFor(pools: readonly Pool[], model: string, tier: TierProfile): readonly (readonly Pool[])[] {
  const usable = pools.filter(({ spec }) => {
    if (!spec.models.includes(model) || spec.path !== tier.path) return false;
    if (spec.tiers !== null && !spec.tiers.includes(tier.name)) return false;
    return weightOf(spec.tierWeights, tier.name) > 0;
  });
  const weights = [...new Set(usable.map(({ spec }) => weightOf(spec.tierWeights, tier.name)))].sort((a, b) => b - a);
  return weights.map((weight) => usable.filter(({ spec }) => weightOf(spec.tierWeights, tier.name) === weight));
}

/** A pool without weights takes every tier alike; one with weights takes only the tiers it names. */
function weightOf(weights: readonly TierNumber[] | null, tier: string): number {
  if (weights === null) return 1;
  return weights.find((entry) => entry.tier === tier)?.value ?? 0;
}
