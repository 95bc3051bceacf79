import type { Cause } from '../../models/outcome.js';
import type { Admission, OnNoCapacity } from '../../models/provider.js';
import type { LimiterSet } from './limiters.js';
import type { PoolGroup, PoolView } from './router.js';

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
  /** null: nothing limits it. */
  readonly limiters: LimiterSet | null;
  readonly admission: Admission;
  readonly onNoCapacity: OnNoCapacity['do'];
  /** Where it goes on when admission turns it away; null: nowhere. */
  readonly downgrade: Route<P> | null;
  /** Likewise when a limiter does, by the name of the tier. */
  readonly limitDowngrades: ReadonlyMap<string, Route<P>>;
  /** -1: never held. */
  readonly holdQueue: number;
  readonly dispatchAtPressure: number;
  /** A background job: nobody waits at the other end of a connection. */
  readonly isAsynchronous: boolean;
}
