import type { EngineConfig } from '../../models/engine.js';
import { violated } from '../core/invariant.js';
import { GivingWay } from './giving-way.js';
import { KvCache } from './kv-cache.js';
import { LONG_WAY, RunningList, sortByAdmission } from './running-list.js';
import type { Sequence } from './sequence.js';
import { StepPlan } from './step-plan.js';
import { type WaitingQueue, waitingQueue } from './waiting-queue.js';

/**
 * vLLM's V1 scheduler (version switches in EngineConfig): decides step by step which sequences get how many tokens.
 * It knows nothing about time. A caller alternates schedule() and apply(); with asynchronous scheduling one more step
 * may be scheduled before the previous one is applied, never two.
 *
 * Running sequences that merely decode are steady: together they are a few sums, and `leap` takes them through many
 * steps at once. The others are loose and gone through one by one. When the order of the running list could matter
 * (blocks or budget are short) everyone becomes loose for that step, and vLLM's loop runs as it is written.
 *
 * Scope: one model, text, one full-attention KV group, no speculative decoding, no pipeline or data parallelism.
 */
export class Scheduler extends RunningList {
  readonly waiting: WaitingQueue<Sequence> = waitingQueue<Sequence>(this.config.policy);
  /** Does the engine plan no further ahead? */
  isPlanned = false;
  private readonly isAsync = this.config.async;
  private readonly tokenBudget = tokenBudgetOf(this.config);
  private plan = new StepPlan();
  /** An asynchronous engine uses both in turn, a synchronous one the first only. */
  private otherPlan = this.isAsync ? new StepPlan() : this.plan;
  private readonly givingWay = new GivingWay(this, this.kv, this.waiting, this.config);

  constructor(
    config: EngineConfig,
    /** Shall plans tell the longest context? */
    tracksLongest = false,
  ) {
    super(new KvCache(config), config, tracksLongest);
  }

  enqueue(sequence: Sequence): void {
    if (sequence.state !== 'new') violated('a sequence is enqueued once');
    sequence.state = 'waiting';
    this.waiting.add(sequence);
  }

  /** The client left. False: the sequence had ended already. A step in flight computes it to no effect. */
  abort(sequence: Sequence): boolean {
    if (!sequence.isLive) return false;
    if (sequence.state === 'running') this.remove(sequence);
    else this.waiting.remove(sequence);
    sequence.state = 'aborted';
    this.kv.forget(sequence);
    return true;
  }

  /** Plans the next step; the plan may be empty. */
  schedule(): StepPlan {
    if (this.isAsync === true) this.lookAhead();
    const { plan } = this;
    plan.reset();
    const budget = this.continueRunning(plan);
    plan.firstAdmission = plan.count;
    // Memory is short in a step that preempted: nobody is let in.
    if (this.waiting.size > 0 && plan.preempted.length === 0) this.admitWaiting(plan, budget);
    this.hasApplied = false;
    if (plan.count > 0) this.advance(plan);
    else if (plan.steady === 0) return plan;
    if (this.underWay === null) {
      this.underWay = plan;
      this.isPlanned = !this.isAsync;
    } else {
      this.ahead = plan;
      this.isPlanned = true;
    }
    return plan;
  }

  /** The plan used last may be under way still. Those whose last token is under way by then take no part in the next step. */
  private lookAhead(): void {
    const plan = this.otherPlan;
    this.otherPlan = this.plan;
    this.plan = plan;
    this.retire();
  }

