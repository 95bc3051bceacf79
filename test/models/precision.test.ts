import { describe, expect, it } from 'vitest';
import { findLlm } from '../../src/models/catalog/llms.js';
import { widestPrecision } from '../../src/models/precision.js';

const GIB = 1_073_741_824;

describe('widestPrecision', () => {
  const place = {
    kv: 'bf16',
    devices: 1,
    memoryBytes: 80 * GIB,
    memoryShare: 0.92,
    blockSize: 16,
    maxNumBatchedTokens: 8192,
    maxNumSeqs: 1024,
    sortsLogits: false,
  } as const;

  it('keeps the published width where it leaves a tenth of the memory', () => {
    expect(widestPrecision({ ...place, llm: findLlm('llama-3.1-8b')! }, false)).toMatchObject({
      weights: 'bf16',
      note: null,
    });
  });

  it('narrows until a tenth of the memory is left, and says why', () => {
    const choice = widestPrecision({ ...place, llm: findLlm('llama-3.3-70b')! }, false);
    expect(choice).toMatchObject({ fits: true, weights: 'int4' });
    expect(choice.fits && choice.note).toContain('fp8 leaves less than a tenth');
  });

  it('takes fp4 where the device multiplies it', () => {
    expect(widestPrecision({ ...place, llm: findLlm('llama-3.3-70b')! }, true)).toMatchObject({ weights: 'fp4' });
  });

  it('never widens published weights', () => {
    const choice = widestPrecision({ ...place, devices: 8, memoryBytes: 400 * GIB, llm: findLlm('kimi-k2.6')! }, true);
    expect(choice).toMatchObject({ weights: 'int4' });
  });

  it('fails with every attempt when nothing fits', () => {
    const choice = widestPrecision({ ...place, memoryBytes: 24 * GIB, llm: findLlm('llama-3.3-70b')! }, false);
    expect(choice.fits).toBe(false);
    expect(!choice.fits && choice.message).toContain('int4 needs 39.7 GB');
  });
});
