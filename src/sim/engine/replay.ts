import type { EngineConfig } from '../../models/engine.js';
import {
  engineConfigOf,
  type GoldenCase,
  type GoldenRequest,
  type GoldenResult,
  type GoldenStep,
  type Replayed,
} from './golden-case.js';
import { Scheduler } from './scheduler.js';
import { Sequence } from './sequence.js';
import type { StepPlan } from './step-plan.js';

/** A replay that runs on past the last recorded step by this many has gone astray and is cut. */
const PATIENCE_STEPS = 8;

/** Runs a recorded case through the scheduler and writes down what happens, as the recorder did. */
export function replay(goldenCase: GoldenCase): Replayed {
  return new Replay(goldenCase).run();
}

/** What a results row needs beyond the sequence itself; null: it has not happened. */
interface History {
  firstScheduledT: number | null;
  firstTokenT: number | null;
  endT: number | null;
  scheduledTokens: number;
}

interface Batch {
  readonly t: number;
  readonly plan: StepPlan;
}

/** A scheduler that tells of tokens. */
class Watched extends Scheduler {
  constructor(
    config: EngineConfig,
    private readonly onToken: (sequence: Sequence) => void,
  ) {
    super(config);
  }

  protected override tokenMade(sequence: Sequence): void {
    this.onToken(sequence);
  }
}

class Replay {
  private readonly scheduler: Scheduler;
  private readonly sequences: Sequence[];
  private readonly histories: History[];
  private readonly arrivals: ReadonlyMap<number, readonly GoldenRequest[]>;
  private readonly aborts: ReadonlyMap<number, readonly GoldenRequest[]>;
  private readonly lastInputT: number;
  private readonly lastRecordedT: number;
  /** Batches that may be queued: asynchronous scheduling keeps one in flight while it forms the next. */
  private readonly depth: number;
  private readonly batches: Batch[] = [];
  private readonly steps: GoldenStep[] = [];
  private t = 0;
  private live = 0;
  /** The engine schedules once more after a request has ended, to tell its workers. */
  private hasEndToTell = false;
  private scheduledTokens = 0;
  private cachedTokens = 0;
  private peakRunning = 0;
  private peakWaiting = 0;

  constructor(private readonly goldenCase: GoldenCase) {
    const { config, requests, steps } = goldenCase;
    this.scheduler = new Watched(engineConfigOf(config), (sequence) => this.tokenMade(sequence));
    this.sequences = requests.map(sequenceOf);
    this.histories = requests.map(() => ({ firstScheduledT: null, firstTokenT: null, endT: null, scheduledTokens: 0 }));
    this.arrivals = byStep(requests, (request) => request.arrive_step);
    this.aborts = byStep(requests, (request) => request.abort_step ?? -1);
    this.lastInputT = Math.max(-1, ...requests.flatMap((request) => [request.arrive_step, request.abort_step ?? -1]));
    this.lastRecordedT = steps.at(-1)?.t ?? 0;
    this.depth = config.scheduler === 'async' ? 2 : 1;
  }

  run(): Replayed {
    let isStalled = false;
    for (; this.t <= this.lastRecordedT + PATIENCE_STEPS; this.t++) {
      const aborted = this.takeInput();
      isStalled = this.iterate(aborted);
      if (this.t < this.lastInputT) continue;
      if (this.live === 0 && this.batches.length === 0 && !this.hasEndToTell) break;
      // How long the recorder watched a stalled asynchronous engine is not part of the schema.
      if (isStalled && (this.depth === 1 || this.t >= this.lastRecordedT)) break;
    }
    const results = this.sequences.map((sequence) => this.resultOf(sequence));
    return { steps: this.steps, results, summary: this.summary(results) };
  }

  private tokenMade(sequence: Sequence): void {
    if (sequence.generated === 1) this.histories[sequence.id]!.firstTokenT = this.t;
  }

  private takeInput(): number[] {
    for (const request of this.arrivals.get(this.t) ?? []) {
      this.scheduler.enqueue(this.sequences[request.n]!);
      this.live++;
    }
    const aborted: number[] = [];
    for (const request of this.aborts.get(this.t) ?? []) {
      if (!this.scheduler.abort(this.sequences[request.n]!)) continue;
      aborted.push(request.n);
      this.end(request.n);
    }
    return aborted;
  }

  /** One turn of the engine's loop. True: it did nothing and, without input, never will. */
  private iterate(aborted: number[]): boolean {
    const { scheduler, batches } = this;
    let planned: StepPlan | null = null;
    if (this.live > 0 || this.hasEndToTell) {
      planned = scheduler.schedule();
      this.hasEndToTell = false;
      batches.push({ t: this.t, plan: planned });
    }
    const step = this.record(aborted, planned);
    const isStalled = this.live > 0 && planned?.preempted.length === 0 && batches.every((batch) => batch.plan.isEmpty);
    const goesOn = planned !== null && batches.length < this.depth && (!planned.isEmpty || this.live > 0);
    if (goesOn) {
      this.steps.push({ ...step, free_end: scheduler.kv.freeBlocks });
      return isStalled;
    }
    const applied = batches.shift();
    if (applied === undefined) return false;
    scheduler.apply(applied.plan);
    for (const sequence of applied.plan.finished) this.end(sequence.id);
    const fin = applied.plan.finished.map(numberOf);
    if (isWorthRecording(step) || fin.length > 0) {
      const upd = this.depth > 1 ? { upd: applied.t } : {};
      this.steps.push({ ...step, ...upd, fin, free_end: scheduler.kv.freeBlocks });
    }
    return isStalled;
  }

