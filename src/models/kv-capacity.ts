import { kvBytesPerToken, type LlmModel, weightBytes } from './llm.js';
import type { Precision } from './scenario.js';
import { formatCount } from './units.js';

/**
 * Taken before KV blocks besides weights and activations: CUDA graphs and context. Chosen so that a run whose block count
 * is published (LLMServingSim: RTX 4090, Llama-3.1-8B, vLLM 0.19.0, utilisation 0.9, 2,588 blocks) is met within 0.2 %.
 */
const FIXED_RESERVE_BYTES = 800_000_000;
/** Buffers of the all-reduces, where there are several devices; chosen on two runs on H100 (BLIS, see docs/accuracy.md). */
const COMMUNICATION_BYTES = 200_000_000;
/** Activations alive at the peak of the profiling step, in vectors of the hidden size per token; bf16. Assumed. */
const ACTIVATION_VECTORS = 10;
/** Logits of the profiling step: one row a seat in 32 bits, and a sorted copy for sampling. Assumed. */
const LOGIT_COPIES = 2;
/** Sequences whose windows or recurrent states are held beside the blocks. Assumed: more rarely run at once. */
const STATEFUL_SEQUENCES = 64;

export interface KvRequest {
  readonly llm: LlmModel;
  readonly precision: { readonly weights: Precision; readonly kv: Precision };
  /** Other models in the same memory, with the precision of their weights: what all of them leave is shared equally. */
  readonly beside?: readonly { readonly llm: LlmModel; readonly weights: Precision }[];
  readonly devices: number;
  /** Per device. */
  readonly memoryBytes: number;
  readonly memoryShare: number;
  readonly blockSize: number;
  readonly maxNumBatchedTokens: number;
  readonly maxNumSeqs: number;
}

export type KvCapacity =
  /** `kvBlocks` includes the null block, which no request can use; null: the model keeps no KV. */
  | {
      readonly fits: true;
      readonly kvBlocks: number | null;
      readonly kvBytesPerDevice: number;
      /** How it was worked out, over all devices. */
      readonly arithmetic: string;
    }
  | { readonly fits: false; readonly message: string };

/** Blocks per device as vLLM counts them: what its share of memory leaves after weights, activations and reserve. */
export function kvCapacity(request: KvRequest): KvCapacity {
  const { llm, precision, devices, memoryBytes, memoryShare, blockSize } = request;
  const available = Math.ceil(memoryBytes * memoryShare);
  const weights = weightBytes(llm, precision.weights);
  const reserve = reserveBytes(request);
  const { beside = [] } = request;
  const others = beside.reduce(
    (sum, other) => sum + weightBytes(other.llm, other.weights) / devices + reserveBytes({ ...request, ...other }),
    0,
  );
  const left = Math.floor((available - weights / devices - reserve - others) / (1 + beside.length));
  const pageBytes = kvBytesPerToken(llm, precision.kv, devices) * blockSize;
  const have = `${devices} x ${gib(memoryBytes)} GiB x ${memoryShare} = ${gb(available * devices)} GB`;
  if (left < pageBytes || left <= 0) {
    const need = `${llm.id} in ${precision.weights} needs ${gb(weights)} GB of weights`;
    const rest = `activations and reserve take ${gb(reserve * devices)} GB more`;
    const besides = beside.length === 0 ? '' : `, the pool's other models ${gb(others * devices)} GB`;
    return { fits: false, message: `${need}; ${have}, and ${rest}${besides}` };
  }
  const kvBlocks = pageBytes === 0 ? null : Math.floor(left / pageBytes) + 1;
  const shared =
    beside.length === 0 ? '' : ` and ${gb(others * devices)} GB of other models, shared by ${1 + beside.length},`;
  const taken = `less ${gb(weights)} GB of weights and ${gb(reserve * devices)} GB of activations and reserve${shared}`;
  const blocks =
    kvBlocks === null
      ? 'the model keeps no KV'
      : `at ${(pageBytes * devices) / blockSize} bytes a token and ${blockSize} tokens a block, ${formatCount(kvBlocks - 1)} blocks`;
  const arithmetic = `${have}, ${taken}${shared === '' ? ',' : ''} leaves ${gb(left * devices)} GB; ${blocks}`;
  return { fits: true, kvBlocks, kvBytesPerDevice: left, arithmetic };
}

/** Per device. */
function reserveBytes({ llm, devices, maxNumBatchedTokens, maxNumSeqs }: KvRequest): number {
  const communication = devices > 1 ? COMMUNICATION_BYTES : 0;
  const activations = maxNumBatchedTokens * llm.hidden * 2 * ACTIVATION_VECTORS;
  const logits = Math.min(maxNumSeqs, maxNumBatchedTokens) * llm.vocabulary * 4 * LOGIT_COPIES;
  const states = (Math.min(maxNumSeqs, STATEFUL_SEQUENCES) * llm.constantStateBytes) / devices;
  return FIXED_RESERVE_BYTES + communication + activations + logits + states;
}

const gb = (bytes: number): string => (bytes / 1e9).toFixed(1);
const gib = (bytes: number): string => String(Number((bytes / 1_073_741_824).toFixed(1)));
