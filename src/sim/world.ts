import type { Scenario } from '../models/scenario.js';
import { type TraceTable, traceKey } from '../models/trace.js';
import { type Attempt, AttemptPool } from './attempt.js';
import { Books } from './books.js';
import { Clients } from './clients.js';
import { Streams } from './core/random.js';
import { type EventObserver, Simulation } from './core/simulation.js';
import { Delays } from './delays.js';
import { DetailBooks } from './detail/detail-books.js';
import type { MakeEngine } from './engine/node-engine.js';
import { EVENT_RANKS, EventKind } from './event-kind.js';
import type { Fleet } from './fleet/fleet.js';
import { bucketCountOf, bucketLengthUs } from './gauge.js';
import { Lifecycle } from './lifecycle.js';
import type { AttemptRecord } from './record.js';
import { type Session, SessionPool } from './workload/sessions.js';
import { TrafficSource } from './workload/source.js';

const SAMPLES_PER_BUCKET = 4;

export interface WorldOptions {
  /** Which replication; part of every stream's name. */
  readonly run: number;
  /** By traceKey. */
  readonly traces: ReadonlyMap<string, TraceTable>;
  readonly ttftThresholdsUs: readonly number[];
  readonly onRecord: ((record: AttemptRecord) => void) | null;
  readonly onEvent: EventObserver | null;
  /** Collect what charts are made of. */
  readonly detail?: boolean | undefined;
  readonly exactSamples?: number | undefined;
  /** Tests put another engine here. */
  readonly makeEngine?: MakeEngine | undefined;
}

/**
 * A scenario made alive: its parts, each with its random streams, and what each event means for them. Requests are
 * born here; what becomes of them is in Lifecycle.
 */
export class World {
  readonly simulation = new Simulation(EVENT_RANKS, EventKind.step);
  readonly books: Books;
  hasEnded = false;
  private isDraining = false;
  /** How far the run has been taken; the last event may lie before it. */
  private coveredUs = Number.NEGATIVE_INFINITY;
  private readonly attempts = new AttemptPool();
  private readonly sessions = new SessionPool();
  private readonly sources: readonly TrafficSource[];
  /** By class: what waits at the start; its draws are its own, so that it moves no later one. */
  private readonly queued: readonly { readonly requests: number; readonly source: TrafficSource | null }[];
  private readonly clients: Clients;
  private readonly lifecycle: Lifecycle;
  private readonly handler = (kind: number, subject: number): void => this.handle(kind as EventKind, subject);

  constructor(
    private readonly scenario: Scenario,
    options: WorldOptions,
  ) {
    const { simulation, attempts } = this;
    const streams = new Streams(scenario.seed, options.run);
    const accountOfClass = scenario.traffic.map(({ account }) =>
      scenario.accounts.findIndex(({ name }) => name === account),
    );
    simulation.observer = options.onEvent;
    const { ttftThresholdsUs, onRecord } = options;
    const bucketUs = bucketLengthUs(scenario.durationUs);
    const buckets = bucketCountOf(scenario.durationUs);
    const delays = options.detail
      ? new Delays(scenario.provider.tiers.length, scenario.pools.length, bucketUs, buckets)
      : null;
    const detail = delays === null ? null : new DetailBooks(scenario, bucketUs, buckets, delays);
    const { fingerprint } = simulation;
    const { exactSamples } = options;
    const recycle = (attempt: Attempt): void => attempts.give(attempt);
    this.books = new Books(
      scenario,
      ttftThresholdsUs,
      accountOfClass,
      fingerprint,
      recycle,
      onRecord,
      detail,
      exactSamples,
    );
    const { startMs, durationUs } = scenario;
    const frame = { startMs, durationUs, tierNames: scenario.provider.tiers.map(({ name }) => name) };
    this.sources = scenario.traffic.map((traffic) => {
      const { arrivals } = traffic;
      const table = arrivals.kind === 'trace' ? (options.traces.get(traceKey(arrivals)) ?? null) : null;
      return new TrafficSource(traffic, streams, frame, table);
    });
    this.queued = scenario.traffic.map((traffic) => {
      const requests = scenario.initial.queued.find((entry) => entry.class === traffic.name)?.requests ?? 0;
      return { requests, source: requests === 0 ? null : new TrafficSource(traffic, streams, frame, null, 'queued/') };
    });
    this.clients = new Clients(scenario, simulation, attempts, this.sources, this.sessions, this.books, streams);
    this.lifecycle = new Lifecycle({
      scenario,
      simulation,
      attempts,
      books: this.books,
      clients: this.clients,
      streams,
      makeEngine: options.makeEngine,
      delays,
    });
    this.scheduleStart();
  }

