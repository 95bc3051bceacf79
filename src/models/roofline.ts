import { type DeviceClass, type Link, peakFlops } from './hardware.js';
import {
  bodyParameters,
  bytesPerParameter,
  embeddingParameters,
  kvReadBytes,
  type LlmModel,
  parametersRead,
} from './llm.js';
import type { Precision } from './scenario.js';
import { AS_GIVEN, type ServedShare } from './served.js';
import { type StepCoefficients, TABLE_TOKENS } from './step-time.js';

/**
 * One default set of efficiencies for every device and model, of whole steps: scheduling and sampling are in it, so that no
 * host share is added. Sources: medians of the vLLM rows of roofline fits to ML.ENERGY and InferenceMAX runs, and of the
 * one-device dense fits in catalog/fits.ts. What was served on a device corrects them, see served.ts; how far they are off:
 * docs/accuracy.md.
 */
const EFFICIENCY = {
  /** Share of the memory bandwidth that weight and KV reads reach; median of the vLLM fits 0.8745. */
  bandwidth: 0.875,
  /** Share of the dense peak that matrix products reach, by the precision they run in; medians of the fits in fits.ts. */
  flop: { bf16: 0.69, fp8: 0.46, fp4: 0.38, int4: 0.69 },
  /** Share of the bf16 peak in prefill attention; 0.56 to 0.80 in the H100 fits, lower where chunks are short. */
  attention: 0.5,
  /** What the kernels of a mixture of experts reach of the two above. */
  moe: { bandwidth: 0.9, flop: 0.35 },
  /** Of each step, whatever it holds: medians of the vLLM fits, 1.66 ms and 36.6 us. */
  stepUs: 1660,
  layerUs: 36.6,
  /** Scheduling, sampling and output of one sequence; median of the vLLM fits 40.9 us, less the head, counted apart. */
  sequenceUs: 38,
} as const;

/** All-reduce: share of the link's rate reached (null: fitted), and latency of one, which on PCIe grows with every further card. */
const LINKS: Readonly<
  Record<Link['kind'], { readonly efficiency: number | null; readonly latencyUs: number; readonly perDeviceUs: number }>
> = {
  // Latency: median of the fits, 5.65 us.
  nvlink: { efficiency: null, latencyUs: 6, perDeviceUs: 0 },
  // aiconfigurator tables: 16 of 32 GB/s on two L40S, 29 and 23 of 64 on four and eight RTX PRO 6000, whose smallest
  // steps cost 16, 43 and 63 us per all-reduce on 2, 4 and 8 cards.
  pcie: { efficiency: 0.45, latencyUs: 0, perDeviceUs: 9 },
  // Assumed: Ethernet-class latency through the host.
  network: { efficiency: 0.6, latencyUs: 30, perDeviceUs: 10 },
};

interface RooflineRequest {
  readonly device: DeviceClass;
  readonly llm: LlmModel;
  readonly weights: Precision;
  readonly kv: Precision;
  readonly devices: number;
  readonly mixedDecodeFactor: number;
  readonly host: StepCoefficients['host'];
  /** Absent: nothing of the kind was served. */
  readonly served?: ServedShare;
}

/**
 * Step time from data sheet and geometry.
 *
 * The table by T holds the larger of reading the weights (of a mixture of experts the distinct ones that T tokens touch)
 * and multiplying them; everything else is linear. null: bandwidth or peak of the device is unknown.
 */
export function rooflineCoefficients(request: RooflineRequest): StepCoefficients | null {
  const { device, llm, weights, devices, served = AS_GIVEN } = request;
  const peak = peakFlops(device, weights);
  const bf16Peak = peakFlops(device, 'bf16');
  if (device.bandwidthBytesPerSecond === null || peak === null || bf16Peak === null) return null;
  const bandwidth =
    device.bandwidthBytesPerSecond.value * (device.bandwidthEfficiency?.value ?? EFFICIENCY.bandwidth) * devices;
  const runsIn = device.tflops[weights] === undefined ? 'bf16' : weights;
  const flops = peak * EFFICIENCY.flop[runsIn] * devices;
  const kernels = llm.moe === null ? { bandwidth: 1, flop: 1 } : EFFICIENCY.moe;
  const kvRead = kvReadBytes(llm, request.kv, devices);
  const eightBit = request.kv === 'fp8' ? served.eightBitKv : 1;
  const exchange = allReduce(device, llm, devices, served.nvlinkEfficiency);
  const headSeconds = (2 * embeddingParameters(llm)) / flops;
  return {
    basePs: ps((EFFICIENCY.stepUs + llm.layers * EFFICIENCY.layerUs) / 1e6 + exchange.stepSeconds),
    prefillTokenPs: ps(exchange.tokenSeconds),
    sequencePs: ps(
      EFFICIENCY.sequenceUs / 1e6 + exchange.tokenSeconds + headSeconds + (kvRead.perSequence * devices) / bandwidth,
    ),
    kvTokenPs: ps((kvRead.perToken * devices * eightBit) / bandwidth),
    halfChunkPs: ps(attentionFlops(llm) / (bf16Peak * EFFICIENCY.attention * devices)),
    mixedDecodeFactor: request.mixedDecodeFactor,
    table: weightTable(
      llm,
      (served.reads * bytesPerParameter(llm, weights)) / (bandwidth * kernels.bandwidth),
      (served.products * 2 * bodyParameters(llm)) / (flops * kernels.flop),
    ),
    host: request.host,
  };
}

/** Two all-reduces a layer of one activation a token, as a ring moves them: 2(n-1)/n of the bytes over each link. */
function allReduce(
  device: DeviceClass,
  llm: LlmModel,
  devices: number,
  nvlinkEfficiency: number,
): { readonly stepSeconds: number; readonly tokenSeconds: number } {
  if (devices === 1 || device.link === null) return { stepSeconds: 0, tokenSeconds: 0 };
  const { efficiency, latencyUs, perDeviceUs } = LINKS[device.link.kind];
  const rate = device.link.bytesPerSecond.value * (efficiency ?? nvlinkEfficiency);
  const count = 2 * llm.layers;
  const bytes = 2 * llm.hidden * ((2 * (devices - 1)) / devices);
  return {
    stepSeconds: (count * (latencyUs + perDeviceUs * (devices - 1))) / 1e6,
    tokenSeconds: (count * bytes) / rate,
  };
}

/** Max of reading and multiplying by T: two straight pieces for a dense model, a sampled curve for experts. */
function weightTable(llm: LlmModel, secondsPerParameter: number, secondsPerToken: number): StepCoefficients['table'] {
  const at = (tokens: number): number =>
    ps(Math.max(parametersRead(llm, tokens) * secondsPerParameter, tokens * secondsPerToken));
  if (llm.moe !== null) return TABLE_TOKENS.map((tokens) => [tokens, at(tokens)]);
  const knee = (parametersRead(llm, 1) * secondsPerParameter) / secondsPerToken;
  return [
    [knee, at(knee)],
    [2 * knee, at(2 * knee)],
  ];
}

/** Of one unit of Q2: scores and values, 2 FLOP a product, over half of the square (causal), all layers. */
function attentionFlops(llm: LlmModel): number {
  const layers = llm.kv.kind === 'none' ? llm.layers : llm.kv.layers;
  return 2 * llm.heads * llm.headDim * layers;
}

const ps = (seconds: number): number => Math.round(seconds * 1e12);
