import { describe, expect, it } from 'vitest';
import { findLlm, LLMS } from '../../src/models/catalog/llms.js';
import {
  bodyParameters,
  distinctShare,
  kvBytesPerToken,
  kvReadBytes,
  parametersRead,
  weightBytes,
} from '../../src/models/llm.js';

const llm = (name: string) => findLlm(name)!;

describe('kvBytesPerToken', () => {
  it('is 2 x layers x heads x width x 2 bytes for grouped attention, split over the devices', () => {
    expect(kvBytesPerToken(llm('llama-3.1-8b'), 'bf16', 1)).toBe(131_072);
    expect(kvBytesPerToken(llm('llama-3.3-70b'), 'bf16', 4)).toBe(81_920);
  });

  it('keeps at least one head on each device', () => {
    expect(kvBytesPerToken(llm('llama-3.1-8b'), 'bf16', 16)).toBe(kvBytesPerToken(llm('llama-3.1-8b'), 'bf16', 8));
  });

  it('holds a latent cache whole on every device', () => {
    expect(kvBytesPerToken(llm('kimi-k2.6'), 'bf16', 1)).toBe(70_272);
    expect(kvBytesPerToken(llm('kimi-k2.6'), 'bf16', 8)).toBe(70_272);
    expect(kvBytesPerToken(llm('kimi-k2.6'), 'fp8', 8)).toBe(35_136);
  });

  it('counts the keys of a sparse index beside the latent', () => {
    expect(kvBytesPerToken(llm('deepseek-v3.2'), 'bf16', 1)).toBe(78_324);
  });
});

describe('kvReadBytes', () => {
  it('reads of a sparse model the index for all tokens and the latent for its window', () => {
    const read = kvReadBytes(llm('glm-5'), 'bf16', 8);
    expect(read.perToken).toBe(78 * 132);
    expect(read.perSequence).toBe(78 * 576 * 2 * 2048);
  });

  it('reads sliding windows once a sequence', () => {
    expect(kvReadBytes(llm('gpt-oss-120b'), 'bf16', 1).perSequence).toBe(4_718_592);
  });
});

describe('parametersRead', () => {
  it('leaves out the looked-up embedding of a dense model', () => {
    expect(parametersRead(llm('llama-3.1-8b'), 1)).toBe(8_030_000_000 - 128_256 * 4096);
  });

  it('grows from the active to nearly all parameters with the tokens of a mixture of experts', () => {
    const kimi = llm('kimi-k2.6');
    expect(parametersRead(kimi, 1) / kimi.parameters.active).toBeCloseTo(0.965, 2);
    expect(parametersRead(kimi, 4096) / kimi.parameters.total).toBeCloseTo(1, 2);
  });
});

describe('distinctShare', () => {
  it('is 1 - (1 - k/E)^T', () => {
    expect(distinctShare(4, 1, 2)).toBeCloseTo(1 - 0.75 * 0.75, 12);
  });
});

describe('the model catalogue', () => {
  it('has no name twice', () => {
    const names = LLMS.flatMap((entry) => [entry.id, ...entry.aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['llama-3.1-8b', 'bf16', 16.06],
    ['llama-3.3-70b', 'bf16', 141.1],
    ['kimi-k2.6', 'fp4', 577.35],
    ['gpt-oss-120b', 'fp4', 63.4],
  ] as const)('weighs %s in %s as %d GB', (name, precision, gigabytes) => {
    expect(weightBytes(llm(name), precision) / 1e9).toBeCloseTo(gigabytes, 1);
  });

  it.each(LLMS.map((entry) => [entry.id, entry] as const))('adds up for %s', (_, entry) => {
    expect(entry.parameters.active).toBeLessThanOrEqual(entry.parameters.total);
    expect(bodyParameters(entry)).toBeGreaterThan(0);
    if (entry.moe === null) return;
    const { layers, experts, parametersPerExpert, alwaysReadParameters } = entry.moe;
    const sum = layers * experts * parametersPerExpert + alwaysReadParameters + entry.vocabulary * entry.hidden;
    expect(sum / entry.parameters.total).toBeGreaterThan(0.97);
    expect(sum / entry.parameters.total).toBeLessThan(1.03);
  });

  it('finds a model by any case of an alias', () => {
    expect(llm('Meta-Llama/Llama-3.3-70B-Instruct').id).toBe('llama-3.3-70b');
  });
});
