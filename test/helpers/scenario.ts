import { findClient } from '../../src/models/clients.js';
import type { EngineConfig } from '../../src/models/engine.js';
import { UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import { STEADY } from '../../src/models/operations.js';
import type { NodePower } from '../../src/models/power.js';
import type { LimiterSpec, ProviderProfile, TierProfile } from '../../src/models/provider.js';
import { answers, limiter, priceRow, profile, tier as profileTier } from '../../src/models/providers/build.js';
import {
  type Account,
  EMPTY,
  type Lengths,
  type Pool,
  type Scenario,
  type TraceArrivals,
  type TrafficClass,
} from '../../src/models/scenario.js';
import type { StepCoefficients } from '../../src/models/step-time.js';
import { DEFAULT_TARIFF } from '../../src/models/tariff.js';
import { type TraceTable, traceKey } from '../../src/models/trace.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';
import { parseTrace } from '../../src/trace/parser.js';

/** Scenarios made by hand: a test sets the options it cares about, these give the rest. */

export const SECOND_US = 1_000_000;
const MILLISECOND_PS = 1e9;

/** One millisecond a step, whatever is in it. */
export const FLAT_STEP: StepCoefficients = {
  basePs: MILLISECOND_PS,
  prefillTokenPs: 0,
  sequencePs: 0,
  kvTokenPs: 0,
  halfChunkPs: 0,
  mixedDecodeFactor: 1,
  table: null,
  host: { basePs: 0, sequencePs: 0, combine: 'max' },
};

/** 10 W at rest, 100 W while a step runs. */
export const FLAT_POWER: NodePower = {
  idleWatts: 10,
  loadedIdleWatts: 10,
  activeWatts: 100,
  tdpWatts: 100,
  hostWatts: 0,
  work: null,
  source: 'test',
};

/** A plain server: `seats` places, first in first out, KV that never binds. */
export function slots(seats: number, overrides: Partial<EngineConfig> = {}): EngineConfig {
  return {
    name: 'slots',
    version: '1',
    policy: 'fcfs',
    maxNumSeqs: seats,
    maxNumBatchedTokens: 20_000,
    maxNumScheduledTokens: null,
    maxModelLen: 1_000_000,
    blockSize: 16,
    kvBlocks: UNLIMITED_KV_BLOCKS,
    prefixCaching: false,
    chunkedPrefill: true,
    longPrefillThreshold: 0,
    async: false,
    reserveFullSequence: true,
    watermark: 0,
    reuseUncachedFirst: true,
    ...overrides,
  };
}

export function vllm(overrides: Partial<EngineConfig> = {}): EngineConfig {
  return slots(256, {
    name: 'vllm',
    version: '0.24',
    policy: 'priority',
    maxNumBatchedTokens: 8192,
    maxModelLen: 131_072,
    kvBlocks: 28_000,
    prefixCaching: true,
    ...overrides,
  });
}

/** Where a pool of one model stands that is the only one of its fleet. */
export const ALONE = { machines: 0, slot: 0, firstNode: 0, firstEngine: 0 } as const;

export function pool(overrides: Partial<Pool> = {}): Pool {
  return {
    name: 'main',
    models: ['m'],
    hardware: 'test',
    gpusPerNode: 1,
    nodes: 1,
    precision: { weights: 'bf16', kv: 'bf16' },
    engine: slots(1),
    stepTime: FLAT_STEP,
    stepTimeSource: 'test',
    power: FLAT_POWER,
    costPicoPerHour: 2e12,
    costCurrency: 'USD',
    tiers: null,
    tierWeights: null,
    reservedSlots: [],
    path: 'standard',
    operations: STEADY,
    ...overrides,
  };
}

export const fixed = (tokens: number): Lengths => ({ kind: 'fixed', tokens, min: 1, max: null });
export const exponential = (mean: number): Lengths => ({ kind: 'exponential', mean, min: 1, max: null });

export function traffic(overrides: Partial<TrafficClass> = {}): TrafficClass {
  return {
    name: 'all',
    account: null,
    model: 'm',
    api: 'chat',
    tiers: [{ tier: 'standard', value: 1 }],
    arrivals: { kind: 'poisson', perSecond: 1 },
    input: fixed(1),
    output: exponential(500),
    maxTokens: null,
    prefix: null,
    sessions: null,
    client: findClient('none')!,
    slo: null,
    imageShare: 0,
    fees: [],
    ...overrides,
  };
}

export function tier(name: string, overrides: Partial<TierProfile> = {}): TierProfile {
  return profileTier(name, 0, overrides);
}

export function provider(overrides: Partial<ProviderProfile> = {}): ProviderProfile {
  return profile({
    id: 'test',
    asOf: '2026-01-01',
    origins: [],
    tiers: [tier('standard')],
    prices: [priceRow('*', { input: 1, cached: 0.1, output: 2 })],
    answers: answers({
      rate_limited: 429,
      overloaded: 503,
      unavailable: 503,
      hold_expired: 503,
      unsupported_tier: 400,
    }),
    ...overrides,
  });
}

/** The usual limits of an account by name; null: no such limit. */
export function limiters(limits: Readonly<Record<string, number | null>>): LimiterSpec[] {
  return Object.entries(limits).flatMap(([name, limit]) => (limit === null ? [] : [limiter(name, limit)]));
}

export function account(name: string, limits: Readonly<Record<string, number | null>> = {}): Account {
  return { name, limiters: limiters(limits), defaultTier: null, background: false };
}

export function scenario(overrides: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    about: '',
    seed: '1',
    startMs: 1_780_272_000_000,
    durationUs: 1000 * SECOND_US,
    warmupUs: 0,
    drain: false,
    replications: 1,
    initial: EMPTY,
    provider: provider(),
    fx: {},
    energy: DEFAULT_TARIFF,
    pools: [pool()],
    gateway: { router: 'least-loaded', queueing: 'node', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
    accounts: [],
    traffic: [traffic()],
    events: [],
    targets: [],
    ...overrides,
  };
}

/** A request of a trace: seconds since the first, prompt and output tokens. */
export type TraceRow = readonly [atSeconds: number, promptTokens: number, outputTokens: number];

/** A traffic class whose requests come exactly then and are exactly so long; `runOf` hands its trace in. */
export function traced(rows: readonly TraceRow[], overrides: Partial<TrafficClass> = {}): TracedClass {
  const file = `${overrides.name ?? 'all'}.csv`;
  const spec = traffic({
    arrivals: traceArrivals({ file }),
    input: { kind: 'trace', min: 1, max: null },
    output: { kind: 'trace', min: 1, max: null },
    ...overrides,
  });
  return { spec, text: azureText(rows) };
}

export interface TracedClass {
  readonly spec: TrafficClass;
  readonly text: string;
}

export function traceArrivals(overrides: Partial<TraceArrivals> = {}): TraceArrivals {
  return {
    kind: 'trace',
    file: 'trace.csv',
    format: 'azure',
    columns: {},
    timeUnit: null,
    rateUnit: null,
    maxBadRows: 0,
    speed: 1,
    scale: 1,
    fromUs: 0,
    toUs: null,
    loop: false,
    spreadUs: 0,
    tierOf: null,
    ...overrides,
  };
}

/** A trace as `simulate` takes it, with its key. */
export function tableOf(arrivals: TrafficClass['arrivals'], text: string): readonly [string, TraceTable] {
  if (arrivals.kind !== 'trace') throw new Error('the class plays no trace');
  const { table, problems } = parseTrace(text, arrivals);
  if (table === null) throw new Error(JSON.stringify(problems));
  return [traceKey(arrivals), table];
}

/** The trace file of the project's own format; microseconds are kept. */
export function azureText(rows: readonly TraceRow[]): string {
  const lines = rows.map(([atSeconds, prompt, output]) => {
    const us = Math.round(atSeconds * SECOND_US);
    const two = (n: number): string => String(n).padStart(2, '0');
    const clock = `${two(Math.floor(us / 3.6e9))}:${two(Math.floor(us / 6e7) % 60)}:${two(Math.floor(us / 1e6) % 60)}`;
    return `2023-11-16 ${clock}.${String(us % SECOND_US).padStart(6, '0')}0,${prompt},${output}`;
  });
  return ['TIMESTAMP,ContextTokens,GeneratedTokens', ...lines, ''].join('\n');
}

/** A run and its records, in order of request and attempt. */
export function runOf(
  overrides: Partial<Scenario>,
  classes: readonly TracedClass[] = [],
): { readonly summary: Summary; readonly records: readonly AttemptRecord[] } {
  const records: AttemptRecord[] = [];
  const traffics = classes.length === 0 ? {} : { traffic: classes.map(({ spec }) => spec) };
  const summary = simulate(scenario({ ...traffics, ...overrides }), {
    version: 'test',
    hash: '',
    traces: new Map(classes.map(({ spec, text }) => tableOf(spec.arrivals, text))),
    onRecord: (record) => records.push({ ...record }),
  });
  return { summary, records: records.sort((a, b) => a.request - b.request || a.attempt - b.attempt) };
}
