import type { Cause, Outcome } from '../../models/outcome.js';
import { LARGE } from '../core/expect-large.js';
import { boundOf, levelOf } from './admission.js';
import { fitsAnywhere, groupsThatFit } from './context-fit.js';
import type { Gate, LimiterSet } from './limiters.js';
import type { Offer } from './offer.js';
import type { GatewayPool, Route } from './route.js';
import type { Choice, PoolGroup, Router } from './router.js';

/** What waits at the gateway already. */
export interface Lines {
  isFull(line: number): boolean;
  /** Does somebody wait in this line already? */
  isBehind(line: number): boolean;
  /** Is there somebody in another line who waits for this pool and goes before this one? */
  keepsOut(offer: Offer, line: number, pool: number): boolean;
  /** Prompt tokens that wait at the gateway and go before new work of this line. */
  tokensAhead(line: number): number;
}

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
  /** Does the decision name a node of this offer? */
  private hasNode = false;
  /** Of the decision: a large number costs no allocation in a field, and may as an argument. */
  private nowUs = LARGE;

  constructor(
    private readonly pickNode: Router,
    anyPool: P,
    anyRoute: Route<P>,
    private readonly lines: Lines,
  ) {
    this.nowUs = 0;
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
    this.nowUs = nowUs;
    return this.decideNow(offer, asked);
  }

  private decideNow(offer: Offer, asked: Route<P>): Readonly<Decision<P>> {
    const { decision } = this;
    if (this.isPossible(offer, asked) === false) return decision;
    if (this.passLimits(offer) === false) return decision;
    for (;;) {
      const { route } = decision;
      if (this.place(offer, route) === true) return decision;
      if (route.downgrade === null) return decision;
      decision.route = route.downgrade;
    }
  }

  /** For work that was let in before: it meets no limit and no admission. */
  decideLetIn(offer: Offer, asked: Route<P>): Readonly<Decision<P>> {
    const { decision } = this;
    if (!this.isPossible(offer, asked)) return decision;
    if (asked.line >= 0) decision.kind = 'hold';
    else if (this.pickNode(groupsThatFit(asked, offer.promptTokens), decision, offer)) decision.kind = 'dispatch';
    else return this.reject('failed', 'unavailable');
    return decision;
  }

  /** For the first of a line: a node, or null while there is no room for it. */
  release(nowUs: number, route: Route<P>, offer: Offer): Readonly<Choice<P>> | null {
    this.nowUs = nowUs;
    const groups = groupsThatFit(route, offer.promptTokens);
    if (!this.routeToRoom(groups, route, offer)) return null;
    if (route.onNoCapacity === 'wait' && this.isOverloaded(groups, route)) return null;
    return this.decision;
  }

  /** Where room was looked for in vain; null: no node is up. */
  get nodeLookedAt(): Readonly<Choice<P>> | null {
    return this.hasNode ? this.decision : null;
  }

  /** Begins a decision; false: refused, whatever limits and fleet say. */
  private isPossible(offer: Offer, asked: Route<P>): boolean {
    const { decision } = this;
    decision.limiters = null;
    decision.opensAfterUs = Number.POSITIVE_INFINITY;
    decision.route = asked;
    if (asked.refusal !== null) this.reject('refused', asked.refusal);
    else if (!fitsAnywhere(asked, offer.promptTokens)) this.reject('refused', 'context_length');
    else return true;
    return false;
  }

  /** Charges the limiters, where one says so those of a lower tier; false: refused. */
  private passLimits(offer: Offer): boolean {
    const { decision } = this;
    for (;;) {
      const { limiters, limitDowngrades } = decision.route;
      const shut = limiters === null ? null : limiters.admit(this.nowUs, offer.promptTokens);
      if (shut === null) {
        decision.limiters = limiters;
        return true;
      }
      const lower = shut.downgradeTo === null ? undefined : limitDowngrades.get(shut.downgradeTo);
      if (lower === undefined || !fitsAnywhere(lower, offer.promptTokens)) {
        this.refuseBy(shut, offer);
        return false;
      }
      decision.route = lower;
    }
  }

  private refuseBy(gate: Gate, offer: Offer): void {
    this.decision.opensAfterUs = gate.opensAfterUs(this.nowUs, offer.promptTokens);
    this.reject('rateLimited', gate.cause);
  }

  /** Decides between a node, the line and the door; false: turned away for want of capacity. */
  private place(offer: Offer, route: Route<P>): boolean {
    const { decision } = this;
    const groups = groupsThatFit(route, offer.promptTokens);
    if (route.line < 0) {
      if (this.pickNode(groups, decision, offer) === false) return this.turnAway('failed', 'unavailable');
      if (this.isOverloaded(groups, route)) return this.turnAway('shed', 'overloaded');
      decision.kind = 'dispatch';
      return true;
    }
    const hasRoom = this.findRoom(groups, route, offer);
    const mustWait = !hasRoom || this.lines.isBehind(route.line);
    // Work on leftover capacity waits before it asks; other work would rather not wait, so admission speaks first.
    if (mustWait && route.isHeld) return this.standInLine(route);
    if (this.hasNode && this.isOverloaded(groups, route)) {
      return route.onNoCapacity === 'wait' ? this.standInLine(route) : this.turnAway('shed', 'overloaded');
    }
    if (mustWait) return this.standInLine(route);
    decision.kind = 'dispatch';
    return true;
  }

  private standInLine(route: Route<P>): boolean {
    if (this.lines.isFull(route.line)) return this.turnAway('shed', 'overloaded');
    this.decision.kind = 'hold';
    return true;
  }

  private turnAway(outcome: Outcome, cause: Cause): boolean {
    this.reject(outcome, cause);
    return false;
  }

  /** A node for work that may wait: the router's choice if a slot there is free, else whoever has room. */
  private findRoom(groups: readonly PoolGroup<P>[], route: Route<P>, offer: Offer): boolean {
    if (!route.isHeld && !route.bindsLate) {
      this.hasNode = this.pickNode(groups, this.decision, offer);
      if (!this.hasNode) return false;
      if (this.decision.pool.admits(this.decision.node, route.tierQueued)) return true;
    }
    return this.routeToRoom(groups, route, offer);
  }

  /**
   * Picks a node for work that may wait: in the most preferred group that has active nodes, of each pool the least
   * loaded node with room, and of these the least loaded one: whatever the router, the room that was seen is taken.
   * Without room the decision names the least loaded node all the same, for admission to look at.
   */
  private routeToRoom(groups: readonly PoolGroup<P>[], route: Route<P>, offer: Offer): boolean {
    const { decision } = this;
    let hasRoom = false;
    this.hasNode = false;
    for (const group of groups) {
      for (const pool of group) {
        if (pool.activeNodes === 0) continue;
        const free = pool.nodeFor(route.tierQueued);
        const room = free < 0 ? -1 : this.roomIn(pool, free, route, offer);
        const hasRoomHere = room >= 0;
        const node = hasRoomHere ? room : free < 0 ? pool.leastLoadedNode : free;
        if (this.hasNode && (hasRoomHere ? hasRoom && !isLighter(pool, node, decision) : true)) continue;
        decision.pool = pool;
        decision.node = node;
        this.hasNode = true;
        hasRoom ||= hasRoomHere;
      }
      if (this.hasNode) return hasRoom;
    }
    return false;
  }

  /** A node with room, mostly the first that is looked at; -1: none. */
  private roomIn(pool: P, first: number, route: Route<P>, offer: Offer): number {
    if (this.lines.keepsOut(offer, route.line, pool.index)) return -1;
    if (hasRoomAt(pool, first, route, offer)) return first;
    return pool.findNode(route.tierQueued, (node) => hasRoomAt(pool, node, route, offer));
  }

  /** Asked once a node is in the decision. */
  private isOverloaded(groups: readonly PoolGroup<P>[], route: Route<P>): boolean {
    const { admission, signal } = route;
    if (admission.kind === 'none') return false;
    const ahead = route.line < 0 ? 0 : this.lines.tokensAhead(route.line);
    const level = levelOf(admission, this.nowUs, groups, this.decision, route.tierQueued, ahead);
    const bound = boundOf(admission);
    return signal === null ? level > bound : signal.isBeyond(this.nowUs, level, bound);
  }

  private reject(outcome: Outcome, cause: Cause): Readonly<Decision<P>> {
    this.decision.kind = 'reject';
    this.decision.outcome = outcome;
    this.decision.cause = cause;
    return this.decision;
  }
}

function isLighter(pool: GatewayPool, node: number, than: Choice<GatewayPool>): boolean {
  const load = pool.loadOf(node);
  const other = than.pool.loadOf(than.node);
  return load < other || (load === other && pool.kvUseOf(node) < than.pool.kvUseOf(than.node));
}

/** May work of this route that waits go to this node, as far as the node is concerned? */
export function hasRoomAt<P extends GatewayPool>(
  pool: P,
  node: number,
  route: Route<P>,
  { promptTokens }: Offer,
): boolean {
  if (route.isHeld && pool.dispatchPressure(node) > route.dispatchAtPressure) return false;
  return !route.bindsLate || (pool.isHungry(node) && pool.hasSpace(node, promptTokens));
}
