import { type DeviceClass, type HardwareClass, peakFlops } from './hardware.js';
import {
  bodyParameters,
  bytesPerParameter,
  embeddingParameters,
  kvReadBytes,
  type LlmModel,
  parametersRead,
} from './llm.js';
import type { BatchWatts, NodePower, WorkEnergy } from './power.js';
import type { Precision } from './scenario.js';
import { TABLE_TOKENS } from './step-time.js';
/**
 * How a GPU's head-room (cap less loaded idle) is used: so much by any running step, so much more at the full rate of the
 * memory, and so much at the full rate of the multipliers. Fitted to 127 points of watts by batch on 10 H100 and 12 B200
 * configurations (ML.ENERGY runs): 12 % mean error on H100, 18 % on B200. One set for every GPU: the others are assumed
 * to use their own head-room alike.
 */
export const POWER_SHARES = { active: 0.35, bandwidth: 0.32, flop: 1.2 } as const;

export interface PowerRequest {
  readonly hardware: HardwareClass;
  readonly llm: LlmModel | null;
  readonly precision: { readonly weights: Precision; readonly kv: Precision };
  readonly gpusPerNode: number;
}

export function nodePower({ hardware, llm, precision, gpusPerNode }: PowerRequest): NodePower {
  if (hardware.form === 'rated') {
    const { idleWatts, tdpWatts } = hardware;
    const atTdp = { loadedIdleWatts: idleWatts, activeWatts: tdpWatts, tdpWatts, hostWatts: 0, work: null };
    return { idleWatts, ...atTdp, source: 'TDP: a running step of rated hardware draws tdpWatts' };
  }
  const n = gpusPerNode;
  const loadedIdleWatts = (hardware.idleWatts.value + hardware.loadedIdleExtraWatts.value) * n;
  const tdpWatts = Math.max(loadedIdleWatts, hardware.tdpWatts.value * n);
  const states = {
    idleWatts: hardware.idleWatts.value * n,
    loadedIdleWatts,
    tdpWatts,
    hostWatts: hardware.hostWatts.value * n,
  };
  const { batchWatts } = hardware;
  if (batchWatts !== undefined) {
    const clamped = (watts: number): number => Math.min(tdpWatts, Math.max(loadedIdleWatts, watts));
    const work: BatchWatts = {
      kind: 'log2',
      singleWatts: batchWatts.single.value * n,
      perDoublingWatts: batchWatts.perDoubling.value * n,
    };
    return {
      ...states,
      activeWatts: clamped(work.singleWatts),
      work,
      source: `log2 of batch: ${batchWatts.single.source}`,
    };
  }
  const headroomWatts = tdpWatts - loadedIdleWatts;
  const work =
    llm === null || hardware.kind !== 'gpu' ? null : workEnergy(hardware, llm, precision, n, headroomWatts / n);
  if (work === null) {
    return { ...states, activeWatts: tdpWatts, work, source: `TDP: ${hardware.tdpWatts.source}` };
  }
  const activeWatts = loadedIdleWatts + POWER_SHARES.active * headroomWatts;
  return { ...states, activeWatts, work, source: `work: FLOPs and bytes, fitted on H100 and B200 (ML.ENERGY)` };
}

/** Joules per byte and per FLOP follow from the head-room and the device's peaks. null: a peak is unknown. */
function workEnergy(
  device: DeviceClass,
  llm: LlmModel,
  precision: PowerRequest['precision'],
  devices: number,
  headroomWatts: number,
): WorkEnergy | null {
  const peak = peakFlops(device, precision.weights);
  const bf16Peak = peakFlops(device, 'bf16');
  if (device.bandwidthBytesPerSecond === null || peak === null || bf16Peak === null) return null;
  const byteNj = (POWER_SHARES.bandwidth * headroomWatts * 1e9) / device.bandwidthBytesPerSecond.value;
  const flopNj = (POWER_SHARES.flop * headroomWatts * 1e9) / peak;
  const attentionFlopNj = (POWER_SHARES.flop * headroomWatts * 1e9) / bf16Peak;
  const kvRead = kvReadBytes(llm, precision.kv, devices);
  const weightNj = (tokens: number): number =>
    parametersRead(llm, tokens) * bytesPerParameter(llm, precision.weights) * byteNj;
  const attentionLayers = llm.kv.kind === 'none' ? llm.layers : llm.kv.layers;
  return {
    kind: 'work',
    baseNj: llm.moe === null ? Math.round(weightNj(1)) : 0,
    tokenNj: Math.round(2 * bodyParameters(llm) * flopNj),
    sequenceNj: Math.round(2 * embeddingParameters(llm) * flopNj + kvRead.perSequence * devices * byteNj),
    kvTokenNj: Math.round(kvRead.perToken * devices * byteNj),
    halfChunkNj: Math.round(2 * llm.heads * llm.headDim * attentionLayers * attentionFlopNj),
    table: llm.moe === null ? null : TABLE_TOKENS.map((tokens) => [tokens, Math.round(weightNj(tokens))]),
  };
}
