import type { Sequence } from './sequence.js';

/**
 * The sequences that get exactly one token in every step. While the set stays as it is, a step differs from the one
 * before only in numbers that can be computed: each sequence's context grows by one, and those whose context reaches
 * a block boundary need a block. So nothing is touched per sequence and step, and any number of steps costs the same.
 */
export class SteadySet {
  /** Steps scheduled so far, and steps applied: one less while a step is under way. */
  step = 0;
  made = 0;
  /** When the step applied last ended, in microseconds: every member made a token then. */
  tokenUs = -1;
  size = 0;
  /** How many belong to each group. */
  readonly groups: number[] = [];
  /** No member was admitted later than this; an upper bound. */
  lastAdmission = -1;
  /** Members whose output others may quote: their blocks have identities and are entered one by one. */
  readonly quotable: Sequence[] = [];
  /** Sum over members of (computed - step), so that the sum of contexts in step s is this + size * s. */
  private offsets = 0;
  /** Members by (computed - step) modulo the block size. */
  private readonly residues: Int32Array;
  /** Members by the step in which they make their last token, then by admission: a binary heap. */
  private readonly finishes: Sequence[] = [];

  constructor(private readonly blockSize: number) {
    this.residues = new Int32Array(blockSize);
  }

  /** The sequence has just made a token and lacks only that one; no step is under way. */
  add(sequence: Sequence, lastOutput: number): void {
    sequence.steadyAt = this.step;
    sequence.finishStep = this.step + lastOutput - sequence.generated;
    const offset = sequence.computed - this.step;
    this.offsets += offset;
    this.residues[this.classOf(offset)]!++;
    this.size++;
    this.groups[sequence.group] = (this.groups[sequence.group] ?? 0) + 1;
    if (sequence.admission > this.lastAdmission) this.lastAdmission = sequence.admission;
    if (sequence.content !== null && sequence.content.output !== null) this.quotable.push(sequence);
    this.finishes.push(sequence);
    this.rise(sequence, this.finishes.length - 1);
  }

  /** Brings the sequence's own counts up to date and takes it out. */
  remove(sequence: Sequence): void {
    const offset = sequence.computed - sequence.steadyAt;
    this.offsets -= offset;
    this.residues[this.classOf(offset)]!--;
    this.size--;
    this.groups[sequence.group]!--;
    sequence.computed += this.step - sequence.steadyAt;
    sequence.generated += this.made - sequence.steadyAt;
    sequence.lastTokenUs = this.tokenUs;
    sequence.steadyAt = -1;
    if (sequence.content !== null && sequence.content.output !== null) {
      this.quotable.splice(this.quotable.indexOf(sequence), 1);
    }
    this.unheap(sequence);
    if (this.size === 0) this.lastAdmission = -1;
  }

  /** Contexts of the next step, the token being computed included. */
  get kvTokens(): number {
    return this.offsets + this.size * (this.step + 1);
  }

  /** The member that finishes first, or null. */
  get firstToFinish(): Sequence | null {
    return this.finishes[0] ?? null;
  }

  /** Blocks needed in the steps (from, to], counted from the step scheduled last, which is 0. */
  blocksNeeded(from: number, to: number): number {
    const { blockSize, residues } = this;
    const cycles = Math.floor((to - from) / blockSize);
    let blocks = cycles * this.size;
    for (let ahead = from + cycles * blockSize + 1; ahead <= to; ahead++) {
      // A member computed to c needs a block for its next token when c is a multiple of the block size.
      blocks += residues[this.classOf(1 - this.step - ahead)]!;
    }
    return blocks;
  }

  /** How many more steps, up to `limit`, can be scheduled out of `free` blocks. */
  stepsWithin(free: number, limit: number): number {
    const cycles = Math.ceil(limit / this.blockSize);
    if (cycles * this.size <= free || this.blocksNeeded(0, limit) <= free) return limit;
    let fits = 0;
    let tooMany = limit;
    while (tooMany - fits > 1) {
      const middle = Math.floor((fits + tooMany) / 2);
      if (this.blocksNeeded(0, middle) <= free) fits = middle;
      else tooMany = middle;
    }
    return fits;
  }

  /** Members in no particular order. */
  get members(): readonly Sequence[] {
    return this.finishes;
  }

  private classOf(offset: number): number {
    const residue = offset % this.blockSize;
    return residue < 0 ? residue + this.blockSize : residue;
  }

  private unheap(sequence: Sequence): void {
    const place = sequence.finishPlace;
    const last = this.finishes.pop()!;
    sequence.finishPlace = -1;
    if (last === sequence) return;
    this.rise(last, place);
    this.sink(last, last.finishPlace);
  }

  private rise(sequence: Sequence, from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.finishes[parent]!;
      if (!finishesBefore(sequence, above)) break;
      this.put(above, place);
      place = parent;
    }
    this.put(sequence, place);
  }

  private sink(sequence: Sequence, from: number): void {
    const { finishes } = this;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= finishes.length) break;
      if (child + 1 < finishes.length && finishesBefore(finishes[child + 1]!, finishes[child]!)) child++;
      if (!finishesBefore(finishes[child]!, sequence)) break;
      this.put(finishes[child]!, place);
      place = child;
    }
    this.put(sequence, place);
  }

  private put(sequence: Sequence, place: number): void {
    this.finishes[place] = sequence;
    sequence.finishPlace = place;
  }
}

function finishesBefore(a: Sequence, b: Sequence): boolean {
  return a.finishStep < b.finishStep || (a.finishStep === b.finishStep && a.admission < b.admission);
}
