import type { EngineConfig } from '../../../src/models/engine.js';
import { invariant } from '../../../src/sim/core/invariant.js';
import type { Sequence } from '../../../src/sim/engine/sequence.js';
import { type WaitingQueue, waitingQueue } from '../../../src/sim/engine/waiting-queue.js';
import { KvCache } from './kv-cache.js';
import { StepPlan } from './step-plan.js';

/** Hears of every token in the order in which tokens are applied. Must not change the scheduler meanwhile. */
export interface TokenListener {
  tokenMade(sequence: Sequence): void;
}

/**
 * The plain engine that the product's is held against: vLLM's loop as it is written, one step and one sequence at a
 * time.
 *
 * vLLM's V1 scheduler (version switches in EngineConfig): decides step by step which sequences get how many tokens.
 * It knows nothing about time. A caller alternates schedule() and apply(); with asynchronous scheduling one more step
 * may be scheduled before the previous one is applied, never two.
 *
 * Scope: one model, text, one full-attention KV group, no speculative decoding, no pipeline or data parallelism.
 */
export class Scheduler {
  readonly kv: KvCache;
  /** In order of admission under both policies. */
  readonly running: Sequence[] = [];
  readonly waiting: WaitingQueue<Sequence>;
  private readonly policy: EngineConfig['policy'];
  private readonly isAsync: boolean;
  private readonly maxNumSeqs: number;
  private readonly tokenBudget: number;
  private readonly maxModelLen: number;
  private readonly longPrefillThreshold: number;
  private readonly chunkedPrefill: boolean;
  private readonly plans = [new StepPlan(), new StepPlan()] as const;
  private nextPlan: 0 | 1 = 0;

  constructor(
    config: EngineConfig,
    private readonly listener: TokenListener,
  ) {
    this.kv = new KvCache(config);
    this.waiting = waitingQueue<Sequence>(config.policy);
    this.policy = config.policy;
    this.isAsync = config.async;
    this.maxNumSeqs = config.maxNumSeqs;
    this.tokenBudget = Math.min(config.maxNumBatchedTokens, config.maxNumScheduledTokens ?? config.maxNumBatchedTokens);
    this.maxModelLen = config.maxModelLen;
    this.longPrefillThreshold = config.longPrefillThreshold;
    this.chunkedPrefill = config.chunkedPrefill;
  }

  enqueue(sequence: Sequence): void {
    invariant(sequence.state === 'new', 'a sequence is enqueued once');
    sequence.state = 'waiting';
    this.waiting.add(sequence);
  }

  /** The client left. False: the sequence had ended already. A step in flight computes it to no effect. */
  abort(sequence: Sequence): boolean {
    if (!sequence.isLive) return false;
    if (sequence.state === 'running') this.running.splice(this.running.indexOf(sequence), 1);
    else this.waiting.remove(sequence);
    sequence.state = 'aborted';
    this.kv.forget(sequence);
    return true;
  }

  /** Plans the next step; the plan may be empty. */
  schedule(): StepPlan {
    const plan = this.plans[this.nextPlan];
    this.nextPlan = this.nextPlan === 0 ? 1 : 0;
    plan.reset();
    const budget = this.continueRunning(plan);
    plan.firstAdmission = plan.count;
    // Memory is short in a step that preempted: nobody is let in.
    if (plan.preempted.length === 0) this.admitWaiting(plan, budget);
    this.advance(plan);
    return plan;
  }

  /** The step has run: its tokens exist, and sequences that have all of theirs leave. */
  apply(plan: StepPlan): void {
    for (let index = 0; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      const tokens = plan.tokens[index]!;
      sequence.inFlight -= tokens;
      const isStale = sequence.stale > 0;
      if (isStale) sequence.stale -= tokens;
      if (!plan.makesToken[index] || !sequence.isLive) continue;
      sequence.generated++;
      if (this.isAsync && !isStale) this.settlePlaceholder(sequence);
      this.listener.tokenMade(sequence);
      if (this.hasAllTokens(sequence)) this.finish(sequence, plan);
    }
    if (plan.finished.length > 0) this.dropEndedFromRunning();
  }

  /** Phase A: every running sequence in turn gets tokens; what is left of the budget. */
  private continueRunning(plan: StepPlan): number {
    const { running } = this;
    let budget = this.tokenBudget;
    let index = 0;
    while (index < running.length && budget > 0) {
      const sequence = running[index]!;
      const tokens = this.tokensToContinue(sequence, budget);
      if (tokens === 0) {
        index++;
        continue;
      }
      while (!this.kv.grow(sequence, tokens)) {
        const victimIndex = this.victimIndex();
        const victim = running[victimIndex]!;
        budget += this.preempt(victimIndex, plan);
        if (victim === sequence) return budget;
        // Nobody is passed over when the list closes up before the cursor.
        if (victimIndex < index) index--;
      }
      plan.add(sequence, tokens);
      budget -= tokens;
      index++;
    }
    return budget;
  }

