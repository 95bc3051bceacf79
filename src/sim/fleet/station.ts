import type { StepFeatures } from '../../models/step-energy.js';
import type { Attempt } from '../attempt.js';
import type { Simulation } from '../core/simulation.js';
import type { Delays } from '../delays.js';
import type { NodeEngine, ReplicaListener, TokenRun } from '../engine/node-engine.js';
import type { TokenGaps } from '../engine/token-gaps.js';
import type { EnergyMeter } from './energy-meter.js';
import type { FleetListener } from './fleet-listener.js';
import type { FreedEngines } from './freed-engines.js';
import type { EnginePlace, Node } from './node.js';
import type { Pool } from './pool.js';
import type { PoolMeters } from './pool-meters.js';
import type { Work } from './work.js';

/** What all stations of a fleet have in common. */
export interface StationHost {
  readonly simulation: Simulation;
  readonly listener: FleetListener;
  readonly delays: Delays | null;
  readonly freed: FreedEngines;
  /** Gaps between tokens, by tier asked. */
  readonly gaps: TokenGaps;
  /** How often prompts have been taken in by a step. */
  takenIn: number;
  /** It has left its node. */
  departed(attempt: Attempt, station: Station): void;
}

/**
 * An engine's place in the fleet: hears its reports, counts what they say and passes on what others must know. What all have in
 * common is looked up at the host, and what every step needs stands here, so that a thousand stations touch less memory.
 */
export class Station implements ReplicaListener, EnginePlace {
  /** Another one after its node has broken down. */
  engine: NodeEngine;
  /** What the meters were told last. */
  private running = 0;
  private waiting = 0;
  private isBusy = false;
  /** Are other engines on its node? */
  readonly isShared: boolean;
  /** Its node's number within the pool. */
  readonly place: number;
  private readonly energy: EnergyMeter;

  constructor(
    private readonly host: StationHost,
    readonly node: Node,
    readonly pool: Pool,
    private readonly meters: PoolMeters,
    /** Its own among the models of the pool. */
    slot: number,
    makeEngine: (station: Station) => NodeEngine,
  ) {
    this.isShared = node.isShared;
    this.place = node.place;
    this.energy = meters.energies[slot]!;
    this.engine = makeEngine(this);
  }

  /** One more waits, and nothing else has changed. */
  queued(): void {
    this.waiting++;
    this.meters.waiting.addNow(1);
  }

  note(): void {
    const { engine, meters } = this;
    const { runningCount, waitingCount, isBusy } = engine;
    if (runningCount !== this.running) meters.running.addNow(runningCount - this.running);
    if (waitingCount !== this.waiting) meters.waiting.addNow(waitingCount - this.waiting);
    this.running = runningCount;
    this.waiting = waitingCount;
    if (isBusy === this.isBusy) return;
    this.isBusy = isBusy;
    this.node.turned();
  }

  get asksForChunks(): boolean {
    return this.host.delays !== null;
  }

  wakeAt(timeUs: number, { index }: NodeEngine): void {
    this.host.simulation.setAlarm(index, timeUs);
  }

  firstScheduled(sequence: Work, { index }: NodeEngine): void {
    const { attempt } = sequence;
    const { nowUs } = this.host.simulation;
    attempt.scheduledUs = nowUs;
    this.host.takenIn++;
    this.host.freed.note(index);
    if (attempt.firstScheduledAfterUs < 0) {
      const { counts } = this.meters;
      attempt.firstScheduledUs = nowUs;
      attempt.cachedTokens = sequence.cachedTokens;
      counts.attempts++;
      counts.inputTokens += sequence.promptTokens;
      counts.cachedTokens += sequence.cachedTokens;
    }
    this.pool.scheduled(nowUs, this.place, attempt.tierQueued, sequence.promptTokens);
    this.host.delays?.scheduled(attempt);
  }

  resumed(sequence: Work): void {
    this.host.delays?.resumed(sequence.attempt, this.host.simulation.nowUs);
  }

  preempted(sequence: Work, { index }: NodeEngine): void {
    const { attempt } = sequence;
    attempt.preemptions++;
    this.host.freed.note(index);
    this.meters.counts.preemptions++;
    this.host.delays?.preempted(attempt, this.pool.at.machines, this.host.simulation.nowUs);
  }

  firstToken(sequence: Work, engine: NodeEngine): void {
    const { attempt } = sequence;
    attempt.firstTokenUs = this.host.simulation.nowUs;
    if (attempt.outputTokens > 0) this.meters.counts.outputTokens++;
    this.host.delays?.firstToken(attempt, engine.chunksPs ?? 0);
    this.host.listener.onFirstToken(attempt);
  }

  laterTokens(run: TokenRun): void {
    this.meters.counts.outputTokens += this.host.gaps.add(run);
  }

  finished(sequence: Work, engine: NodeEngine): void {
    const { attempt } = sequence;
    attempt.emittedTokens = emittedOf(attempt, sequence.generated);
    attempt.lastTokenUs = this.host.simulation.nowUs;
    this.host.delays?.finished(attempt, engine.chunksPs ?? 0);
    this.host.departed(attempt, this);
    this.host.listener.onFinished(attempt);
  }

  stepsDone(steps: number, work: StepFeatures): void {
    this.meters.counts.steps += steps;
    this.energy.done(steps, work);
  }

  seatsFreed(): void {
    this.host.listener.onRoom();
  }
}

/** Tokens the client gets: none of an embedding, whatever the engine made. */
export function emittedOf(attempt: Attempt, generated: number): number {
  return attempt.outputTokens === 0 ? 0 : generated;
}
