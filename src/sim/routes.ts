import { ENGINES } from '../models/engine.js';
import type { SupportRule, TierProfile } from '../models/provider.js';
import type { Scenario, TierNumber, TimelineChange, TrafficClass } from '../models/scenario.js';
import type { Pool } from './fleet/pool.js';
import { contextsOf } from './gateway/context-fit.js';
import type { LimiterSet, Limiters } from './gateway/limiters.js';
import type { GatewayPool, Route } from './gateway/route.js';
import { Signal } from './gateway/signal.js';
import type { LineRules } from './gateway/waiting-lines.js';

/** What the routes must know of a pool, or of how a gateway sees it. */
export interface RoutedPool extends GatewayPool {
  readonly spec: Pool['spec'];
  readonly at: Pool['at'];
  /** Do reservations keep this tier out of some slots? */
  keepsOut(tier: number): boolean;
}

/** A line at the gateway, with the route that its work takes. */
export interface Line<P extends RoutedPool> extends LineRules {
  readonly tier: number;
  readonly route: Route<P>;
}

/** How each class asking for each tier is treated, worked out before the run and again when support changes in it. */
export class Routes<P extends RoutedPool> {
  /** The lines of all models and tiers that may wait; they stay what they are when support changes. */
  readonly lines: Line<P>[] = [];
  private readonly signals = new Map<string, Signal>();
  private support: readonly SupportRule[];
  private table: readonly (readonly Route<P>[])[] = [];
  private servedTable: readonly (readonly Route<P>[])[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly pools: readonly P[],
    private readonly limiters: Limiters,
  ) {
    this.support = scenario.provider.support;
    this.build(this.support);
  }

  of(classIndex: number, tierAsked: number): Route<P> {
    return this.table[classIndex]![tierAsked]!;
  }

  /** The route of attempts that are served as this tier. */
  served(classIndex: number, tierServed: number): Route<P> {
    return this.servedTable[classIndex]![tierServed]!;
  }

  /** From now on this is what becomes of a tier for a model. */
  change({ model, tier, answer }: TimelineChange & { readonly kind: 'support' }): void {
    const rule = { tier, model, api: null, endpoint: null, engineTierSupport: null, answer };
    this.support = [rule, ...this.support];
    this.build(this.support);
  }

  /** From now on these rules hold. */
  private build(support: readonly SupportRule[]): void {
    const { scenario } = this;
    this.servedTable = scenario.traffic.map((traffic) => this.servedRoutes(traffic, support));
    this.table = scenario.traffic.map((traffic, i) =>
      scenario.provider.tiers.map((_, tier) => this.askedRoute(traffic, tier, support, this.servedTable[i]!)),
    );
  }

  private askedRoute(
    traffic: TrafficClass,
    tierAsked: number,
    support: readonly SupportRule[],
    served: readonly Route<P>[],
  ): Route<P> {
    const { tiers, defaultTier } = this.scenario.provider;
    const asked = served[tierAsked]!;
    const byDefault = served[tiers.findIndex((tier) => tier.name === defaultTier)]!;
    if (this.isForbidden(traffic, tiers[tierAsked]!)) return { ...asked, refusal: 'forbidden_tier' };
    // A tier that a model has still needs an engine that can do it.
    const named = this.ruleFor(traffic, tiers[tierAsked]!.name, support, null);
    const isHonoured = named === undefined || named.answer === 'honour';
    const rule = isHonoured ? this.engineRule(traffic, asked, support) : named;
    switch (rule?.answer) {
      case undefined:
      case 'honour':
        return asked;
      case 'refuse':
        return { ...asked, refusal: 'unsupported_tier' };
      case 'forbid':
        return { ...asked, refusal: 'forbidden_tier' };
      case 'bill-only':
        return { ...byDefault, tierServed: tierAsked };
      case 'downgrade':
      case 'ignore':
        return byDefault;
    }
  }

  /** Background work is for accounts that were let in to it; a class without an account is not checked. */
  private isForbidden(traffic: TrafficClass, tier: TierProfile): boolean {
    if (tier.hold?.asynchronous !== true || traffic.account === null) return false;
    return this.scenario.accounts.find(({ name }) => name === traffic.account)?.background === false;
  }

