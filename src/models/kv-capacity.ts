import { kvBytesPerToken, type LlmModel, weightBytes } from './llm.js';
import type { Precision } from './scenario.js';
import { formatCount } from './units.js';

/**
 * Taken before KV blocks besides weights and what a step needs: CUDA graphs and context. Chosen so that a run whose block
 * count is published (LLMServingSim: RTX 4090, Llama-3.1-8B, vLLM 0.19.0, utilisation 0.9, 2,588 blocks) is met within 0.25 %.
 */
const FIXED_RESERVE_BYTES = 800_000_000;
/**
 * Buffers of the all-reduces, where there are several devices. Chosen on six runs on two and four H100 (BLIS, see
 * docs/accuracy.md), which ask for 1.09 to 1.31 GB of both; the four on one ask for 0.69 to 1.30, so more digits would say nothing.
 */
const COMMUNICATION_BYTES = 300_000_000;
/**
 * Activations alive at the peak of the profiling step's forward pass, in vectors of the hidden size per token; bf16. Assumed:
 * input and residual are whole on every device, the feed-forward's 8 are split over them, as its weights are. (Ten on each
 * of four devices would be 0.4 GB more than Llama-3.1-70B with 8,192 tokens took.)
 */
const WHOLE_VECTORS = 2;
const SPLIT_VECTORS = 8;
/**
 * Of those, still alive while the profiling step samples. Each token more took 2.3 of them from Llama-3.1-70B (2,048 to 8,192
 * tokens) and 2.0 from Qwen2.5-7B (1,024 to 2,048), in the same runs.
 */
const SAMPLING_VECTORS = 2;
/**
 * What sampling takes, in copies of the logits in 32 bits: measured for 256 rows of 131,072 by vllm-project/vllm pull request
 * 32558, 1.25 GiB for PyTorch's sort and 384 MiB for a kernel without one. (Peaks logged with 1,024 rows, see docs/accuracy.md,
 * are 9.5 copies, small batches sort with up to 13; the kernel that was merged, 33538, has a buffer of some 80 MiB besides,
 * which the fixed reserve holds.)
 */
const SORTING_COPIES = 10;
const MASKING_COPIES = 3;
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
  /** Version switch, see EngineVersion. */
  readonly sortsLogits: boolean;
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

/** Per device. The profiling step first computes, then samples: the wider of the two counts. */
function reserveBytes(request: KvRequest): number {
  const { llm, devices, maxNumSeqs } = request;
  const communication = devices > 1 ? COMMUNICATION_BYTES : 0;
  const states = (Math.min(maxNumSeqs, STATEFUL_SEQUENCES) * llm.constantStateBytes) / devices;
  return FIXED_RESERVE_BYTES + communication + Math.max(forwardBytes(request), samplingBytes(request)) + states;
}

function forwardBytes({ llm, devices, maxNumBatchedTokens }: KvRequest): number {
  return maxNumBatchedTokens * llm.hidden * 2 * (WHOLE_VECTORS + SPLIT_VECTORS / devices);
}

/** One row of logits a seat. */
function samplingBytes({ llm, maxNumBatchedTokens, maxNumSeqs, sortsLogits }: KvRequest): number {
  const alive = maxNumBatchedTokens * llm.hidden * 2 * SAMPLING_VECTORS;
  const copies = sortsLogits ? SORTING_COPIES : MASKING_COPIES;
  return alive + Math.min(maxNumSeqs, maxNumBatchedTokens) * llm.vocabulary * 4 * copies;
}

const gb = (bytes: number): string => (bytes / 1e9).toFixed(1);
const gib = (bytes: number): string => String(Number((bytes / 1_073_741_824).toFixed(1)));
