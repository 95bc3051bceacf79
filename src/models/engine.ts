/** What one node's engine is told. Field names follow vLLM's options of the same meaning. */
export interface EngineConfig {
  readonly name: EngineName;
  readonly version: string;
  readonly policy: 'fcfs' | 'priority';
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  /** Replaces the token budget when set and smaller; null: not set. */
  readonly maxNumScheduledTokens: number | null;
  readonly maxModelLen: number;
  readonly blockSize: number;
  /** KV blocks including the null block: usable = kvBlocks - 1. UNLIMITED_KV_BLOCKS: KV never binds. */
  readonly kvBlocks: number;
  readonly prefixCaching: boolean;
  readonly chunkedPrefill: boolean;
  /** 0: off. */
  readonly longPrefillThreshold: number;
  readonly async: boolean;
  /** Version switches, see ENGINE_VERSIONS. */
  readonly reserveFullSequence: boolean;
  readonly watermark: number;
  readonly reuseUncachedFirst: boolean;
}

export const UNLIMITED_KV_BLOCKS = 2_147_483_647;

export type EngineName = 'vllm' | 'sglang' | 'tensorrt-llm' | 'slots';

/** What an engine can do with tiers. The scheduler that runs is vLLM's for every one of them. */
export interface EngineTraits {
  /** Which end of the number its API takes as urgent; none: it has no priorities. */
  readonly priority: 'smaller-first' | 'bigger-first' | 'none';
  readonly policies: readonly EngineConfig['policy'][];
  /** When running work gives way. Only on_memory is simulated inside the engine. */
  readonly preemption:
    | { readonly when: 'never' }
    | { readonly when: 'on_memory' }
    | { readonly when: 'on_arrival'; readonly threshold: number };
  readonly tierSupport: 'yes' | 'rolling-out' | 'none';
  readonly about: string;
}

export const ENGINES: Readonly<Record<EngineName, EngineTraits>> = {
  vllm: {
    priority: 'smaller-first',
    policies: ['fcfs', 'priority'],
    preemption: { when: 'on_memory' },
    tierSupport: 'yes',
    about: 'The V1 scheduler, step by step. Running work gives way only when KV blocks run out.',
  },
  sglang: {
    // Server arguments: bigger values go first unless --schedule-low-priority-values-first is set, and an arrival
    // preempts running work whose priority is lower by --priority-scheduling-preemption-threshold, default 10.
    priority: 'bigger-first',
    policies: ['fcfs', 'priority'],
    preemption: { when: 'on_arrival', threshold: 10 },
    tierSupport: 'rolling-out',
    about: "Simulated with vLLM's scheduler: the order of the queue is right, preemption on arrival is not simulated.",
  },
  'tensorrt-llm': {
    priority: 'none',
    policies: ['fcfs'],
    preemption: { when: 'never' },
    tierSupport: 'rolling-out',
    about: "Simulated with vLLM's scheduler. Request priorities are not generally available yet.",
  },
  slots: {
    priority: 'none',
    policies: ['fcfs'],
    preemption: { when: 'never' },
    tierSupport: 'none',
    about: 'A plain server: first in, first out, a fixed number of seats, KV memory that never binds.',
  },
};

/**
 * The place of a tier in the queue of the simulated scheduler, where smaller is served earlier.
 * Tier ranks are bigger = more urgent everywhere in tiersim; the conversion happens here and nowhere else.
 */
export function enginePriority(engine: EngineName, tierRank: number): number {
  return queuePriority(engine, sentPriority(engine, tierRank));
}

/** The number a router must send to this engine so that a higher rank is served earlier. */
export function sentPriority(engine: EngineName, tierRank: number): number {
  const direction = ENGINES[engine].priority;
  if (direction === 'none') return 0;
  return direction === 'smaller-first' ? 0 - tierRank : tierRank;
}

