import { describe, expect, it } from 'vitest';
import { SERVED } from '../../src/models/catalog/fits.js';
import { findHardware } from '../../src/models/catalog/hardware.js';
import { findLlm } from '../../src/models/catalog/llms.js';
import { FITS } from '../../src/models/catalog/step-fits.js';
import { findFit, fittedCoefficients } from '../../src/models/fitted.js';
import { rooflineCoefficients } from '../../src/models/roofline.js';
import { AS_GIVEN, type ServedFit, servedShare } from '../../src/models/served.js';
import { tableAt } from '../../src/models/step-time.js';

const host = { basePs: 0, sequencePs: 0, combine: 'max' } as const;
const fit: ServedFit = {
  ...SERVED,
  factors: [
    ['h100', null, 'fp8', 0.9, 1],
    ['h200', 'gpt-oss-120b', 'fp4', 2, 0.8],
  ],
};
const llama = findLlm('llama-3.1-70b')!;

describe('servedShare', () => {
  it('serves every dense model of the same device and precision', () => {
    for (const model of ['llama-3.1-70b', 'qwen3-32b']) {
      expect(servedShare(fit, 'h100', findLlm(model)!, 'fp8').products).toBe(0.9);
    }
    expect(servedShare(fit, 'h100', llama, 'bf16').products).toBe(1);
    expect(servedShare(fit, 'l40s', llama, 'fp8').products).toBe(1);
  });

  it('serves a mixture of experts by its own factors alone', () => {
    expect(servedShare(fit, 'h200', findLlm('gpt-oss-120b')!, 'fp4')).toMatchObject({ products: 2, reads: 0.8 });
    expect(servedShare(fit, 'h200', findLlm('gpt-oss-20b')!, 'fp4')).toMatchObject({ products: 1, reads: 1 });
    expect(servedShare(fit, 'h100', findLlm('qwen3-30b-a3b')!, 'fp8').products).toBe(1);
  });
});

describe('what serving costs', () => {
  const options = { kvPrecision: 'fp8', mixedDecodeFactor: 1, host } as const;
  const kernels = findFit(FITS, { hardware: 'h100', llm: llama, precision: 'fp8', gpusPerNode: 2 })!;

  it('comes on top of kernel times', () => {
    const bare = fittedCoefficients(kernels, llama, options);
    const served = { ...AS_GIVEN, stepUs: 100, sequenceUs: 5, products: 0.5, eightBitKv: 1.5 };
    const coefficients = fittedCoefficients(kernels, llama, { ...options, served });
    expect(coefficients.basePs - bare.basePs).toBe(100e6);
    expect(coefficients.sequencePs - bare.sequencePs).toBe(5e6);
    expect(coefficients.prefillTokenPs / bare.prefillTokenPs).toBeCloseTo(0.5, 6);
    expect(tableAt(coefficients.table, 4096) / tableAt(bare.table, 4096)).toBeCloseTo(0.5, 6);
    expect(coefficients.kvTokenPs / bare.kvTokenPs).toBeCloseTo(1.5, 4);
    expect(coefficients.halfChunkPs).toBe(bare.halfChunkPs);
  });

  it('touches neither decoding nor memory of a roofline where only products are corrected', () => {
    const request = { device: findHardware('h100')!, llm: llama, weights: 'fp8', kv: 'bf16', devices: 2 } as const;
    const bare = rooflineCoefficients({ ...request, mixedDecodeFactor: 1, host })!;
    const served = { ...AS_GIVEN, products: 2 };
    const corrected = rooflineCoefficients({ ...request, mixedDecodeFactor: 1, host, served })!;
    expect(tableAt(corrected.table, 1)).toBeCloseTo(tableAt(bare.table, 1), -3);
    expect(tableAt(corrected.table, 8192) / tableAt(bare.table, 8192)).toBeCloseTo(2, 3);
    expect({ ...corrected, table: null }).toEqual({ ...bare, table: null });
  });
});
