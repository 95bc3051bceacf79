import { describe, expect, it } from 'vitest';
import { sustainableRequestsPerSecond } from '../../src/models/capacity.js';
import { type EngineConfig, UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import type { StepCoefficients } from '../../src/models/step-time.js';

const engine: EngineConfig = {
  name: 'vllm',
  version: 'newest',
  policy: 'fcfs',
  maxNumSeqs: 100,
  maxNumBatchedTokens: 8192,
  maxNumScheduledTokens: null,
  maxModelLen: 131_072,
  blockSize: 16,
  kvBlocks: UNLIMITED_KV_BLOCKS,
  prefixCaching: true,
  chunkedPrefill: true,
  longPrefillThreshold: 0,
  async: true,
  reserveFullSequence: true,
  watermark: 0,
  reuseUncachedFirst: true,
};

/** 10 ms a step, whatever it holds. */
const flat: StepCoefficients = {
  basePs: 10_000_000_000,
  prefillTokenPs: 0,
  sequencePs: 0,
  kvTokenPs: 0,
  halfChunkPs: 0,
  mixedDecodeFactor: 1,
  table: null,
  host: { basePs: 0, sequencePs: 0, combine: 'max' },
};

describe('sustainableRequestsPerSecond', () => {
  it('is seats over the steps a request stays when seats bind', () => {
    // 100 seats, one prefill step and 99 decode steps of 10 ms each: 100 / 1 s.
    expect(sustainableRequestsPerSecond({ stepTime: flat, engine }, 10, 100)).toBeCloseTo(100, 9);
  });

  it('is the token budget over the tokens of a request when the budget binds', () => {
    // 8192 / (3997 + 99) = 2 requests a step of 10 ms.
    expect(
      sustainableRequestsPerSecond({ stepTime: flat, engine: { ...engine, maxNumSeqs: 8192 } }, 3997, 100),
    ).toBeCloseTo(200, 9);
  });

  it('is the KV memory over what a request holds when KV binds', () => {
    // 99 decodes at a context of 1050 and one prompt of 1000 need 104,950 tokens; memory holds 10,495: 0.1 a step.
    const small = { ...engine, blockSize: 5, kvBlocks: 2100 };
    expect(sustainableRequestsPerSecond({ stepTime: flat, engine: small }, 1000, 100)).toBeCloseTo(10, 9);
  });

  it('pays for every prefill token, sequence and context token', () => {
    const stepTime = {
      ...flat,
      prefillTokenPs: 1_000_000,
      sequencePs: 2_000_000,
      kvTokenPs: 10_000,
      halfChunkPs: 1000,
    };
    // One request a step: 1000 us of prefill, 99 x 2 us, 99 x 1050 x 0.01 us, 1000^2 x 0.001 us, and 10 ms.
    const stepUs = 10_000 + 1000 + 198 + 1039.5 + 1000;
    expect(sustainableRequestsPerSecond({ stepTime, engine }, 1000, 100)).toBeCloseTo(1e6 / stepUs, 6);
  });

  it('stops filling the batch where the step grows faster than the batch', () => {
    const table: StepCoefficients['table'] = [
      [50, 0],
      [51, 1e12],
    ];
    const knee = sustainableRequestsPerSecond({ stepTime: { ...flat, table }, engine }, 1, 100);
    // 50 tokens a step, 100 tokens a request: 0.5 requests a step of 10 ms.
    expect(knee).toBeGreaterThan(49);
    expect(knee).toBeLessThanOrEqual(50);
  });

  it('waits for the host where the host is slower', () => {
    const stepTime = { ...flat, host: { basePs: 20_000_000_000, sequencePs: 0, combine: 'max' } } as const;
    expect(sustainableRequestsPerSecond({ stepTime, engine }, 10, 100)).toBeCloseTo(50, 9);
  });

  it('serves embeddings, which have one output, by prefill alone', () => {
    const stepTime = { ...flat, basePs: 0, prefillTokenPs: 1_000_000 };
    expect(sustainableRequestsPerSecond({ stepTime, engine }, 1000, 1)).toBeCloseTo(1000, 9);
  });
});
