import { ENGINES } from '../models/engine.js';
import type { SupportRule, TierProfile } from '../models/provider.js';
import type { Scenario, TierNumber, TrafficClass } from '../models/scenario.js';
import type { Pool } from './fleet/pool.js';
import { type LimiterSet, Limiters } from './gateway/limiters.js';
import type { Route } from './gateway/route.js';

/** Held work of one model and tier waits in one queue, whichever class it comes from. */
export interface HoldKey {
  readonly model: string;
  readonly tier: number;
  /** More urgent queues are served first. */
  readonly rank: number;
  readonly maxWaitUs: number;
  readonly route: Route<Pool>;
}

/** How each class asking for each tier is treated, worked out before the run and again when support changes in it. */
export class Routes {
  /** The queues that any route has ever used; they stay where they are. */
  readonly holds: HoldKey[] = [];
  private readonly limiters: Limiters;
  private table: readonly (readonly Route<Pool>[])[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly pools: readonly Pool[],
  ) {
    this.limiters = new Limiters(scenario.startMs * 1000);
    this.build(scenario.provider.support);
  }

  of(classIndex: number, tierAsked: number): Route<Pool> {
    return this.table[classIndex]![tierAsked]!;
  }

  /** From now on these rules hold. */
  build(support: readonly SupportRule[]): void {
    const { scenario } = this;
    this.table = scenario.traffic.map((traffic) => {
      // One route for each tier as which it may be served, and one on top for each tier that is answered otherwise.
      const served = this.servedRoutes(traffic, support);
      return scenario.provider.tiers.map((_, tier) => this.askedRoute(traffic, tier, support, served));
    });
  }

  private askedRoute(
    traffic: TrafficClass,
    tierAsked: number,
    support: readonly SupportRule[],
    served: readonly Route<Pool>[],
  ): Route<Pool> {
    const { tiers, defaultTier } = this.scenario.provider;
    const asked = served[tierAsked]!;
    if (this.isForbidden(traffic, tiers[tierAsked]!)) return { ...asked, refusal: 'forbidden_tier' };
    const rule =
      this.ruleFor(traffic, tiers[tierAsked]!.name, support, null) ?? this.engineRule(traffic, asked, support);
    switch (rule?.answer) {
      case undefined:
      case 'honour':
        return asked;
      case 'refuse':
        return { ...asked, refusal: 'unsupported_tier' };
      case 'forbid':
        return { ...asked, refusal: 'forbidden_tier' };
      case 'downgrade':
      case 'ignore':
        return served[tiers.findIndex((tier) => tier.name === defaultTier)]!;
    }
  }

  /** Background work is for accounts that were let in to it; a class without an account is not checked. */
  private isForbidden(traffic: TrafficClass, tier: TierProfile): boolean {
    if (tier.hold?.asynchronous !== true || traffic.account === null) return false;
    return this.scenario.accounts.find(({ name }) => name === traffic.account)?.background === false;
  }

