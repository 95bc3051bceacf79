import type { NodePower } from './power.js';
import { type StepCoefficients, tableAt } from './step-time.js';

/**
 * What a step does. Of several like steps: what the first does; contexts grow by `decodes` from step to step, and where
 * there are prefill tokens, they are a chunk of one prompt that goes on for as many in each step.
 */
export interface StepFeatures {
  readonly prefillTokens: number;
  readonly twiceChunkWork: number;
  readonly decodes: number;
  readonly kvTokens: number;
}

/**
 * What a step draws above the node's active watts, in whole nanojoules, so that a run of steps has the same energy
 * wherever it is cut.
 *
 * A step is phases one after another: its tokens through the weights, its contexts, its chunks' attention. Each draws
 * what its work takes, but never more than the cap allows for as long as the phase lasts. So the cap holds for every
 * step, and the energy of steps that merely decode stays linear in their contexts: a run has a closed form. Step times
 * were measured under the cap and are not slowed again.
 */
export class StepEnergy {
  /** What the cap leaves above the active watts, per picosecond. */
  private readonly roomNjPerPs: number;
  /** All tokens of a step through the weights, before the cap: time and work without the sequences' own, by T if curved. */
  private readonly fixedPs: Float64Array;
  private readonly fixedNj: Float64Array;
  private readonly isStraight: boolean;
  /** Without curves: of a step, and of each of its tokens. */
  private readonly basePs: number;
  private readonly baseNj: number;
  private readonly tokenNj: number;
  private readonly prefillTokenPs: number;
  private readonly sequencePs: number;
  /** The same of T decodes and nothing else, under the cap. */
  private readonly decodeNj: Float64Array;
  private readonly kvPs: number;
  private readonly kvNj: number;
  private readonly halfChunkNj: number;
  /** Of a sequence in a step and of its tokens, no cap applied; 0: nothing of the kind was measured. */
  private readonly sequenceOwnNj: number;
  private readonly tokenOwnNj: number;
  private readonly kvOwnNj: number;
  private readonly halfChunkOwnNj: number;
  /** Watts by the number of sequences are all that was measured. */
  private readonly isByBatch: boolean;

  constructor(
    private readonly power: NodePower,
    private readonly time: StepCoefficients,
    /** The largest T asked for often; larger ones are computed afresh. */
    maxTokens: number,
  ) {
    // See StepTime.
    this.roomNjPerPs = 0.5;
    this.kvPs = 0.5;
    this.kvNj = 0.5;
    this.halfChunkNj = 0.5;
    this.sequenceOwnNj = 0.5;
    this.tokenOwnNj = 0.5;
    this.kvOwnNj = 0.5;
    this.halfChunkOwnNj = 0.5;
    this.basePs = 0.5;
    this.baseNj = 0.5;
    this.tokenNj = 0.5;
    this.prefillTokenPs = 0.5;
    this.sequencePs = 0.5;

    const { work } = power;
    const own = work?.kind === 'work' ? work : { sequenceNj: 0, tokenNj: 0, kvTokenNj: 0, halfChunkNj: 0 };
    this.sequenceOwnNj = own.sequenceNj;
    this.tokenOwnNj = own.tokenNj;
    this.kvOwnNj = own.kvTokenNj;
    this.halfChunkOwnNj = own.halfChunkNj;
    this.isByBatch = work?.kind === 'log2';
    this.roomNjPerPs = Math.max(0, power.tdpWatts - power.activeWatts) * NJ_PER_WATT_PS;
    // Contexts beside a prefill take longer; that is a delay and moves no more bytes.
    this.kvPs = time.kvTokenPs * Math.min(1, time.mixedDecodeFactor);
    this.kvNj = this.capped(own.kvTokenNj, this.kvPs);
    this.halfChunkNj = this.capped(own.halfChunkNj, time.halfChunkPs);
    this.basePs = time.basePs;
    this.baseNj = work?.kind === 'work' ? work.baseNj : 0;
    this.tokenNj = work?.kind === 'work' ? work.tokenNj : 0;
    this.prefillTokenPs = time.prefillTokenPs;
    this.sequencePs = time.sequencePs;
    const isCurved = time.table !== null || (work?.kind === 'work' && work.table !== null);
    this.isStraight = !isCurved && !this.isByBatch;
    const size = Math.min(maxTokens, MOST_TOKENS) + 1;
    this.fixedPs = new Float64Array(isCurved ? size : 0);
    this.fixedNj = new Float64Array(isCurved ? size : 0);
    for (let T = 0; T < this.fixedPs.length; T++) {
      this.fixedPs[T] = this.psOf(T);
      this.fixedNj[T] = this.njOf(T);
    }
    this.decodeNj = new Float64Array(size);
    for (let T = 0; T < size; T++) this.decodeNj[T] = this.tokensNj(0, T);
  }

