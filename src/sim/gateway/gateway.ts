import type { Cause, Outcome } from '../../models/outcome.js';
import type { Gate, LimiterSet } from './limiters.js';
import type { GatewayPool, Offer, Route } from './route.js';
import { type Choice, leastLoaded, type PoolGroup, type Router } from './router.js';

export interface Decision<P extends GatewayPool> extends Choice<P> {
  kind: 'dispatch' | 'hold' | 'reject';
  outcome: Outcome;
  cause: Cause;
  /** The way it was let in by, which may be that of a lower tier than the one asked for. */
  route: Route<P>;
  /** The limiters that let it in; they must be released at its end. */
  limiters: LimiterSet | null;
  /** Of a refusal by a limiter: when it would let it in; Infinity: nobody knows. */
  opensAfterUs: number;
}

/**
 * The way of an attempt up to a node: tier support, context length, limits, admission, router. Each gate has one
 * answer, and the first that says no decides. Limits look at what is known on arrival and never at the fleet, so
 * that who is rate limited does not depend on it.
 */
export class Gateway<P extends GatewayPool> {
  private readonly decision: Decision<P>;
  /** Scratch: the pools of one group that have room. */
  private readonly roomy: P[] = [];
  private readonly roomyGroups: readonly PoolGroup<P>[] = [this.roomy];

  constructor(
    private readonly pickNode: Router,
    anyPool: P,
    anyRoute: Route<P>,
    /** How many attempts wait in each hold queue. */
    private readonly held: (queue: number) => number,
  ) {
    this.decision = {
      kind: 'reject',
      outcome: 'refused',
      cause: 'none',
      route: anyRoute,
      limiters: null,
      opensAfterUs: Number.POSITIVE_INFINITY,
      pool: anyPool,
      node: 0,
    };
  }

  /** The object is reused by the next call. */
  decide(nowUs: number, offer: Offer, asked: Route<P>): Readonly<Decision<P>> {
    const { decision } = this;
    decision.limiters = null;
    decision.opensAfterUs = Number.POSITIVE_INFINITY;
    decision.route = asked;
    if (asked.refusal !== null) return this.reject('refused', asked.refusal);
    if (!fitsAnywhere(asked.groups, offer.promptTokens)) return this.reject('refused', 'context_length');
    if (!this.passLimits(nowUs, offer)) return decision;
    for (;;) {
      const { route } = decision;
      if (this.place(nowUs, offer, route)) return decision;
      if (route.downgrade === null) return decision;
      decision.route = route.downgrade;
    }
  }

  /** For the first of a hold queue: a node, or null while there is no room for it. */
  release(route: Route<P>, promptTokens: number): Readonly<Choice<P>> | null {
    return this.routeToRoom(groupsThatFit(route.groups, promptTokens), route) ? this.decision : null;
  }

  /** Charges the limiters, where one says so those of a lower tier; false: refused. */
  private passLimits(nowUs: number, offer: Offer): boolean {
    const { decision } = this;
    for (;;) {
      const { limiters, limitDowngrades } = decision.route;
      const shut = limiters === null ? null : limiters.admit(nowUs, offer.promptTokens);
      if (shut === null) {
        decision.limiters = limiters;
        return true;
      }
      const lower = shut.downgradeTo === null ? undefined : limitDowngrades.get(shut.downgradeTo);
      if (lower === undefined || !fitsAnywhere(lower.groups, offer.promptTokens)) {
        this.refuseBy(shut, nowUs, offer);
        return false;
      }
      decision.route = lower;
    }
  }

  private refuseBy(gate: Gate, nowUs: number, offer: Offer): void {
    this.decision.opensAfterUs = gate.opensAfterUs(nowUs, offer.promptTokens);
    this.reject('rateLimited', gate.cause);
  }

