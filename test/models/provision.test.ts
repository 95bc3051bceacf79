import { describe, expect, it } from 'vitest';
import { findHardware } from '../../src/models/catalog/hardware.js';
import { findLlm } from '../../src/models/catalog/llms.js';
import { UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import { given, type RatedClass } from '../../src/models/hardware.js';
import { provision } from '../../src/models/provision.js';
import type { Provision, ProvisionProblem, ProvisionRequest } from '../../src/models/provision-request.js';

const tpuLike: RatedClass = {
  form: 'rated',
  id: 'tpu-like',
  name: 'tpu-like',
  aliases: [],
  tdpWatts: 700,
  idleWatts: 120,
  memoryBytes: 96 * 1_073_741_824,
  slots: 48,
  prefillTokPerSec: 24_000,
  decodeTokPerSec: { single: 160, full: 3600 },
  usdPerHour: 3.2,
  source: 'scenario',
};

function request(model: string, hardware: string, changes: Partial<ProvisionRequest> = {}): ProvisionRequest {
  return {
    modelId: model,
    llm: findLlm(model) ?? null,
    hardware: findHardware(hardware) ?? tpuLike,
    gpusPerNode: 1,
    precision: {},
    engine: {},
    policyDefault: 'priority',
    ...changes,
  };
}

function provisioned(...parameters: Parameters<typeof request>): Provision {
  const result = provision(request(...parameters));
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join('\n'));
  return result;
}

function problemsOf(...parameters: Parameters<typeof request>): readonly ProvisionProblem[] {
  const result = provision(request(...parameters));
  return result.ok ? [] : result.problems;
}

describe('provision', () => {
  it.each([
    ['llama-3.1-8b', 'l40s', {}, 'bf16', 'fitted'],
    ['llama-3.1-8b', 'h100', {}, 'bf16', 'fitted'],
    ['llama-3.3-70b', 'h100', { gpusPerNode: 4 }, 'bf16', 'fitted'],
    ['kimi-k2.6', 'b200', { gpusPerNode: 8, precision: { weights: 'fp4', kv: 'fp8' } }, 'fp4', 'roofline'],
    ['apertus-8b', 'mac-mini-m4', { engine: { name: 'slots' } }, 'fp8', 'roofline'],
    ['apertus-70b', 'gb10', {}, 'fp8', 'roofline'],
    ['apertus-70b', 'l40s', { gpusPerNode: 4 }, 'bf16', 'roofline'],
    ['apertus-70b', 'rtx-pro-6000-blackwell-max-q', { gpusPerNode: 4, engine: { maxNumSeqs: 32 } }, 'bf16', 'roofline'],
  ] as const)('runs %s on %s', (model, hardware, changes, weights, kind) => {
    const node = provisioned(model, hardware, changes);
    expect(node.precision.weights).toBe(weights);
    expect(node.stepTimeSource).toMatch(new RegExp(`^${kind}: `));
  });

  it("fills vLLM's server defaults by device memory", () => {
    expect(provisioned('llama-3.1-8b', 'h100').engine).toMatchObject({
      name: 'vllm',
      policy: 'priority',
      maxNumSeqs: 1024,
      maxNumBatchedTokens: 8192,
      maxModelLen: 131_072,
      blockSize: 16,
      prefixCaching: true,
      async: false,
    });
    expect(provisioned('llama-3.1-8b', 'a100').engine).toMatchObject({ maxNumSeqs: 256, maxNumBatchedTokens: 2048 });
  });

  it('keeps what the scenario asks of the engine', () => {
    const engine = { version: '0.23', policy: 'fcfs', maxNumSeqs: 32, kvBlocks: 9000, async: false } as const;
    expect(provisioned('llama-3.1-8b', 'h100', { engine }).engine).toMatchObject({
      ...engine,
      reuseUncachedFirst: false,
    });
  });

  it('hides the host behind the device, unless scheduling is asked to be synchronous', () => {
    expect(provisioned('llama-3.1-8b', 'h100').stepTime.host.combine).toBe('max');
    expect(provisioned('llama-3.1-8b', 'h100', { engine: { async: true } }).stepTime.host.combine).toBe('max');
    expect(provisioned('llama-3.1-8b', 'h100', { engine: { async: false } }).stepTime.host.combine).toBe('sum');
    // Before 0.14 scheduling did not overlap the device.
    expect(provisioned('llama-3.1-8b', 'h100', { engine: { version: '0.12' } }).stepTime.host.combine).toBe('sum');
  });

  it('leaves less memory to versions that sort all logits: ten copies a seat, not three', () => {
    const blocks = (version: string, maxNumSeqs: number): number =>
      provisioned('llama-3.1-8b', 'h100', { engine: { version, maxNumSeqs } }).engine.kvBlocks;
    const perSeat = (version: string): number => (blocks(version, 512) - blocks(version, 1024)) / 512;
    expect(perSeat('0.16') / perSeat('0.23')).toBeCloseTo(10 / 3, 1);
    expect(perSeat('0.12')).toBeCloseTo(perSeat('0.16'), 1);
    expect(perSeat('newest')).toBeCloseTo(perSeat('0.23'), 1);
  });

  it('takes the host time that the scenario states', () => {
    const { host } = provisioned('llama-3.1-8b', 'h100', { engine: { hostOverheadUs: 500 } }).stepTime;
    expect(host).toEqual({ basePs: 500_000_000, sequencePs: 0, combine: 'max' });
  });

  it('gives a plain server its slots and KV memory without end', () => {
    const { engine } = provisioned('apertus-8b', 'mac-mini-m4', { engine: { name: 'slots' } });
    expect(engine).toMatchObject({ policy: 'fcfs', maxNumSeqs: 4, kvBlocks: UNLIMITED_KV_BLOCKS, async: false });
  });

  it('cuts the context to what the KV memory holds, and says so', () => {
    const node = provisioned('llama-3.1-8b', 'rtx-4090');
    expect(node.engine.maxModelLen).toBe((node.engine.kvBlocks - 1) * 16);
    expect(node.notes.join()).toContain('maxModelLen');
  });

  it('adds watts and price of the devices up, and keeps the host apart', () => {
    const node = provisioned('llama-3.3-70b', 'h100', { gpusPerNode: 4 });
    expect(node.power).toMatchObject({ idleWatts: 280, loadedIdleWatts: 4 * (70 + 38), tdpWatts: 2800 });
    expect(node.power.hostWatts).toBe(4 * 290);
    expect(node.costPicoPerHour).toBe(4 * 2.94e12);
  });

  it('prefers the price of the pool, and knows none where it is unknown', () => {
    expect(provisioned('llama-3.1-8b', 'h100', { usdPerHour: 2.5 }).costPicoPerHour).toBe(2.5e12);
    expect(provisioned('llama-3.1-8b', 'h100', { usdPerHour: null }).costPicoPerHour).toBeNull();
  });

  it('serves a model of unknown geometry on rated hardware, its slots as seats', () => {
    const node = provisioned('gemini-2.5-pro', 'tpu-like');
    expect(node.engine).toMatchObject({ maxNumSeqs: 48, kvBlocks: UNLIMITED_KV_BLOCKS, maxModelLen: 1_048_576 });
    expect(node.stepTimeSource).toBe('rated: scenario');
  });

  it('binds rated hardware by its memory where the model is known', () => {
    expect(provisioned('llama-3.1-8b', 'tpu-like').engine.kvBlocks).toBeLessThan(UNLIMITED_KV_BLOCKS);
  });

  it("prefers the user's own fit, with its own host share", () => {
    const fit = {
      hardware: 'h100',
      model: 'llama-3.1-8b',
      precision: 'bf16',
      gpusPerNode: 1,
      form: 'linear5',
      stepMs: 7,
      prefillTokenMs: 0.02,
      sequenceMs: 0.01,
      kvTokenMs: 0.00005,
      chunkMs: 0,
      extraMs: 0,
      knee: 0,
      mapePct: null,
      source: 'scenario',
      host: { stepMs: 1, sequenceMs: 0 },
    } as const;
    const hardware = { ...findHardware('h100')!, fits: [fit] };
    expect(provisioned('llama-3.1-8b', 'h100', { hardware })).toMatchObject({
      stepTime: { basePs: 7_000_000_000, host: { basePs: 1_000_000_000 } },
      stepTimeSource: 'fitted: scenario, llama-3.1-8b as linear5',
    });
    const tooFast = { ...hardware, fits: [{ ...fit, stepMs: 1 }] };
    expect(problemsOf('llama-3.1-8b', 'h100', { hardware: tooFast })).toMatchObject([{ code: 'beats-hardware' }]);
  });

  it('says why a fit that exists is not used', () => {
    const changes = { gpusPerNode: 4, precision: { weights: 'fp8' } } as const;
    expect(provisioned('llama-3.3-70b', 'l40s', changes).stepTimeSource).toContain('all-reduces');
  });
});