  /**
   * How many more steps would be exactly like the one just planned, contexts apart; 0: the next may differ. Nobody is
   * let in meanwhile: seats and budget stay as they are, and free blocks only become fewer.
   */
  repeatable(): number {
    const { underWay, ahead, loose, decoding } = this;
    if (underWay === null) return 0;
    if (underWay.count > 0) {
      const isOneChunk = loose.length === 1 && underWay.count === 1 && underWay.makesToken(0) === false;
      return isOneChunk ? this.moreChunks(loose[0]!) : 0;
    }
    if (decoding === 0 || loose.length > 0 || underWay.steady !== decoding) return 0;
    // Nobody could be let in, and the next step may have the room.
    if (underWay.preempted.length > 0) return 0;
    // An asynchronous engine has two steps scheduled, and both must be of the kind.
    if (this.isAsync) {
      if (ahead === null || ahead.count > 0 || ahead.steady !== decoding || this.retired.length > 0) return 0;
    }
    // What quotable sequences make can turn into cache hits of somebody who waits.
    if (this.quotable.length > 0 && this.waiting.first !== null && this.waiting.first.content !== null) return 0;
    const steps = this.firstFinish - this.step;
    return steps === 0 ? 0 : this.stepsWithin(this.kv.freeBlocks, steps);
  }

  /**
   * The same where all but one merely decode and that one is a prompt under way, whose chunks take all that is left of the
   * budget until the last one: nobody else is looked at before.
   */
  private moreChunks(sequence: Sequence): number {
    const { kv, tokenBudget } = this;
    const plan = this.underWay!;
    if (this.isAsync || plan.sequences[0] !== sequence) return 0;
    const chunk = tokenBudget - this.decoding;
    if (plan.steady !== this.decoding || plan.tokensOf(0) !== chunk || this.cappedByThreshold(chunk) < chunk) return 0;
    if (this.quotable.length > 0 || sequence.admission < this.lastAdmission) return 0;
    const lacking = Math.min(sequence.knownTokens, this.config.maxModelLen - 1) - sequence.computed;
    let steps = Math.floor((lacking - 1) / chunk);
    if (this.decoding > 0) steps = Math.min(steps, this.firstFinish - this.step);
    while (steps > 0 && this.blocksForMore(steps) > kv.freeBlocks) steps--;
    return steps;
  }

  /** Blocks that are taken in `steps` more steps of a leap. */
  blocksForMore(steps: number): number {
    const plan = this.underWay!;
    const blocks = this.blocksFor(steps);
    return plan.count === 0 ? blocks : blocks + this.kv.blocksToGrow(plan.sequences[0]!, steps * plan.tokensOf(0));
  }

  /** Applies the step under way and schedules its like, `steps` times over; see `repeatable`. */
  leap(steps: number): void {
    const plan = this.underWay!;
    this.kv.takeForSteady(this.blocksFor(steps));
    if (plan.count > 0) {
      const sequence = plan.sequences[0]!;
      this.kv.grow(sequence, steps * plan.tokensOf(0));
      sequence.computed += steps * plan.tokensOf(0);
    }
    this.made += steps;
    this.step += steps;
    plan.pass(steps);
    if (this.ahead !== null) this.ahead.pass(steps);
  }

  /** Could this sequence, just enqueued, be let in by the next step of a leap? Chunks leave nothing of the budget. */
  mayEnterNext(sequence: Sequence): boolean {
    return (
      this.underWay!.count === 0 &&
      this.waiting.first === sequence &&
      this.seated < this.config.maxNumSeqs &&
      this.seated < this.tokenBudget
    );
  }

  /** The step under way has run: its tokens exist, and sequences that have all of theirs leave, in schedule order. */
  apply(plan: StepPlan): void {
    const { finished } = plan;
    while (finished.length > 0) finished.pop();
    if (plan.isEmpty) return;
    this.underWay = this.ahead;
    this.ahead = null;
    this.isPlanned = false;
    this.made++;
    this.hasApplied = true;
    for (let index = 0; index < plan.count; index++) this.applyEntry(plan, index);
    if (this.firstFinish === this.made || this.retired.length > 0) this.takeFinished(finished);
    if (finished.length > 1) sortByAdmission(finished);
    for (let i = 0; i < finished.length; i++) this.finish(finished[i]!);
    if (this.quotable.length > 0) this.enterQuotable();
    if (plan.count > 0) this.settleLoose();
  }