  get fleet(): Fleet {
    return this.lifecycle.fleet;
  }

  /** Runs every event up to and including `untilUs`; the end of the scenario is one of them. */
  advance(untilUs: number): void {
    if (this.hasEnded) return;
    this.simulation.runUntil(untilUs, this.handler);
    this.books.bringUpToDate();
    this.coveredUs = Math.min(untilUs, this.scenario.durationUs);
    if (this.isDraining && this.simulation.pendingCount === 0) this.stop();
  }

  private scheduleStart(): void {
    const { scenario, simulation } = this;
    simulation.at(scenario.durationUs, EventKind.end, 0);
    simulation.at(scenario.warmupUs, EventKind.warmupEnd, 0);
    simulation.at(Math.round(this.samplePeriodUs / 2), EventKind.sample, 0);
    this.scheduleReading();
    for (const [index, event] of scenario.events.entries()) simulation.at(event.atUs, EventKind.timeline, index);
    for (const [index, { requests }] of this.queued.entries()) {
      if (requests > 0) simulation.at(0, EventKind.queued, index);
    }
    for (const [index, source] of this.sources.entries()) {
      for (let user = 0; user < source.users; user++) {
        const atUs = source.thinkUs();
        // Those whose request waits already do not think first.
        if (user >= this.queued[index]!.requests) simulation.at(atUs, EventKind.think, index);
      }
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

  private scheduleReading(): void {
    const atUs = this.simulation.nowUs + this.books.bucketUs;
    if (atUs < this.scenario.durationUs) this.simulation.at(atUs, EventKind.meter, 0);
  }

  /** Short, so that it is inlined: most events are of two kinds. */
  private handle(kind: EventKind, subject: number): void {
    if (kind === EventKind.step) {
      this.lifecycle.step(subject);
    } else if (kind === EventKind.arrival) {
      this.arrive(subject);
      this.scheduleArrival(subject);
    } else {
      this.handleOther(kind, subject);
    }
  }

  private handleOther(
    kind: Exclude<EventKind, typeof EventKind.step | typeof EventKind.arrival>,
    subject: number,
  ): void {
    switch (kind) {
      case EventKind.queued:
        this.beginQueue(subject);
        break;
      case EventKind.think:
        if (!this.isDraining) this.arrive(subject);
        break;
      case EventKind.retry:
        this.lifecycle.send(this.attempts.at(subject));
        break;
      case EventKind.turn:
        this.takeTurn(this.sessions.at(subject));
        break;
      case EventKind.patience:
        this.lifecycle.leave(this.attempts.at(subject), 'patience');
        break;
      case EventKind.timeout:
        this.lifecycle.leave(this.attempts.at(subject), 'timeout');
        break;
      case EventKind.abort:
        this.lifecycle.abortLeft(this.attempts.at(subject));
        break;
      case EventKind.holdExpiry:
        this.lifecycle.expire(this.attempts.at(subject));
        break;
      case EventKind.sample:
        this.fleet.meters.sample(this.simulation.nowUs);
        this.scheduleSample();
        break;
      case EventKind.meter:
        this.fleet.meters.readEnergy(this.simulation.nowUs);
        this.scheduleReading();
        break;
      case EventKind.timeline:
        this.lifecycle.change(this.scenario.events[subject]!.change);
        break;
      case EventKind.nodeReady:
        this.fleet.upkeep.ready(subject);
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.outage:
        if (this.isDraining) break;
        this.fleet.upkeep.strike(subject);
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.scale:
        if (this.isDraining) break;
        this.fleet.upkeep.scale(subject);
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.reading:
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.incident:
        this.fleet.upkeep.next(subject);
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.healthCheck:
        this.fleet.upkeep.look(subject);
        this.lifecycle.dispatchHeld();
        break;
      case EventKind.warmupEnd:
        this.fleet.meters.beginWindow(this.simulation.nowUs);
        this.books.gaps.isOpen = true;
        break;
      case EventKind.end:
        this.end();
        break;
    }
  }

  private scheduleArrival(index: number): void {
    const atUs = this.sources[index]!.nextArrivalUs(this.simulation.nowUs);
    // The end comes first at its instant, so nothing later ever happens; a drain must not see new arrivals either.
    if (atUs < this.scenario.durationUs) this.simulation.at(atUs, EventKind.arrival, index);
  }

  private arrive(index: number): void {
    const source = this.sources[index]!;
    if (source.sessions !== null) {
      const session = this.sessions.take();
      source.sessions.draw(session, index, source.drawTier());
      this.sendCall(session);
      return;
    }
    const attempt = this.attempts.take();
    source.draw(attempt);
    attempt.session = null;
    attempt.sessionRequest = 0;
    this.sendNew(attempt, index);
  }

  /** Sent before the run began, let in and not yet begun. */
  private beginQueue(index: number): void {
    const { requests, source } = this.queued[index]!;
    for (let request = 0; request < requests; request++) {
      const attempt = this.attempts.take();
      source!.draw(attempt);
      attempt.session = null;
      this.prepare(attempt, index);
      this.lifecycle.queue(attempt);
    }
    this.lifecycle.dispatchHeld();
  }

  /** A turn is a new request: a drain sees none. */
  private takeTurn(session: Session): void {
    if (this.isDraining) this.sessions.give(session);
    else this.sendCall(session);
  }

  private sendCall(session: Session): void {
    const attempt = this.attempts.take();
    const { nowUs } = this.simulation;
    session.fill(attempt, nowUs, nowUs >= this.scenario.warmupUs);
    attempt.session = session;
    attempt.tierAsked = session.tierAsked;
    if (session.firstRequest === 0) session.firstRequest = this.books.requestsSeen + 1;
    attempt.sessionRequest = session.firstRequest;
    this.sendNew(attempt, session.class);
  }

  private sendNew(attempt: Attempt, index: number): void {
    this.prepare(attempt, index);
    this.lifecycle.send(attempt);
  }

  private prepare(attempt: Attempt, index: number): void {
    const { nowUs } = this.simulation;
    attempt.request = this.books.requestsSeen + 1;
    attempt.class = index;
    attempt.tierFirst = attempt.tierAsked;
    attempt.number = 1;
    attempt.isCounted = nowUs >= this.scenario.warmupUs;
    attempt.sawFirstToken = false;
    this.clients.requested(attempt);
  }

  /** With `drain`, what is under way may finish; otherwise everything stops where it is. */
  private end(): void {
    this.fleet.meters.endWindow(this.simulation.nowUs);
    this.books.gaps.isOpen = false;
    if (this.scenario.drain) this.isDraining = true;
    else this.stop();
  }

  /** Whatever is alive ends here, unfinished. Also how an interrupted run is brought to a close. */
  stop(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.coveredUs > this.simulation.nowUs) this.simulation.passTo(this.coveredUs);
    this.simulation.stop();
    this.fleet.meters.endWindow(this.simulation.nowUs);
    this.lifecycle.endAll();
    this.books.bringUpToDate();
  }
}
