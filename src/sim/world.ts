import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import { type Attempt, AttemptPool, AttemptState } from './attempt.js';
import { Books } from './books.js';
import { invariant } from './core/invariant.js';
import { type RandomStream, Streams } from './core/random.js';
import { type EventObserver, Simulation } from './core/simulation.js';
import type { MakeEngine } from './engine/replica.js';
import { EVENT_RANKS, EventKind } from './event-kind.js';
import { Fleet, type FleetListener } from './fleet/fleet.js';
import type { Pool } from './fleet/pool.js';
import { AccountLimiter } from './gateway/account-limiter.js';
import { Gateway, type Route } from './gateway/gateway.js';
import { HoldQueue } from './gateway/hold-queue.js';
import { makeRouter } from './gateway/router.js';
import type { AttemptRecord } from './record.js';
import { buildRoutes, type HoldKey } from './routes.js';
import { retryWaitUs } from './workload/retry.js';
import { TrafficSource } from './workload/source.js';
import type { TraceRows } from './workload/trace-rows.js';

const SAMPLES_PER_BUCKET = 4;

export interface WorldOptions {
  /** Which replication; part of every stream's name. */
  readonly run: number;
  /** Rows by trace file, as the scenario names it. */
  readonly traces: ReadonlyMap<string, TraceRows>;
  readonly ttftThresholdsUs: readonly number[];
  readonly onRecord: ((record: AttemptRecord) => void) | null;
  readonly onEvent: EventObserver | null;
  /** Tests put another engine here. */
  readonly makeEngine?: MakeEngine;
}

/**
 * A scenario made alive. The parts of the simulator know nothing of each other; here they meet: this file says what
 * each event means for an attempt, and nothing else decides its fate.
 */
export class World implements FleetListener {
  readonly simulation = new Simulation(EVENT_RANKS, EventKind.step);
  readonly fleet: Fleet;
  readonly books: Books;
  hasEnded = false;
  private isDraining = false;

  private readonly attempts = new AttemptPool();
  private readonly sources: readonly TrafficSource[];
  private readonly retryStreams: readonly RandomStream[];
  private readonly gateway: Gateway<Pool>;
  private readonly routes: readonly (readonly Route<Pool>[])[];
  private readonly holds: readonly HoldKey[];
  /** Places in `holds`, most urgent first. */
  private readonly holdOrder: readonly number[];
  private readonly holdQueues: readonly HoldQueue[];
  private readonly handler = (kind: number, subject: number): void => this.handle(kind as EventKind, subject);

