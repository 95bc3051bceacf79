import { type KvCapacity, type KvRequest, kvCapacity } from './kv-capacity.js';
import type { LlmModel } from './llm.js';
import type { Precision } from './scenario.js';

const BITS: Readonly<Record<Precision, number>> = { bf16: 16, fp8: 8, int4: 4, fp4: 4 };
/** Share of all memory that the default precision leaves for KV. */
const KV_SHARE = 0.1;

export type Place = Omit<KvRequest, 'precision'> & { readonly kv: Precision };

type PrecisionChoice =
  | {
      readonly fits: true;
      readonly weights: Precision;
      readonly capacity: KvCapacity & { readonly fits: true };
      readonly note: string | null;
    }
  | { readonly fits: false; readonly message: string };

/** Were weights as wide as this ever published? */
export function exceedsNative(llm: LlmModel, precision: Precision): boolean {
  return BITS[precision] > BITS[llm.nativePrecision];
}

/**
 * The widest of bf16, fp8 and four bits that fits with a tenth of the memory left for KV, never wider than the published
 * weights; where none leaves a tenth, the narrowest if it fits at all. Four bits are fp4 where the device multiplies it.
 */
export function widestPrecision(place: Place, multipliesFp4: boolean): PrecisionChoice {
  const { llm } = place;
  const fourBits = BITS[llm.nativePrecision] === 4 ? llm.nativePrecision : multipliesFp4 ? 'fp4' : 'int4';
  const candidates = (['bf16', 'fp8', fourBits] as const).filter((precision) => !exceedsNative(llm, precision));
  const tooWide: string[] = [];
  for (const [index, weights] of candidates.entries()) {
    const capacity = kvCapacity({ ...place, precision: { weights, kv: place.kv } });
    const isLast = index === candidates.length - 1;
    const leavesRoom = capacity.fits && capacity.kvBytesPerDevice >= KV_SHARE * place.memoryBytes;
    if (capacity.fits && (leavesRoom || isLast))
      return { fits: true, weights, capacity, note: choiceNote(weights, tooWide) };
    tooWide.push(capacity.fits ? `${weights} leaves less than a tenth of the memory for KV` : capacity.message);
  }
  return { fits: false, message: tooWide.join('; ') };
}

function choiceNote(weights: Precision, tooWide: readonly string[]): string | null {
  return tooWide.length === 0 ? null : `weights in ${weights}: ${tooWide.join('; ')}`;
}
