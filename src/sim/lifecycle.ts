import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import { type Attempt, type AttemptPool, AttemptState } from './attempt.js';
import type { Books } from './books.js';
import type { Clients } from './clients.js';
import { invariant } from './core/invariant.js';
import type { RandomStream } from './core/random.js';
import type { Simulation } from './core/simulation.js';
import type { MakeEngine } from './engine/replica.js';
import { EventKind } from './event-kind.js';
import { Fleet, type FleetListener } from './fleet/fleet.js';
import type { Pool } from './fleet/pool.js';
import { AccountLimiter } from './gateway/account-limiter.js';
import { Gateway, type Route } from './gateway/gateway.js';
import { HoldQueue } from './gateway/hold-queue.js';
import { makeRouter } from './gateway/router.js';
import { buildRoutes, type HoldKey } from './routes.js';

/** What the way of an attempt is built from. */
export interface LifecycleParts {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly attempts: AttemptPool;
  readonly books: Books;
  readonly clients: Clients;
  readonly routerStream: RandomStream;
  readonly accountOfClass: readonly number[];
  readonly makeEngine: MakeEngine | undefined;
}

/**
 * The way of an attempt: sent, let in or turned away, held or given to a node, left by its client, ended. This file
 * alone decides an attempt's fate; gateway, fleet, clients and books know nothing of each other.
 */
export class Lifecycle implements FleetListener {
  readonly fleet: Fleet;
  private readonly scenario: Scenario;
  private readonly simulation: Simulation;
  private readonly attempts: AttemptPool;
  private readonly books: Books;
  private readonly clients: Clients;
  private readonly gateway: Gateway<Pool>;
  private readonly routes: readonly (readonly Route<Pool>[])[];
  private readonly holds: readonly HoldKey[];
  /** Places in `holds`, most urgent first. */
  private readonly holdOrder: readonly number[];
  private readonly holdQueues: readonly HoldQueue[];

  constructor(parts: LifecycleParts) {
    const { scenario, simulation, books, accountOfClass } = parts;
    this.scenario = scenario;
    this.simulation = simulation;
    this.attempts = parts.attempts;
    this.books = books;
    this.clients = parts.clients;
    const clock = { windowFromUs: scenario.warmupUs, bucketUs: books.bucketUs, buckets: books.bucketCount };
    this.fleet = new Fleet(scenario, simulation, this, clock, parts.makeEngine);

    const tierLimits = scenario.provider.tiers.map((tier) => tier.requestsPerMinute);
    const limiters = scenario.accounts.map(({ limits }) => new AccountLimiter(limits, tierLimits));
    const table = buildRoutes(scenario, this.fleet.pools, (traffic) => {
      return limiters[accountOfClass[scenario.traffic.indexOf(traffic)]!] ?? null;
    });
    this.routes = table.routes;
    this.holds = table.holds;
    this.holdQueues = table.holds.map(() => new HoldQueue());
    this.holdOrder = table.holds.map((_, i) => i).sort((a, b) => table.holds[b]!.rank - table.holds[a]!.rank || a - b);
    this.gateway = new Gateway(
      makeRouter(scenario.gateway.router, parts.routerStream),
      this.fleet.pools[0]!,
      (queue) => this.holdQueues[queue]!.length,
    );
  }

  send(attempt: Attempt): void {
    const { nowUs } = this.simulation;
    attempt.begin();
    attempt.sentUs = nowUs;
    this.books.sent(attempt);
    const route = this.routes[attempt.class]![attempt.tierAsked]!;
    attempt.tierServed = route.tierServed;
    const decision = this.gateway.decide(nowUs, attempt, route);
    attempt.isCharged = decision.isCharged;
    switch (decision.kind) {
      case 'reject':
        this.finish(attempt, decision.outcome, decision.cause);
        return;
      case 'hold':
        this.hold(attempt, route);
        break;
      case 'dispatch':
        this.dispatch(attempt, decision.pool, decision.node);
        break;
    }
    // A job in an asynchronous queue has no connection that could time out.
    const isAsynchronous = route.holdQueue >= 0 && this.holds[route.holdQueue]!.isAsynchronous;
    if (!isAsynchronous) this.clients.startTimers(attempt);
  }

  // Waiting at the gateway and going to a node.

  private hold(attempt: Attempt, route: Route<Pool>): void {
    const { maxWaitUs } = this.holds[route.holdQueue]!;
    attempt.state = AttemptState.held;
    attempt.holdTimer = this.simulation.at(this.simulation.nowUs + maxWaitUs, EventKind.holdExpiry, attempt.index);
    this.holdQueues[route.holdQueue]!.push(attempt);
  }

  private unhold(attempt: Attempt): void {
    this.holdQueues[this.routes[attempt.class]![attempt.tierAsked]!.holdQueue]!.forget(attempt);
    this.simulation.cancel(attempt.holdTimer);
  }