  /** Decides between a node, the hold queue and the door; false: turned away for want of capacity. */
  private place(nowUs: number, offer: Offer, route: Route<P>): boolean {
    const { decision } = this;
    const groups = groupsThatFit(route.groups, offer.promptTokens);
    if (route.holdQueue >= 0) {
      if (this.held(route.holdQueue) > 0 || !this.routeToRoom(groups, route)) {
        decision.kind = 'hold';
        return true;
      }
    } else if (!this.pickNode(groups, decision)) {
      this.reject('failed', 'unavailable');
      return false;
    }
    if (this.isOverloaded(nowUs, groups, route)) {
      this.reject('shed', 'overloaded');
      return false;
    }
    decision.kind = 'dispatch';
    return true;
  }

  /**
   * Picks a node for work that may be held: in the most preferred group that has active nodes, among the pools whose
   * least loaded node has room, and there the least loaded node: whatever the router, the room that was seen is taken.
   */
  private routeToRoom(groups: readonly PoolGroup<P>[], route: Route<P>): boolean {
    const { roomy } = this;
    for (const group of groups) {
      let isUp = false;
      roomy.length = 0;
      for (const pool of group) {
        if (pool.activeNodes === 0) continue;
        isUp = true;
        if (pool.dispatchPressure(pool.leastLoadedNode) <= route.dispatchAtPressure) roomy.push(pool);
      }
      if (isUp) return leastLoaded(this.roomyGroups, this.decision);
    }
    return false;
  }

  /** Asked once a node is in the decision. */
  private isOverloaded(nowUs: number, groups: readonly PoolGroup<P>[], { admission, tierServed }: Route<P>): boolean {
    const { pool, node } = this.decision;
    switch (admission.kind) {
      case 'none':
        return false;
      case 'predicted-ttft':
        return predictTtftUs(nowUs, groups, tierServed) > admission.shedAboveUs;
      case 'queue-depth':
        return pool.loadOf(node) >= admission.shedAbove;
      case 'kv-pressure':
        return pool.kvUseOf(node) > admission.shedAbove;
      case 'vllm-queue-caps':
        return isQueueFull(pool, node, admission);
      case 'holdback':
        return pool.dispatchPressure(node) > 1 - admission.share;
    }
  }

  private reject(outcome: Outcome, cause: Cause): Readonly<Decision<P>> {
    this.decision.kind = 'reject';
    this.decision.outcome = outcome;
    this.decision.cause = cause;
    return this.decision;
  }
}

function isQueueFull(
  pool: GatewayPool,
  node: number,
  caps: { readonly requests: number | null; readonly tokens: number | null },
): boolean {
  if (caps.requests !== null && pool.waitingOf(node) >= caps.requests) return true;
  return caps.tokens !== null && pool.waitingTokensOf(node) >= caps.tokens;
}

function fitsAnywhere(groups: readonly PoolGroup<GatewayPool>[], promptTokens: number): boolean {
  for (const group of groups) {
    for (const pool of group) if (promptTokens < pool.maxModelLen) return true;
  }
  return false;
}

/** Pools whose context holds the prompt and a first token; mostly that is all of them, and nothing is copied. */
function groupsThatFit<P extends GatewayPool>(
  groups: readonly PoolGroup<P>[],
  promptTokens: number,
): readonly PoolGroup<P>[] {
  for (const group of groups) {
    for (const pool of group) if (promptTokens >= pool.maxModelLen) return thoseThatFit(groups, promptTokens);
  }
  return groups;
}

function thoseThatFit<P extends GatewayPool>(groups: readonly PoolGroup<P>[], promptTokens: number): PoolGroup<P>[] {
  return groups
    .map((group) => group.filter(({ maxModelLen }) => promptTokens < maxModelLen))
    .filter((group) => group.length > 0);
}

/** The best promise among the pools of the group the router uses. */
function predictTtftUs(nowUs: number, groups: readonly PoolGroup<GatewayPool>[], tier: number): number {
  for (const group of groups) {
    let best = Number.POSITIVE_INFINITY;
    for (const pool of group) {
      if (pool.activeNodes > 0) best = Math.min(best, pool.predictTtftUs(nowUs, tier));
    }
    if (best < Number.POSITIVE_INFINITY) return best;
  }
  return Number.POSITIVE_INFINITY;
}
