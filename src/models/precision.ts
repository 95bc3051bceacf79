import { type KvCapacity, type KvRequest, kvCapacity } from './kv-capacity.js';
import type { LlmModel } from './llm.js';
import type { Precision } from './scenario.js';

const BITS: Readonly<Record<Precision, number>> = { bf16: 16, fp8: 8, int4: 4, fp4: 4 };
/** Share of all memory that the default precision leaves for KV. */
const KV_SHARE = 0.1;

export type Place = Omit<KvRequest, 'precision' | 'beside'> & {
  readonly kv: Precision;
  /** Other models in the same memory; their weights are narrowed together with this one's. */
  readonly beside?: readonly LlmModel[];
};

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
  const { llm, beside = [], kv, ...memory } = place;
  const tooWide: string[] = [];
  for (const width of WIDTHS) {
    const weights = noWiderThan(width, llm, multipliesFp4);
    const others = beside.map((other) => ({ llm: other, weights: noWiderThan(width, other, multipliesFp4) }));
    // Published no wider than that: the same as the trial before.
    if (tooWide.length > 0 && [llm, ...beside].every(({ nativePrecision }) => BITS[nativePrecision] <= width)) continue;
    const capacity = kvCapacity({ ...memory, llm, beside: others, precision: { weights, kv } });
    const isLast = [llm, ...beside].every((one) => BITS[noWiderThan(width, one, multipliesFp4)] === 4);
    const leavesRoom =
      capacity.fits && capacity.kvBytesPerDevice * (1 + beside.length) >= KV_SHARE * memory.memoryBytes;
    if (capacity.fits && (leavesRoom || isLast))
      return { fits: true, weights, capacity, note: choiceNote(weights, tooWide) };
    tooWide.push(capacity.fits ? `${weights} leaves less than a tenth of the memory for KV` : capacity.message);
  }
  return { fits: false, message: tooWide.join('; ') };
}

/** Bits a weight, the widest first. */
const WIDTHS = [16, 8, 4];

function noWiderThan(bits: number, { nativePrecision }: LlmModel, multipliesFp4: boolean): Precision {
  if (BITS[nativePrecision] <= bits) return nativePrecision;
  return bits === 16 ? 'bf16' : bits === 8 ? 'fp8' : multipliesFp4 ? 'fp4' : 'int4';
}

function choiceNote(weights: Precision, tooWide: readonly string[]): string | null {
  return tooWide.length === 0 ? null : `weights in ${weights}: ${tooWide.join('; ')}`;
}