/** What an engine makes of a number it was sent: its place in the simulated queue, smaller first. */
export function queuePriority(engine: EngineName, sent: number): number {
  const direction = ENGINES[engine].priority;
  if (direction === 'none') return 0;
  return direction === 'smaller-first' ? sent : 0 - sent;
}

/** Rules of the scheduler that changed between releases of vLLM, and defaults that changed with them. */
export interface EngineVersion {
  /** Admission asks that the whole current sequence fit, not only its next chunk (2026-03-24, dc78c2c933). */
  readonly reserveFullSequence: boolean;
  /** The option `watermark` exists (2026-06-11, 4085ff7cb4); its default is 0. */
  readonly honoursWatermark: boolean;
  /** Freed blocks without a prefix hash are handed out again first (2026-06-16, 520828789c). */
  readonly reuseUncachedFirst: boolean;
  /** The option `max_num_scheduled_tokens` exists (2026-02-22). */
  readonly honoursMaxScheduledTokens: boolean;
  /** Devices of 160 GiB or more have a token budget of their own (2026-08-11, 4988df2eb8). */
  readonly largeDeviceBudget: boolean;
  /** 0.92 since 2026-04-21 (96a85c5750). */
  readonly gpuMemoryUtilization: number;
  /** Scheduling overlaps the device by default since 0.14 (January 2026), so the host's time is hidden behind it. */
  readonly hidesHost: boolean;
  /**
   * Top-k and top-p sort all logits in PyTorch, which takes memory that KV blocks then lack; a Triton kernel took its place
   * after 0.16 and before 0.18 (February 2026, pull request 33538).
   */
  readonly sortsLogits: boolean;
}

/** `newest` is the main branch of 2026-08-17 (commit 017e9f4448), whose scheduling rules are those of 0.24. */
export const ENGINE_VERSIONS = {
  '0.12': {
    reserveFullSequence: false,
    honoursWatermark: false,
    reuseUncachedFirst: false,
    honoursMaxScheduledTokens: false,
    largeDeviceBudget: false,
    gpuMemoryUtilization: 0.9,
    hidesHost: false,
    sortsLogits: true,
  },
  '0.16': {
    reserveFullSequence: false,
    honoursWatermark: false,
    reuseUncachedFirst: false,
    honoursMaxScheduledTokens: false,
    largeDeviceBudget: false,
    gpuMemoryUtilization: 0.9,
    hidesHost: true,
    sortsLogits: true,
  },
  '0.23': {
    reserveFullSequence: true,
    honoursWatermark: false,
    reuseUncachedFirst: false,
    honoursMaxScheduledTokens: true,
    largeDeviceBudget: false,
    gpuMemoryUtilization: 0.92,
    hidesHost: true,
    sortsLogits: false,
  },
  '0.24': {
    reserveFullSequence: true,
    honoursWatermark: true,
    reuseUncachedFirst: true,
    honoursMaxScheduledTokens: true,
    largeDeviceBudget: false,
    gpuMemoryUtilization: 0.92,
    hidesHost: true,
    sortsLogits: false,
  },
  newest: {
    reserveFullSequence: true,
    honoursWatermark: true,
    reuseUncachedFirst: true,
    honoursMaxScheduledTokens: true,
    largeDeviceBudget: true,
    gpuMemoryUtilization: 0.92,
    hidesHost: true,
    sortsLogits: false,
  },
} as const satisfies Readonly<Record<string, EngineVersion>>;

export type EngineVersionName = keyof typeof ENGINE_VERSIONS;

/** The rules of a version, given as `0.24`, `v0.24.1` or `vllm@0.24`; undefined: none of the known ones. */
export function engineVersion(name: string): EngineVersion | undefined {
  const found = /^(?:vllm@)?v?(newest|\d+\.\d+)(?:\.\d+)?$/.exec(name)?.[1];
  return found !== undefined && found in ENGINE_VERSIONS ? ENGINE_VERSIONS[found as EngineVersionName] : undefined;
}