  /** Steady ones that have made their last token. */
  private takeFinished(finished: Sequence[]): void {
    do {
      const next = this.retired.length > 0 ? this.nextFinished : this.first;
      if (next === null) return;
      this.unsteady(next);
      finished.push(next);
    } while (this.firstFinish === this.made || this.retired.length > 0);
  }

  // Running sequences go on.

  /** Gives running sequences their tokens; what is left of the budget. */
  private continueRunning(plan: StepPlan): number {
    const { loose } = this;
    const budget = this.tokenBudget - this.decoding;
    if (loose.length === 0 && budget >= 0 && this.step >= LONG_WAY) {
      if (this.decoding === 0) return budget;
      // As `blocksForNext`, which V8 would not put here.
      const blocks = this.mask >= 0 ? this.tallies[-this.step & this.mask]! : this.blocksForNext;
      if (blocks <= this.kv.freeBlocks) {
        this.continueSteady(plan, blocks);
        return budget;
      }
      const wanted = this.givingWay.makeRoom(blocks, plan);
      if (wanted >= 0) {
        this.continueSteady(plan, wanted);
        return this.tokenBudget - this.decoding;
      }
    }
    return this.canGoTogether() ? this.continueTogether(plan) : this.continueOneByOne(plan);
  }

  /** Does everyone get all they want, so that the order of the running list plays no part? */
  private canGoTogether(): boolean {
    const { loose } = this;
    // Blocks that hold the same are used in the order in which they were entered, which is that of the running list.
    if (this.quotable.length > 0 && loose.length > 0) return false;
    let budget = this.tokenBudget - this.decoding;
    if (budget < 0) return false;
    let blocks = this.blocksForNext;
    for (const sequence of loose) {
      const wanted = this.tokensToContinue(sequence, Number.POSITIVE_INFINITY);
      const tokens = Math.min(wanted, budget);
      // With the budget used up, those behind get nothing; steady ones behind must not be among them.
      if (tokens < wanted && sequence.admission < this.lastAdmission) return false;
      budget -= tokens;
      blocks += this.kv.blocksToGrow(sequence, tokens);
    }
    return blocks <= this.kv.freeBlocks;
  }

  private continueTogether(plan: StepPlan): number {
    if (this.decoding > 0) this.continueSteady(plan, this.blocksForNext);
    let budget = this.tokenBudget - this.decoding;
    for (const sequence of this.loose) {
      const tokens = this.tokensToContinue(sequence, budget);
      if (tokens === 0) continue;
      this.kv.grow(sequence, tokens);
      plan.add(sequence, tokens);
      budget -= tokens;
    }
    return budget;
  }

  /** Before anybody is let in: who comes may quote a block that this step fills. */
  private continueSteady(plan: StepPlan, blocks: number): void {
    this.kv.takeForSteady(blocks);
    plan.steady = this.decoding;
    plan.decodes = this.decoding;
    plan.kvTokens = this.kvTokens;
    if (this.tracksLongest === true) plan.longestContext = this.longestContext;
    plan.number = ++this.step;
    this.hasApplied = false;
    if (this.quotable.length > 0) this.enterQuotable();
  }

  /** Phase A as vLLM has it: every running sequence in turn gets tokens; what is left of the budget. */
  private continueOneByOne(plan: StepPlan): number {
    this.loosenAll();
    const running = this.loose;
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
        const victimIndex = this.givingWay.victimIndex();
        const victim = running[victimIndex]!;
        budget += this.givingWay.preempt(victim, plan);
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
    const room = this.config.maxModelLen - sequence.computed - 1;
    return Math.min(this.cappedByThreshold(lacking), budget, room);
  }

  /** With one step in flight the end is known one step ahead; the sequence keeps its seat until it has come. */
  private isLastTokenInFlight(sequence: Sequence): boolean {
    const { placeholders } = sequence;
    if (placeholders === 0) return false;
    return sequence.computed + 2 - placeholders >= sequence.promptTokens + sequence.outputTokens;
  }

