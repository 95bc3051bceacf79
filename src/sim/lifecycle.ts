import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario, TimelineChange } from '../models/scenario.js';
import { type Answers, answer, answersByTier, noteRoom } from './answer.js';
import { type Attempt, type AttemptPool, AttemptState } from './attempt.js';
import type { Books } from './books.js';
import type { Clients } from './clients.js';
import type { Streams } from './core/random.js';
import type { Simulation } from './core/simulation.js';
import type { Delays } from './delays.js';
import type { MakeEngine } from './engine/node-engine.js';
import { EventKind } from './event-kind.js';
import { Fleet } from './fleet/fleet.js';
import type { FleetListener } from './fleet/fleet-listener.js';
import type { Pool } from './fleet/pool.js';
import { Evictables } from './gateway/evictables.js';
import type { Decision } from './gateway/gateway.js';
import type { Route } from './gateway/route.js';
import type { WaitingLines } from './gateway/waiting-lines.js';
import { Gateways } from './gateways.js';
import { Holding } from './holding.js';
import { MakingRoom } from './making-room.js';
import type { RoutedPool } from './routes.js';

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
  private readonly answers: readonly Answers[];
  private readonly simulation: Simulation;
  private readonly attempts: AttemptPool;
  private readonly books: Books;
  private readonly clients: Clients;
  private readonly gateways: Gateways;
  private readonly lines: WaitingLines;
  private readonly holding: Holding;
  /** Both null: no tier makes room for another. */
  private readonly evictables: Evictables | null;
  private readonly room: MakingRoom | null;

  constructor(parts: LifecycleParts) {
    const { scenario, simulation, books } = parts;
    this.scenario = scenario;
    this.simulation = simulation;
    this.attempts = parts.attempts;
    this.books = books;
    this.clients = parts.clients;
    const clock = { windowFromUs: scenario.warmupUs, bucketUs: books.bucketUs, buckets: books.bucketCount };
    const { gaps } = books;
    this.fleet = new Fleet(scenario, simulation, this, gaps, clock, parts.streams, parts.makeEngine, parts.delays);

    this.gateways = new Gateways(scenario, this.fleet, simulation, parts.streams);
    this.lines = this.gateways.lines;
    const { tiers } = scenario.provider;
    this.answers = answersByTier(scenario.provider);
    this.evictables = tiers.some(({ eviction }) => eviction !== null)
      ? new Evictables(tiers, this.fleet.engineCount)
      : null;
    this.holding = new Holding(
      simulation,
      this.gateways.routes,
      this.lines,
      this.gateways.gateway,
      this.fleet,
      (attempt, pool, node) => this.dispatch(attempt, pool, node),
    );
    this.room =
      this.evictables === null
        ? null
        : new MakingRoom(simulation, this.evictables, (victim, causer) => this.evict(victim, causer));
  }

  send(attempt: Attempt): void {
    this.begin(attempt);
    this.follow(attempt, this.gateways.decide(attempt));
  }

  /** It waits when the run begins. */
  queue(attempt: Attempt): void {
    this.begin(attempt);
    this.follow(attempt, this.gateways.decideLetIn(attempt));
  }

  private begin(attempt: Attempt): void {
    attempt.begin(this.simulation);
    this.books.sent(attempt);
  }

  private follow(attempt: Attempt, decision: Readonly<Decision<RoutedPool>>): void {
    const { isAsynchronous } = decision.route;
    attempt.tierServed = decision.route.tierServed;
    attempt.tierQueued = decision.route.tierQueued;
    attempt.limiters = decision.limiters;
    switch (decision.kind) {
      case 'reject':
        this.reject(attempt, decision);
        return;
      case 'hold':
        this.hold(attempt, decision.route);
        break;
      case 'dispatch': {
        const pool = this.fleet.pools[decision.pool.index]!;
        if (this.evictables === null) this.dispatch(attempt, pool, decision.node);
        else this.dispatchMakingRoom(attempt, pool, decision.node, this.evictables);
        break;
      }
    }
    // A job in an asynchronous queue has no connection that could time out.
    if (!isAsynchronous) this.clients.startTimers(attempt);
  }

  /** A line of the scenario's timeline. */
  change(change: TimelineChange): void {
    if (change.kind === 'support') this.gateways.change(change);
    else this.fleet.upkeep.change(change);
    this.dispatchHeld();
  }

  // Waiting at the gateway and going to a node.

  private hold(attempt: Attempt, route: Route<RoutedPool>): void {
    this.holding.enter(attempt, route.line);
    // Whoever waits is told of room by the nodes themselves, whatever the gateway saw.
    if (this.gateways.haveViews) this.dispatchHeld();
    if (attempt.state !== AttemptState.held) return;
    if (route.mayBeAsleep) this.wake(route);
    if (attempt.state !== AttemptState.held) return;
    if (this.evictables?.isEvictor(route.tierQueued)) this.makeRoomForFirst(route);
  }

  private wake(route: Route<RoutedPool>): void {
    this.fleet.upkeep.wake(route.groups.flat());
    // A node that takes no time to start is there.
    this.dispatchHeld();
  }

  /** Whatever now has room goes to a node, the most urgent first. */
  dispatchHeld(): void {
    this.holding.release();
  }

  private dispatch(attempt: Attempt, pool: Pool, node: number): void {
    attempt.state = AttemptState.atNode;
    this.fleet.enqueue(attempt, pool, node);
    this.evictables?.add(attempt, this.simulation.nowUs);
  }

  // Making room.

  /** Work that finds its node full throws out others if it may. */
  private dispatchMakingRoom(attempt: Attempt, pool: Pool, node: number, evictables: Evictables): void {
    if (!evictables.isEvictor(attempt.tierQueued) || pool.hasSpace(node, attempt.promptTokens)) {
      this.dispatch(attempt, pool, node);
      return;
    }
    this.dispatch(attempt, pool, this.room!.makeRoom(attempt, pool, node) ?? node);
    // Those thrown out may fit elsewhere, or into what is left.
    this.dispatchHeld();
  }

  /** The first of a line of urgent work throws out others where room was looked for in vain. */
  private makeRoomForFirst(route: Route<RoutedPool>): void {
    const attempt = this.lines.first(route.line)!;
    const looked = this.gateways.nodeLookedAt();
    if (looked === null || looked.pool.hasSpace(looked.node, attempt.promptTokens)) return;
    this.room!.makeRoom(attempt, looked.pool, looked.node);
    this.dispatchHeld();
  }

  /** An abort and a requeue at the gateway: the engine knows nothing of it. */
  private evict(victim: Attempt, causer: Attempt): void {
    const { outcome } = this.scenario.provider.tiers[victim.tierQueued]!.eviction!;
    const lostTokens = this.fleet.computedTokens(victim);
    this.evictables!.remove(victim);
    this.fleet.abort(victim);
    this.books.evicted(victim, causer, this.simulation.nowUs, victim.pool, lostTokens);
    const route = this.gateways.served(victim);
    // A client that has seen a first token would see it twice.
    if (outcome === 'fail' || (victim.firstTokenUs >= 0 && !route.isAsynchronous)) {
      this.finish(victim, 'evicted', 'evicted');
      return;
    }
    victim.requeue();
    this.holding.comeBack(victim, route.line);
  }

  // What a node reports.

  onFirstToken(attempt: Attempt): void {
    this.clients.cancelPatience(attempt);
    this.evictables?.onFirstToken(attempt);
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

  onNodesDraining(isLeft: (nodeNumber: number) => boolean): void {
    const leaving = this.attempts.live().filter(({ state, firstTokenUs, node }) => {
      return state === AttemptState.atNode && firstTokenUs < 0 && isLeft(node);
    });
    for (const attempt of leaving) this.move(attempt);
    this.dispatchHeld();
  }

  /** Off a node that drains, to another or to its place in the line. */
  private move(attempt: Attempt): void {
    const lostTokens = this.fleet.computedTokens(attempt);
    this.evictables?.remove(attempt);
    this.fleet.abort(attempt);
    this.books.moved(attempt, this.simulation.nowUs, attempt.pool, lostTokens);
    attempt.leaveNode();
    const { kind, pool, node, route, outcome, cause } = this.gateways.decideAgain(attempt);
    if (kind === 'reject') this.finish(attempt, outcome, cause);
    else if (kind === 'hold') this.holding.comeBack(attempt, route.line);
    else this.dispatch(attempt, this.fleet.pools[pool.index]!, node);
  }

  onRoom(): void {
    if (this.lines.count > 0) this.dispatchHeld();
  }

  step(node: number): void {
    if (this.lines.watchesSteps === false) {
      this.fleet.step(node);
      return;
    }
    const before = this.fleet.takenIn;
    this.fleet.step(node);
    // Prompts that a step has taken in make room, or show how much is left.
    if (this.fleet.takenIn !== before) this.dispatchHeld();
  }

  // Leaving early.

  leave(attempt: Attempt, cause: Cause): void {
    const { nowUs } = this.simulation;
    attempt.leftUs = nowUs;
    attempt.leaveCause = cause;
    this.clients.cancelTimers(attempt);
    if (attempt.state === AttemptState.held) {
      this.holding.leave(attempt);
      this.finish(attempt, 'abandoned', cause);
      this.dispatchHeld();
      return;
    }
    this.evictables?.remove(attempt);
    attempt.emittedWhenLeft = this.fleet.emittedTokens(attempt);
    const willRetry = this.clients.retry(attempt, 'abandoned', cause, 0);
    attempt.willRetry = willRetry;
    if (!willRetry) this.clients.requestIsOver(attempt, 'abandoned');
    attempt.state = AttemptState.left;
    const { abortLagUs } = this.scenario.traffic[attempt.class]!.client;
    if (abortLagUs === 0) this.abortLeft(attempt);
    else attempt.ownTimers.abort = this.simulation.at(nowUs + abortLagUs, EventKind.abort, attempt.index);
  }

  abortLeft(attempt: Attempt): void {
    this.fleet.abort(attempt);
    this.close(attempt, 'abandoned', attempt.leaveCause);
    this.dispatchHeld();
  }

  expire(attempt: Attempt): void {
    this.holding.leave(attempt);
    this.finish(attempt, 'expired', 'hold_expired');
    // Those behind it may fit where it did not.
    this.dispatchHeld();
  }

  // The end of an attempt.

  private reject(attempt: Attempt, { outcome, cause, opensAfterUs }: Readonly<Decision<RoutedPool>>): void {
    noteRoom(this.answers[attempt.tierAsked]!, attempt, cause, opensAfterUs);
    this.finish(attempt, outcome, cause);
  }

  /** The client knows the outcome now. */
  private finish(attempt: Attempt, outcome: Outcome, cause: Cause): void {
    const status = answer(this.answers[attempt.tierAsked]!, attempt, outcome, cause);
    this.clients.cancelTimers(attempt);
    attempt.willRetry = outcome !== 'completed' && this.clients.retry(attempt, outcome, cause, status);
    if (!attempt.willRetry) this.clients.requestIsOver(attempt, outcome);
    this.close(attempt, outcome, cause, status);
  }

  /** Nothing more will happen to it: it goes to the books, which give it back. */
  private close(attempt: Attempt, outcome: Outcome, cause: Cause, status = 0): void {
    const { nowUs } = this.simulation;
    const { timers } = attempt;
    if (timers !== null && timers.abort !== 0) this.simulation.cancel(timers.abort);
    this.evictables?.remove(attempt);
    attempt.limiters?.release(nowUs, attempt.emittedTokens);
    attempt.state = AttemptState.over;
    // A completed one ends with its last token.
    if (outcome === 'completed') attempt.endAfterUs = attempt.lastTokenAfterUs;
    else attempt.endUs = nowUs;
    attempt.outcome = outcome;
    attempt.cause = cause;
    attempt.status = status;
    this.books.ended(attempt);
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
        case AttemptState.over:
        case AttemptState.free:
          break;
      }
    }
  }
}
