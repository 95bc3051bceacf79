import type { EngineConfig } from '../../models/engine.js';
import type { StepFeatures } from '../../models/step-energy.js';
import type { StepTime } from '../../models/step-time.js';
import { invariant } from '../core/invariant.js';
import { LeapTime } from './leap-time.js';
import { Scheduler, type TokenListener } from './scheduler.js';
import type { Sequence } from './sequence.js';
import type { StepPlan } from './step-plan.js';

const PS_PER_US = 1_000_000;

/** An engine as the fleet sees it. Tests put the plain single-step engine in the place of the one below. */
export interface NodeEngine {
  /** Which node this is. */
  readonly index: number;
  readonly running: number;
  readonly waiting: number;
  /** Is a step running? */
  readonly isBusy: boolean;
  /** By how much prompt chunks have lengthened decoding steps so far, all together. */
  readonly chunksPs?: number;
  /** KV blocks in use at `nowUs`. */
  usedBlocks(nowUs: number): number;
  /** Output tokens of a sequence that the client has seen by `nowUs`. */
  generatedBy(sequence: Sequence, nowUs: number): number;
  enqueue(sequence: Sequence, nowUs: number): void;
  /** False: the sequence had ended already. */
  abort(sequence: Sequence, nowUs: number): boolean;
  /** The wake-up that was asked for. */
  onStep(nowUs: number): void;
  /** Reports the steps that have ended before `nowUs`, if any have not been yet. */
  settle(nowUs: number): void;
  /** The step that is running, after settling; null: none. */
  stepUnderWay(nowUs: number): StepUnderWay | null;
}

export interface StepUnderWay {
  readonly work: StepFeatures;
  readonly passedPs: number;
  readonly lengthPs: number;
}

export type MakeEngine = (
  config: EngineConfig,
  stepTime: StepTime,
  listener: ReplicaListener,
  index: number,
) => NodeEngine;

/**
 * What a replica tells the world. Within one step boundary the order is: tokens, finished, steps done, then preempted
 * and first scheduled of the step planned next. The world may enqueue and abort from any of them but wakeAt.
 */
export interface ReplicaListener {
  /** Asks for one call of onStep at that time; a later wish replaces an earlier one. */
  wakeAt(timeUs: number, replica: NodeEngine): void;
  /** The first step that includes the sequence was planned; an asynchronous engine runs it one step later. */
  firstScheduled(sequence: Sequence, nowUs: number, replica: NodeEngine): void;
  preempted(sequence: Sequence, replica: NodeEngine): void;
  /** Let in again after a preemption. */
  resumed?(sequence: Sequence, nowUs: number, replica: NodeEngine): void;
  firstToken(sequence: Sequence, nowUs: number, replica: NodeEngine): void;
  /**
   * Tokens of `count` sequences of one group in each of `steps` steps: the gap to the token before is firstPs in the
   * first of the steps and grows by slopePs from step to step.
   */
  laterTokens(group: number, count: number, firstPs: number, slopePs: number, steps: number, replica: NodeEngine): void;
  finished(sequence: Sequence, nowUs: number, replica: NodeEngine): void;
  /** `freed`: sequences have left, so others may have room. `work`: of the first of the steps, good during the call. */
  stepsDone(steps: number, freed: boolean, work: StepFeatures, replica: NodeEngine): void;
}

/**
 * One engine in time: a chain of steps, each planned by the scheduler and lasting as long as the hardware needs.
 *
 * Its clock is whole microseconds and a remainder in picoseconds: while steps follow one another without a gap, a
 * boundary is the floor of the exact sum. When the engine goes idle the remainder is dropped.
 *
 * Steps that repeat are leapt over: the replica asks to be woken at the end of the last of them, and whatever comes
 * in between and could change the next step cuts the leap at the boundary after it. Leaping or stepping, the same
 * things happen at the same times.
 *
 * A synchronous engine applies a step's output and then plans the next step. An asynchronous one has planned the next
 * step when a step starts, so an arrival waits one step longer, and what it costs to plan is hidden.
 */
export class Replica implements NodeEngine, TokenListener {
  steps = 0;
  preemptions = 0;
  chunksPs = 0;
  /** Prefix-cache tokens of all admissions. */
  prefixHitTokens = 0;

