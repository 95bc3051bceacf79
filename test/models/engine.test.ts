import { describe, expect, it } from 'vitest';
import {
  defaultEngineLimits,
  ENGINE_VERSIONS,
  ENGINES,
  type EngineConfig,
  type EngineName,
  enginePriority,
  engineProblems,
  engineVersion,
  queuePriority,
  sentPriority,
} from '../../src/models/engine.js';

const CONFIG: EngineConfig = {
  name: 'vllm',
  version: 'newest',
  policy: 'priority',
  maxNumSeqs: 256,
  maxNumBatchedTokens: 2048,
  maxNumScheduledTokens: null,
  maxModelLen: 8192,
  blockSize: 16,
  kvBlocks: 513,
  prefixCaching: true,
  chunkedPrefill: true,
  longPrefillThreshold: 0,
  async: true,
  reserveFullSequence: true,
  watermark: 0,
  reuseUncachedFirst: true,
};

describe('priorities', () => {
  it('turn the rank of a tier into the number that the engine takes', () => {
    expect([sentPriority('vllm', 100), sentPriority('sglang', 100), sentPriority('slots', 100)]).toEqual([
      -100, 100, 0,
    ]);
  });

  it('put the higher rank first in the queue of every engine that has priorities', () => {
    for (const engine of Object.keys(ENGINES) as EngineName[]) {
      const higherIsFirst = enginePriority(engine, 100) < enginePriority(engine, 10);
      expect(higherIsFirst).toBe(ENGINES[engine].priority !== 'none');
    }
  });

  it('invert the tiers when the rank is sent to vLLM as it is', () => {
    expect(queuePriority('vllm', 100) < queuePriority('vllm', 10)).toBe(false);
  });

  it('give rank 0 a plain zero', () => {
    expect(Object.is(enginePriority('vllm', 0), 0)).toBe(true);
  });
});

describe('versions', () => {
  it('are found by any usual spelling', () => {
    for (const name of ['0.23', 'v0.23.0', 'vllm@0.23']) expect(engineVersion(name)).toBe(ENGINE_VERSIONS['0.23']);
    expect(engineVersion('newest')).toBe(ENGINE_VERSIONS.newest);
    expect(engineVersion('0.22')).toBeUndefined();
    expect(engineVersion('toString')).toBeUndefined();
  });
});

describe('default limits', () => {
  it.each([
    ['NVIDIA H200', 141, 1024, 8192],
    ['NVIDIA H100', 80, 1024, 8192],
    ['NVIDIA A100-SXM4-80GB', 80, 256, 2048],
    ['NVIDIA L40S', 48, 256, 2048],
    ['NVIDIA B200', 180, 1024, 16_384],
  ])('%s: those of the OpenAI server', (name, gib, maxNumSeqs, maxNumBatchedTokens) => {
    expect(defaultEngineLimits(gib, name)).toEqual({ maxNumSeqs, maxNumBatchedTokens });
  });

  it('know no row for 160 GiB before August 2026', () => {
    const limits = defaultEngineLimits(180, 'NVIDIA B200', { version: ENGINE_VERSIONS['0.24'] });
    expect(limits.maxNumBatchedTokens).toBe(8192);
  });

  it('are clamped where they are defaults, and kept where they are given', () => {
    expect(defaultEngineLimits(48, 'L40S', { maxNumSeqs: 2, maxModelLen: 512 }).maxNumBatchedTokens).toBe(1024);
    expect(defaultEngineLimits(48, 'L40S', { maxNumBatchedTokens: 100 }).maxNumSeqs).toBe(100);
    expect(defaultEngineLimits(48, 'L40S', { chunkedPrefill: false, maxModelLen: 9000 }).maxNumBatchedTokens).toBe(
      9000,
    );
    expect(defaultEngineLimits(48, 'L40S', { maxNumSeqs: 300, maxNumBatchedTokens: 100 })).toEqual({
      maxNumSeqs: 300,
      maxNumBatchedTokens: 100,
    });
  });
});

describe('problems', () => {
  it('are none for a sound configuration whose largest sequence just fits', () => {
    expect(engineProblems(CONFIG)).toEqual([]);
  });

  it.each<[string, Partial<EngineConfig>, RegExp]>([
    [
      'a budget smaller than the seats',
      { maxNumSeqs: 4096 },
      /^maxNumBatchedTokens \(2048\) must be at least maxNumSeqs/,
    ],
    ['a budget smaller than a whole prompt', { chunkedPrefill: false }, /when chunkedPrefill is off/],
    ['a threshold beyond the context', { longPrefillThreshold: 8193 }, /^longPrefillThreshold/],
    ['a cache smaller than one sequence', { kvBlocks: 512 }, /needs 512 KV blocks, but only 511 are usable/],
    ['a watermark of one', { watermark: 1 }, /^watermark must be/],
    ['a watermark before there was one', { watermark: 0.1, version: '0.23' }, /does not exist in vllm 0.23/],
    ['a policy the engine lacks', { name: 'slots' }, /slots has no policy 'priority'/],
    ['half a seat', { maxNumSeqs: 0.5 }, /^maxNumSeqs must be a whole number/],
  ])('name %s', (_, change, message) => {
    expect(engineProblems({ ...CONFIG, ...change })).toEqual([expect.stringMatching(message)]);
  });
});
