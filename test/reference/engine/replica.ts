import type { EngineConfig } from '../../../src/models/engine.js';
import type { StepTime } from '../../../src/models/step-time.js';
import { invariant } from '../../../src/sim/core/invariant.js';
import type { NodeEngine, ReplicaListener, StepUnderWay } from '../../../src/sim/engine/node-engine.js';
import type { Sequence } from '../../../src/sim/engine/sequence.js';
import { Scheduler, type TokenListener } from './scheduler.js';
import type { StepPlan } from './step-plan.js';

const PS_PER_US = 1_000_000;

/**
 * One engine in time: a chain of steps, each planned by the scheduler and lasting as long as the hardware needs.
 *
 * Its clock is whole microseconds and a remainder in picoseconds: while steps follow one another without a gap, a
 * boundary is the floor of the exact sum. When the engine goes idle the remainder is dropped.
 *
 * A synchronous engine applies a step's output and then plans the next step. An asynchronous one has planned the next
 * step when a step starts, so an arrival waits one step longer, and what it costs to plan is hidden.
 */
export class Replica implements NodeEngine, TokenListener {
  /** For the world: which node this is. */
  readonly index: number;
  steps = 0;

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
  private startRemainderPs = 0;

  private readonly firstTokens: Sequence[] = [];
  /** Tokens of the step being completed, by group, of sequences whose last token came when it began. */
  private readonly steadyTokens: number[] = [];

  constructor(
    config: EngineConfig,
    private duration: StepTime,
    private readonly listener: ReplicaListener,
    index = 0,
  ) {
    this.index = index;
    this.scheduler = new Scheduler(config, this);
    this.maxModelLen = config.maxModelLen;
    this.depth = config.async ? 2 : 1;
  }

  get runningCount(): number {
    return this.scheduler.running.length;
  }

  get waitingCount(): number {
    return this.scheduler.waiting.size;
  }

  get usableBlocks(): number {
    return this.scheduler.kv.usableBlocks;
  }

  usedBlocks(): number {
    return this.scheduler.kv.usableBlocks - this.scheduler.kv.freeBlocks;
  }

  /** Share of the KV blocks in use. */
  get kvUse(): number {
    return this.usableBlocks === 0 ? 0 : this.usedBlocks() / this.usableBlocks;
  }

  /** Is a step running? */
  get isBusy(): boolean {
    return this.planned.length > 0;
  }

  /** Sequences wait, and nothing that the engine could do will ever let them in. */
  get isStalled(): boolean {
    return !this.isAwake && this.waitingCount > 0;
  }

  /** A sequence that can never fit would block the queue for ever: ask before sending it. */
  canEverFit(promptTokens: number, outputTokens: number): boolean {
    return promptTokens < this.maxModelLen && this.scheduler.kv.canEverFit(promptTokens, outputTokens);
  }

  settle(): void {}

  stepUnderWay(nowUs: number): StepUnderWay | null {
    if (!this.isStepping) return null;
    const passedPs = (nowUs - this.startUs) * PS_PER_US - this.startRemainderPs;
    return { work: this.planned[0]!, passedPs, lengthPs: this.durationPs };
  }

  setStepTime(stepTime: StepTime): void {
    this.duration = stepTime;
  }

  generatedBy(sequence: Sequence): number {
    return sequence.generated;
  }

  /** An idle engine is woken at this very microsecond, so that all its arrivals are in one step. */
  submit(sequence: Sequence, nowUs: number): void {
    invariant(sequence.promptTokens > 0, 'a prompt has tokens', nowUs, sequence.promptTokens);
    invariant(sequence.outputTokens > 0, 'a sequence makes tokens', nowUs, sequence.outputTokens);
    invariant(sequence.promptTokens < this.maxModelLen, 'a prompt is within the context', nowUs, sequence.promptTokens);
    this.scheduler.enqueue(sequence);
    this.wake(nowUs);
  }

  /** False: the sequence had ended already. */
  cancel(sequence: Sequence, nowUs: number): boolean {
    if (!this.scheduler.abort(sequence)) return false;
    // Those behind it may fit where it did not.
    if (this.waitingCount > 0) this.wake(nowUs);
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
      while (this.steadyTokens.length <= sequence.group) this.steadyTokens.push(0);
      this.steadyTokens[sequence.group]!++;
    } else {
      const alone: number[] = [];
      for (let group = 0; group <= sequence.group; group++) alone.push(group === sequence.group ? 1 : 0);
      const firstPs = (this.nowUs - sequence.lastTokenUs) * PS_PER_US;
      this.listener.laterTokens({ counts: alone, from: 0, firstPs, slopePs: 0, steps: 1 }, this);
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
    const { listener } = this;
    const plan = this.planned.shift()!;
    this.isStepping = false;
    this.steps++;
    listener.stepsDone(1, plan, this);
    this.scheduler.apply(plan);
    this.reportTokens();
    for (const sequence of plan.finished) listener.finished(sequence, this);
    if (plan.finished.length > 0) listener.seatsFreed(this);
  }

  private reportTokens(): void {
    const { listener } = this;
    for (const sequence of this.firstTokens) {
      if (sequence.state !== 'aborted') listener.firstToken(sequence, this);
    }
    this.firstTokens.length = 0;
    listener.laterTokens({ counts: this.steadyTokens, from: 0, firstPs: this.durationPs, slopePs: 0, steps: 1 }, this);
    this.steadyTokens.fill(0);
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
    const { listener } = this;
    for (const sequence of plan.preempted) listener.preempted(sequence, this);
    for (let index = plan.firstAdmission; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      if (sequence.preemptions === 0 && sequence.isLive) listener.firstScheduled(sequence, this);
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
      plan.longestContext,
    );
    this.startRemainderPs = this.remainderPs;
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
