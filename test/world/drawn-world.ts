import fc from 'fast-check';
import { type EngineConfig, UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import type { NodePower } from '../../src/models/power.js';
import type { Pool, Scenario, TrafficClass } from '../../src/models/scenario.js';
import type { StepCoefficients } from '../../src/models/step-time.js';
import { FLAT_STEP, vllm } from '../helpers/scenario.js';
import { drawnScenario } from '../laws/drawn-scenario.js';

/**
 * Whole scenarios in which leaps are long and much comes in between: the drawn scenarios of the laws, with every option
 * of the engine, step times of every shape, answers long enough to leap over clients that leave in the middle, and
 * a clock on which much falls on the same microsecond.
 */
export function drawnWorld(): fc.Arbitrary<Scenario> {
  return drawnScenario().chain((scenario) => {
    const pools = fc.tuple(...scenario.pools.map(leapingPool));
    const traffic = fc.tuple(...scenario.traffic.map(leapingTraffic));
    return fc.tuple(pools, traffic).map(([drawnPools, drawnTraffic]) => {
      return { ...scenario, pools: drawnPools, traffic: drawnTraffic };
    });
  });
}

function leapingPool(pool: Pool): fc.Arbitrary<Pool> {
  return fc
    .record({ engine: engines(), stepTime: stepTimes(), power: powers() })
    .map((drawn) => ({ ...pool, ...drawn }));
}

/** Two thirds of the answers are long, and some clients leave at instants at which a step may end. */
function leapingTraffic(traffic: TrafficClass): fc.Arbitrary<TrafficClass> {
  return fc
    .record({
      meanOutput: fc.constantFrom(20, 100, 300),
      timeoutUs: fc.constantFrom(traffic.client.timeoutUs, traffic.client.timeoutUs, 1_000_000),
      abortLagUs: fc.constantFrom(traffic.client.abortLagUs, 0, 10_000),
      constant: fc.constantFrom(null, null, 5, 20),
    })
    .map(({ meanOutput, constant, ...client }) => ({
      ...traffic,
      arrivals: constant === null ? traffic.arrivals : { kind: 'constant', perSecond: constant },
      output:
        traffic.api === 'embeddings' ? traffic.output : { kind: 'exponential', mean: meanOutput, min: 1, max: null },
      client: { ...traffic.client, ...client },
    }));
}

function engines(): fc.Arbitrary<EngineConfig> {
  const maxModelLen = 512;
  return fc
    .record({
      policy: fc.constantFrom('fcfs' as const, 'priority' as const),
      maxNumSeqs: fc.integer({ min: 1, max: 24 }),
      maxNumBatchedTokens: fc.constantFrom(24, 64, 256, 2048),
      maxNumScheduledTokens: fc.constantFrom(null, null, 40),
      blockSize: fc.constantFrom(1, 4, 16, 64),
      // Tokens beyond what the longest sequence needs; null: without bound.
      spareTokens: fc.option(fc.integer({ min: 16, max: 1500 }), { nil: null, freq: 6 }),
      prefixCaching: fc.boolean(),
      chunkedPrefill: fc.constantFrom(true, true, true, false),
      longPrefillThreshold: fc.constantFrom(0, 0, 40),
      async: fc.constantFrom(false, false, true),
      reserveFullSequence: fc.boolean(),
      watermark: fc.constantFrom(0, 0, 0.1),
      reuseUncachedFirst: fc.boolean(),
    })
    .map(({ spareTokens, ...drawn }) => {
      const blocks = spareTokens === null ? null : Math.ceil((maxModelLen + spareTokens) / drawn.blockSize);
      return vllm({
        ...drawn,
        maxModelLen,
        maxNumBatchedTokens: drawn.chunkedPrefill
          ? drawn.maxNumBatchedTokens
          : Math.max(512, drawn.maxNumBatchedTokens),
        kvBlocks: blocks === null ? UNLIMITED_KV_BLOCKS : 1 + blocks,
      });
    });
}

/** Watts of every form: computed from work, by batch, and flat; caps that cut and caps that do not. */
export function powers(): fc.Arbitrary<NodePower> {
  const work: fc.Arbitrary<NodePower['work']> = fc.oneof(
    fc.record({
      kind: fc.constant('work' as const),
      baseNj: fc.constantFrom(0, 300_000_000, 900_000_001),
      tokenNj: fc.constantFrom(0, 7_000_003),
      sequenceNj: fc.constantFrom(0, 900_007),
      kvTokenNj: fc.constantFrom(0, 7411, 40_000),
      halfChunkNj: fc.constantFrom(0, 189),
      table: fc.constantFrom(null, [
        [0, 0],
        [8, 50_000_000],
        [64, 300_000_007],
      ] as const),
    }),
    fc.constant({ kind: 'log2' as const, singleWatts: 320, perDoublingWatts: 33.3 }),
    fc.constant(null),
  );
  return fc.record({ work, tdpWatts: fc.constantFrom(330, 700), hostWatts: fc.constantFrom(0, 150) }).map((drawn) => ({
    ...drawn,
    idleWatts: 70,
    loadedIdleWatts: 108,
    activeWatts: 320,
    source: 'drawn',
  }));
}

/** Steps of 2 to 30 ms. Round ones end together on several nodes, and together with everything else. */
export function stepTimes(): fc.Arbitrary<StepCoefficients> {
  const round = fc.constantFrom(5, 10, 20).map((milliseconds) => ({ ...FLAT_STEP, basePs: milliseconds * 1e9 }));
  const any = fc.record({
    basePs: fc.constantFrom(2_000_700_001, 5_000_000_000, 10_000_000_000, 30_123_456_789),
    prefillTokenPs: fc.constantFrom(0, 200_000_003),
    sequencePs: fc.constantFrom(0, 500_000_007),
    kvTokenPs: fc.constantFrom(0, 1234, 3_000_017),
    spreadTokenPs: fc.constantFrom(0, 0, 7_000_003),
    halfChunkPs: fc.constantFrom(0, 17),
    mixedDecodeFactor: fc.constantFrom(1, 1.85),
    table: fc.constantFrom(null, [
      [0, 0],
      [4, 1_000_003],
      [64, 90_000_017],
    ] as const),
    host: fc.record({
      basePs: fc.constantFrom(0, 340_000_000, 6_100_000_003),
      sequencePs: fc.constantFrom(0, 300_000_001),
      combine: fc.constantFrom('max' as const, 'sum' as const),
    }),
  });
  return fc.oneof({ weight: 1, arbitrary: round }, { weight: 2, arbitrary: any });
}
