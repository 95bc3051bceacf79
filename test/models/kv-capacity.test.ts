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
  sortsLogits: false,
};

/** Blocks of vLLM 0.15 on H100, utilisation 0.9, 128 seats: inference-sim/inference-sim, see accuracy/memory.mjs for all. */
const blis = { ...h100, memoryBytes: 81_559 * 1_048_576, memoryShare: 0.9, maxNumSeqs: 128, sortsLogits: true };
const llama70b = findLlm('llama-3.1-70b')!;
const llama2 = { ...llama70b, parameters: { total: 68_976_648_192, active: 68_976_648_192 }, vocabulary: 32_000 };
const blocksOf = (request: KvRequest): number => {
  const capacity = kvCapacity(request);
  return capacity.fits && capacity.kvBlocks !== null ? capacity.kvBlocks : 0;
};
const reserveOf = (request: KvRequest): number => {
  const capacity = kvCapacity(request);
  if (!capacity.fits) throw new Error(capacity.message);
  const weights = request.llm.parameters.total * 2;
  return Math.ceil(request.memoryBytes * request.memoryShare) - weights / request.devices - capacity.kvBytesPerDevice;
};

describe('kvCapacity', () => {
  it('comes within a quarter of a percent of the blocks that vLLM reported on an RTX 4090', () => {
    // casys-kaist/LLMServingSim, vLLM 0.19.0, Llama-3.1-8B, utilisation 0.9, 25,250,627,584 bytes: 2,588 blocks.
    const node = { memoryBytes: 25_250_627_584, memoryShare: 0.9, maxNumBatchedTokens: 2048, maxNumSeqs: 256 };
    const blocks = blocksOf({ ...h100, ...node, llm: findLlm('llama-3.1-8b')! });
    expect(Math.abs(blocks / 2588 - 1)).toBeLessThan(0.0025);
  });

  it.each([
    { name: 'Llama-2-70B', llm: llama2, maxNumBatchedTokens: 2048, logged: 31_356 },
    { name: 'Llama-3.1-70B', llm: llama70b, maxNumBatchedTokens: 2048, logged: 30_425 },
    { name: 'Llama-3.1-70B with a larger step', llm: llama70b, maxNumBatchedTokens: 8192, logged: 30_251 },
  ])('comes near the blocks that vLLM logged on four H100: $name', ({ logged, ...run }) => {
    const { llm, maxNumBatchedTokens } = run;
    const blocks = blocksOf({ ...blis, devices: 4, llm, maxNumBatchedTokens });
    expect(Math.abs(blocks / logged - 1)).toBeLessThan(0.0015);
  });

  it('keeps ten copies of the logits for versions that sort them, three for later ones', () => {
    const node = { ...blis, llm: findLlm('llama-3.1-8b')!, maxNumBatchedTokens: 2048 };
    const rows = 128 * 128_256 * 4;
    const alive = 2048 * 4096 * 2 * 2;
    expect(reserveOf(node)).toBeCloseTo(800_000_000 + alive + 10 * rows, -1);
    expect(reserveOf({ ...node, sortsLogits: false })).toBeCloseTo(800_000_000 + alive + 3 * rows, -1);
  });

  it('counts a row of logits for each seat, but no more rows than tokens', () => {
    const node = { ...blis, llm: findLlm('llama-3.1-8b')!, maxNumBatchedTokens: 64 };
    expect(reserveOf(node)).toBeCloseTo(800_000_000 + 64 * (4096 * 2 * 2 + 10 * 128_256 * 4), -1);
  });

  it('takes the forward pass where it needs more than sampling, the feed-forward split over devices', () => {
    const node = { ...blis, llm: findLlm('llama-3.1-8b')!, maxNumBatchedTokens: 8192, maxNumSeqs: 8 };
    expect(reserveOf(node)).toBeCloseTo(800_000_000 + 8192 * 4096 * 2 * 10, -1);
    expect(reserveOf({ ...node, devices: 4 })).toBeCloseTo(1_100_000_000 + 8192 * 4096 * 2 * 4, -1);
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
