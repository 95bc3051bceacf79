import type { EngineConfig } from '../../models/engine.js';
import { objectList } from '../core/lists.js';
import type { KvCache } from './kv-cache.js';
import type { RunningList } from './running-list.js';
import type { Sequence } from './sequence.js';
import type { StepPlan } from './step-plan.js';
import type { WaitingQueue } from './waiting-queue.js';

/**
 * Who gives way when blocks run out, and what becomes of it. fcfs: the sequence admitted last. priority: the one with the largest
 * (priority, arrival); of equal ones the one admitted first.
 */
export class GivingWay {
  private readonly goesBefore: (a: Sequence, b: Sequence) => boolean;

  constructor(
    private readonly runners: RunningList,
    private readonly kv: KvCache,
    private readonly waiting: WaitingQueue<Sequence>,
    private readonly config: EngineConfig,
  ) {
    this.goesBefore = config.policy === 'fcfs' ? isLater : isLessUrgent;
  }

  /** Where the next one stands in the running list, all of which is loose. */
  victimIndex(): number {
    const { loose } = this.runners;
    if (this.config.policy === 'fcfs') return loose.length - 1;
    let found = 0;
    for (let index = 1; index < loose.length; index++) {
      if (this.goesBefore(loose[index]!, loose[found]!)) found = index;
    }
    return found;
  }

  /** Frees all its blocks; it will be computed again from its prompt. The budget that it had been given this step. */
  preempt(sequence: Sequence, plan: StepPlan): number {
    this.runners.remove(sequence);
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
   * Of the running ones, all steady, who want so many blocks together and cannot all have them: those whose turn comes first
   * take all that is free, then one gives way, and the others take of what it gives back, and so on. That is what going through
   * them one by one comes to as long as those that give way want no block themselves. What is still to be taken, and
   * free now; -1: it would come to something else, and nothing has been done.
   */
  makeRoom(blocks: number, plan: StepPlan): number {
    const { kv, runners } = this;
    if (this.config.async || runners.quotable.length > 0) return -1;
    while (victims.length > 0) victims.pop();
    for (let lacking = blocks - kv.freeBlocks; lacking > 0; ) {
      const victim = runners.foremost(this.goesBefore, victims);
      if (victim === null || runners.wantsBlock(victim)) return -1;
      victims.push(victim);
      lacking -= runners.ownBlocksOf(victim);
    }
    let wanted = blocks;
    // They give back more where what they share was used by nobody else any more.
    for (let i = 0; wanted > kv.freeBlocks; i++) {
      wanted -= kv.freeBlocks;
      kv.takeForSteady(kv.freeBlocks);
      this.preempt(victims[i]!, plan);
    }
    return wanted;
  }
}

/** Filled anew for each step that lacks blocks. */
const victims = objectList<Sequence>();

function isLater(a: Sequence, b: Sequence): boolean {
  return a.admission > b.admission;
}

function isLessUrgent(a: Sequence, b: Sequence): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.arrival === b.arrival ? a.admission < b.admission : a.arrival > b.arrival;
}