  /** Whatever now has room goes to a node, the most urgent first. */
  dispatchHeld(): void {
    for (const index of this.holdOrder) {
      const queue = this.holdQueues[index]!;
      for (let attempt = queue.first(); attempt !== null; attempt = queue.first()) {
        const choice = this.gateway.release(this.holds[index]!.route, attempt.promptTokens);
        if (choice === null) break;
        this.unhold(attempt);
        this.dispatch(attempt, choice.pool, choice.node);
      }
    }
  }

  private dispatch(attempt: Attempt, pool: Pool, node: number): void {
    attempt.state = AttemptState.atNode;
    this.fleet.enqueue(attempt, pool, node);
  }

  // What a node reports.

  wakeNode(timeUs: number, nodeNumber: number): void {
    this.simulation.setAlarm(nodeNumber, timeUs);
  }

  attemptOf(index: number): Attempt {
    return this.attempts.at(index);
  }

  onGaps(tierAsked: number, count: number, firstPs: number, slopePs: number, steps: number): void {
    this.books.gaps(tierAsked, count, firstPs, slopePs, steps);
  }

  onFirstToken(attempt: Attempt): void {
    this.clients.cancelPatience(attempt);
  }

  onFinished(attempt: Attempt): void {
    if (attempt.state === AttemptState.left) this.close(attempt, 'abandoned', attempt.leaveCause);
    else this.finish(attempt, 'completed', 'none');
  }

  onRoom(): void {
    this.dispatchHeld();
  }

  // Leaving early.

  leave(attempt: Attempt, cause: Cause): void {
    const { nowUs } = this.simulation;
    attempt.leftUs = nowUs;
    attempt.leaveCause = cause;
    this.clients.cancelTimers(attempt);
    if (attempt.state === AttemptState.held) {
      this.unhold(attempt);
      this.finish(attempt, 'abandoned', cause);
      this.dispatchHeld();
      return;
    }
    attempt.emittedWhenLeft = this.fleet.emittedTokens(attempt);
    const willRetry = this.clients.retry(attempt, 'abandoned', cause, 0);
    attempt.willRetry = willRetry;
    if (!willRetry) this.clients.requestIsOver(attempt, 'abandoned');
    attempt.state = AttemptState.left;
    const { abortLagUs } = this.scenario.traffic[attempt.class]!.client;
    if (abortLagUs === 0) this.abortLeft(attempt);
    else attempt.abortTimer = this.simulation.at(nowUs + abortLagUs, EventKind.abort, attempt.index);
  }

  abortLeft(attempt: Attempt): void {
    this.fleet.abort(attempt);
    this.close(attempt, 'abandoned', attempt.leaveCause);
    this.dispatchHeld();
  }

  expire(attempt: Attempt): void {
    this.unhold(attempt);
    this.finish(attempt, 'expired', 'hold_expired');
    // Those behind it may fit where it did not.
    this.dispatchHeld();
  }

  // The end of an attempt.

  /** The client knows the outcome now. */
  private finish(attempt: Attempt, outcome: Outcome, cause: Cause): void {
    const status = this.statusOf(outcome, cause);
    this.clients.cancelTimers(attempt);
    attempt.willRetry = outcome !== 'completed' && this.clients.retry(attempt, outcome, cause, status);
    if (!attempt.willRetry) this.clients.requestIsOver(attempt, outcome);
    this.close(attempt, outcome, cause, status);
  }

  /** A client that left sees no status. */
  private statusOf(outcome: Outcome, cause: Cause): number {
    if (outcome === 'completed') return 200;
    return outcome === 'abandoned' ? 0 : (this.scenario.provider.status[cause] ?? 0);
  }

  /** Nothing more will happen to it: book it and recycle it. */
  private close(attempt: Attempt, outcome: Outcome, cause: Cause, status = 0): void {
    const { nowUs } = this.simulation;
    if (attempt.abortTimer !== 0) this.simulation.cancel(attempt.abortTimer);
    if (attempt.isCharged) {
      const { limiter } = this.routes[attempt.class]![attempt.tierAsked]!;
      invariant(limiter !== null, 'a charged attempt has a limiter', nowUs);
      limiter.release(nowUs, attempt.emittedTokens);
    }
    this.books.ended(attempt, nowUs, outcome, cause, status, attempt.willRetry, this.fleet.poolOf(attempt));
    this.attempts.give(attempt);
  }

  /** Whatever is alive ends here, unfinished. */
  endAll(): void {
    for (const attempt of this.attempts.live()) {
      switch (attempt.state) {
        case AttemptState.pending:
          this.books.closedDuringBackoff(attempt);
          break;
        case AttemptState.left:
          this.fleet.abort(attempt);
          this.close(attempt, 'abandoned', attempt.leaveCause);
          break;
        case AttemptState.atNode:
          this.fleet.abort(attempt);
          this.close(attempt, 'unfinished', 'run_ended');
          break;
        case AttemptState.held:
          this.close(attempt, 'unfinished', 'run_ended');
          break;
        case AttemptState.free:
          break;
      }
    }
  }
}