  private readonly scheduler: Scheduler;
  private readonly leapTime: LeapTime;
  /** Planned steps, the first of which is running. */
  private readonly planned: StepPlan[] = [];
  private readonly depth: number;
  private readonly maxModelLen: number;
  /** A wake-up is on its way, or a step boundary is being worked on. */
  private isAwake = false;
  private isStepping = false;
  /** Where the running step (of a leap: its first) began. */
  private startUs = 0;
  private remainderPs = 0;
  private durationPs = 0;
  /** Steps of the leap under way; 1: a single step. */
  private leapSteps = 1;
  private nowUs = 0;
  /** The first so many are those of this boundary. */
  private readonly firstTokens: Sequence[] = [];
  private firstTokenCount = 0;
  /** Tokens of loose sequences at this boundary, by group, that follow a token of the boundary before. */
  private readonly regularTokens: number[] = [];
  private readonly reportRun: (firstPs: number, slopePs: number, steps: number) => void;

  constructor(
    config: EngineConfig,
    private readonly stepTime: StepTime,
    private readonly listener: ReplicaListener,
    /** For the world: which node this is. */
    readonly index = 0,
  ) {
    this.scheduler = new Scheduler(config, this);
    this.leapTime = new LeapTime(stepTime);
    this.maxModelLen = config.maxModelLen;
    this.depth = config.async ? 2 : 1;
    this.reportRun = (firstPs, slopePs, steps) => this.reportSteady(firstPs, slopePs, steps);
  }

  get running(): number {
    return this.scheduler.runningCount;
  }

  get waiting(): number {
    return this.scheduler.waiting.size;
  }

  get usableBlocks(): number {
    return this.scheduler.kv.usableBlocks;
  }

  usedBlocks(nowUs: number): number {
    const { kv } = this.scheduler;
    const taken = this.leapSteps === 1 ? 0 : this.scheduler.blocksForMore(this.stepsEndedBefore(nowUs));
    return kv.usableBlocks - kv.freeBlocks + taken;
  }

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

  generatedBy(sequence: Sequence, nowUs: number): number {
    const inLeap = this.leapSteps > 1 && sequence.steadyAt >= 0 ? this.stepsEndedBefore(nowUs) : 0;
    return this.scheduler.generatedOf(sequence) + inLeap;
  }

  /** An idle engine is woken at this very microsecond, so that all its arrivals are in one step. */
  enqueue(sequence: Sequence, nowUs: number): void {
    invariant(sequence.promptTokens > 0, 'a prompt has tokens', nowUs, sequence.promptTokens);
    invariant(sequence.outputTokens > 0, 'a sequence makes tokens', nowUs, sequence.outputTokens);
    invariant(sequence.promptTokens < this.maxModelLen, 'a prompt is within the context', nowUs, sequence.promptTokens);
    this.scheduler.enqueue(sequence);
    if (!this.isAwake) this.wake(nowUs);
    else if (this.leapSteps > 1 && this.scheduler.mayEnterNext(sequence)) this.cut(nowUs);
  }

  abort(sequence: Sequence, nowUs: number): boolean {
    if (!sequence.isLive) return false;
    // What it held is free from the next step on, and those behind it may fit where it did not.
    if (this.leapSteps > 1) this.cut(nowUs);
    this.scheduler.abort(sequence);
    if (!this.isAwake && this.waiting > 0) this.wake(nowUs);
    return true;
  }

  onStep(nowUs: number): void {
    this.nowUs = nowUs;
    if (this.leapSteps > 1) this.passSteps(this.leapSteps - 1);
    if (this.isStepping) this.complete();
    this.plan();
    if (this.planned.length > 0) this.start();
    else this.rest();
  }

  settle(nowUs: number): void {
    if (this.leapSteps > 1) this.passSteps(this.stepsEndedBefore(nowUs));
  }

  stepUnderWay(nowUs: number): StepUnderWay | null {
    if (!this.isStepping) return null;
    const passedPs = (nowUs - this.startUs) * PS_PER_US - this.remainderPs;
    return { work: this.planned[0]!, passedPs, lengthPs: this.durationPs };
  }

  tokenMade(sequence: Sequence): void {
    if (sequence.generated === 1) {
      this.firstTokens[this.firstTokenCount++] = sequence;
    } else if (sequence.lastTokenUs === this.startUs) {
      this.regularTokens[sequence.group] = (this.regularTokens[sequence.group] ?? 0) + 1;
    } else {
      const gapPs = (this.nowUs - sequence.lastTokenUs) * PS_PER_US;
      this.listener.laterTokens(sequence.group, 1, gapPs, 0, 1, this);
    }
    sequence.lastTokenUs = this.nowUs;
  }

  private wake(nowUs: number): void {
    this.isAwake = true;
    this.listener.wakeAt(nowUs, this);
  }