  /** Of one step. */
  stepNj(step: StepFeatures): number {
    const { prefillTokens, decodes, kvTokens } = step;
    const contextsNj = this.contextNj(decodes) * kvTokens;
    if (prefillTokens === 0) return (this.decodeNj[decodes] ?? this.tokensNj(0, decodes)) + contextsNj;
    return this.tokensNj(prefillTokens, decodes) + contextsNj + this.chunkNj(decodes) * step.twiceChunkWork;
  }

  /** By how much each of a run of like steps draws more than the one before: contexts grow by a token, a prompt by its chunk. */
  slopeNj({ prefillTokens, decodes }: StepFeatures): number {
    const contextsNj = this.contextNj(decodes) * decodes;
    return prefillTokens === 0 ? contextsNj : contextsNj + this.chunkNj(decodes) * 2 * prefillTokens * prefillTokens;
  }

  /**
   * Adds what an attempt's own tokens take to one of the sums: a large number handed back would cost an allocation. The weights,
   * which all in a step share, are left out, and the cap is.
   */
  addOwnNj(sums: Float64Array, at: number, promptTokens: number, cachedTokens: number, outputTokens: number): void {
    const decodes = outputTokens > 1 ? outputTokens - 1 : 0;
    const contexts = decodes * promptTokens + (decodes * outputTokens) / 2;
    sums[at]! +=
      this.tokenOwnNj * (promptTokens - cachedTokens + decodes) +
      this.sequenceOwnNj * decodes +
      this.kvOwnNj * contexts +
      this.halfChunkOwnNj * (promptTokens * promptTokens - cachedTokens * cachedTokens);
  }

  private chunkNj(decodes: number): number {
    return this.isByBatch === true ? this.byBatch(this.time.halfChunkPs, decodes + 1) : this.halfChunkNj;
  }

  private contextNj(decodes: number): number {
    return this.isByBatch === true ? this.byBatch(this.kvPs, decodes) : this.kvNj;
  }

  /** Short, so that it is inlined: mostly all is straight. */
  private tokensNj(prefillTokens: number, decodes: number): number {
    if (this.isStraight === false) return this.curvedNj(prefillTokens, decodes);
    const workNj = this.baseNj + this.tokenNj * (prefillTokens + decodes) + this.sequenceOwnNj * decodes;
    return this.capped(workNj, this.basePs + this.prefillTokenPs * prefillTokens + this.sequencePs * decodes);
  }

  private curvedNj(prefillTokens: number, decodes: number): number {
    const T = prefillTokens + decodes;
    const ps = (this.fixedPs[T] ?? this.psOf(T)) + this.prefillTokenPs * prefillTokens + this.sequencePs * decodes;
    if (this.isByBatch) return this.byBatch(ps, prefillTokens > 0 ? decodes + 1 : decodes);
    return this.capped((this.fixedNj[T] ?? this.njOf(T)) + this.sequenceOwnNj * decodes, ps);
  }

  private psOf(tokens: number): number {
    return this.time.basePs + tableAt(this.time.table, tokens);
  }

  private njOf(tokens: number): number {
    const { work } = this.power;
    return work?.kind === 'work' ? work.baseNj + tableAt(work.table, tokens) + work.tokenNj * tokens : 0;
  }

  private capped(workNj: number, ps: number): number {
    return Math.floor(Math.min(workNj, this.roomNjPerPs * ps, MOST_NJ));
  }

  private byBatch(ps: number, sequences: number): number {
    const { work, activeWatts } = this.power;
    if (work?.kind !== 'log2') return 0;
    const watts = work.singleWatts + (work.perDoublingWatts * Math.log(Math.max(1, sequences))) / Math.LN2;
    return this.capped(Math.max(0, watts - activeWatts) * NJ_PER_WATT_PS * ps, ps);
  }
}

/** One watt for one picosecond, in nanojoules. */
const NJ_PER_WATT_PS = 1e-3;
const MOST_TOKENS = 8192;
/** A megajoule a phase: beyond any step of any machine, and far below where sums would lose units. */
const MOST_NJ = 1e15;
