import type { Precision } from './scenario.js';

/** The geometry of a language model, as far as time and memory depend on it. */
export interface LlmModel {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** Active counts include embedding and output head; vendors often leave those out. */
  readonly parameters: { readonly total: number; readonly active: number };
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Of the attention products; where queries and values differ (MLA), their mean. */
  readonly headDim: number;
  readonly kv: KvShape;
  /** Read and held per sequence whatever its length: sliding windows, linear-attention state; bytes at bf16. */
  readonly constantStateBytes: number;
  readonly vocabulary: number;
  /** One matrix serves as input embedding and output head. */
  readonly tiedEmbeddings: boolean;
  readonly maxContext: number;
  readonly moe: MoeShape | null;
  /** The widest form in which the weights were published. */
  readonly nativePrecision: Precision;
  /** Real checkpoint sizes where the rule of thumb is off. */
  readonly checkpointBytes: Partial<Readonly<Record<Precision, number>>>;
  /** Id of an older model of the same geometry, whose measurements serve this one too. */
  readonly measuredAs: string | null;
  readonly source: string;
  /** What was not looked up but taken from memory or approximated, in words. */
  readonly assumed: readonly string[];
}

type KvShape =
  /** Keys and values per head, split over the devices of a node. */
  | { readonly kind: 'split'; readonly layers: number; readonly heads: number; readonly headDim: number }
  /** A latent per token (MLA), held whole by every device. */
  | {
      readonly kind: 'replicated';
      readonly layers: number;
      readonly elements: number;
      /** Sparse attention: a key of so many bytes a layer is read for every token, the latent for `window` tokens only. */
      readonly index: { readonly bytes: number; readonly window: number } | null;
    }
  /** An encoder: prefill only, nothing grows. */
  | { readonly kind: 'none' };

interface MoeShape {
  readonly layers: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly parametersPerExpert: number;
  /** What every step reads whatever the routing: attention, shared experts, router, head. */
  readonly alwaysReadParameters: number;
}

/** Names of models that exist but whose geometry is not public: rated hardware can serve them, nothing else. */
export interface OpaqueModel {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly maxContext: number;
  readonly source: string;
}

/**
 * Bytes per parameter. Four-bit forms carry a scale per group: NVFP4 8 bits for 16 values, and grouped INT4
 * (16 bits for 32) comes to the same.
 */
const WEIGHT_BYTES: Readonly<Record<Precision, number>> = { bf16: 2, fp8: 1, int4: 0.5625, fp4: 0.5625 };

const KV_BYTES: Readonly<Record<Precision, number>> = { bf16: 2, fp8: 1, int4: 0.5, fp4: 0.5 };

/** All weights of the model, whole node. */
export function weightBytes(llm: LlmModel, precision: Precision): number {
  return llm.checkpointBytes[precision] ?? llm.parameters.total * WEIGHT_BYTES[precision];
}

/** Bytes that one parameter takes on average, checkpoint sizes included. */
export function bytesPerParameter(llm: LlmModel, precision: Precision): number {
  return weightBytes(llm, precision) / llm.parameters.total;
}

/** What each device holds per token of context: split KV is divided but for the last head, latents are not. */
export function kvBytesPerToken(llm: LlmModel, precision: Precision, devices: number): number {
  const { kv } = llm;
  if (kv.kind === 'none') return 0;
  if (kv.kind === 'replicated') {
    return kv.layers * (kv.elements * KV_BYTES[precision] + (kv.index === null ? 0 : kv.index.bytes));
  }
  return 2 * kv.layers * Math.max(1, kv.heads / devices) * kv.headDim * KV_BYTES[precision];
}

/** What a decode step reads per device: so much for each token of context, and so much for each sequence. */
export function kvReadBytes(
  llm: LlmModel,
  precision: Precision,
  devices: number,
): { readonly perToken: number; readonly perSequence: number } {
  const state = (llm.constantStateBytes * KV_BYTES[precision]) / KV_BYTES.bf16 / devices;
  if (llm.kv.kind === 'replicated' && llm.kv.index !== null) {
    const { layers, elements, index } = llm.kv;
    return {
      perToken: layers * index.bytes,
      perSequence: layers * elements * KV_BYTES[precision] * index.window + state,
    };
  }
  return { perToken: kvBytesPerToken(llm, precision, devices), perSequence: state };
}

export function embeddingParameters(llm: LlmModel): number {
  return llm.vocabulary * llm.hidden;
}

/** Parameters in matrix products of every token: neither the embedding look-up nor the head, which few tokens reach. */
export function bodyParameters(llm: LlmModel): number {
  return llm.parameters.active - embeddingParameters(llm) * (llm.tiedEmbeddings ? 1 : 2);
}

/** Parameters read by a step of T tokens: all but the looked-up embedding; of the experts the distinct ones. */
export function parametersRead(llm: LlmModel, tokens: number): number {
  if (llm.moe === null) return llm.parameters.active - (llm.tiedEmbeddings ? 0 : embeddingParameters(llm));
  const { layers, experts, expertsPerToken, parametersPerExpert, alwaysReadParameters } = llm.moe;
  return (
    alwaysReadParameters + layers * parametersPerExpert * experts * distinctShare(experts, expertsPerToken, tokens)
  );
}

/** Expected share of the experts that T tokens touch under independent routing: 1 - (1 - k/E)^T. */
export function distinctShare(experts: number, perToken: number, tokens: number): number {
  return 1 - Math.exp(tokens * Math.log(1 - perToken / experts));
}
