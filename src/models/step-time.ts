/**
 * How long one engine step takes, in whole picoseconds. Rated, roofline and fitted hardware all end here.
 *
 *   gpu  = base + table(T) + prefillToken*P + sequence*D + kvToken*KV + spreadToken*(longest - KV/D) + halfChunk*Q2
 *   host = host.base + host.sequence*(number of sequences in the step)
 *   step = max(gpu, host) or gpu + host
 *
 * P = prefill tokens, D = decoding sequences, T = P + D, KV = sum of the decodes' contexts,
 * longest = the longest of those contexts, Q2 = sum over prefill chunks of chunk*(2*prefix + chunk), that is twice the
 * attention work of the chunks.
 * When a prefill chunk shares the step with decodes, kvToken and spreadToken are multiplied by mixedDecodeFactor.
 * Coefficients are rounded to whole picoseconds once, at load, so that sums are exact and a run of
 * steps has the same end wherever it is cut.
 */
export interface StepCoefficients {
  readonly basePs: number;
  readonly prefillTokenPs: number;
  readonly sequencePs: number;
  readonly kvTokenPs: number;
  /**
   * For each token by which the longest context of the decodes exceeds their mean: where the others are done, it does not
   * fill the device. Absent: only the sum of contexts counts.
   */
  readonly spreadTokenPs?: number;
  readonly halfChunkPs: number;
  readonly mixedDecodeFactor: number;
  /** Piecewise linear in T between the points, constant before the first, continued beyond the last; null: 0. */
  readonly table: readonly (readonly [tokens: number, ps: number])[] | null;
  readonly host: { readonly basePs: number; readonly sequencePs: number; readonly combine: 'max' | 'sum' };
}

/** The same for a node whose steps, the host's share included, take `factor` times as long. */
export function slowed(coefficients: StepCoefficients, factor: number): StepCoefficients {
  if (factor === 1) return coefficients;
  const slow = (ps: number): number => Math.round(ps * factor);
  const { host, table, spreadTokenPs } = coefficients;
  return {
    basePs: slow(coefficients.basePs),
    prefillTokenPs: slow(coefficients.prefillTokenPs),
    sequencePs: slow(coefficients.sequencePs),
    kvTokenPs: slow(coefficients.kvTokenPs),
    ...(spreadTokenPs === undefined ? {} : { spreadTokenPs: slow(spreadTokenPs) }),
    halfChunkPs: slow(coefficients.halfChunkPs),
    mixedDecodeFactor: coefficients.mixedDecodeFactor,
    table: table === null ? null : table.map(([tokens, ps]) => [tokens, slow(ps)] as const),
    host: { ...host, basePs: slow(host.basePs), sequencePs: slow(host.sequencePs) },
  };
}

/** No step takes longer: a full budget behind the longest prefix, every seat taken, all KV read. Without a slow node's factor. */
export function longestStepPs(step: StepCoefficients, engine: StepBounds): number {
  const { maxNumBatchedTokens, maxNumSeqs, maxModelLen, blockSize, kvBlocks } = engine;
  const kvTokens = Math.min(kvBlocks * blockSize, maxNumSeqs * maxModelLen);
  const gpuPs =
    step.basePs +
    tableAt(step.table, maxNumBatchedTokens + maxNumSeqs) +
    step.prefillTokenPs * maxNumBatchedTokens +
    Math.max(0, step.sequencePs) * maxNumSeqs +
    step.mixedDecodeFactor * (step.kvTokenPs * kvTokens + (step.spreadTokenPs ?? 0) * maxModelLen) +
    step.halfChunkPs * maxNumBatchedTokens * 2 * maxModelLen;
  return gpuPs + step.host.basePs + step.host.sequencePs * maxNumSeqs;
}

interface StepBounds {
  readonly maxNumBatchedTokens: number;
  readonly maxNumSeqs: number;
  readonly maxModelLen: number;
  readonly blockSize: number;
  readonly kvBlocks: number;
}

/** What a step does, as far as its length depends on it. */
export interface StepWork {
  readonly prefillTokens: number;
  readonly twiceChunkWork: number;
  readonly decodes: number;
  readonly kvTokens: number;
  readonly prefillChunks: number;
  /** Of the decodes' contexts; 0: step times do not depend on it. */
  readonly longestContext: number;
}

/** The coefficients made ready for the hot path: one array look-up and a few products a step. */
export class StepTime {
  /** Of the step measured last. */
  measuredPs = 0.5;
  readonly kvTokenPs: number;
  /** kvTokenPs of a step that also carries a prefill chunk. */
  readonly mixedKvTokenPs: number;
  readonly combine: 'max' | 'sum';
  /** Does a step depend on how its contexts differ? */
  readonly countsSpread: boolean;
  private readonly spreadTokenPs: number;
  private readonly mixedSpreadTokenPs: number;
  private readonly basePs: number;
  private readonly prefillTokenPs: number;
  private readonly sequencePs: number;
  private readonly halfChunkPs: number;
  private readonly hostBasePs: number;
  private readonly hostSequencePs: number;
  private readonly points: StepCoefficients['table'];
  /** base + table(T) by T; integers, exact as doubles. Where there is no table it is empty, and nothing but base. */
  private readonly fixedPs: Float64Array;
  private readonly isCurved: boolean;

