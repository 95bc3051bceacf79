import type { EngineConfig } from '../../models/engine.js';
import type { Segment } from './sequence.js';

/** A scenario for the scheduler and what vLLM did with it: schema `vllm-golden/1`, see test/golden/vllm/README.md. */
export interface GoldenCase {
  readonly schema: typeof GOLDEN_SCHEMA;
  readonly name: string;
  readonly config: GoldenConfig;
  readonly requests: readonly GoldenRequest[];
  readonly steps: readonly GoldenStep[];
  readonly results: readonly GoldenResult[];
  readonly summary: GoldenSummary;
}

export const GOLDEN_SCHEMA = 'vllm-golden/1';

export interface GoldenConfig {
  readonly policy: 'fcfs' | 'priority';
  readonly scheduler: 'sync' | 'async';
  readonly max_num_seqs: number;
  readonly max_num_batched_tokens: number;
  readonly max_num_scheduled_tokens: number | null;
  readonly long_prefill_token_threshold: number;
  readonly enable_chunked_prefill: boolean;
  readonly scheduler_reserve_full_isl: boolean;
  readonly watermark: number;
  readonly block_size: number;
  readonly num_gpu_blocks: number;
  readonly enable_prefix_caching: boolean;
  readonly max_model_len: number;
}

export interface GoldenRequest {
  readonly n: number;
  readonly id: string;
  readonly arrive_step: number;
  readonly arrival: number;
  readonly priority: number;
  readonly prompt: readonly Segment[];
  readonly prompt_len: number;
  readonly max_tokens: number;
  readonly abort_step?: number;
}

type Pair = readonly [n: number, tokens: number];

/** Absent lists are empty; `hashes` is absent without prefix caching, `upd` where no output was applied. */
export interface GoldenStep {
  readonly t: number;
  readonly aborted?: readonly number[];
  readonly sched?: readonly Pair[];
  readonly new?: readonly number[];
  readonly resumed?: readonly number[];
  readonly preempted?: readonly number[];
  readonly cached?: readonly Pair[];
  readonly run?: readonly number[];
  readonly wait?: readonly number[];
  readonly free: number;
  readonly hashes?: number;
  readonly upd?: number;
  readonly fin?: readonly number[];
  readonly free_end: number;
}

export type GoldenResult = readonly [
  n: number,
  status: 'finished' | 'aborted' | 'unfinished',
  firstScheduledT: number | null,
  firstTokenT: number | null,
  endT: number | null,
  preemptions: number,
  cachedTokens: number | null,
  scheduledTokens: number,
  outputTokens: number,
];

export interface GoldenSummary {
  readonly end: 'drained' | 'stalled';
  readonly steps: number;
  readonly last_t: number;
  readonly finished: number;
  readonly aborted: number;
  readonly unfinished: number;
  readonly preemptions: number;
  readonly scheduled_tokens: number;
  readonly cached_tokens: number;
  readonly peak_running: number;
  readonly peak_waiting: number;
  readonly min_free: number;
}

/** The cases were recorded with the newest rules. */
export function engineConfigOf(config: GoldenConfig): EngineConfig {
  return {
    name: 'vllm',
    version: 'newest',
    policy: config.policy,
    maxNumSeqs: config.max_num_seqs,
    maxNumBatchedTokens: config.max_num_batched_tokens,
    maxNumScheduledTokens: config.max_num_scheduled_tokens,
    maxModelLen: config.max_model_len,
    blockSize: config.block_size,
    kvBlocks: config.num_gpu_blocks,
    prefixCaching: config.enable_prefix_caching,
    chunkedPrefill: config.enable_chunked_prefill,
    longPrefillThreshold: config.long_prefill_token_threshold,
    async: config.scheduler === 'async',
    reserveFullSequence: config.scheduler_reserve_full_isl,
    watermark: config.watermark,
    reuseUncachedFirst: true,
  };
}

export interface Difference {
  /** `step t=5`, `results of request 3`, `summary`. */
  readonly where: string;
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

const STEP_FIELDS = [
  't',
  'aborted',
  'sched',
  'new',
  'resumed',
  'preempted',
  'cached',
  'run',
  'wait',
  'free',
  'hashes',
  'upd',
  'fin',
  'free_end',
] as const satisfies readonly (keyof GoldenStep)[];

const RESULT_FIELDS = [
  'n',
  'status',
  'first_scheduled_t',
  'first_token_t',
  'end_t',
  'preemptions',
  'cached_tokens_at_first_admission',
  'total_scheduled_tokens',
  'output_tokens',
] as const;

const SUMMARY_FIELDS = [
  'end',
  'steps',
  'last_t',
  'finished',
  'aborted',
  'unfinished',
  'preemptions',
  'scheduled_tokens',
  'cached_tokens',
  'peak_running',
  'peak_waiting',
  'min_free',
] as const satisfies readonly (keyof GoldenSummary)[];

/** The outcome of a replay, in the words of the recorded case. */
export type Replayed = Pick<GoldenCase, 'steps' | 'results' | 'summary'>;

/** The first field in which a replay is not what was recorded; null: none, everything is equal. */
export function firstDifference(recorded: Replayed, replayed: Replayed): Difference | null {
  const steps = Math.max(recorded.steps.length, replayed.steps.length);
  for (let index = 0; index < steps; index++) {
    const expected = recorded.steps[index];
    const actual = replayed.steps[index];
    const where = `step t=${expected?.t ?? actual?.t}`;
    for (const field of STEP_FIELDS) {
      const difference = compare(where, field, fieldOf(expected, field), fieldOf(actual, field));
      if (difference !== null) return difference;
    }
  }
  const rows = Math.max(recorded.results.length, replayed.results.length);
  for (let index = 0; index < rows; index++) {
    for (const [column, field] of RESULT_FIELDS.entries()) {
      const where = `results of request ${index}`;
      const difference = compare(where, field, recorded.results[index]?.[column], replayed.results[index]?.[column]);
      if (difference !== null) return difference;
    }
  }
  for (const field of SUMMARY_FIELDS) {
    const difference = compare('summary', field, recorded.summary[field], replayed.summary[field]);
    if (difference !== null) return difference;
  }
  return null;
}

const NOT_LISTS: readonly string[] = ['t', 'free', 'hashes', 'upd', 'free_end'];

function fieldOf(step: GoldenStep | undefined, field: keyof GoldenStep): unknown {
  if (step === undefined) return 'no such step';
  return step[field] ?? (NOT_LISTS.includes(field) ? undefined : []);
}

function compare(where: string, field: string, expected: unknown, actual: unknown): Difference | null {
  const expectedText = JSON.stringify(expected) ?? 'absent';
  const actualText = JSON.stringify(actual) ?? 'absent';
  return expectedText === actualText ? null : { where, field, expected: expectedText, actual: actualText };
}