describe('what provision refuses', () => {
  it.each([
    ['a model of unknown geometry on a device', 'gemini-2.5-pro', 'h100', {}, 'model-geometry', 'model'],
    ['weights that do not fit', 'llama-3.3-70b', 'h100', { precision: { weights: 'bf16' } }, 'memory', 'precision'],
    ['a model too large for the device in any form', 'llama-3.3-70b', 'l4', {}, 'memory', 'hardware'],
    [
      'weights wider than published',
      'kimi-k2.6',
      'b200',
      { gpusPerNode: 8, precision: { weights: 'fp8' } },
      'precision-native',
      'precision',
    ],
    ['devices without a link', 'apertus-8b', 'mac-mini-m4', { gpusPerNode: 2 }, 'no-link', 'gpusPerNode'],
    ['heads that cannot be shared evenly', 'llama-3.1-8b', 'h100', { gpusPerNode: 3 }, 'heads-split', 'gpusPerNode'],
    ['several rated nodes in one', 'gemini-2.5-pro', 'tpu-like', { gpusPerNode: 2 }, 'rated-node', 'gpusPerNode'],
    ['an unknown engine version', 'llama-3.1-8b', 'h100', { engine: { version: '0.7' } }, 'engine-version', 'engine'],
    [
      'options the engine would not start with',
      'llama-3.1-8b',
      'h100',
      { engine: { maxNumBatchedTokens: 512, maxNumSeqs: 600 } },
      'engine-option',
      'engine',
    ],
  ] as const)('%s', (_, model, hardware, changes, code, field) => {
    expect(problemsOf(model, hardware, changes as Partial<ProvisionRequest>)).toMatchObject([{ code, field }]);
  });

  it('a device with neither fit nor data sheet', () => {
    const hardware = { ...findHardware('h100')!, id: 'mine', tflops: {}, memoryBytes: given(80 * 1_073_741_824) };
    expect(problemsOf('llama-3.1-8b', 'h100', { hardware })).toMatchObject([{ code: 'no-step-time' }]);
  });
});