  constructor(
    private readonly scenario: Scenario,
    options: WorldOptions,
  ) {
    const { simulation } = this;
    const streams = new Streams(scenario.seed, options.run);
    const accountOfClass = scenario.traffic.map(({ account }) =>
      scenario.accounts.findIndex(({ name }) => name === account),
    );
    simulation.observer = options.onEvent;
    this.books = new Books(
      scenario,
      options.ttftThresholdsUs,
      accountOfClass,
      simulation.fingerprint,
      options.onRecord,
    );
    this.fleet = new Fleet(
      scenario,
      simulation,
      this,
      {
        windowFromUs: scenario.warmupUs,
        bucketUs: this.books.bucketUs,
        buckets: this.books.bucketCount,
      },
      options.makeEngine,
    );
    this.sources = scenario.traffic.map((traffic) => {
      const rows = traffic.arrivals.kind === 'trace' ? (options.traces.get(traffic.arrivals.file) ?? null) : null;
      return new TrafficSource(traffic, streams, scenario.startMs, this.tierIndices(traffic.tiers), rows);
    });
    this.retryStreams = scenario.traffic.map(({ name }) => streams.get(`traffic/${name}/retry`));

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
      makeRouter(scenario.gateway.router, streams.get('router')),
      this.fleet.pools[0]!,
      (queue) => this.holdQueues[queue]!.length,
    );
    this.scheduleStart();
  }

  /** Runs every event up to and including `untilUs`; the end of the scenario is one of them. */
  advance(untilUs: number): void {
    if (this.hasEnded) return;
    this.simulation.runUntil(untilUs, this.handler);
    if (this.isDraining && this.simulation.pendingCount === 0) this.stop();
  }

  private scheduleStart(): void {
    const { scenario, simulation } = this;
    simulation.at(scenario.durationUs, EventKind.end, 0);
    simulation.at(scenario.warmupUs, EventKind.warmupEnd, 0);
    simulation.at(Math.round(this.samplePeriodUs / 2), EventKind.sample, 0);
    for (const [index, event] of scenario.events.entries()) simulation.at(event.atUs, EventKind.timeline, index);
    for (const [index, source] of this.sources.entries()) {
      for (let user = 0; user < source.users; user++) simulation.at(source.thinkUs(), EventKind.think, index);
      this.scheduleArrival(index);
    }
  }

  private get samplePeriodUs(): number {
    return Math.max(1, Math.round(this.books.bucketUs / SAMPLES_PER_BUCKET));
  }

  private scheduleSample(): void {
    const atUs = this.simulation.nowUs + this.samplePeriodUs;
    if (atUs < this.scenario.durationUs) this.simulation.at(atUs, EventKind.sample, 0);
  }

  private handle(kind: EventKind, subject: number): void {
    switch (kind) {
      case EventKind.arrival:
        this.arrive(subject);
        this.scheduleArrival(subject);
        break;
      case EventKind.think:
        if (!this.isDraining) this.arrive(subject);
        break;
      case EventKind.retry:
        this.send(this.attempts.at(subject));
        break;
      case EventKind.step:
        this.fleet.step(subject);
        break;
      case EventKind.patience:
        this.leave(this.attempts.at(subject), 'patience');
        break;
      case EventKind.timeout:
        this.leave(this.attempts.at(subject), 'timeout');
        break;
      case EventKind.abort:
        this.abortLeft(this.attempts.at(subject));
        break;
      case EventKind.holdExpiry:
        this.expire(this.attempts.at(subject));
        break;
      case EventKind.sample:
        this.fleet.sample();
        this.scheduleSample();
        break;
      case EventKind.timeline:
        this.fleet.change(this.scenario.events[subject]!.change);
        this.dispatchHeld();
        break;
      case EventKind.warmupEnd:
        this.fleet.beginWindow();
        this.books.isInWindow = true;
        break;
      case EventKind.end:
        this.end();
        break;
    }
  }

  // Requests are born, sent and sent again.

  private scheduleArrival(index: number): void {
    const atUs = this.sources[index]!.nextArrivalUs(this.simulation.nowUs);
    // The end comes first at its instant, so nothing later ever happens; a drain must not see new arrivals either.
    if (atUs < this.scenario.durationUs) this.simulation.at(atUs, EventKind.arrival, index);
  }

  private arrive(index: number): void {
    const attempt = this.attempts.take();
    const { nowUs } = this.simulation;
    this.sources[index]!.draw(attempt);
    attempt.request = this.books.requestsSeen + 1;
    attempt.class = index;
    attempt.number = 1;
    attempt.requestSentUs = nowUs;
    attempt.isCounted = nowUs >= this.scenario.warmupUs;
    attempt.sawFirstToken = false;
    this.send(attempt);
  }

  private send(attempt: Attempt): void {
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
    this.startTimers(attempt, route);
  }

  /** A job in an asynchronous queue has no connection that could time out. */
  private startTimers(attempt: Attempt, route: Route<Pool>): void {
    if (route.holdQueue >= 0 && this.holds[route.holdQueue]!.isAsynchronous) return;
    const { nowUs } = this.simulation;
    const { patienceUs, timeoutUs } = this.scenario.traffic[attempt.class]!.client;
    if (patienceUs !== null) {
      attempt.patienceTimer = this.simulation.at(nowUs + patienceUs, EventKind.patience, attempt.index);
    }
    if (timeoutUs !== null) {
      attempt.timeoutTimer = this.simulation.at(nowUs + timeoutUs, EventKind.timeout, attempt.index);
    }
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

  private dispatchHeld(): void {
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
    if (attempt.patienceTimer !== 0) this.simulation.cancel(attempt.patienceTimer);
  }

  onFinished(attempt: Attempt): void {
    if (attempt.state === AttemptState.left) this.close(attempt, 'abandoned', attempt.leaveCause);
    else this.finish(attempt, 'completed', 'none');
  }

  onRoom(): void {
    this.dispatchHeld();
  }

  // Leaving early.

  private leave(attempt: Attempt, cause: Cause): void {
    const { nowUs } = this.simulation;
    attempt.leftUs = nowUs;
    attempt.leaveCause = cause;
    this.cancelTimers(attempt);
    if (attempt.state === AttemptState.held) {
      this.unhold(attempt);
      this.finish(attempt, 'abandoned', cause);
      this.dispatchHeld();
      return;
    }
    attempt.emittedWhenLeft = this.fleet.emittedTokens(attempt);
    const willRetry = this.retry(attempt, 'abandoned', cause, 0);
    attempt.willRetry = willRetry;
    if (!willRetry) this.userIsFree(attempt);
    attempt.state = AttemptState.left;
    const { abortLagUs } = this.scenario.traffic[attempt.class]!.client;
    if (abortLagUs === 0) this.abortLeft(attempt);
    else attempt.abortTimer = this.simulation.at(nowUs + abortLagUs, EventKind.abort, attempt.index);
  }

  private abortLeft(attempt: Attempt): void {
    this.fleet.abort(attempt);
    this.close(attempt, 'abandoned', attempt.leaveCause);
    this.dispatchHeld();
  }

  private expire(attempt: Attempt): void {
    this.unhold(attempt);
    this.finish(attempt, 'expired', 'hold_expired');
    // Those behind it may fit where it did not.
    this.dispatchHeld();
  }

  // The end of an attempt.

  /** The client knows the outcome now. */
  private finish(attempt: Attempt, outcome: Outcome, cause: Cause): void {
    const status = this.statusOf(outcome, cause);
    this.cancelTimers(attempt);
    attempt.willRetry = outcome !== 'completed' && this.retry(attempt, outcome, cause, status);
    if (!attempt.willRetry) this.userIsFree(attempt);
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

  /** Schedules the next try, if the client makes one. */
  private retry(attempt: Attempt, outcome: Outcome, cause: Cause, status: number): boolean {
    // Losing patience is the user's decision, and no library repeats it.
    if (cause === 'patience') return false;
    const { nowUs } = this.simulation;
    const { client } = this.scenario.traffic[attempt.class]!;
    const waitUs = retryWaitUs(
      client,
      {
        retriesMade: attempt.number - 1,
        status,
        retryAfterUs: this.scenario.provider.retryAfterUs[cause] ?? null,
        elapsedUs: nowUs - attempt.requestSentUs,
      },
      this.retryStreams[attempt.class]!,
    );
    if (waitUs < 0) return false;
    const next = this.attempts.take();
    next.continueFrom(attempt, outcome);
    this.simulation.at(nowUs + waitUs, EventKind.retry, next.index);
    return true;
  }

  /** A closed loop's user begins to think once a request has its final outcome. */
  private userIsFree(attempt: Attempt): void {
    const source = this.sources[attempt.class]!;
    if (source.users > 0) {
      this.simulation.at(this.simulation.nowUs + source.thinkUs(), EventKind.think, attempt.class);
    }
  }

  private cancelTimers(attempt: Attempt): void {
    if (attempt.patienceTimer !== 0) this.simulation.cancel(attempt.patienceTimer);
    if (attempt.timeoutTimer !== 0) this.simulation.cancel(attempt.timeoutTimer);
  }

  /** With `drain`, what is under way may finish; otherwise everything stops where it is. */
  private end(): void {
    this.fleet.endWindow();
    this.books.isInWindow = false;
    if (this.scenario.drain) this.isDraining = true;
    else this.stop();
  }

  /** Whatever is alive ends here, unfinished. Also how an interrupted run is brought to a close. */
  stop(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.simulation.stop();
    this.fleet.endWindow();
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

  private tierIndices(mix: readonly { readonly tier: string }[]): number[] {
    return mix.map(({ tier }) => this.scenario.provider.tiers.findIndex(({ name }) => name === tier));
  }
}