  /** The running step ends now. */
  private complete(): void {
    const { nowUs, listener, scheduler } = this;
    const plan = this.planned.shift()!;
    this.isStepping = false;
    this.remainderPs = remainderOf(this.remainderPs + this.durationPs);
    this.steps++;
    scheduler.steady.tokenUs = nowUs;
    if (plan.steady > 0) this.reportSteady(this.durationPs, 0, 1);
    scheduler.apply(plan);
    this.reportTokens();
    for (const sequence of plan.finished) listener.finished(sequence, nowUs, this);
    listener.stepsDone(1, plan.finished.length > 0, plan, this);
  }

  private reportTokens(): void {
    const { nowUs, listener, regularTokens } = this;
    for (let i = 0; i < this.firstTokenCount; i++) listener.firstToken(this.firstTokens[i]!, nowUs, this);
    this.firstTokenCount = 0;
    for (let group = 0; group < regularTokens.length; group++) {
      const count = regularTokens[group] ?? 0;
      if (count > 0) listener.laterTokens(group, count, this.durationPs, 0, 1, this);
      regularTokens[group] = 0;
    }
  }

  private reportSteady(firstPs: number, slopePs: number, steps: number): void {
    const { groups } = this.scheduler.steady;
    for (let group = 0; group < groups.length; group++) {
      const count = groups[group] ?? 0;
      if (count > 0) this.listener.laterTokens(group, count, firstPs, slopePs, steps, this);
    }
  }

  // Leaping.

  /** How many steps of the leap under way end before now. */
  private stepsEndedBefore(nowUs: number): number {
    const ended = this.leapTime.endedBefore((nowUs - this.startUs) * PS_PER_US - this.remainderPs);
    return Math.min(ended, this.leapSteps - 1);
  }

  /** Something may change the next step: the leap shrinks to the step that is running now. */
  private cut(nowUs: number): void {
    this.passSteps(this.stepsEndedBefore(nowUs));
    this.leapSteps = 1;
    this.listener.wakeAt(this.endUs(this.durationPs), this);
  }

  /** The first steps of the leap are over, and the one after them is running. */
  private passSteps(steps: number): void {
    if (steps === 0) return;
    this.leapSteps -= steps;
    this.listener.stepsDone(steps, false, this.planned[0]!, this);
    this.leapTime.eachRun(steps, this.reportRun);
    this.scheduler.leap(steps);
    this.steps += steps;
    const passedPs = this.remainderPs + this.leapTime.sumPs(steps);
    this.remainderPs = remainderOf(passedPs);
    this.startUs += (passedPs - this.remainderPs) / PS_PER_US;
    this.leapTime.pass(steps);
    this.durationPs = this.leapTime.durationPs(1);
    this.scheduler.steady.tokenUs = this.startUs;
  }

  // Planning.

  /** Plans steps as far ahead as the engine does. An empty plan is no step. */
  private plan(): void {
    while (this.planned.length < this.depth) {
      const plan = this.scheduler.schedule();
      this.report(plan);
      if (!plan.isEmpty) {
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
    for (const sequence of plan.preempted) listener.preempted(sequence, this);
    for (let index = plan.firstAdmission; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      if (sequence.preemptions === 0) listener.firstScheduled(sequence, nowUs, this);
      else listener.resumed?.(sequence, nowUs, this);
    }
  }

  private start(): void {
    const plan = this.planned[0]!;
    const { prefillTokens, twiceChunkWork, decodes, kvTokens, prefillChunks } = plan;
    this.startUs = this.nowUs;
    this.isStepping = true;
    this.durationPs = this.stepTime.stepPs(prefillTokens, twiceChunkWork, decodes, kvTokens, prefillChunks);
    if (prefillTokens > 0 && decodes > 0) {
      this.chunksPs += this.durationPs - this.stepTime.stepPs(0, 0, decodes, kvTokens, 0);
    }
    this.leapSteps = 1;
    const more = this.scheduler.repeatable();
    if (more > 0) {
      this.leapTime.set(decodes, kvTokens);
      this.leapSteps = this.leapTime.summable(1 + more);
    }
    this.listener.wakeAt(
      this.endUs(this.leapSteps === 1 ? this.durationPs : this.leapTime.sumPs(this.leapSteps)),
      this,
    );
  }

  private endUs(passingPs: number): number {
    return this.startUs + Math.floor((this.remainderPs + passingPs) / PS_PER_US);
  }

  /** Nothing to do, or nothing that can be done, until something comes or goes. */
  private rest(): void {
    this.remainderPs = 0;
    this.isAwake = false;
  }
}

/** What is left of whole microseconds. By division, because the remainder of large doubles is a slow call. */
function remainderOf(ps: number): number {
  return ps - Math.floor(ps / PS_PER_US) * PS_PER_US;
}
