import { describe, expect, it } from 'vitest';
import { boundViolations } from '../../src/models/bounds.js';
import { findHardware } from '../../src/models/catalog/hardware.js';
import { findLlm } from '../../src/models/catalog/llms.js';
import { rooflineCoefficients } from '../../src/models/roofline.js';
import type { StepCoefficients } from '../../src/models/step-time.js';

const device = findHardware('h100')!;
const llm = findLlm('llama-3.1-8b')!;
const precision = { weights: 'bf16', kv: 'bf16' } as const;
const sound: StepCoefficients = rooflineCoefficients({
  device,
  llm,
  weights: 'bf16',
  kv: 'bf16',
  devices: 1,
  mixedDecodeFactor: 1,
  host: { basePs: 0, sequencePs: 0, combine: 'max' },
})!;

function boundsBeaten(changes: Partial<StepCoefficients>): string[] {
  return boundViolations({ ...sound, ...changes }, device, llm, precision, 1).map((violation) => violation.bound);
}

describe('boundViolations', () => {
  it('finds nothing wrong with a roofline', () => {
    expect(boundsBeaten({})).toEqual([]);
  });

  it('finds a step shorter than reading the weights', () => {
    expect(boundsBeaten({ basePs: 1e9, table: null, prefillTokenPs: 1e9 })).toEqual(['weight read']);
  });

  it('finds a context token faster than its bytes', () => {
    expect(boundsBeaten({ kvTokenPs: 39_000 })).toEqual(['KV read']);
    expect(boundsBeaten({ kvTokenPs: 39_200 })).toEqual([]);
  });

  it('finds prefill faster than its products', () => {
    expect(boundsBeaten({ basePs: 5e9, table: null, prefillTokenPs: 14_000_000 })).toContain('FLOP rate');
    expect(boundsBeaten({ basePs: 5e9, table: null, prefillTokenPs: 14_200_000 })).toEqual([]);
  });

  it('names both numbers', () => {
    const [violation] = boundViolations({ ...sound, kvTokenPs: 20_000 }, device, llm, precision, 1);
    expect(violation?.message).toContain('0.02 us');
    expect(violation?.message).toContain('0.03913 us');
  });
});
