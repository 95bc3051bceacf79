import type { Cause, Outcome } from '../../models/outcome.js';
import type { Admission } from '../../models/provider.js';
import type { AccountLimiter } from './account-limiter.js';
import { type Choice, leastLoaded, type PoolGroup, type PoolView, type Router } from './router.js';

/** All that a gateway sees of an attempt. The true output length is not in it. */
export interface Offer {
  readonly class: number;
  readonly tierAsked: number;
  readonly promptTokens: number;
}

/** What admission and dispatch read of a pool, beside what the router reads. */
export interface GatewayPool extends PoolView {
  readonly maxModelLen: number;
  /** A node's KV use with the queued prompts already in it, or its seats in use, whichever is larger. */
  dispatchPressure(node: number): number;
  /** Requests at a node that were never scheduled, and their prompt tokens. */
  waitingOf(node: number): number;
  waitingTokensOf(node: number): number;
  /** Time until what is queued at or above this tier's rank is scheduled. */
  predictTtftUs(nowUs: number, tier: number): number;
}

/** How the attempts of one class asking for one tier are treated; worked out once, before the run. */
export interface Route<P extends GatewayPool> {
  /** The tier it is served as, if it is served. */
  readonly tierServed: number;
  /** Set: refused at once. */
  readonly refusal: Cause | null;
  readonly groups: readonly PoolGroup<P>[];
  readonly limiter: AccountLimiter | null;
  readonly admission: Admission;
  /** -1: never held. */
  readonly holdQueue: number;
  readonly dispatchAtPressure: number;
}

export interface Decision<P extends GatewayPool> extends Choice<P> {
  kind: 'dispatch' | 'hold' | 'reject';
  outcome: Outcome;
  cause: Cause;
  /** Did the account's limiter let it in? Then it must be released at the end. */
  isCharged: boolean;
}

/**
 * The way of an attempt up to a node: tier support, context length, account limits, admission, router. Each gate
 * has one answer, and the first that says no decides.
 */
export class Gateway<P extends GatewayPool> {
  private readonly decision: Decision<P>;
  /** Scratch: the pools of one group that have room. */
  private readonly roomy: P[] = [];
  private readonly roomyGroups: readonly PoolGroup<P>[] = [this.roomy];

  constructor(
    private readonly route: Router,
    anyPool: P,
    /** How many attempts wait in each hold queue. */
    private readonly held: (queue: number) => number,
  ) {
    this.decision = { kind: 'reject', outcome: 'refused', cause: 'none', isCharged: false, pool: anyPool, node: 0 };
  }

  /** The object is reused by the next call. */
  decide(nowUs: number, offer: Offer, route: Route<P>): Readonly<Decision<P>> {
    this.decision.isCharged = false;
    if (route.refusal !== null) return this.reject('refused', route.refusal);
    const groups = groupsThatFit(route.groups, offer.promptTokens);
    if (groups.length === 0) return this.reject('refused', 'context_length');
    if (route.limiter !== null) {
      if (!route.limiter.admit(nowUs, route.tierServed, offer.promptTokens)) {
        return this.reject('rateLimited', 'rate_limited');
      }
      this.decision.isCharged = true;
    }
    if (route.holdQueue >= 0) {
      if (this.held(route.holdQueue) > 0 || !this.routeToRoom(groups, route)) {
        this.decision.kind = 'hold';
        return this.decision;
      }
    } else if (!this.route(groups, this.decision)) {
      return this.reject('failed', 'unavailable');
    }
    if (this.isOverloaded(nowUs, groups, route)) return this.reject('shed', 'overloaded');
    this.decision.kind = 'dispatch';
    return this.decision;
  }

  /** For the first of a hold queue: a node, or null while there is no room for it. */
  release(route: Route<P>, promptTokens: number): Readonly<Choice<P>> | null {
    return this.routeToRoom(groupsThatFit(route.groups, promptTokens), route) ? this.decision : null;
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
    switch (admission.kind) {
      case 'none':
        return false;
      case 'predicted-ttft':
        return predictTtftUs(nowUs, groups, tierServed) > admission.shedAboveUs;
      case 'queue-depth':
        return this.decision.pool.loadOf(this.decision.node) >= admission.shedAbove;
      case 'kv-pressure':
        return this.decision.pool.kvUseOf(this.decision.node) > admission.shedAbove;
      case 'vllm-queue-caps':
        return isQueueFull(this.decision.pool, this.decision.node, admission);
      case 'holdback':
        return this.decision.pool.dispatchPressure(this.decision.node) > 1 - admission.share;
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