  /** `maxTokens`: the largest T asked for often, the token budget of a step. Larger T is computed afresh. */
  constructor(coefficients: StepCoefficients, maxTokens: number) {
    // A field that begins with a fraction is laid out for doubles. Otherwise V8 multiplies small whole numbers as such, until
    // a product outgrows 31 bits in the middle of a run and the code is thrown away.
    this.kvTokenPs = 0.5;
    this.mixedKvTokenPs = 0.5;
    this.spreadTokenPs = 0.5;
    this.mixedSpreadTokenPs = 0.5;
    this.basePs = 0.5;
    this.prefillTokenPs = 0.5;
    this.sequencePs = 0.5;
    this.halfChunkPs = 0.5;
    this.hostBasePs = 0.5;
    this.hostSequencePs = 0.5;

    this.kvTokenPs = coefficients.kvTokenPs;
    this.mixedKvTokenPs = Math.round(coefficients.kvTokenPs * coefficients.mixedDecodeFactor);
    this.combine = coefficients.host.combine;
    this.spreadTokenPs = coefficients.spreadTokenPs ?? 0;
    this.mixedSpreadTokenPs = this.spreadTokenPs * coefficients.mixedDecodeFactor;
    this.countsSpread = this.spreadTokenPs > 0;
    this.basePs = coefficients.basePs;
    this.prefillTokenPs = coefficients.prefillTokenPs;
    this.sequencePs = coefficients.sequencePs;
    this.halfChunkPs = coefficients.halfChunkPs;
    this.hostBasePs = coefficients.host.basePs;
    this.hostSequencePs = coefficients.host.sequencePs;
    this.points = coefficients.table;
    this.isCurved = this.points !== null;
    this.fixedPs = new Float64Array(this.isCurved ? maxTokens + 1 : 0);
    for (let tokens = 0; tokens < this.fixedPs.length; tokens++) {
      this.fixedPs[tokens] = this.basePs + Math.round(tableAt(this.points, tokens));
    }
  }

  /**
   * A whole step. `chunks`: how many of its sequences prefill; they count in the host's share. `longest`: of the contexts;
   * 0: they do not differ.
   */
  stepPs(P: number, Q2: number, D: number, KV: number, chunks: number = P > 0 ? 1 : 0, longest = 0): number {
    this.measure(stepWork(P, Q2, D, KV, chunks, longest));
    return this.measuredPs;
  }

  /** The same of a step that is described in one object, into `measuredPs`: a large number costs no allocation in a field. */
  measure(step: StepWork): void {
    const gpuPs = this.devicePsOf(step);
    const hostPs = this.hostPs(step.decodes + step.prefillChunks);
    this.measuredPs = this.combine === 'sum' ? gpuPs + hostPs : Math.max(gpuPs, hostPs);
  }

  /** The device's share of it. */
  devicePs(P: number, Q2: number, D: number, KV: number): number {
    return this.devicePsOf(stepWork(P, Q2, D, KV, 0, 0));
  }

  /** The same of a step that is described in one object. */
  devicePsOf(step: StepWork): number {
    const { prefillTokens: P, decodes: D, kvTokens: KV } = step;
    const evenPs = this.fixedAt(P + D) + this.sequencePs * D + this.contentsPs(step);
    return this.countsSpread && step.longestContext > 0
      ? evenPs + this.spreadPs(P, D, step.longestContext * D - KV)
      : evenPs;
  }

  /** Large numbers of a plan are kept apart from it, so the work of its chunks is looked at only where there is one. */
  private contentsPs(step: StepWork): number {
    const { prefillTokens: P, kvTokens: KV } = step;
    if (P === 0) return this.kvTokenPs * KV;
    return this.prefillTokenPs * P + this.mixedKvTokenPs * KV + this.halfChunkPs * step.twiceChunkWork;
  }

  /** By how much it grows from one step to the next where contexts grow by a token and one prompt by a chunk of P. */
  slopePs(P: number, D: number): number {
    if (P === 0) return this.kvTokenPs * D;
    return this.mixedKvTokenPs * D + this.halfChunkPs * 2 * P * P;
  }

  /** The same in each of a run of like steps: all contexts grow alike. `excess`: of the longest over the others, added up. */
  private spreadPs(P: number, D: number, excess: number): number {
    return Math.round(((P > 0 ? this.mixedSpreadTokenPs : this.spreadTokenPs) * excess) / D);
  }

  hostPs(sequences: number): number {
    return this.hostBasePs + this.hostSequencePs * sequences;
  }

  private fixedAt(tokens: number): number {
    if (this.isCurved === false) return this.basePs;
    if (tokens < this.fixedPs.length) return this.fixedPs[tokens]!;
    return this.basePs + Math.round(tableAt(this.points, tokens));
  }
}

function stepWork(P: number, Q2: number, D: number, KV: number, chunks: number, longest: number): StepWork {
  return {
    prefillTokens: P,
    twiceChunkWork: Q2,
    decodes: D,
    kvTokens: KV,
    prefillChunks: chunks,
    longestContext: longest,
  };
}

/** The table's value at T tokens, not rounded; T need not be whole. */
export function tableAt(points: StepCoefficients['table'], tokens: number): number {
  if (points === null || points.length === 0) return 0;
  if (points.length === 1 || tokens <= points[0]![0]) return points[0]![1];
  let right = 1;
  while (right < points.length - 1 && points[right]![0] < tokens) right++;
  const [leftTokens, leftPs] = points[right - 1]!;
  const [rightTokens, rightPs] = points[right]!;
  return leftPs + ((rightPs - leftPs) * (tokens - leftTokens)) / (rightTokens - leftTokens);
}

/** Token counts at which curved tables are sampled: straight between them, a saturating curve is off by under 0.2 %. */
export const TABLE_TOKENS: readonly number[] = sampleTokens(16_384);

function sampleTokens(last: number): readonly number[] {
  const samples = [0];
  for (let tokens = 1; tokens < last; tokens = tokens < 16 ? tokens + 1 : Math.ceil(tokens * 1.1)) samples.push(tokens);
  samples.push(last);
  return samples;
}