  private end(n: number): void {
    this.histories[n]!.endT = this.t;
    this.hasEndToTell = true;
    this.live--;
  }

  /** The state after scheduling and before outputs are applied. */
  private record(aborted: number[], plan: StepPlan | null): Omit<GoldenStep, 'free_end'> {
    const { kv, running, waiting } = this.scheduler;
    const scheduled = plan === null ? [] : scheduledPairs(plan, running);
    const admitted = plan === null ? [] : plan.sequences.slice(plan.firstAdmission, plan.count);
    if (plan !== null) this.count(plan, scheduled);
    this.peakRunning = Math.max(this.peakRunning, running.length);
    this.peakWaiting = Math.max(this.peakWaiting, waiting.size);
    return {
      t: this.t,
      aborted,
      sched: scheduled,
      new: admitted.filter((one) => one.preemptions === 0).map(numberOf),
      resumed: admitted.filter((one) => one.preemptions > 0).map(numberOf),
      preempted: plan === null ? [] : plan.preempted.map(numberOf),
      cached: plan === null ? [] : cachedPairs(plan),
      run: running.map(numberOf),
      wait: waiting.inOrder().map(numberOf),
      free: kv.freeBlocks,
      ...(this.goldenCase.config.enable_prefix_caching ? { hashes: kv.cachedPrefixes } : {}),
    };
  }

  private count(plan: StepPlan, scheduled: readonly (readonly [number, number])[]): void {
    this.cachedTokens += plan.cachedTokens;
    for (const [n, tokens] of scheduled) {
      const history = this.histories[n]!;
      history.firstScheduledT ??= this.t;
      history.scheduledTokens += tokens;
      this.scheduledTokens += tokens;
    }
  }

  private resultOf(sequence: Sequence): GoldenResult {
    const { firstScheduledT, firstTokenT, endT, scheduledTokens } = this.histories[sequence.id]!;
    const { id, state, preemptions, cachedTokens } = sequence;
    const generated = this.scheduler.generatedOf(sequence);
    const status = state === 'finished' || state === 'aborted' ? state : 'unfinished';
    const cached = cachedTokens < 0 ? null : cachedTokens;
    return [id, status, firstScheduledT, firstTokenT, endT, preemptions, cached, scheduledTokens, generated];
  }

  private summary(results: readonly GoldenResult[]): Replayed['summary'] {
    const countOf = (status: GoldenResult[1]): number => results.filter((row) => row[1] === status).length;
    return {
      end: this.live === 0 ? 'drained' : 'stalled',
      steps: this.steps.length,
      last_t: this.steps.at(-1)?.t ?? 0,
      finished: countOf('finished'),
      aborted: countOf('aborted'),
      unfinished: countOf('unfinished'),
      preemptions: this.sequences.reduce((sum, sequence) => sum + sequence.preemptions, 0),
      scheduled_tokens: this.scheduledTokens,
      cached_tokens: this.cachedTokens,
      peak_running: this.peakRunning,
      peak_waiting: this.peakWaiting,
      min_free: this.steps.reduce((least, step) => Math.min(least, step.free), this.scheduler.kv.usableBlocks),
    };
  }
}

function sequenceOf(request: GoldenRequest): Sequence {
  return new Sequence({
    id: request.n,
    name: request.id,
    promptTokens: request.prompt_len,
    outputTokens: request.max_tokens,
    priority: request.priority,
    arrival: request.arrival,
    content: { prompt: request.prompt, output: `out:${request.id}` },
  });
}

function byStep(requests: readonly GoldenRequest[], stepOf: (request: GoldenRequest) => number) {
  const groups = new Map<number, GoldenRequest[]>();
  for (const request of requests) {
    const group = groups.get(stepOf(request));
    if (group === undefined) groups.set(stepOf(request), [request]);
    else group.push(request);
  }
  return groups;
}

function numberOf(sequence: Sequence): number {
  return sequence.id;
}

/** Everyone in the step, in the order of the running list: the steady ones stand in no list of the plan. */
function scheduledPairs(plan: StepPlan, running: readonly Sequence[]): [number, number][] {
  const tokens = new Map<Sequence, number>();
  for (let index = 0; index < plan.count; index++) tokens.set(plan.sequences[index]!, plan.tokensOf(index));
  const pairs: [number, number][] = [];
  for (const sequence of running) {
    const isSteady = sequence.steadyAt >= 0;
    const given = isSteady ? (sequence.isRetired ? undefined : 1) : tokens.get(sequence);
    if (given !== undefined) pairs.push([sequence.id, given]);
  }
  return pairs;
}

function cachedPairs(plan: StepPlan): [number, number][] {
  const pairs: [number, number][] = [];
  for (let index = plan.firstAdmission; index < plan.count; index++) {
    const sequence = plan.sequences[index]!;
    const cached = sequence.computed - plan.tokensOf(index);
    if (cached > 0) pairs.push([sequence.id, cached]);
  }
  return pairs;
}

/** Turns in which the engine holds, schedules and ends nothing are not written down. */
function isWorthRecording(step: Omit<GoldenStep, 'free_end'>): boolean {
  return [step.aborted, step.sched, step.run, step.wait].some((list) => list !== undefined && list.length > 0);
}
