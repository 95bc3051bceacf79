import type { EngineConfig } from '../../models/engine.js';
import type { StepTime } from '../../models/step-time.js';
import { LARGE } from '../core/expect-large.js';
import { violated } from '../core/invariant.js';
import { objectList } from '../core/lists.js';
import { boundary } from './boundary.js';
import { LeapTime } from './leap-time.js';
import type { NodeEngine, ReplicaListener, StepUnderWay } from './node-engine.js';
import { Scheduler } from './scheduler.js';
import type { Segment, Sequence } from './sequence.js';
import type { StepPlan } from './step-plan.js';

const PS_PER_US = 1_000_000;

/**
 * One engine in time: a scheduler with a clock, and a chain of steps, each lasting as long as the hardware needs. It is one object with
 * all that it is made of, from the heap of finishes on, since nearly every step looks at all of it; the fleet sees a NodeEngine.
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
export class Replica extends Scheduler implements NodeEngine {
  private readonly countsChunks: boolean = this.listener.asksForChunks === true;
  /** A wake-up is on its way, or a step boundary is being worked on. */
  private isAwake = false;
  private isStepping = false;
  /** Where the running step (of a leap: its first) began. */
  private startUs = LARGE;
  /** What its exact beginning lies beyond that: less than a microsecond. */
  private remainderPs = 0;
  /** Length of the running step, or of the whole leap. */
  private runPs = LARGE;
  /** Steps of the leap under way; 1: a single step. */
  private leapSteps = 1;
  /** Do its first steps last as long as the host needs? */
  private hasFlat = false;
  chunksPs = LARGE;

  constructor(
    config: EngineConfig,
    private stepTime: StepTime,
    private readonly listener: ReplicaListener,
    /** For the world: which node this is. */
    readonly index = 0,
  ) {
    super(config, stepTime.countsSpread);
    this.chunksPs = 0;
    this.startUs = 0;
    this.runPs = 0;
  }

  get runningCount(): number {
    return this.seated;
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  get usableBlocks(): number {
    return this.kv.usableBlocks;
  }

  usedBlocks(nowUs: number): number {
    const { kv } = this;
    const taken = this.leapSteps === 1 ? 0 : this.blocksForMore(this.stepsEndedBefore(nowUs));
    return kv.usableBlocks - kv.freeBlocks + taken;
  }

  get isBusy(): boolean {
    return this.underWay !== null;
  }

  /** Sequences wait, and nothing that the engine could do will ever let them in. */
  get isStalled(): boolean {
    return !this.isAwake && this.waiting.size > 0;
  }

  /** A sequence that can never fit would block the queue for ever: ask before sending it. */
  canEverFit(promptTokens: number, outputTokens: number): boolean {
    return promptTokens < this.config.maxModelLen && this.kv.canEverFit(promptTokens, outputTokens);
  }

  generatedBy(sequence: Sequence, nowUs: number): number {
    const inLeap = this.leapSteps > 1 && sequence.steadyAt >= 0 ? this.stepsEndedBefore(nowUs) : 0;
    return this.generatedOf(sequence) + inLeap;
  }

  fillCache(texts: readonly Segment[], share: number): void {
    this.kv.fill(texts, share);
  }

  /** An idle engine is woken at this very microsecond, so that all its arrivals are in one step. */
  submit(sequence: Sequence, nowUs: number): void {
    const { promptTokens, outputTokens } = sequence;
    if (!(promptTokens > 0)) violated('a prompt has tokens', nowUs, promptTokens);
    if (!(outputTokens > 0)) violated('a sequence makes tokens', nowUs, outputTokens);
    if (!(promptTokens < this.config.maxModelLen)) violated('a prompt is within the context', nowUs, promptTokens);
    this.enqueue(sequence);
    if (this.isAwake === false) this.wake(nowUs);
    else if (this.leapSteps > 1 && this.mayEnterNext(sequence) === true) this.cut(nowUs);
  }

  cancel(sequence: Sequence, nowUs: number): boolean {
    if (!sequence.isLive) return false;
    // What it held is free from the next step on, and those behind it may fit where it did not.
    if (this.leapSteps > 1) {
      this.passSteps(this.stepsEndedBefore(nowUs));
      this.cut(nowUs);
    }
    // Its last tokens were made when the running step began; another engine may be at work at a boundary of its own.
    const { us } = boundary;
    if (this.isStepping) boundary.us = this.startUs;
    this.abort(sequence);
    boundary.us = us;
    if (!this.isAwake && this.waiting.size > 0) this.wake(nowUs);
    return true;
  }

  /** Short enough to be put wherever it is called: a large number costs no allocation in a field, and does as an argument. */
  onStep(nowUs: number): void {
    boundary.us = nowUs;
    this.atBoundary();
  }

  private atBoundary(): void {
    if (this.isStepping === true) this.complete();
    this.planAhead();
    if (this.underWay !== null) this.start();
    else this.rest();
  }

  setStepTime(stepTime: StepTime, nowUs: number): void {
    // The running step keeps its length; with it the leap ends.
    if (this.leapSteps > 1) {
      this.passSteps(this.stepsEndedBefore(nowUs));
      this.cut(nowUs);
    }
    this.stepTime = stepTime;
  }

  settle(nowUs: number): void {
    if (this.leapSteps > 1) this.passSteps(this.stepsEndedBefore(nowUs));
  }

  stepUnderWay(nowUs: number): StepUnderWay | null {
    if (!this.isStepping) return null;
    this.settle(nowUs);
    const passedPs = (nowUs - this.startUs) * PS_PER_US - this.remainderPs;
    const lengthPs = this.leapSteps > 1 ? this.leapUnderWay().firstPs : this.runPs;
    return { work: this.underWay!, passedPs, lengthPs };
  }

  protected override tokenMade(sequence: Sequence): void {
    if (sequence.generated === 1) {
      firstTokens[firsts++] = sequence;
    } else if (sequence.lastTokenUs === this.startUs) {
      countOne(regularTokens, sequence.group);
    } else {
      countOne(lateTokens, sequence.group);
      this.report(lateTokens, 0, (boundary.us - sequence.lastTokenUs) * PS_PER_US, 0, 1);
      while (lateTokens.length > 0) lateTokens.pop();
    }
    // Of those that still run the list keeps it where somebody will ask.
    if (sequence.state !== 'running') sequence.lastTokenUs = boundary.us;
  }

  private wake(nowUs: number): void {
    this.isAwake = true;
    this.listener.wakeAt(nowUs, this);
  }

  /** The running step, or the leap, ends now. */
  private complete(): void {
    const { listener, leapSteps } = this;
    const plan = this.underWay!;
    this.isStepping = false;
    // The alarm went off at the floor of the exact end.
    this.remainderPs = (this.remainderPs + this.runPs - (boundary.us - this.startUs) * PS_PER_US) | 0;
    listener.stepsDone(leapSteps, plan, this);
    if (leapSteps > 1) {
      if (plan.steady > 0) this.reportLeap(leapSteps);
      this.leapOver(leapSteps - 1);
      this.leapSteps = 1;
    } else if (plan.steady > 0) {
      this.reportStep(this.tallies, this.blockSize);
    }
    this.apply(plan);
    if (plan.count > 0) this.reportListed();
    const { finished } = plan;
    for (let i = 0; i < finished.length; i++) listener.finished(finished[i]!, this);
    if (finished.length > 0) listener.seatsFreed(this);
  }

  /** The tokens of those whom the plan names one by one. */
  private reportListed(): void {
    for (let i = 0; i < firsts; i++) this.listener.firstToken(firstTokens[i]!, this);
    firsts = 0;
    if (regularTokens.length === 0) return;
    this.reportStep(regularTokens, 0);
    while (regularTokens.length > 0) regularTokens.pop();
  }

  /** Tokens that follow those of the boundary before; no large number is handed over. */
  private reportStep(counts: readonly number[], from: number): void {
    tokenRun.counts = counts;
    tokenRun.from = from;
    tokenRun.firstPs = this.runPs;
    tokenRun.slopePs = 0;
    tokenRun.steps = 1;
    this.listener.laterTokens(tokenRun, this);
  }

  /** Later tokens of all steps of a run. */
  private report(counts: readonly number[], from: number, firstPs: number, slopePs: number, steps: number): void {
    tokenRun.counts = counts;
    tokenRun.from = from;
    tokenRun.firstPs = firstPs;
    tokenRun.slopePs = slopePs;
    tokenRun.steps = steps;
    this.listener.laterTokens(tokenRun, this);
  }

  // Leaping.

  /** The lengths of its steps, until they are those of another. */
  private leapUnderWay(): LeapTime {
    const plan = this.underWay!;
    if (this.hasFlat === true) {
      leapTime.set(this.stepTime, plan);
    } else {
      leapTime.totalPs = this.runPs;
      leapTime.setGrowing(this.leapSteps, this.stepTime.slopePs(plan.prefillTokens, plan.decodes));
    }
    return leapTime;
  }

  /** How many steps of the leap under way end before now. */
  private stepsEndedBefore(nowUs: number): number {
    const leap = this.leapUnderWay();
    leap.passedPs = (nowUs - this.startUs) * PS_PER_US - this.remainderPs;
    return Math.min(leap.ended, this.leapSteps - 1);
  }

  /** Something may change the next step: the leap shall end with the step that is running now. */
  private cut(nowUs: number): void {
    const steps = this.stepsEndedBefore(nowUs) + 1;
    if (steps >= this.leapSteps) return;
    this.leapSteps = steps;
    leapTime.shorten(steps);
    this.runPs = leapTime.totalPs;
    this.wakeAtEnd();
  }

  /** The first steps of the leap are over, and the one after them is running. */
  private passSteps(steps: number): void {
    if (steps === 0) return;
    this.listener.stepsDone(steps, this.underWay!, this);
    const passedPs = this.leapUnderWay().sumPs(steps);
    if (this.underWay!.steady > 0) this.reportLeap(steps);
    this.leapOver(steps);
    this.leapSteps -= steps;
    const remainderPs = remainderOf(this.remainderPs + passedPs);
    this.startUs += (this.remainderPs + passedPs - remainderPs) / PS_PER_US;
    this.remainderPs = remainderPs;
    this.runPs -= passedPs;
  }

  /** So many steps are over, and the one after them has begun. */
  private leapOver(steps: number): void {
    const plan = this.underWay!;
    if (this.countsChunks && plan.prefillTokens > 0) {
      this.leapUnderWay();
      for (let step = 1; step <= steps; step++) this.countChunk(plan, leapTime.durationPs(step + 1), step);
    }
    this.leap(steps);
  }

  /** By how much a step, `later` steps after that of the plan, is longer than its decodes alone would have been. */
  private countChunk(plan: StepPlan, stepPs: number, later: number): void {
    const { prefillTokens, decodes, kvTokens, longestContext, steady } = plan;
    if (prefillTokens === 0 || decodes === 0) return;
    this.chunksPs += stepPs - this.stepTime.stepPs(0, 0, decodes, kvTokens + later * steady, 0, longestContext + later);
  }

  /** As one run, or two where the first steps last as long as the host needs. */
  private reportLeap(steps: number): void {
    if (this.hasFlat === true) {
      this.reportFlat(steps);
      return;
    }
    const { firstPs, slopePs } = this.leapUnderWay();
    tokenRun.counts = this.tallies;
    tokenRun.from = this.blockSize;
    tokenRun.firstPs = firstPs;
    tokenRun.slopePs = slopePs;
    tokenRun.steps = steps;
    this.listener.laterTokens(tokenRun, this);
  }

  private reportFlat(steps: number): void {
    this.leapUnderWay();
    let left = steps;
    while (left > 0) {
      const first = steps - left + 1;
      const isFlat = first <= leapTime.flat;
      const run = isFlat ? Math.min(left, leapTime.flat) : left;
      const slopePs = isFlat ? 0 : leapTime.slopePs;
      this.report(this.tallies, this.blockSize, leapTime.durationPs(first), slopePs, run);
      left -= run;
    }
  }

  // Planning.

  /** Plans steps as far ahead as the engine does. An empty plan is no step. */
  private planAhead(): void {
    do {
      const plan = this.schedule();
      if (plan.preempted.length > 0) this.reportPreempted(plan);
      if (plan.firstAdmission < plan.count) this.reportAdmitted(plan);
      // A lone sequence that has just preempted itself may come back at once, now that all blocks are free.
      if (plan.isEmpty && (plan.preempted.length === 0 || this.underWay !== null)) return;
    } while (this.isPlanned === false);
  }

  private reportPreempted({ preempted }: StepPlan): void {
    for (let i = 0; i < preempted.length; i++) this.listener.preempted(preempted[i]!, this);
  }

  private reportAdmitted(plan: StepPlan): void {
    for (let index = plan.firstAdmission; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      if (sequence.preemptions === 0) this.listener.firstScheduled(sequence, this);
      else this.listener.resumed?.(sequence, this);
    }
  }

  private start(): void {
    const plan = this.underWay!;
    this.startUs = boundary.us;
    this.isStepping = true;
    const more = this.repeatable();
    if (more === 0) {
      this.leapSteps = 1;
      this.stepTime.measure(plan);
      this.runPs = this.stepTime.measuredPs;
      this.wakeAtEnd();
      if (this.countsChunks === true) this.countChunk(plan, this.runPs, 0);
      return;
    }
    leapTime.begin(this.stepTime, plan, 1 + more);
    this.leapSteps = leapTime.steps;
    this.runPs = leapTime.totalPs;
    this.hasFlat = leapTime.flat > 0;
    this.wakeAtEnd();
    if (this.countsChunks === true) this.countChunk(plan, leapTime.firstPs, 0);
  }

  /** Asks to be woken at the end of the step or leap. */
  private wakeAtEnd(): void {
    this.listener.wakeAt(this.startUs + Math.floor((this.remainderPs + this.runPs) / PS_PER_US), this);
  }

  /** Nothing to do, or nothing that can be done, until something comes or goes. */
  private rest(): void {
    this.remainderPs = 0;
    this.isAwake = false;
  }
}

// What lives within one step boundary only is shared by all engines, see StepPlan.

/** Of the leap that was begun or looked at last. */
const leapTime = new LeapTime();
/** Sequences that have just made their first token, so many of the list. */
const firstTokens = objectList<Sequence>();
let firsts = 0;
/** Later tokens by group: those that follow one of the boundary before, and one that does not. */
const regularTokens: number[] = [];
const lateTokens: number[] = [];
/** What is reported of them, in fields of an object, where large numbers cost no allocation. */
const tokenRun = { counts: regularTokens as readonly number[], from: 0, firstPs: LARGE, slopePs: LARGE, steps: 0 };

function countOne(counts: number[], group: number): void {
  while (counts.length <= group) counts.push(0);
  counts[group]!++;
}

/** What is left of whole microseconds. By division, because the remainder of large doubles is a slow call. */
function remainderOf(ps: number): number {
  // A small number, which a difference of large ones is not until it is cut.
  return (ps - Math.floor(ps / PS_PER_US) * PS_PER_US) | 0;
}
