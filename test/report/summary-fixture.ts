import { OUTCOMES, type Outcome } from '../../src/models/outcome.js';
import {
  type Distribution,
  type PoolSummary,
  SUMMARY_SCHEMA,
  type Summary,
  type TierSummary,
} from '../../src/sim/summary.js';

/** A distribution around one figure; n = 0 gives the empty one. */
export function distribution(p50: number, n = 1000, relativeError = 0): Distribution {
  if (n === 0) return { mean: null, p50: null, p90: null, p95: null, p99: null, max: null, n: 0, relativeError };
  return { mean: p50 * 1.2, p50, p90: p50 * 2, p95: p50 * 2.5, p99: p50 * 4, max: p50 * 10, n, relativeError };
}

export function outcomes(some: Partial<Record<Outcome, number>>): Record<Outcome, number> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, some[outcome] ?? 0])) as Record<Outcome, number>;
}

export function tier(overrides: Partial<TierSummary> = {}): TierSummary {
  return {
    requests: 24_311,
    attempts: 26_001,
    retries: 1_000,
    amplification: 1.03,
    outcomes: outcomes({ completed: 23_637, shed: 2_350, unfinished: 14 }),
    causes: { overloaded: 2_350, run_ended: 14 },
    shedRate: 2_350 / 26_001,
    requestShedRate: 0.0271,
    rateLimitedRate: 0,
    expiredRate: 0,
    evictedRate: 0,
    downgradeRate: 0,
    successRate: 23_637 / 24_311,
    availability: 1,
    availabilityAdmitted: 1,
    ttftMs: distribution(164.2, 23_651),
    requestTtftMs: distribution(181.9, 23_651),
    offeredTtftMs: { p50: 187.1, p90: 402.6, p95: 611.4, p99: null },
    tpotMs: distribution(12.34, 23_600),
    itlMs: distribution(11.9, 5_100_000, 0.005),
    e2eMs: distribution(4_310, 23_637),
    queueMs: distribution(22.71, 23_651),
    chainE2eMs: distribution(0, 0),
    inputTokens: 21_000_000,
    cachedTokens: 0,
    outputTokens: 5_200_000,
    wastedTokens: 1200,
    preemptions: 37,
    evictions: 0,
    recomputedTokens: 0,
    outputTokPerSec: 4_814.8,
    attainment: null,
    billed: '1.562500000000',
    cost: '7.200000000000',
    margin: '-5.637500000000',
    usdPerMTok: 0.2748091603,
    usdPerMOutTok: 1.3846153846,
    energyKWh: 0.912,
    joulesPerOutputToken: 0.6313846,
    served: { attempts: 23_651, outputTokens: 5_200_000, billed: '1.562500000000' },
    ...overrides,
  };
}

/** A tier that nobody asked for. */
export function emptyTier(): TierSummary {
  const none = distribution(0, 0);
  return tier({
    requests: 0,
    attempts: 0,
    outcomes: outcomes({}),
    causes: {},
    shedRate: null,
    requestShedRate: null,
    rateLimitedRate: null,
    expiredRate: null,
    evictedRate: null,
    downgradeRate: null,
    successRate: null,
    availability: null,
    availabilityAdmitted: null,
    ttftMs: none,
    requestTtftMs: none,
    offeredTtftMs: { p50: null, p90: null, p95: null, p99: null },
    tpotMs: none,
    itlMs: none,
    e2eMs: none,
    queueMs: none,
    chainE2eMs: none,
    inputTokens: 0,
    outputTokens: 0,
    wastedTokens: 0,
    preemptions: 0,
    outputTokPerSec: 0,
    billed: '0',
    cost: '0',
    margin: '0',
    usdPerMTok: null,
    usdPerMOutTok: null,
    energyKWh: 0,
    joulesPerOutputToken: null,
    served: { attempts: 0, outputTokens: 0, billed: '0' },
  });
}

export function pool(overrides: Partial<PoolSummary> = {}): PoolSummary {
  return {
    model: 'llama-3.1-8b',
    hardware: 'h100',
    nodes: 4,
    busyNodeHours: 1.1,
    idleNodeHours: 0.1,
    nodeHours: 1.2,
    nodeHoursByState: { off: 0, starting: 0, warm: 0, idle: 0.1, active: 1.1, draining: 0, down: 0 },
    availability: 1,
    attempts: 33_000,
    inputTokens: 29_000_000,
    outputTokens: 7_000_000,
    steps: 412_345,
    preemptions: 37,
    prefixHitShare: null,
    meanRunning: 61.27,
    meanWaiting: 3.811,
    meanKvUse: 0.4312,
    busyShare: 0.874,
    cost: '9.600000000000',
    energyKWh: 1.83,
    meanWatts: 1525.4,
    joulesPerOutputToken: 1.5,
    powerSource: 'work: FLOPs and bytes',
    stepTimeSource: 'fitted from measured steps on h100, bf16',
    ...overrides,
  };
}