  private tokensToContinue(sequence: Sequence, budget: number): number {
    if (this.isLastTokenInFlight(sequence)) return 0;
    const lacking = sequence.knownTokens + sequence.placeholders - sequence.computed;
    const room = this.maxModelLen - sequence.computed - 1;
    return Math.min(this.cappedByThreshold(lacking), budget, room);
  }

  /** With one step in flight the end is known one step ahead; the sequence keeps its seat until it has come. */
  private isLastTokenInFlight(sequence: Sequence): boolean {
    const { placeholders } = sequence;
    if (placeholders === 0) return false;
    return sequence.computed + 2 - placeholders >= sequence.promptTokens + sequence.outputTokens;
  }

  private cappedByThreshold(tokens: number): number {
    const threshold = this.longPrefillThreshold;
    return threshold > 0 && threshold < tokens ? threshold : tokens;
  }

  /**
   * Who gives way when blocks run out. fcfs: the sequence admitted last. priority: the one with the largest
   * (priority, arrival); of equal ones the one admitted first.
   */
  private victimIndex(): number {
    const { running } = this;
    if (this.policy === 'fcfs') return running.length - 1;
    let worst = 0;
    for (let index = 1; index < running.length; index++) {
      const a = running[index]!;
      const b = running[worst]!;
      if (a.priority > b.priority || (a.priority === b.priority && a.arrival > b.arrival)) worst = index;
    }
    return worst;
  }

  /** Frees all its blocks; it will be computed again from its prompt. The budget that it had been given this step. */
  private preempt(index: number, plan: StepPlan): number {
    const sequence = this.running[index]!;
    this.running.splice(index, 1);
    this.kv.release(sequence);
    sequence.state = 'preempted';
    sequence.preemptions++;
    sequence.computed = 0;
    // What is in flight still delivers its token, but no longer counts as progress.
    sequence.stale = sequence.inFlight;
    sequence.placeholders = 0;
    this.waiting.addAgain(sequence);
    plan.preempted.push(sequence);
    return plan.remove(sequence);
  }

  /**
   * Phase B: waiting sequences come in strictly from the head; the first that does not fit ends it, whoever stands
   * behind. A waiting sequence never causes a preemption, whatever its priority.
   */
  private admitWaiting(plan: StepPlan, budgetLeft: number): void {
    let budget = budgetLeft;
    while (budget > 0 && this.running.length < this.maxNumSeqs) {
      const sequence = this.waiting.first;
      if (sequence === null) return;
      invariant(sequence.stale === 0, 'what was in flight at a preemption is applied before the next admission');
      const hitBlocks = this.kv.hitBlocks(sequence);
      const cached = this.kv.tokensOf(hitBlocks);
      const tokens = this.cappedByThreshold(sequence.knownTokens - cached);
      if (!this.chunkedPrefill && tokens > budget) return;
      const chunk = Math.min(tokens, budget);
      if (!this.kv.admit(sequence, hitBlocks, chunk, this.running.length > 0)) return;

      this.waiting.remove(sequence);
      this.running.push(sequence);
      sequence.state = 'running';
      sequence.computed = cached;
      if (sequence.cachedTokens < 0) sequence.cachedTokens = cached;
      plan.add(sequence, chunk);
      plan.cachedTokens += cached;
      budget -= chunk;
    }
  }

  /** Counts the planned tokens as computed and adds up what the duration of the step depends on. */
  private advance(plan: StepPlan): void {
    for (let index = 0; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      const tokens = plan.tokens[index]!;
      const before = sequence.computed;
      const madeOrComing = sequence.generated + sequence.placeholders;
      const target = sequence.promptTokens + madeOrComing;
      if (tokens === 1 && madeOrComing > 0 && target - before === 1) {
        plan.decodes++;
        plan.kvTokens += before + 1;
        plan.longestContext = Math.max(plan.longestContext, before + 1);
      } else {
        plan.prefillChunks++;
        plan.prefillTokens += tokens;
        plan.twiceChunkWork += tokens * (2 * before + tokens);
      }
      sequence.computed = before + tokens;
      sequence.inFlight += tokens;
      const makesToken = before + tokens === target;
      plan.makesToken[index] = makesToken;
      if (makesToken && this.isAsync) sequence.placeholders++;
    }
  }

  /** A token announced by a placeholder has come, so the block it fills can be entered now. */
  private settlePlaceholder(sequence: Sequence): void {
    sequence.placeholders--;
    this.kv.register(sequence, sequence.computed - sequence.placeholders);
  }

  private hasAllTokens(sequence: Sequence): boolean {
    return sequence.generated >= sequence.outputTokens || sequence.knownTokens >= this.maxModelLen;
  }

  /** Its blocks are free at once, in schedule order. A token that was in flight may finish a preempted sequence. */
  private finish(sequence: Sequence, plan: StepPlan): void {
    if (sequence.state === 'preempted') this.waiting.remove(sequence);
    sequence.state = 'finished';
    this.kv.forget(sequence);
    plan.finished.push(sequence);
  }

  private dropEndedFromRunning(): void {
    const { running } = this;
    let kept = 0;
    for (let index = 0; index < running.length; index++) {
      const sequence = running[index]!;
      if (sequence.state === 'running') running[kept++] = sequence;
    }
    running.length = kept;
  }
}
