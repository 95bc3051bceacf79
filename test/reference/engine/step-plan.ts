import type { Sequence } from '../../../src/sim/engine/sequence.js';

/**
 * What one step does: which sequences get how many tokens, running ones first, then admissions.
 * The scheduler owns two plans and uses them in turn, so a plan is good until the next but one is made.
 */
export class StepPlan {
  count = 0;
  readonly sequences: Sequence[] = [];
  readonly tokens: number[] = [];
  /** Does the sequence make a token at the end of this step? */
  readonly makesToken: boolean[] = [];
  /** Entries from here on were admitted by this step. */
  firstAdmission = 0;
  /** In the order in which it happened. */
  readonly preempted: Sequence[] = [];
  /** Filled when the step is applied, in schedule order. */
  readonly finished: Sequence[] = [];

  /** Prefix-cache tokens of this step's admissions. */
  cachedTokens = 0;
  /** What the duration of the step depends on; the words of models/step-time. */
  prefillTokens = 0;
  prefillChunks = 0;
  /** Sum of chunk * (2 * prefix + chunk) over the prefill chunks. */
  twiceChunkWork = 0;
  decodes = 0;
  /** Sum of the decodes' contexts, the token being computed included; and the longest. */
  kvTokens = 0;
  longestContext = 0;

  /** Old entries beyond `count` stay in the arrays: shrinking them would make every step allocate them anew. */
  reset(): void {
    this.count = 0;
    this.firstAdmission = 0;
    if (this.preempted.length > 0) this.preempted.length = 0;
    if (this.finished.length > 0) this.finished.length = 0;
    this.cachedTokens = 0;
    this.prefillTokens = 0;
    this.prefillChunks = 0;
    this.twiceChunkWork = 0;
    this.decodes = 0;
    this.kvTokens = 0;
    this.longestContext = 0;
  }

  add(sequence: Sequence, tokens: number): void {
    this.sequences[this.count] = sequence;
    this.tokens[this.count] = tokens;
    this.count++;
  }

  /** Takes a sequence out again; the tokens it had been given, 0 when it is not in the plan. */
  remove(sequence: Sequence): number {
    let index = this.count - 1;
    while (index >= 0 && this.sequences[index] !== sequence) index--;
    if (index < 0) return 0;
    const tokens = this.tokens[index]!;
    this.count--;
    for (let at = index; at < this.count; at++) {
      this.sequences[at] = this.sequences[at + 1]!;
      this.tokens[at] = this.tokens[at + 1]!;
    }
    return tokens;
  }
}
