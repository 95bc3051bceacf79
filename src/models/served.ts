import type { LlmModel } from './llm.js';
import type { Precision } from './scenario.js';

/**
 * What served traffic was seen to cost beside step times put together from kernels or from a data sheet. Fitted to one
 * half of published serving points and judged on the other: accuracy/, docs/accuracy.md.
 */
export interface ServedFit {
  /** Of the device in every step and for each sequence in it, where kernel times are the base: sampling, output. */
  readonly stepUs: number;
  readonly sequenceUs: number;
  /** The host's share of a step. */
  readonly hostStepUs: number;
  readonly hostSequenceUs: number;
  /** Reading an 8-bit cache takes this times half of what a 16-bit one takes. */
  readonly eightBitKv: number;
  /** Share of NVLink's rate that the all-reduces of a roofline reach. */
  readonly nvlinkEfficiency: number;
  readonly factors: readonly ServedFactor[];
}

/** Multiplies the time of matrix products in prefills, and of reading experts; model null: every dense model. */
export type ServedFactor = readonly [
  hardware: string,
  model: string | null,
  precision: Precision,
  products: number,
  reads: number,
];

/** The part of it that one configuration meets. */
export interface ServedShare {
  readonly stepUs: number;
  readonly sequenceUs: number;
  readonly eightBitKv: number;
  readonly nvlinkEfficiency: number;
  readonly products: number;
  readonly reads: number;
}

/** Times taken as they are. */
export const AS_GIVEN: ServedShare = {
  stepUs: 0,
  sequenceUs: 0,
  eightBitKv: 1,
  // microsoft/vidur all-reduce medians (MIT): 337 of 450 GB/s on H100, 173 of 300 on A100.
  nvlinkEfficiency: 0.7,
  products: 1,
  reads: 1,
};

/** Factors are of what was served: this precision on this hardware, and of experts this very model. Elsewhere 1. */
export function servedShare(fit: ServedFit, hardware: string, llm: LlmModel, precision: Precision): ServedShare {
  const { stepUs, sequenceUs, eightBitKv, nvlinkEfficiency } = fit;
  const model = llm.moe === null ? null : (llm.measuredAs ?? llm.id);
  const row = fit.factors.find((one) => one[0] === hardware && one[1] === model && one[2] === precision);
  const [products, reads] = row === undefined ? [1, 1] : [row[3], row[4]];
  return { stepUs, sequenceUs, eightBitKv, nvlinkEfficiency, products, reads };
}
