import { objectList } from '../core/lists.js';
import { boundary } from './boundary.js';
import { FinishHeap } from './finish-heap.js';
import type { Sequence } from './sequence.js';

/**
 * The sequences that get exactly one token in every step. While the set stays as it is, a step differs from the one
 * before only in numbers that can be computed: each sequence's context grows by one, and those whose context reaches
 * a block boundary need a block. So nothing is touched per sequence and step, and any number of steps costs the same.
 *
 * The heap is of those that the next step includes.
 */
export class SteadySet extends FinishHeap {
  /** Steps scheduled so far, and steps applied: fewer by the steps under way. */
  step = 0;
  made = 0;
  /** Has a step been applied since the last was scheduled? */
  hasApplied = false;
  /** Members whose last token is under way: no step includes them any more, but they keep their seats. */
  retired: Sequence[] = NOBODY;
  /** No member was admitted later than this; an upper bound. */
  lastAdmission = -1;
  /** Members whose output others may quote: their blocks are entered as they fill. */
  quotable: Sequence[] = NOBODY;
  /** Sum over members of (computed - step), so that the sum of contexts in step s is this + decoding * s. */
  private offsets = 0;
  /**
   * Members by (computed - step) modulo the block size, the residue, and behind these by group, the retired ones too: one list,
   * so that a thousand nodes touch less memory.
   */
  readonly tallies: number[];
  /** Of a block size that is a power of two: it cuts the residue out of a number. */
  protected readonly mask: number;
  /** The largest (computed - step) among them, unless its member has left; kept for step times that depend on it only. */
  private longest = 0;
  private knowsLongest = false;

  constructor(
    /** Where the groups begin in the tallies. */
    readonly blockSize: number,
    readonly tracksLongest = false,
  ) {
    super();
    this.mask = (blockSize & (blockSize - 1)) === 0 ? blockSize - 1 : -1;
    this.tallies = new Array<number>(blockSize).fill(0);
  }

  /** The sequence has just made a token and lacks only that one; steps under way include it. */
  makeSteady(sequence: Sequence, lastOutput: number): void {
    const offset = sequence.computed - this.step;
    sequence.steadyAt = this.made;
    sequence.computed = offset + this.made;
    sequence.finishStep = this.made + lastOutput - sequence.generated;
    this.offsets += offset;
    this.tallies[this.residueOf(offset)]!++;
    if (this.knowsLongest && offset > this.longest) this.longest = offset;
    this.countIn(sequence.group);
    if (sequence.admission > this.lastAdmission) this.lastAdmission = sequence.admission;
    if (isQuotable(sequence)) this.quotable = withOneMore(this.quotable, sequence);
    this.insert(sequence);
  }

  /** Brings the sequence's own counts up to date and takes it out. */
  takeFromSteady(sequence: Sequence): void {
    if (sequence.isRetired) {
      this.retired.splice(this.retired.indexOf(sequence), 1);
      sequence.isRetired = false;
    } else {
      this.leave(sequence);
    }
    this.tallies[this.blockSize + sequence.group]!--;
    this.bringUpToDate(sequence);
    if (isQuotable(sequence)) this.quotable.splice(this.quotable.indexOf(sequence), 1);
  }

  /** Before a step is scheduled: those whose last token is under way by then take no part in it. */
  retire(): void {
    while (this.decoding > 0 && this.firstFinish <= this.step) {
      const first = this.first!;
      this.leave(first);
      first.isRetired = true;
      this.retired = withOneMore(this.retired, first);
    }
  }

  /** The next member whose last token has been made, or null. */
  get nextFinished(): Sequence | null {
    const retired = this.retired.length > 0 ? this.firstRetired() : null;
    return retired ?? (this.firstFinish === this.made ? this.first : null);
  }

  /** Tokens whose KV is in the cache once the steps under way are done. */
  computedOf(sequence: Sequence): number {
    return sequence.computed + Math.min(this.step, sequence.finishStep) - sequence.steadyAt;
  }

  /**
   * Tokens that count for entering full blocks in the prefix cache. Scheduling a step enters what is known by then,
   * which is one token more than what has come back from earlier steps.
   */
  enteredOf(sequence: Sequence): number {
    const confirmed = sequence.computed + this.made - sequence.steadyAt;
    return this.hasApplied === true || sequence.isRetired ? confirmed : confirmed + 1;
  }

  /** Output tokens made by now, of anybody. */
  generatedOf({ generated, steadyAt }: Sequence): number {
    return steadyAt < 0 ? generated : generated + this.made - steadyAt;
  }

