import { ENGINE_VERSIONS, type EngineConfig } from '../../../src/models/engine.js';
import { type StepCoefficients, StepTime } from '../../../src/models/step-time.js';
import { FreeList } from '../../../src/sim/engine/free-list.js';
import type { ReplicaListener } from '../../../src/sim/engine/node-engine.js';
import { Replica } from '../../../src/sim/engine/replica.js';
import { Scheduler } from '../../../src/sim/engine/scheduler.js';
import { Sequence, type SequenceOptions } from '../../../src/sim/engine/sequence.js';
import type { StepPlan } from '../../../src/sim/engine/step-plan.js';
import { Replica as PlainReplica } from '../../reference/engine/replica.js';
import { Scheduler as PlainScheduler } from '../../reference/engine/scheduler.js';
import type { StepPlan as PlainPlan } from '../../reference/engine/step-plan.js';

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

let nextId = 0;
export function sequence(options: Partial<SequenceOptions> = {}): Sequence {
  return new Sequence({ id: nextId++, promptTokens: 10, outputTokens: 5, ...options });
}

export function ids(sequences: readonly Sequence[]): number[] {
  return sequences.map((one) => one.id);
}

/** A free list that says which shared blocks are handed out for something else. */
export class WatchedFreeList extends FreeList {
  constructor(
    blocks: number,
    private readonly onEvicted: (extent: number, blocks: number) => void,
  ) {
    super(blocks);
  }

  protected override evictShared(extent: number, blocks: number): void {
    this.onEvicted(extent, blocks);
  }
}

/** The product's scheduler and the plain one that it is held against; so too the replicas. */
export type AnyScheduler = Pick<PlainScheduler, 'waiting' | 'enqueue'> & {
  readonly kv: PlainScheduler['kv'] | Scheduler['kv'];
  readonly running: readonly Sequence[];
  abort(sequence: Sequence): boolean;
  schedule(): AnyPlan;
  apply(plan: AnyPlan): void;
};
export type AnyPlan = StepPlan | PlainPlan;
export type AnyReplica = Replica | PlainReplica;

export interface Engine {
  readonly name: string;
  readonly scheduler: (options?: Partial<EngineConfig>) => AnyScheduler;
  readonly replica: (config: EngineConfig, stepTime: StepTime, listener: ReplicaListener, index: number) => AnyReplica;
}

const NOBODY = { tokenMade: (): void => {} };

/** What can be seen from outside is the same for both: `describe.each(ENGINES)('$name: ...')`. */
export const ENGINES: readonly Engine[] = [
  {
    name: 'leaping',
    scheduler: (options) => new Scheduler(engine(options)),
    replica: (...parts) => new Replica(...parts),
  },
  {
    name: 'plain',
    scheduler: (options) => new PlainScheduler(engine(options), NOBODY),
    replica: (...parts) => new PlainReplica(...parts),
  },
];

/** [id, tokens] of what a step schedules, in the order of the running list; to be asked before the step is applied. */
export function entries(target: AnyScheduler, plan: AnyPlan): [number, number][] {
  const tokens = new Map(plan.sequences.slice(0, plan.count).map((one, index) => [one, tokensOf(plan, index)]));
  return target.running.flatMap((one): [number, number][] => {
    // A steady sequence whose last token is under way keeps its seat without being in the step.
    const given = one.steadyAt < 0 ? tokens.get(one) : one.isRetired ? undefined : 1;
    return given === undefined ? [] : [[one.id, given]];
  });
}

function tokensOf(plan: AnyPlan, index: number): number {
  return 'tokensOf' in plan ? plan.tokensOf(index) : plan.tokens[index]!;
}

/** Tokens of a running sequence whose KV is in the cache or will be once the step under way is done. */
export function computedOf(target: AnyScheduler, one: Sequence): number {
  return target instanceof Scheduler && one.steadyAt >= 0 ? target.computedOf(one) : one.computed;
}

/** Schedules and applies one step; what it scheduled. */
export function step(target: AnyScheduler): [number, number][] {
  const plan = target.schedule();
  const scheduled = entries(target, plan);
  target.apply(plan);
  return scheduled;
}

/** Steps of one length, unless a test says what else matters. */
export function stepTime(coefficients: Partial<StepCoefficients>): StepTime {
  return new StepTime(
    {
      basePs: 0,
      prefillTokenPs: 0,
      sequencePs: 0,
      kvTokenPs: 0,
      halfChunkPs: 0,
      mixedDecodeFactor: 1,
      table: null,
      host: { basePs: 0, sequencePs: 0, combine: 'max' },
      ...coefficients,
    },
    64,
  );
}