  /** Where no pool is left because of its engine, the rule that took the last one says what happens. */
  private engineRule(traffic: TrafficClass, asked: Route<P>, support: readonly SupportRule[]): SupportRule | undefined {
    if (asked.groups.length > 0) return undefined;
    const tier = this.scenario.provider.tiers[asked.tierServed]!;
    for (const pool of poolsFor(this.pools, traffic.model, tier)) {
      const rule = this.ruleFor(traffic, tier.name, support, pool);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  /** The first rule that matches: of a pool those that ask for its engine, without one those that ask for none. */
  private ruleFor(
    traffic: TrafficClass,
    tier: string,
    rules: readonly SupportRule[],
    pool: P | null,
  ): SupportRule | undefined {
    const { endpoint } = this.scenario.provider;
    const isMeant = <T>(wanted: T | null, found: T): boolean => wanted === null || wanted === found;
    return rules.find((rule) => {
      if (rule.tier !== tier || !isMeant(rule.model, traffic.model)) return false;
      if (!isMeant(rule.api, traffic.api) || !isMeant(rule.endpoint, endpoint)) return false;
      if (pool === null) return rule.engineTierSupport === null;
      return rule.engineTierSupport === ENGINES[pool.spec.engine.name].tierSupport;
    });
  }

  /** By tier served. */
  private servedRoutes(traffic: TrafficClass, support: readonly SupportRule[]): readonly Route<P>[] {
    const { tiers } = this.scenario.provider;
    const routes: (Route<P> & { downgrade: Route<P> | null })[] = [];
    const limitDowngrades = new Map<string, Route<P>>();
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
    limitDowngrades: ReadonlyMap<string, Route<P>>,
  ): Route<P> {
    const offering = poolsFor(this.pools, traffic.model, tier).filter((pool) => {
      const rule = this.ruleFor(traffic, tier.name, support, pool);
      return rule === undefined || rule.answer === 'honour';
    });
    const groups = byWeight(offering, tier.name);
    const base: Route<P> = {
      tierServed,
      tierQueued: tierServed,
      refusal: groups.length === 0 ? 'unsupported_tier' : null,
      ...contextsOf(groups),
      limiters: this.limitersOf(traffic, tier),
      admission: tier.admission,
      signal: this.signalOf(traffic.model, tierServed),
      onNoCapacity: tier.onNoCapacity.do,
      downgrade: null,
      limitDowngrades,
      line: -1,
      isHeld: tier.hold !== null,
      bindsLate: this.scenario.gateway.queueing === 'gateway',
      dispatchAtPressure: tier.hold?.dispatchAtPressure ?? Number.POSITIVE_INFINITY,
      mayBeAsleep: offering.some(({ spec }) => spec.operations.autoscale?.min === 0),
      isAsynchronous: tier.hold?.asynchronous ?? false,
    };
    return groups.length > 0 && this.mayWait(tier, base) ? this.lineFor(traffic, tier, base) : base;
  }

  /** Is there anything that could make this tier wait at the gateway? */
  private mayWait(tier: TierProfile, route: Route<P>): boolean {
    const { bindsLate, isHeld, mayBeAsleep, onNoCapacity, groups, tierServed } = route;
    if (isHeld || bindsLate || mayBeAsleep || onNoCapacity === 'wait' || tier.eviction?.outcome === 'requeue')
      return true;
    return groups.some((group) => group.some((pool) => pool.keepsOut(tierServed)));
  }

  /** Work of one model and tier waits in one line, whichever class it comes from. */
  private lineFor(traffic: TrafficClass, tier: TierProfile, base: Route<P>): Route<P> {
    const { lines } = this;
    const { tierServed, isHeld, bindsLate, groups } = base;
    const known = lines.findIndex((line) => line.model === traffic.model && line.tier === tierServed);
    if (known >= 0) return { ...base, line: known };
    const route = { ...base, line: lines.length };
    const { maxWaitUs, maxQueued } = tier.hold ?? tier.queue;
    const pools = groups.flatMap((group) => group.map(({ index }) => index));
    const { model } = traffic;
    lines.push({ model, tier: tierServed, rank: tier.rank, pools, maxWaitUs, maxQueued, isHeld, bindsLate, route });
    return route;
  }

  /** Classes of one model and tier see the same. */
  private signalOf(model: string, tier: number): Signal | null {
    const key = `${tier} ${model}`;
    const known = this.signals.get(key) ?? Signal.of(this.scenario.provider.signal);
    if (known !== null) this.signals.set(key, known);
    return known;
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
function poolsFor<P extends RoutedPool>(pools: readonly P[], model: string, tier: TierProfile): readonly P[] {
  return pools.filter(({ spec }) => {
    if (!spec.models.includes(model) || spec.path !== tier.path) return false;
    if (spec.tiers !== null && !spec.tiers.includes(tier.name)) return false;
    return weightOf(spec.tierWeights, tier.name) > 0;
  });
}

/** Those of equal preference together, the most preferred first. */
function byWeight<P extends RoutedPool>(pools: readonly P[], tier: string): readonly (readonly P[])[] {
  const weights = [...new Set(pools.map(({ spec }) => weightOf(spec.tierWeights, tier)))].sort((a, b) => b - a);
  return weights.map((weight) => pools.filter(({ spec }) => weightOf(spec.tierWeights, tier) === weight));
}

/** A pool without weights takes every tier alike; one with weights takes only the tiers it names. */
function weightOf(weights: readonly TierNumber[] | null, tier: string): number {
  if (weights === null) return 1;
  return weights.find((entry) => entry.tier === tier)?.value ?? 0;
}
