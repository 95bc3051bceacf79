import type { EngineConfig } from '../../models/engine.js';
import { invariant } from '../core/invariant.js';
import { Scheduler, type TokenListener } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { StepPlan } from './step-plan.js';

const PS_PER_US = 1_000_000;

/** How long a step takes, see StepTime in models/step-time. */
export interface StepDuration {
  stepPs(
    prefillTokens: number,
    twiceChunkWork: number,
    decodes: number,
    kvTokens: number,
    prefillChunks: number,
  ): number;
}

/**
 * What a replica tells the world. Within one step boundary the order is: first tokens, later tokens, finished,
 * step done, then preempted and first scheduled of the step planned next. The world may enqueue and abort from any
 * of them but wakeAt and laterTokens; a sequence aborted so is not mentioned again.
 */
export interface ReplicaListener {
  /** Asks for one call of onStep at that time; there is never more than one such wish open. */
  wakeAt(timeUs: number, replica: Replica): void;
  /** The first step that includes the sequence was planned; an asynchronous engine runs it one step later. */
  firstScheduled(sequence: Sequence, nowUs: number, replica: Replica): void;
  preempted(sequence: Sequence, nowUs: number, replica: Replica): void;
  firstToken(sequence: Sequence, nowUs: number, replica: Replica): void;
  /** `count` tokens of sequences of one group, each `gapPs` after its last: one step exactly, or whole microseconds. */
  laterTokens(group: number, count: number, gapPs: number, nowUs: number, replica: Replica): void;
  finished(sequence: Sequence, nowUs: number, replica: Replica): void;
  /** The plan that has run, its exact duration and the microsecond in which it began. */
  stepDone(plan: StepPlan, startUs: number, durationPs: number, nowUs: number, replica: Replica): void;
}

/**
 * One engine in time: a chain of steps, each planned by the scheduler and lasting as long as the hardware needs.
 *
 * Its clock is whole microseconds and a remainder in picoseconds: while steps follow one another without a gap, a
 * boundary is the floor of the exact sum. When the engine goes idle the remainder is dropped.
 *
 * A synchronous engine applies a step's output and then plans the next step. An asynchronous one has planned the next
 * step when a step starts, so an arrival waits one step longer, and what it costs to plan is hidden.
 */
export class Replica implements TokenListener {
  /** For the world: which node this is. */
  readonly index: number;
  steps = 0;
  preemptions = 0;
  /** Prefix-cache tokens of all admissions. */
  prefixHitTokens = 0;

  private readonly scheduler: Scheduler;
  /** Planned steps, the first of which is running. */
  private readonly planned: StepPlan[] = [];
  /** Steps planned at once. */
  private readonly depth: number;
  private readonly maxModelLen: number;
  /** A wake-up is on its way, or is being worked on. */
  private isAwake = false;
  private isStepping = false;
  private nowUs = 0;
  /** Of the running step. */
  private startUs = 0;
  private durationPs = 0;
  /** What the boundary lies beyond its whole microsecond. */
  private remainderPs = 0;

  private readonly firstTokens: Sequence[] = [];
  /** Tokens of the step being completed, by group, of sequences whose last token came when it began. */
  private readonly steadyTokens: number[] = [];

  constructor(
    config: EngineConfig,
    private readonly duration: StepDuration,
    private readonly listener: ReplicaListener,
    index = 0,
  ) {
    this.index = index;
    this.scheduler = new Scheduler(config, this);
    this.maxModelLen = config.maxModelLen;
    this.depth = config.async ? 2 : 1;
  }

  get running(): number {
    return this.scheduler.running.length;
  }

  get waiting(): number {
    return this.scheduler.waiting.size;
  }

  get usableBlocks(): number {
    return this.scheduler.kv.usableBlocks;
  }

  get usedBlocks(): number {
    return this.scheduler.kv.usableBlocks - this.scheduler.kv.freeBlocks;
  }

  /** Share of the KV blocks in use. */
  get kvUse(): number {
    return this.usableBlocks === 0 ? 0 : this.usedBlocks / this.usableBlocks;
  }

  /** Is a step running? */
  get isBusy(): boolean {
    return this.planned.length > 0;
  }

  /** Sequences wait, and nothing that the engine could do will ever let them in. */
  get isStalled(): boolean {
    return !this.isAwake && this.waiting > 0;
  }

  /** A sequence that can never fit would block the queue for ever: ask before sending it. */
  canEverFit(promptTokens: number, outputTokens: number): boolean {
    return promptTokens < this.maxModelLen && this.scheduler.kv.canEverFit(promptTokens, outputTokens);
  }

