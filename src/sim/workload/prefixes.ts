import type { SharedPrefix } from '../../models/scenario.js';
import { cumulativeWeights, drawIndex, zipfWeights } from '../core/distributions.js';
import type { RandomStream } from '../core/random.js';

/** Which common text a prompt of one class begins with, and how much of it. */
export class PrefixSampler {
  /** The family drawn last: prompts of one family share their first tokens. */
  family = 0;
  /** Prompt tokens taken from the family's text. */
  sharedTokens = 0;

  private readonly spec: SharedPrefix;
  private readonly stream: RandomStream;
  /** Popularity of the families; empty where there is one only. */
  private readonly cumulative: Float64Array;

  constructor(spec: SharedPrefix, stream: RandomStream) {
    this.spec = spec;
    this.stream = stream;
    this.cumulative = cumulativeWeights(spec.kind === 'families' ? zipfWeights(spec.families, spec.zipf) : []);
  }

  /** Sets `family` and `sharedTokens` for the next prompt. A plain share draws nothing from the stream. */
  draw(promptTokens: number): void {
    if (this.spec.kind === 'families') this.family = drawIndex(this.stream, this.cumulative);
    this.sharedTokens = this.sharedOf(promptTokens);
  }

  /** How much of a prompt comes from the common text. */
  sharedOf(promptTokens: number): number {
    const spec = this.spec;
    if (spec.kind === 'families') return Math.min(spec.tokens, promptTokens);
    // The small surplus keeps products such as 0.29 * 100 = 28.999999999999996 at the whole number meant.
    return Math.min(promptTokens, Math.floor(spec.share * promptTokens + 1e-6));
  }
}