  /** Does step number `step` include the sequence? */
  includes(sequence: Sequence, step: number): boolean {
    return step > sequence.steadyAt && step <= sequence.finishStep;
  }

  /** Contexts of the next step, the token being computed included. */
  get kvTokens(): number {
    return this.offsets + this.decoding * (this.step + 1);
  }

  /** The longest of those contexts; 0: nobody asked for it, or there is none. */
  get longestContext(): number {
    if (!this.tracksLongest || this.decoding === 0) return 0;
    if (!this.knowsLongest) this.findLongest();
    return this.longest + this.step + 1;
  }

  /** Blocks needed in the next step. */
  get blocksForNext(): number {
    // A member computed to c needs a block for its next token when c is a multiple of the block size.
    const { mask, step } = this;
    return this.tallies[mask >= 0 ? -step & mask : this.residueOf(-step)]!;
  }

  /** Blocks needed in the next `steps` steps. */
  blocksFor(steps: number): number {
    const { blockSize, tallies } = this;
    const cycles = Math.floor(steps / blockSize);
    let blocks = cycles * this.decoding;
    let residue = this.residueOf(-this.step);
    for (let rest = steps - cycles * blockSize; rest > 0; rest--) {
      blocks += tallies[residue]!;
      residue = residue === 0 ? blockSize - 1 : residue - 1;
    }
    return blocks;
  }

  /** Does a member want a block in the next step? */
  wantsBlock(member: Sequence): boolean {
    return this.computedOf(member) % this.blockSize === 0;
  }

  /** Blocks that a member holds and nobody else does. */
  ownBlocksOf(member: Sequence): number {
    return Math.ceil(this.computedOf(member) / this.blockSize) - member.sharedBlocks;
  }

  /** How many more steps, up to `limit`, can be scheduled out of `free` blocks. */
  stepsWithin(free: number, limit: number): number {
    const cycles = Math.ceil(limit / this.blockSize);
    if (cycles * this.decoding <= free || this.blocksFor(limit) <= free) return limit;
    let fits = 0;
    let tooMany = limit;
    while (tooMany - fits > 1) {
      const middle = Math.floor((fits + tooMany) / 2);
      if (this.blocksFor(middle) <= free) fits = middle;
      else tooMany = middle;
    }
    return fits;
  }

  /** Members in no particular order, the retired ones too. */
  get steady(): readonly Sequence[] {
    return [...this.inHeap(), ...this.retired];
  }

  private countIn(group: number): void {
    const { tallies, blockSize } = this;
    while (tallies.length <= blockSize + group) tallies.push(0);
    tallies[blockSize + group]!++;
  }

  /** Of the retired ones whose last token has been made. */
  private firstRetired(): Sequence | null {
    for (let i = 0; i < this.retired.length; i++) {
      if (this.retired[i]!.finishStep === this.made) return this.retired[i]!;
    }
    return null;
  }

  private bringUpToDate(sequence: Sequence): void {
    const { made } = this;
    const { steadyAt, finishStep } = sequence;
    const included = Math.min(this.step, finishStep);
    sequence.placeholders = included - made;
    sequence.inFlight = included - made;
    sequence.computed += included - steadyAt;
    sequence.generated += made - steadyAt;
    // One that ends is not asked any more.
    if (finishStep > made) sequence.lastTokenUs = boundary.us;
    sequence.steadyAt = -1;
  }

  private findLongest(): void {
    this.longest = Number.NEGATIVE_INFINITY;
    for (const { computed, steadyAt } of this.inHeap()) {
      if (computed - steadyAt > this.longest) this.longest = computed - steadyAt;
    }
    this.knowsLongest = true;
  }

  /** From now on it is in no sum. */
  private leave(sequence: Sequence): void {
    const offset = sequence.computed - sequence.steadyAt;
    if (offset === this.longest) this.knowsLongest = false;
    this.offsets -= offset;
    this.tallies[this.residueOf(offset)]!--;
    this.takeOut(sequence);
    if (this.decoding === 0) this.lastAdmission = -1;
  }

  private residueOf(offset: number): number {
    if (this.mask >= 0) return offset & this.mask;
    const residue = offset % this.blockSize;
    return residue < 0 ? residue + this.blockSize : residue;
  }
}

/** The list of all those who have none of their own: most never need one, and a thousand nodes touch less memory. */
const NOBODY = objectList<Sequence>();

function withOneMore(sequences: Sequence[], sequence: Sequence): Sequence[] {
  const list = sequences === NOBODY ? objectList<Sequence>() : sequences;
  list.push(sequence);
  return list;
}

function isQuotable({ content }: Sequence): boolean {
  return content !== null && content.output !== null;
}
