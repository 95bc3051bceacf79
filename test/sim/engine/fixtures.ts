import { ENGINE_VERSIONS, type EngineConfig } from '../../../src/models/engine.js';
import { Scheduler } from '../../../src/sim/engine/scheduler.js';
import { Sequence, type SequenceOptions } from '../../../src/sim/engine/sequence.js';
import type { StepPlan } from '../../../src/sim/engine/step-plan.js';

/** A small synchronous engine of the newest version; a test sets what it cares about. */
export function engine(options: Partial<EngineConfig> = {}): EngineConfig {
  const { reserveFullSequence, reuseUncachedFirst } = ENGINE_VERSIONS.newest;
  return {
    name: 'vllm',
    version: 'newest',
    policy: 'fcfs',
    maxNumSeqs: 8,
    maxNumBatchedTokens: 64,
    maxNumScheduledTokens: null,
    maxModelLen: 1024,
    blockSize: 16,
    kvBlocks: 101,
    prefixCaching: false,
    chunkedPrefill: true,
    longPrefillThreshold: 0,
    async: false,
    reserveFullSequence,
    watermark: 0,
    reuseUncachedFirst,
    ...options,
  };
}

export function scheduler(options: Partial<EngineConfig> = {}): Scheduler {
  return new Scheduler(engine(options), { tokenMade: () => {} });
}

let nextId = 0;
export function sequence(options: Partial<SequenceOptions> = {}): Sequence {
  return new Sequence({ id: nextId++, promptTokens: 10, outputTokens: 5, ...options });
}

export function ids(sequences: readonly Sequence[]): number[] {
  return sequences.map((one) => one.id);
}

/** [id, tokens] of what a step schedules. */
export function entries(plan: StepPlan): [number, number][] {
  return plan.sequences.slice(0, plan.count).map((one, index) => [one.id, plan.tokens[index]]);
}

/** Schedules and applies one step. */
export function step(target: Scheduler): StepPlan {
  const plan = target.schedule();
  target.apply(plan);
  return plan;
}
