import type { EngineConfig } from '../../models/engine.js';
import type { StepFeatures } from '../../models/step-energy.js';
import type { StepTime } from '../../models/step-time.js';
import type { Segment, Sequence } from './sequence.js';

/** An engine as the fleet sees it. Tests put the plain single-step engine in the place of Replica. */
export interface NodeEngine {
  /** Which node this is. */
  readonly index: number;
  /** Sequences with a seat, and without. */
  readonly runningCount: number;
  readonly waitingCount: number;
  /** Is a step running? */
  readonly isBusy: boolean;
  /** By how much prompt chunks have lengthened decoding steps so far, all together; kept where the listener asks for it. */
  readonly chunksPs?: number;
  /** KV blocks in use at `nowUs`. */
  usedBlocks(nowUs: number): number;
  /** Output tokens of a sequence that the client has seen by `nowUs`. */
  generatedBy(sequence: Sequence, nowUs: number): number;
  submit(sequence: Sequence, nowUs: number): void;
  /** False: the sequence had ended already. */
  cancel(sequence: Sequence, nowUs: number): boolean;
  /** The wake-up that was asked for. */
  onStep(nowUs: number): void;
  /** Before the first request: so much of its KV holds these texts already. */
  fillCache?(texts: readonly Segment[], share: number): void;
  /** From the next step on steps take as long as this says. */
  setStepTime(stepTime: StepTime, nowUs: number): void;
  /** Reports the steps that have ended before `nowUs`, if any have not been yet. */
  settle(nowUs: number): void;
  /** The step that is running; null: none. What has ended before is reported first. */
  stepUnderWay(nowUs: number): StepUnderWay | null;
}

export interface StepUnderWay {
  readonly work: StepFeatures;
  readonly passedPs: number;
  readonly lengthPs: number;
}

/**
 * Tokens of counts[from + g] sequences of each group g in each of `steps` steps: the gap to the token before is firstPs in
 * the first of the steps and grows by slopePs from step to step.
 */
export interface TokenRun {
  readonly counts: readonly number[];
  readonly from: number;
  readonly firstPs: number;
  readonly slopePs: number;
  readonly steps: number;
}

export type MakeEngine = (
  config: EngineConfig,
  stepTime: StepTime,
  listener: ReplicaListener,
  index: number,
) => NodeEngine;

/**
 * What a replica tells the world. Within one step boundary the order is: steps done, tokens, finished, seats freed, then
 * preempted and first scheduled of the step planned next. The world may submit and cancel from any of them but wakeAt.
 * Whatever happens to a single sequence happens at the instant for which the engine was woken: the world's own clock.
 */
export interface ReplicaListener {
  /** Will it look at `chunksPs`? */
  readonly asksForChunks?: boolean;
  /** Asks for one call of onStep at that time; a later wish replaces an earlier one. */
  wakeAt(timeUs: number, replica: NodeEngine): void;
  /** The first step that includes the sequence was planned; an asynchronous engine runs it one step later. */
  firstScheduled(sequence: Sequence, replica: NodeEngine): void;
  preempted(sequence: Sequence, replica: NodeEngine): void;
  /** Let in again after a preemption. */
  resumed?(sequence: Sequence, replica: NodeEngine): void;
  firstToken(sequence: Sequence, replica: NodeEngine): void;
  /** Good during the call. */
  laterTokens(run: TokenRun, replica: NodeEngine): void;
  finished(sequence: Sequence, replica: NodeEngine): void;
  /** `work`: of the first of the steps, good during the call. */
  stepsDone(steps: number, work: StepFeatures, replica: NodeEngine): void;
  /** Sequences have left, so others may have room. */
  seatsFreed(replica: NodeEngine): void;
}
