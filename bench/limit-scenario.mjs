import { priceRow, profile, tier } from '../dist/models/providers/build.js';

/**
 * The bare kernel's own workload as a scenario: Poisson arrivals at a share of its estimate of capacity, exponential
 * lengths of mean 512 and 256, two priorities 20/80, 256 seats, 8192 tokens a step, power-of-two routing, the
 * kernel's step-time coefficients, prefix caching on with nothing shared.
 */
const MEAN_INPUT = 512;
const MEAN_OUTPUT = 256;
/** Picoseconds: per step, prefill token, decoding sequence, KV token. */
const STEP = { base: 6_000e6, prefill: 25e6, sequence: 12e6, kv: 0.04e6 };

export function limitScenario(requests, nodes, load) {
  const perRequestUs = 25 * MEAN_INPUT + MEAN_OUTPUT * (6000 / 64 + 12 + 0.04 * (MEAN_INPUT + MEAN_OUTPUT / 2));
  const perSecond = ((load * nodes) / perRequestUs) * 1e6;
  const length = (mean) => ({ kind: 'exponential', mean, min: 1, max: null });
  return {
    name: 'limit',
    about: "The bare kernel's own workload",
    seed: '12345',
    startMs: 1_780_272_000_000,
    durationUs: Math.round((requests / perSecond) * 1e6),
    warmupUs: 0,
    drain: true,
    replications: 1,
    provider: profile({
      id: 'bench',
      asOf: '2026-11-21',
      sources: [],
      assumed: [],
      tiers: [tier('priority', 1, { priceMultiplier: 1.5 }), tier('standard', 0)],
      prices: [priceRow('*', { input: 1, cached: 0.1, output: 2 })],
      router: 'power-of-two',
    }),
    pools: [
      {
        name: 'main',
        models: ['m'],
        hardware: 'bench',
        gpusPerNode: 1,
        nodes,
        precision: { weights: 'bf16', kv: 'bf16' },
        engine: {
          name: 'vllm',
          version: 'newest',
          policy: 'priority',
          maxNumSeqs: 256,
          maxNumBatchedTokens: 8192,
          maxNumScheduledTokens: null,
          maxModelLen: 131_072,
          blockSize: 16,
          kvBlocks: 28_001,
          prefixCaching: true,
          chunkedPrefill: true,
          longPrefillThreshold: 0,
          async: false,
          reserveFullSequence: true,
          watermark: 0,
          reuseUncachedFirst: true,
        },
        stepTime: {
          basePs: STEP.base,
          prefillTokenPs: STEP.prefill,
          sequencePs: STEP.sequence,
          kvTokenPs: STEP.kv,
          halfChunkPs: 0,
          mixedDecodeFactor: 1,
          table: null,
          host: { basePs: 0, sequencePs: 0, combine: 'max' },
        },
        stepTimeSource: 'the bare kernel',
        power: { idleWatts: 100, tdpWatts: 700, hostWatts: 0 },
        costPicoPerHour: 2e12,
        costCurrency: 'USD',
        tiers: null,
        tierWeights: null,
        reservedSlots: [],
        path: 'standard',
        operations: {
          initialNodes: null,
          coldStart: { provisionUs: 0, pullUs: 0, loadUs: 0, compileUs: 0 },
          minimumBilledUs: 0,
          warmPool: null,
        },
      },
    ],
    gateway: { router: 'power-of-two', queueing: 'node' },
    accounts: [],
    traffic: [
      {
        name: 'all',
        account: null,
        model: 'm',
        api: 'chat',
        tiers: [
          { tier: 'priority', value: 0.2 },
          { tier: 'standard', value: 0.8 },
        ],
        arrivals: { kind: 'poisson', perSecond },
        input: length(MEAN_INPUT),
        output: length(MEAN_OUTPUT),
        maxTokens: null,
        prefix: null,
        client: {
          name: 'none',
          retries: 0,
          retryForUs: null,
          backoff: { growth: 'exponential', baseUs: 0, factor: 1, extraUs: 0, maxUs: 0, jitter: 0 },
          retryOn: [],
          retryFromStatus: null,
          heedsShouldRetry: false,
          retryAfterMaxUs: 0,
          retryAfterBeyond: 'compute',
          timeoutUs: null,
          patienceUs: null,
          abortLagUs: 0,
          budget: null,
          escalate: [],
        },
        slo: null,
        fees: [],
      },
    ],
    events: [],
    targets: [],
  };
}