  private cappedByThreshold(tokens: number): number {
    const threshold = this.config.longPrefillThreshold;
    return threshold > 0 && threshold < tokens ? threshold : tokens;
  }

  /**
   * Phase B: waiting sequences come in strictly from the head; the first that does not fit ends it, whoever stands
   * behind. A waiting sequence never causes a preemption, whatever its priority.
   */
  private admitWaiting(plan: StepPlan, budgetLeft: number): void {
    let budget = budgetLeft;
    for (let running = this.seated; budget > 0 && running < this.config.maxNumSeqs; running++) {
      const sequence = this.waiting.first;
      if (sequence === null) return;
      if (sequence.stale > 0) violated('what was in flight at a preemption is applied before the next admission');
      const hitBlocks = sequence.mayBeCached ? this.kv.hitBlocks(sequence) : 0;
      const cached = hitBlocks * this.kv.blockSize;
      const tokens = this.cappedByThreshold(sequence.knownTokens - cached);
      if (this.config.chunkedPrefill === false && tokens > budget) return;
      const chunk = Math.min(tokens, budget);
      if (this.kv.admit(sequence, hitBlocks, chunk, running > 0) === false) return;

      this.waiting.remove(sequence);
      this.admit(sequence);
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
    if (plan.steady === 0) plan.number = ++this.step;
    for (let index = 0; index < plan.count; index++) {
      const sequence = plan.sequences[index]!;
      const tokens = plan.tokensOf(index);
      const before = sequence.computed;
      const madeOrComing = sequence.generated + sequence.placeholders;
      const target = sequence.promptTokens + madeOrComing;
      if (tokens === 1 && madeOrComing > 0 && target - before === 1) {
        plan.decodes++;
        plan.kvTokens += before + 1;
        if (before >= plan.longestContext) plan.longestContext = before + 1;
      } else {
        plan.prefillChunks++;
        plan.prefillTokens += tokens;
        plan.twiceChunkWork += tokens * (2 * before + tokens);
      }
      sequence.computed = before + tokens;
      sequence.inFlight += tokens;
      if (before + tokens !== target) continue;
      plan.makeToken(index);
      if (this.isAsync) sequence.placeholders++;
    }
  }

  // The outcome of a step.

  /** For whoever has a clock: a sequence that is not steady has made a token, told in the order in which they are applied. */
  protected tokenMade(_sequence: Sequence): void {}

  private applyEntry(plan: StepPlan, index: number): void {
    const sequence = plan.sequences[index]!;
    const tokens = plan.tokensOf(index);
    sequence.inFlight -= tokens;
    const isStale = sequence.stale > 0;
    if (isStale) sequence.stale -= tokens;
    if (plan.makesToken(index) === false || (sequence.state !== 'running' && !sequence.isLive)) return;
    sequence.generated++;
    if (this.isAsync && !isStale) this.settlePlaceholder(sequence);
    sequence.madeAt = this.made;
    this.tokenMade(sequence);
    if (sequence.generated >= this.lastOutput(sequence)) plan.finished.push(sequence);
  }

  /** A token announced by a placeholder has come, so the block it fills can be entered now. */
  private settlePlaceholder(sequence: Sequence): void {
    sequence.placeholders--;
    if (sequence.state === 'running') this.kv.register(sequence, sequence.computed - sequence.placeholders);
  }

  /** Its blocks are free at once. A token that was in flight may finish a preempted sequence. */
  private finish(sequence: Sequence): void {
    if (sequence.state === 'preempted') this.waiting.remove(sequence);
    else this.seated--;
    sequence.state = 'finished';
    this.kv.forget(sequence);
  }
}

function tokenBudgetOf({ maxNumBatchedTokens, maxNumScheduledTokens }: EngineConfig): number {
  return Math.min(maxNumBatchedTokens, maxNumScheduledTokens ?? maxNumBatchedTokens);
}
