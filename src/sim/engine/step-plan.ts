import { expectLarge } from '../core/expect-large.js';
import { objectList } from '../core/lists.js';
import type { Sequence } from './sequence.js';

/**
 * What lives within one step boundary only. No boundary is interrupted by another engine's, so all engines share it: a thousand
 * nodes touch less memory.
 */
const preempted = objectList<Sequence>();
const finished = objectList<Sequence>();
const admissions = { first: 0, cachedTokens: 0 };

/**
 * What one step does: one token for each steady sequence, and a list of who else gets how many, running ones first,
 * then admissions. A scheduler uses its plans again: a plan is good until it has been applied.
 */
export class StepPlan {
  /** Steady sequences that are part of the step. */
  steady = 0;
  /** Entries of the list. */
  count = 0;

  /** What the duration of the step depends on; the words of models/step-time. */
  decodes = 0;
  /** Sum of the decodes' contexts, the token being computed included. */
  kvTokens = 0;
  prefillTokens = 0;
  prefillChunks = 0;
  /** Sum of chunk * (2 * prefix + chunk) over the prefill chunks. */
  twiceChunkWork = 0;
  /** Of the decodes, where that is asked for. */
  longestContext = 0;

  /** Counted from 1 over the steps that do something. */
  number = 0;
  /** Has anything been put into the list? It may have been taken out again. */
  private hasList = false;
  readonly sequences = objectList<Sequence>();
  /** By entry: twice its tokens, and one more if it makes a token at the end of this step. */
  private readonly shares: number[] = [];

  /** In the order in which it happened; good until anything else is planned. */
  get preempted(): Sequence[] {
    return preempted;
  }

  /** Entries from here on were admitted by this step; good until anything else is planned. */
  get firstAdmission(): number {
    return admissions.first;
  }

  set firstAdmission(entry: number) {
    admissions.first = entry;
  }

  /** Prefix-cache tokens of this step's admissions; good until anything else is planned. */
  get cachedTokens(): number {
    return admissions.cachedTokens;
  }

  set cachedTokens(tokens: number) {
    admissions.cachedTokens = tokens;
  }

  /** Filled when the step is applied, in schedule order; good until anything else is applied. */
  get finished(): Sequence[] {
    return finished;
  }

  tokensOf(index: number): number {
    return this.shares[index]! >> 1;
  }

  /** Does the sequence make a token at the end of this step? */
  makesToken(index: number): boolean {
    return (this.shares[index]! & 1) === 1;
  }

  get isEmpty(): boolean {
    return this.count === 0 && this.steady === 0;
  }

  reset(): void {
    // Setting a length is a slow call, so only where there is something.
    if (preempted.length > 0) preempted.length = 0;
    admissions.cachedTokens = 0;
    this.steady = 0;
    this.decodes = 0;
    this.kvTokens = 0;
    this.longestContext = 0;
    if (this.hasList === true) this.resetList();
  }

  private resetList(): void {
    this.hasList = false;
    this.count = 0;
    this.prefillTokens = 0;
    this.prefillChunks = 0;
    this.twiceChunkWork = 0;
  }

  /** It becomes the plan of the step so many steps later, all of them of steady sequences and chunks of one prompt only. */
  pass(steps: number): void {
    this.number += steps;
    this.kvTokens += steps * this.steady;
    if (this.steady > 0) this.longestContext += steps;
    if (this.prefillTokens > 0) this.twiceChunkWork += 2 * steps * this.prefillTokens * this.prefillTokens;
  }

  add(sequence: Sequence, tokens: number): void {
    this.sequences[this.count] = sequence;
    this.shares[this.count] = 2 * tokens;
    this.count++;
    this.hasList = true;
  }

  makeToken(index: number): void {
    this.shares[index]! |= 1;
  }

  /** Takes a sequence out again; the tokens it had been given, 0 when it is not in the plan. */
  remove(sequence: Sequence): number {
    let index = this.count - 1;
    while (index >= 0 && this.sequences[index] !== sequence) index--;
    if (index < 0) return 0;
    const tokens = this.tokensOf(index);
    this.closeUp(index);
    return tokens;
  }

  /** A steady sequence of this step becomes an entry of the list, which is in order of admission. */
  list(sequence: Sequence): void {
    this.hasList = true;
    let index = this.count++;
    for (; index > 0 && this.sequences[index - 1]!.admission > sequence.admission; index--) {
      this.sequences[index] = this.sequences[index - 1]!;
      this.shares[index] = this.shares[index - 1]!;
    }
    this.sequences[index] = sequence;
    this.shares[index] = MERE_DECODE;
    this.steady--;
  }

  /** The other way round; false: the step does not include it as a mere decode. */
  unlist(sequence: Sequence): boolean {
    let index = 0;
    while (index < this.count && this.sequences[index] !== sequence) index++;
    if (index === this.count || this.shares[index] !== MERE_DECODE) return false;
    this.closeUp(index);
    this.steady++;
    return true;
  }

  private closeUp(from: number): void {
    this.count--;
    for (let index = from; index < this.count; index++) {
      this.sequences[index] = this.sequences[index + 1]!;
      this.shares[index] = this.shares[index + 1]!;
    }
  }
}

/** One token computed, and one made. */
const MERE_DECODE = 3;

expectLarge(new StepPlan(), 'twiceChunkWork');