  /** Where no pool is left because of its engine, the rule that took the last one says what happens. */
  private engineRule(
    traffic: TrafficClass,
    asked: Route<Pool>,
    support: readonly SupportRule[],
  ): SupportRule | undefined {
    if (asked.groups.length > 0) return undefined;
    const tier = this.scenario.provider.tiers[asked.tierServed]!;
    for (const pool of poolsFor(this.pools, traffic.model, tier)) {
      const rule = this.ruleFor(traffic, tier.name, support, pool);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  /** The first rule that matches; without a pool only those that do not ask for the engine. */
  private ruleFor(
    traffic: TrafficClass,
    tier: string,
    rules: readonly SupportRule[],
    pool: Pool | null,
  ): SupportRule | undefined {
    const { endpoint } = this.scenario.provider;
    const isMeant = <T>(wanted: T | null, found: T): boolean => wanted === null || wanted === found;
    return rules.find((rule) => {
      if (rule.tier !== tier || !isMeant(rule.model, traffic.model)) return false;
      if (!isMeant(rule.api, traffic.api) || !isMeant(rule.endpoint, endpoint)) return false;
      if (pool === null) return rule.engineTierSupport === null;
      return isMeant(rule.engineTierSupport, ENGINES[pool.spec.engine.name].tierSupport);
    });
  }

  /** By tier served. */
  private servedRoutes(traffic: TrafficClass, support: readonly SupportRule[]): readonly Route<Pool>[] {
    const { tiers } = this.scenario.provider;
    const routes: (Route<Pool> & { downgrade: Route<Pool> | null })[] = [];
    const limitDowngrades = new Map<string, Route<Pool>>();
    for (const [index, tier] of tiers.entries()) {
      const route = this.servedRoute(traffic, index, tier, support, limitDowngrades);
      routes.push(route);
      if (route.refusal === null) limitDowngrades.set(tier.name, route);
    }
    for (const [index, { onNoCapacity }] of tiers.entries()) {
      if (onNoCapacity.do !== 'downgrade') continue;
      routes[index]!.downgrade = limitDowngrades.get(onNoCapacity.to) ?? null;
    }
    return routes;
  }

  private servedRoute(
    traffic: TrafficClass,
    tierServed: number,
    tier: TierProfile,
    support: readonly SupportRule[],
    limitDowngrades: ReadonlyMap<string, Route<Pool>>,
  ): Route<Pool> {
    const offering = poolsFor(this.pools, traffic.model, tier).filter((pool) => {
      const rule = this.ruleFor(traffic, tier.name, support, pool);
      return rule?.engineTierSupport == null || rule.answer === 'honour';
    });
    const groups = byWeight(offering, tier.name);
    const base: Route<Pool> = {
      tierServed,
      refusal: groups.length === 0 ? 'unsupported_tier' : null,
      groups,
      limiters: this.limitersOf(traffic, tier),
      admission: tier.admission,
      onNoCapacity: tier.onNoCapacity.do,
      downgrade: null,
      limitDowngrades,
      holdQueue: -1,
      dispatchAtPressure: tier.hold?.dispatchAtPressure ?? Number.POSITIVE_INFINITY,
      isAsynchronous: tier.hold?.asynchronous ?? false,
    };
    return tier.hold === null || groups.length === 0 ? base : this.held(traffic, tier, base);
  }

  private held(traffic: TrafficClass, tier: TierProfile, base: Route<Pool>): Route<Pool> {
    const { holds } = this;
    const { tierServed } = base;
    const known = holds.findIndex((hold) => hold.model === traffic.model && hold.tier === tierServed);
    const route = { ...base, holdQueue: known >= 0 ? known : holds.length };
    const { maxWaitUs } = tier.hold!;
    if (known < 0) {
      const { model } = traffic;
      holds.push({ model, tier: tierServed, rank: tier.rank, maxWaitUs, route });
    }
    return route;
  }

  private limitersOf(traffic: TrafficClass, tier: TierProfile): LimiterSet | null {
    const { provider, accounts } = this.scenario;
    const account = accounts.find(({ name }) => name === traffic.account);
    const everyone = provider.limiters.filter(({ per }) => !per.includes('account'));
    return this.limiters.setFor([...(account?.limiters ?? []), ...everyone], {
      account: traffic.account,
      model: traffic.model,
      tier: tier.name,
      isExempt: tier.limits === 'exempt',
    });
  }
}

/** Pools that may serve this model and tier. */
function poolsFor(pools: readonly Pool[], model: string, tier: TierProfile): readonly Pool[] {
  return pools.filter(({ spec }) => {
    if (!spec.models.includes(model) || spec.path !== tier.path) return false;
    if (spec.tiers !== null && !spec.tiers.includes(tier.name)) return false;
    return weightOf(spec.tierWeights, tier.name) > 0;
  });
}

/** Those of equal preference together, the most preferred first. */
function byWeight(pools: readonly Pool[], tier: string): readonly (readonly Pool[])[] {
  const weights = [...new Set(pools.map(({ spec }) => weightOf(spec.tierWeights, tier)))].sort((a, b) => b - a);
  return weights.map((weight) => pools.filter(({ spec }) => weightOf(spec.tierWeights, tier) === weight));
}

/** A pool without weights takes every tier alike; one with weights takes only the tiers it names. */
function weightOf(weights: readonly TierNumber[] | null, tier: string): number {
  if (weights === null) return 1;
  return weights.find((entry) => entry.tier === tier)?.value ?? 0;
}
