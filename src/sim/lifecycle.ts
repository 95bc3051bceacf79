import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import { type Attempt, type AttemptPool, AttemptState } from './attempt.js';
import type { Books } from './books.js';
import type { Clients } from './clients.js';
import type { Streams } from './core/random.js';
import type { Simulation } from './core/simulation.js';
import type { Delays } from './delays.js';
import type { MakeEngine } from './engine/replica.js';
import { EventKind } from './event-kind.js';
import { Fleet, type FleetListener } from './fleet/fleet.js';
import type { Pool } from './fleet/pool.js';
import { type Decision, Gateway } from './gateway/gateway.js';
import { HoldQueue } from './gateway/hold-queue.js';
import { makeRouter } from './gateway/router.js';
import { Routes } from './routes.js';

/** What the way of an attempt is built from. */
export interface LifecycleParts {
  readonly scenario: Scenario;
  readonly simulation: Simulation;
  readonly attempts: AttemptPool;
  readonly books: Books;
  readonly clients: Clients;
  readonly streams: Streams;
  readonly makeEngine: MakeEngine | undefined;
  /** null: nobody asked for detail. */
  readonly delays: Delays | null;
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
  private readonly routes: Routes;
  /** Numbers of the hold queues, most urgent first. */
  private readonly holdOrder: readonly number[];
  private readonly holdQueues: readonly HoldQueue[];

  constructor(parts: LifecycleParts) {
    const { scenario, simulation, books } = parts;
    this.scenario = scenario;
    this.simulation = simulation;
    this.attempts = parts.attempts;
    this.books = books;
    this.clients = parts.clients;
    const clock = { windowFromUs: scenario.warmupUs, bucketUs: books.bucketUs, buckets: books.bucketCount };
    this.fleet = new Fleet(scenario, simulation, this, clock, parts.streams, parts.makeEngine, parts.delays);

    this.routes = new Routes(scenario, this.fleet.pools);
    const { holds } = this.routes;
    this.holdQueues = holds.map(() => new HoldQueue());
    this.holdOrder = holds.map((_, i) => i).sort((a, b) => holds[b]!.rank - holds[a]!.rank || a - b);
    this.gateway = new Gateway(
      makeRouter(scenario.gateway.router, parts.streams.get('router')),
      this.fleet.pools[0]!,
      this.routes.of(0, 0),
      (queue) => this.holdQueues[queue]!.length,
    );
  }

  send(attempt: Attempt): void {
    const { nowUs } = this.simulation;
    attempt.begin();
    attempt.sentUs = nowUs;
    this.books.sent(attempt);
    const decision = this.gateway.decide(nowUs, attempt, this.routes.of(attempt.class, attempt.tierAsked));
    attempt.tierServed = decision.route.tierServed;
    attempt.limiters = decision.limiters;
    switch (decision.kind) {
      case 'reject':
        this.reject(attempt, decision);
        return;
      case 'hold':
        this.hold(attempt, decision.route.holdQueue);
        break;
      case 'dispatch':
        this.dispatch(attempt, decision.pool, decision.node);
        break;
    }
    // A job in an asynchronous queue has no connection that could time out.
    if (!decision.route.isAsynchronous) this.clients.startTimers(attempt);
  }

  // Waiting at the gateway and going to a node.

  private hold(attempt: Attempt, queue: number): void {
    const { maxWaitUs } = this.routes.holds[queue]!;
    attempt.holdQueue = queue;
    attempt.state = AttemptState.held;
    attempt.holdTimer = this.simulation.at(this.simulation.nowUs + maxWaitUs, EventKind.holdExpiry, attempt.index);
    this.holdQueues[queue]!.push(attempt);
  }

  private unhold(attempt: Attempt): void {
    this.holdQueues[attempt.holdQueue]!.forget(attempt);
    this.simulation.cancel(attempt.holdTimer);
  }

  /** Whatever now has room goes to a node, the most urgent first. */
  dispatchHeld(): void {
    for (const index of this.holdOrder) {
      const queue = this.holdQueues[index]!;
      for (let attempt = queue.first(); attempt !== null; attempt = queue.first()) {
        const choice = this.gateway.release(this.routes.holds[index]!.route, attempt.promptTokens);
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

  attemptOf(index: number): Attempt {
    return this.attempts.at(index);
  }

  onGaps(counts: readonly number[], firstPs: number, slopePs: number, steps: number): void {
    this.books.gaps(counts, firstPs, slopePs, steps);
  }

  onFirstToken(attempt: Attempt): void {
    this.clients.cancelPatience(attempt);
    if (attempt.limiters?.countsUncached) {
      attempt.limiters.firstToken(this.simulation.nowUs, attempt.promptTokens - attempt.cachedTokens);
    }
  }

  onFinished(attempt: Attempt): void {
    if (attempt.state === AttemptState.left) this.close(attempt, 'abandoned', attempt.leaveCause);
    else this.finish(attempt, 'completed', 'none');
  }

  onNodesBroken(isBroken: (nodeNumber: number) => boolean): void {
    for (const attempt of this.attempts.live()) {
      const isHit = attempt.state === AttemptState.atNode || attempt.state === AttemptState.left;
      if (!isHit || !isBroken(attempt.node)) continue;
      this.fleet.abort(attempt);
      if (attempt.state === AttemptState.left) this.close(attempt, 'abandoned', attempt.leaveCause);
      else this.finish(attempt, 'failed', 'node_down');
    }
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

  private reject(attempt: Attempt, { outcome, cause, opensAfterUs }: Readonly<Decision<Pool>>): void {
    const isKnown = opensAfterUs < Number.POSITIVE_INFINITY;
    if (isKnown && this.scenario.provider.answers[cause]?.retryAfterUs === 'until-room') {
      // The header counts in whole seconds.
      attempt.retryAfterUs = Math.ceil(opensAfterUs / 1e6) * 1e6;
    }
    this.finish(attempt, outcome, cause);
  }

  /** The client knows the outcome now. */
  private finish(attempt: Attempt, outcome: Outcome, cause: Cause): void {
    const status = this.answer(attempt, outcome, cause);
    this.clients.cancelTimers(attempt);
    attempt.willRetry = outcome !== 'completed' && this.clients.retry(attempt, outcome, cause, status);
    if (!attempt.willRetry) this.clients.requestIsOver(attempt, outcome);
    this.close(attempt, outcome, cause, status);
  }

  /** The status sent, with its Retry-After; 0: a client that left sees none. */
  private answer(attempt: Attempt, outcome: Outcome, cause: Cause): number {
    if (outcome === 'completed') return 200;
    if (outcome === 'abandoned') return 0;
    const { answers } = this.scenario.provider;
    // To the client a node that broke under its request is a service that is not there.
    const answer = answers[cause] ?? (cause === 'node_down' ? answers.unavailable : undefined);
    if (answer === undefined) return 0;
    if (typeof answer.retryAfterUs === 'number') attempt.retryAfterUs = answer.retryAfterUs;
    return answer.status;
  }

  /** Nothing more will happen to it: book it and recycle it. */
  private close(attempt: Attempt, outcome: Outcome, cause: Cause, status = 0): void {
    const { nowUs } = this.simulation;
    if (attempt.abortTimer !== 0) this.simulation.cancel(attempt.abortTimer);
    attempt.limiters?.release(nowUs, attempt.emittedTokens);
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
