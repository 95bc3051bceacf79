import { findOpaqueModel } from './catalog/llms.js';
import { defaultEngineLimits, ENGINES, type EngineConfig, type EngineVersion, UNLIMITED_KV_BLOCKS } from './engine.js';
import { kvCapacity } from './kv-capacity.js';
import { exceedsNative, type Place, widestPrecision } from './precision.js';
import { nodeDeviceBytes, type ProvisionProblem, type ProvisionRequest } from './provision-request.js';
import type { Precision } from './scenario.js';

/** llama.cpp's server opens four slots where it is not told. */
const DEFAULT_SLOTS = 4;
const DEFAULT_BLOCK_SIZE = 16;
/** For a model nobody knows. Assumed. */
const DEFAULT_CONTEXT = 131_072;

interface MemoryFit {
  readonly precision: { readonly weights: Precision; readonly kv: Precision };
  /** null: KV never binds. */
  readonly kvBlocks: number | null;
  /** How much memory is left for it, worked out; null: nothing is known of the memory. */
  readonly arithmetic: string | null;
  readonly notes: readonly string[];
}

/** The weights' precision and the room left for KV. */
export function fitMemory(request: ProvisionRequest, version: EngineVersion): MemoryFit | ProvisionProblem {
  const { hardware, llm, precision, gpusPerNode } = request;
  const kv = precision.kv ?? 'bf16';
  const memoryBytes = nodeDeviceBytes(hardware);
  if (llm === null || memoryBytes === null) {
    return {
      precision: { weights: precision.weights ?? llm?.nativePrecision ?? 'bf16', kv },
      kvBlocks: null,
      arithmetic: null,
      notes: [],
    };
  }
  const usable = hardware.form === 'device' ? (hardware.usableMemoryShare?.value ?? 1) : 1;
  const limits = limitsOf(request, version, llm.maxContext);
  const { beside = [] } = request;
  const place: Place = {
    llm,
    beside,
    kv,
    devices: gpusPerNode,
    memoryBytes,
    memoryShare: Math.min(version.gpuMemoryUtilization, usable),
    blockSize: request.engine.blockSize ?? DEFAULT_BLOCK_SIZE,
    ...limits,
    sortsLogits: version.sortsLogits,
  };
  const hint = 'more gpusPerNode, a device with more memory, or narrower weights';
  if (precision.weights !== undefined) {
    const { weights } = precision;
    const others = beside.map((other) => ({
      llm: other,
      weights: exceedsNative(other, weights) ? other.nativePrecision : weights,
    }));
    const capacity = kvCapacity({ ...place, beside: others, precision: { weights, kv } });
    if (!capacity.fits) return { code: 'memory', field: 'precision', message: capacity.message, hint };
    const { kvBlocks, arithmetic } = capacity;
    return { precision: { weights, kv }, kvBlocks, arithmetic, notes: [] };
  }
  const choice = widestPrecision(place, hardware.form === 'device' && hardware.tflops.fp4 !== undefined);
  if (!choice.fits) return { code: 'memory', field: 'hardware', message: choice.message, hint };
  const notes = choice.note === null ? [] : [choice.note];
  const { kvBlocks, arithmetic } = choice.capacity;
  return { precision: { weights: choice.weights, kv }, kvBlocks, arithmetic, notes };
}

export function fillEngine(
  request: ProvisionRequest,
  version: EngineVersion,
  memory: MemoryFit,
): { readonly config: EngineConfig; readonly notes: readonly string[] } {
  const wishes = request.engine;
  const name = wishes.name ?? 'vllm';
  const policies = ENGINES[name].policies;
  const blockSize = wishes.blockSize ?? DEFAULT_BLOCK_SIZE;
  const kvBlocks = name === 'slots' ? UNLIMITED_KV_BLOCKS : (wishes.kvBlocks ?? memory.kvBlocks ?? UNLIMITED_KV_BLOCKS);
  const context = request.llm?.maxContext ?? findOpaqueModel(request.modelId)?.maxContext ?? DEFAULT_CONTEXT;
  // The context is cut to what one sequence can hold, as `--max-model-len auto` does; a length that was asked for is not.
  const held = (kvBlocks - 1) * blockSize;
  const maxModelLen = wishes.maxModelLen ?? Math.min(context, held);
  const notes =
    wishes.maxModelLen === undefined && held < context
      ? [`maxModelLen ${held}: the KV memory holds no more of the model's ${context} tokens`]
      : [];
  const config: EngineConfig = {
    name,
    version: wishes.version ?? 'newest',
    policy: wishes.policy ?? (policies.includes(request.policyDefault) ? request.policyDefault : 'fcfs'),
    ...limitsOf(request, version, maxModelLen),
    maxNumScheduledTokens: wishes.maxNumScheduledTokens ?? null,
    maxModelLen,
    blockSize,
    kvBlocks,
    prefixCaching: wishes.prefixCaching ?? name !== 'slots',
    chunkedPrefill: wishes.chunkedPrefill ?? true,
    longPrefillThreshold: wishes.longPrefillThreshold ?? 0,
    // Decisions one step ahead are asked for by name; that the host's time is hidden does not depend on it.
    async: wishes.async ?? false,
    reserveFullSequence: wishes.reserveFullSequence ?? version.reserveFullSequence,
    watermark: wishes.watermark ?? 0,
    reuseUncachedFirst: wishes.reuseUncachedFirst ?? version.reuseUncachedFirst,
  };
  return { config, notes };
}

/** Seats and token budget: slots bind where there are slots, else the server's defaults by device. */
function limitsOf(
  { hardware, engine }: ProvisionRequest,
  version: EngineVersion,
  maxModelLen: number,
): { readonly maxNumSeqs: number; readonly maxNumBatchedTokens: number } {
  const slots = hardware.form === 'rated' ? hardware.slots : engine.name === 'slots' ? DEFAULT_SLOTS : undefined;
  const asked = engine.maxNumSeqs ?? slots;
  return defaultEngineLimits((nodeDeviceBytes(hardware) ?? 0) / 1_073_741_824, hardware.id, {
    maxNumSeqs: hardware.form === 'rated' && asked !== undefined ? Math.min(asked, hardware.slots) : asked,
    maxNumBatchedTokens: engine.maxNumBatchedTokens,
    maxModelLen: engine.maxModelLen ?? maxModelLen,
    chunkedPrefill: engine.chunkedPrefill,
    version,
  });
}
