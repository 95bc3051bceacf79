import type { TierProfile } from '../../src/models/provider.js';
import type { Lengths, Pool, Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import {
  exponential,
  FLAT_STEP,
  fixed,
  pool,
  provider,
  SECOND_US,
  scenario,
  slots,
  tier,
  traffic,
} from '../helpers/scenario.js';
import { geometricService, type Service } from './formulas.js';
import { REPLICATIONS } from './size.js';

const TICK_PS = 1e9;
/** Seconds of service per prompt token of a single-step server. */
export const TICK_SECONDS = 0.001;
export const ONE_TOKEN = fixed(1);
/** With a mean of a second, whole ticks change second moments by 0.05 %; formulas that take moments account for it. */
export const MEAN_TICKS = 1000;
export const WARMUP_SECONDS = 500;

/**
 * A server that takes one request at a time and no longer than its prompt says: one step, a millisecond a prompt token,
 * one output token. So a request costs one step whatever its service time.
 */
export function singleStepPool(nodes: number): Pool {
  return pool({
    nodes,
    engine: slots(1, { name: 'vllm', policy: 'priority', maxModelLen: 40_000, maxNumBatchedTokens: 40_000 }),
    stepTime: { ...FLAT_STEP, basePs: 0, prefillTokenPs: TICK_PS },
  });
}

/** An engine whose step of n sequences lasts base + n * perSequence; a prompt of one token is done in a step like any other. */
export function steppedPool(seats: number, baseSeconds: number, perSequenceSeconds: number): Pool {
  const ps = perSequenceSeconds * 1e12;
  return pool({
    engine: slots(seats, { maxNumBatchedTokens: Math.max(seats, 1024) }),
    stepTime: { ...FLAT_STEP, basePs: baseSeconds * 1e12, sequencePs: ps, prefillTokenPs: ps },
  });
}

export interface System {
  readonly pool: Pool;
  readonly tiers?: readonly TierProfile[];
  /** Per second, by tier. */
  readonly rates: readonly (readonly [tier: string, perSecond: number])[];
  readonly input: Lengths;
  readonly output: Lengths;
  /** Counted, in all replications together. */
  readonly requests: number;
}

/** One queue before all nodes: the tier is held at the gateway while no seat is free. */
export function delaySystem(servers: number, perSecond: number, requests: number): System {
  const hold = { maxQueued: null, maxWaitUs: 1e12, dispatchAtPressure: (servers - 0.5) / servers, asynchronous: false };
  return {
    pool: singleStepPool(servers),
    tiers: [tier('standard', { hold })],
    rates: [['standard', perSecond]],
    input: exponential(MEAN_TICKS),
    output: ONE_TOKEN,
    requests,
  };
}

/** What `measure` needs to know of a system whose work is its prompts. */
export function experiment(system: System, work: Service = geometricService(MEAN_TICKS, 1)) {
  return {
    scenario: (seed: string) => poissonScenario(system, seed),
    arrivalsPerSecond: arrivalsPerSecond(system),
    work,
    workOf: ({ promptTokens }: AttemptRecord) => promptTokens,
  };
}

export function arrivalsPerSecond({ rates }: System): number {
  return rates.reduce((sum, [, perSecond]) => sum + perSecond, 0);
}

/** Poisson arrivals; those that come in the counted window all come to their end. */
export function poissonScenario(system: System, seed: string): Scenario {
  const seconds = system.requests / REPLICATIONS / arrivalsPerSecond(system);
  return scenario({
    seed,
    durationUs: Math.round((WARMUP_SECONDS + seconds) * SECOND_US),
    warmupUs: WARMUP_SECONDS * SECOND_US,
    drain: true,
    provider: provider({ tiers: system.tiers ?? [tier('standard')] }),
    pools: [system.pool],
    traffic: system.rates.map(([name, perSecond]) =>
      traffic({
        name,
        tiers: [{ tier: name, value: 1 }],
        arrivals: { kind: 'poisson', perSecond },
        input: system.input,
        output: system.output,
      }),
    ),
  });
}