/** What the user has set; what is absent or undefined is defaulted. */
export interface GivenLimits {
  readonly maxNumSeqs?: number | undefined;
  readonly maxNumBatchedTokens?: number | undefined;
  readonly maxModelLen?: number | undefined;
  readonly chunkedPrefill?: boolean | undefined;
  readonly version?: EngineVersion | undefined;
}

/**
 * The limits of vLLM's OpenAI server by device, with its clamps; a value that was given is kept as it is.
 * An A100 counts as a small device whatever its memory.
 */
export function defaultEngineLimits(
  deviceMemoryGiB: number,
  deviceName: string,
  given: GivenLimits = {},
): { readonly maxNumSeqs: number; readonly maxNumBatchedTokens: number } {
  const { maxModelLen = Number.POSITIVE_INFINITY, chunkedPrefill = true, version = ENGINE_VERSIONS.newest } = given;
  const isLarge = deviceMemoryGiB >= 160 && version.largeDeviceBudget;
  const isServerClass = isLarge || (deviceMemoryGiB >= 70 && !deviceName.toLowerCase().includes('a100'));

  let maxNumSeqs = given.maxNumSeqs ?? (isServerClass ? 1024 : 256);
  let maxNumBatchedTokens = given.maxNumBatchedTokens;
  if (maxNumBatchedTokens === undefined) {
    maxNumBatchedTokens = isLarge ? 16_384 : isServerClass ? 8192 : 2048;
    if (!chunkedPrefill && Number.isFinite(maxModelLen))
      maxNumBatchedTokens = Math.max(maxNumBatchedTokens, maxModelLen);
    maxNumBatchedTokens = Math.min(maxNumBatchedTokens, maxNumSeqs * maxModelLen);
  }
  if (given.maxNumSeqs === undefined) maxNumSeqs = Math.min(maxNumSeqs, maxNumBatchedTokens);
  return { maxNumSeqs, maxNumBatchedTokens };
}

/** Why vLLM would refuse to start with these options, in words; empty: it starts. */
export function engineProblems(config: EngineConfig): string[] {
  const problems: string[] = [];
  const { maxNumSeqs, maxNumBatchedTokens, maxModelLen, blockSize, kvBlocks, watermark } = config;
  for (const [name, value] of Object.entries({ maxNumSeqs, maxNumBatchedTokens, maxModelLen, blockSize, kvBlocks })) {
    if (!Number.isInteger(value) || value < 1)
      problems.push(`${name} must be a whole number of at least 1, not ${value}`);
  }
  if (problems.length > 0) return problems;

  if (maxNumBatchedTokens < maxNumSeqs) {
    problems.push(`maxNumBatchedTokens (${maxNumBatchedTokens}) must be at least maxNumSeqs (${maxNumSeqs})`);
  }
  if (!config.chunkedPrefill && maxNumBatchedTokens < maxModelLen) {
    problems.push(
      `maxNumBatchedTokens (${maxNumBatchedTokens}) must be at least maxModelLen (${maxModelLen}) when chunkedPrefill is off`,
    );
  }
  if (config.longPrefillThreshold > maxModelLen) {
    problems.push(`longPrefillThreshold (${config.longPrefillThreshold}) must be at most maxModelLen (${maxModelLen})`);
  }
  const neededBlocks = Math.ceil(maxModelLen / blockSize);
  if (neededBlocks > kvBlocks - 1) {
    problems.push(
      `one sequence of maxModelLen (${maxModelLen} tokens) needs ${neededBlocks} KV blocks, but only ${kvBlocks - 1} are usable`,
    );
  }
  if (!(watermark >= 0 && watermark < 1)) problems.push(`watermark must be between 0 and 1, not ${watermark}`);
  if (watermark > 0 && engineVersion(config.version)?.honoursWatermark === false) {
    problems.push(`watermark does not exist in ${config.name} ${config.version}`);
  }
  if (!ENGINES[config.name].policies.includes(config.policy)) {
    problems.push(`${config.name} has no policy '${config.policy}'`);
  }
  return problems;
}