export function summary(overrides: Partial<Summary> = {}): Summary {
  const buckets = 120;
  const atSeconds = Array.from({ length: buckets }, (_, index) => index * 10);
  const isBurst = (index: number) => index % 30 < 9;
  return {
    schema: SUMMARY_SCHEMA,
    scenario: {
      name: 'rush-hour',
      about: 'When a popular model runs hot, does priority keep its place at the front, and who pays for it?',
      hash: '3f9a1c2b4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8',
      seed: '7',
    },
    run: {
      version: '0.1.0',
      fingerprint: '8a7f00c4d2e1b3f6',
      requests: 33_223,
      attempts: 35_012,
      steps: 412_345,
      simulatedSeconds: 1200,
      window: { fromSeconds: 120, toSeconds: 1200 },
      complete: true,
    },
    currency: 'USD',
    costCurrency: 'USD',
    tiers: {
      standard: tier(),
      priority: tier({
        requests: 8_912,
        attempts: 9_011,
        outcomes: outcomes({ completed: 8_908, shed: 99, abandoned: 4 }),
        shedRate: 99 / 9_011,
        requestShedRate: 0.0001,
        successRate: 8_908 / 8_912,
        attainment: 0.9731,
        ttftMs: distribution(38.21, 8_911),
        cost: null,
        usdPerMTok: null,
      }),
      flex: emptyTier(),
    },
    total: tier({ requests: 33_223, attempts: 35_012, billed: '1234567890123.455000000000' }),
    pools: { llama: pool() },
    accounts: {},
    invoice: [
      {
        account: null,
        tier: 'standard',
        model: 'llama-3.1-8b',
        attempts: 24_000,
        uncachedTokens: 21_000_000,
        cachedTokens: 1_000_000,
        outputTokens: 5_000_000,
        imageTokens: 0,
        fees: '0.00',
        amount: '1.15',
      },
    ],
    sla: { target: null, denominator: 'offered', countedCauses: ['unavailable', 'node_down'] },
    energy: {
      joules: '6588000.00',
      idleJoules: '88000.00',
      tiers: { standard: '4500000.00', priority: '2000000.00', flex: '0.00' },
      pools: { llama: { joules: '6588000.00', idleJoules: '88000.00' } },
      hardware: { h100: { joules: '6588000.00', outputTokens: 7_000_000, joulesPerOutputToken: 0.941 } },
      cost: {
        amount: '0.2196',
        currency: 'USD',
        perKWh: '0.10',
        pue: 1.2,
        allInFactor: null,
        isExtra: false,
        assumed: ['usdPerKWh', 'pue'],
      },
    },
    series: {
      bucketSeconds: 10,
      atSeconds,
      tiers: {
        standard: {
          sent: atSeconds.map((_, index) => (isBurst(index) ? 1600 : 400)),
          shed: atSeconds.map((_, index) => (isBurst(index) ? 160 : 0)),
          ttftMeanMs: atSeconds.map((_, index) => (isBurst(index) ? 900.123456789012 : 100)),
        },
        priority: {
          sent: atSeconds.map(() => 120),
          shed: atSeconds.map(() => 0),
          ttftMeanMs: atSeconds.map(() => 38),
        },
        flex: { sent: atSeconds.map(() => 0), shed: atSeconds.map(() => 0), ttftMeanMs: atSeconds.map(() => null) },
      },
      pools: {
        llama: {
          running: atSeconds.map((_, index) => index),
          waiting: atSeconds.map(() => 1),
          kvUse: atSeconds.map(() => 0.5),
          watts: atSeconds.map(() => 1500),
        },
      },
      hardware: { h100: { watts: atSeconds.map(() => 1500) } },
    },
    targets: [
      { target: 'priority.shedRate < 0.1%', actual: 99 / 9_011, n: 9_011, passed: false, error: null },
      { target: 'priority.ttft.p95 < 1s', actual: 95.525, n: 8_911, passed: true, error: null },
      { target: 'flex.ttft.p95 < 1s', actual: null, n: 0, passed: false, error: 'no sample in the counted window' },
    ],
    warnings: ['priority: p99 of TTFT rests on 8,911 attempts; 262,742 would give it a margin of 0.05 %.'],
    notes: ['llama: weights in bf16, KV in bf16; a node has 1,024 seats and KV of 430,000 tokens'],
    detail: null,
    ...overrides,
  };
}