  /** An idle engine is woken at this very microsecond, so that all its arrivals are in one step. */
  enqueue(sequence: Sequence, nowUs: number): void {
    invariant(sequence.promptTokens > 0, 'a prompt has tokens', nowUs, sequence.promptTokens);
    invariant(sequence.outputTokens > 0, 'a sequence makes tokens', nowUs, sequence.outputTokens);
    invariant(sequence.promptTokens < this.maxModelLen, 'a prompt is within the context', nowUs, sequence.promptTokens);
    this.scheduler.enqueue(sequence);
    this.wake(nowUs);
  }

  /** False: the sequence had ended already. */
  abort(sequence: Sequence, nowUs: number): boolean {
    if (!this.scheduler.abort(sequence)) return false;
    // Those behind it may fit where it did not.
    if (this.waiting > 0) this.wake(nowUs);
    return true;
  }

  /** The wake-up that was asked for. */
  onStep(nowUs: number): void {
    this.nowUs = nowUs;
    if (this.isStepping) this.complete();
    this.plan();
    if (this.planned.length > 0) this.start();
    else this.rest();
  }

  tokenMade(sequence: Sequence): void {
    if (sequence.generated === 1) {
      this.firstTokens.push(sequence);
    } else if (sequence.lastTokenUs === this.startUs) {
      this.steadyTokens[sequence.group] = (this.steadyTokens[sequence.group] ?? 0) + 1;
    } else {
      this.listener.laterTokens(sequence.group, 1, (this.nowUs - sequence.lastTokenUs) * PS_PER_US, this.nowUs, this);
    }
    sequence.lastTokenUs = this.nowUs;
  }

  private wake(nowUs: number): void {
    if (this.isAwake) return;
    this.isAwake = true;
    this.listener.wakeAt(nowUs, this);
  }

  /** The running step ends now. */
  private complete(): void {
    const { nowUs, listener } = this;
    const plan = this.planned.shift()!;
    this.isStepping = false;
    this.steps++;
    this.scheduler.apply(plan);
    this.reportTokens();
    for (const sequence of plan.finished) listener.finished(sequence, nowUs, this);
    listener.stepDone(plan, this.startUs, this.durationPs, nowUs, this);
  }

  private reportTokens(): void {
    const { nowUs, listener } = this;
    for (const sequence of this.firstTokens) {
      if (sequence.state !== 'aborted') listener.firstToken(sequence, nowUs, this);
    }
    this.firstTokens.length = 0;
    for (let group = 0; group < this.steadyTokens.length; group++) {
      const count = this.steadyTokens[group] ?? 0;
      if (count > 0) listener.laterTokens(group, count, this.durationPs, nowUs, this);
      this.steadyTokens[group] = 0;
    }
  }

  /** Plans steps as far ahead as the engine does. An empty plan is no step. */
  private plan(): void {
    while (this.planned.length < this.depth) {
      const plan = this.scheduler.schedule();
      this.report(plan);
      if (plan.count > 0) {
        this.planned.push(plan);
      } else if (plan.preempted.length === 0 || this.planned.length > 0) {
        return;
      }
      // A lone sequence that has just preempted itself may come back at once, now that all blocks are free.
    }
  }

  private report(plan: StepPlan): void {
    const { nowUs, listener } = this;
    this.prefixHitTokens += plan.cachedTokens;
    this.preemptions += plan.preempted.length;
    for (const sequence of plan.preempted) listener.preempted(sequence, nowUs, this);
    for (let index = plan.firstAdmission; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      if (sequence.preemptions === 0 && sequence.isLive) listener.firstScheduled(sequence, nowUs, this);
    }
  }

  private start(): void {
    const plan = this.planned[0]!;
    this.durationPs = this.duration.stepPs(
      plan.prefillTokens,
      plan.twiceChunkWork,
      plan.decodes,
      plan.kvTokens,
      plan.prefillChunks,
    );
    const endPs = this.remainderPs + this.durationPs;
    this.remainderPs = endPs % PS_PER_US;
    this.startUs = this.nowUs;
    this.isStepping = true;
    this.listener.wakeAt(this.nowUs + (endPs - this.remainderPs) / PS_PER_US, this);
  }

  /** Nothing to do, or nothing that can be done, until something comes or goes. */
  private rest(): void {
    this.remainderPs = 0;
    this.isAwake = false;
  }
}
