import type { Cause } from '../../models/outcome.js';
import type { Admission, OnNoCapacity } from '../../models/provider.js';
import type { LimiterSet } from './limiters.js';
import type { PoolGroup, PoolView } from './router.js';
import type { Signal } from './signal.js';

/** What admission and dispatch read of a pool, beside what the router reads. */
export interface GatewayPool extends PoolView {
  readonly maxModelLen: number;
  /** A node's KV use with the queued prompts already in it, or its seats in use, whichever is larger. */
  dispatchPressure(node: number): number;
  /** Requests at a node that were never scheduled, and their prompt tokens. */
  waitingOf(node: number): number;
  waitingTokensOf(node: number): number;
  /** Time until what is queued at or above this tier's rank, and so many tokens elsewhere, is scheduled. */
  predictTtftUs(nowUs: number, tier: number, tokensAhead: number): number;
  /** Number of the pool in the fleet. */
  readonly index: number;
  /** The least loaded node that has a slot for this tier, reserved ones left alone; -1: none has. */
  nodeFor(tier: number): number;
  /** The first node that suits, of the least loaded ones that have a slot for this tier; -1: not found at once. */
  findNode(tier: number, suits: (node: number) => boolean): number;
  /** Has a node a slot for this tier that is not reserved for others? */
  admits(node: number, tier: number): boolean;
  /** A seat and KV for the prompt are free. */
  hasSpace(node: number, promptTokens: number): boolean;
  /** Less waits at a node than one step takes in. */
  isHungry(node: number): boolean;
}

/** Pools a request may go to, and what their contexts hold at least and at most. */
export interface Contexts<P extends GatewayPool> {
  readonly groups: readonly PoolGroup<P>[];
  /** Tokens. Without a pool: Infinity and 0, so that nothing fits and nobody is left out. */
  readonly shortestContext: number;
  readonly longestContext: number;
}

/** How the attempts of one class asking for one tier are treated; worked out once, before the run. */
export interface Route<P extends GatewayPool> extends Contexts<P> {
  /** The tier it is served as, if it is served. */
  readonly tierServed: number;
  /** By which it is let in and queued: another one where only the bill follows the tier that was asked for. */
  readonly tierQueued: number;
  /** Set: refused at once. */
  readonly refusal: Cause | null;
  /** null: nothing limits it. */
  readonly limiters: LimiterSet | null;
  readonly admission: Admission;
  /** How it reads the fleet; null: as it is. */
  readonly signal: Signal | null;
  readonly onNoCapacity: OnNoCapacity['do'];
  /** Where it goes on when admission turns it away; null: nowhere. */
  readonly downgrade: Route<P> | null;
  /** Likewise when a limiter does, by the name of the tier. */
  readonly limitDowngrades: ReadonlyMap<string, Route<P>>;
  /** The line it waits in at the gateway; -1: it never does. */
  readonly line: number;
  /** Runs on leftover capacity: while the pressure of its node is at most that. */
  readonly isHeld: boolean;
  readonly dispatchAtPressure: number;
  /** Bound to a node only when one has room for it. */
  readonly bindsLate: boolean;
  /** Its pools may have been scaled to zero: it waits for the first node. */
  readonly mayBeAsleep: boolean;
  /** A background job: nobody waits at the other end of a connection. */
  readonly isAsynchronous: boolean;
}
