import { describe, expect, it } from 'vitest';
import { findLlm } from '../../src/models/catalog/llms.js';
import { type KvRequest, kvCapacity } from '../../src/models/kv-capacity.js';

const GIB = 1_073_741_824;
const h100: Omit<KvRequest, 'llm'> = {
  precision: { weights: 'bf16', kv: 'bf16' },
  devices: 1,
  memoryBytes: 80 * GIB,
  memoryShare: 0.92,
  blockSize: 16,
  maxNumBatchedTokens: 8192,
  maxNumSeqs: 1024,
};

describe('kvCapacity', () => {
  it('comes within half a percent of the blocks that vLLM reported on an RTX 4090', () => {
    // casys-kaist/LLMServingSim, vLLM 0.19.0, Llama-3.1-8B, utilisation 0.9, 25,250,627,584 bytes: 2,588 blocks.
    const capacity = kvCapacity({
      ...h100,
      llm: findLlm('llama-3.1-8b')!,
      memoryBytes: 25_250_627_584,
      memoryShare: 0.9,
      maxNumBatchedTokens: 2048,
      maxNumSeqs: 256,
    });
    expect(capacity.fits && capacity.kvBlocks! / 2588).toBeCloseTo(1, 2);
  });

  it('comes within a tenth of a percent of the blocks that vLLM logged on four H100', () => {
    // inference-sim/inference-sim, engine steps of vLLM 0.15.1 with Llama-2-70B, utilisation 0.9: 31,356 blocks.
    const geometry = findLlm('llama-3.1-70b')!;
    const llm = { ...geometry, parameters: { total: 68.977e9, active: 68.977e9 }, vocabulary: 32_000 };
    const memoryBytes = 81_559 * 1_048_576;
    const node = { devices: 4, memoryBytes, memoryShare: 0.9, maxNumBatchedTokens: 2048, maxNumSeqs: 128 };
    const capacity = kvCapacity({ ...h100, ...node, llm });
    expect(capacity.fits && Math.abs(capacity.kvBlocks! / 31_356 - 1)).toBeLessThan(0.001);
  });

  it('doubles with an 8-bit cache', () => {
    const llm = findLlm('llama-3.1-8b')!;
    const wide = kvCapacity({ ...h100, llm });
    const narrow = kvCapacity({ ...h100, llm, precision: { weights: 'bf16', kv: 'fp8' } });
    if (!wide.fits || !narrow.fits) throw new Error('both should fit');
    expect(narrow.kvBlocks! - 1).toBeGreaterThanOrEqual(2 * (wide.kvBlocks! - 1));
    expect(narrow.kvBlocks! - 1).toBeLessThanOrEqual(2 * (wide.kvBlocks! - 1) + 1);
  });

  it('shows the arithmetic when the weights do not fit', () => {
    const capacity = kvCapacity({ ...h100, llm: findLlm('llama-3.3-70b')! });
    expect(capacity).toMatchObject({ fits: false });
    expect(!capacity.fits && capacity.message).toContain(
      'llama-3.3-70b in bf16 needs 141.1 GB of weights; 1 x 80 GiB x 0.92 = 79.0 GB',
    );
  });

  it('has no blocks to count for an encoder', () => {
    expect(kvCapacity({ ...h100, llm: findLlm('bge-m3')! })).toMatchObject({ fits: true, kvBlocks: null });
  });
});
