import type { Sequence } from './sequence.js';

/**
 * The sequences that get exactly one token in every step. While the set stays as it is, a step differs from the one
 * before only in numbers that can be computed: each sequence's context grows by one, and those whose context reaches
 * a block boundary need a block. So nothing is touched per sequence and step, and any number of steps costs the same.
 */
export class SteadySet {
  /** Steps scheduled so far, and steps applied: fewer by the steps under way. */
  step = 0;
  made = 0;
  /** Has a step been applied since the last was scheduled? */
  hasApplied = false;
  /** When the step applied last ended, in microseconds: every member made a token then. */
  tokenUs = -1;
  /** Members that the next step includes. */
  size = 0;
  /** Members whose last token is under way: no step includes them any more, but they keep their seats. */
  readonly retired: Sequence[] = [];
  /** How many belong to each group, the retired ones too. */
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

  /** The sequence has just made a token and lacks only that one; steps under way include it. */
  add(sequence: Sequence, lastOutput: number): void {
    const offset = sequence.computed - this.step;
    sequence.steadyAt = this.made;
    sequence.computed = offset + this.made;
    sequence.finishStep = this.made + lastOutput - sequence.generated;
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
    if (sequence.finishPlace >= 0) this.leave(sequence);
    else this.retired.splice(this.retired.indexOf(sequence), 1);
    this.groups[sequence.group]!--;
    sequence.placeholders = this.inFlightOf(sequence);
    sequence.inFlight = sequence.placeholders;
    sequence.computed = this.computedOf(sequence);
    sequence.generated = this.generatedOf(sequence);
    sequence.lastTokenUs = this.tokenUs;
    sequence.steadyAt = -1;
    if (sequence.content !== null && sequence.content.output !== null) {
      this.quotable.splice(this.quotable.indexOf(sequence), 1);
    }
  }

  /** Before a step is scheduled: those whose last token is under way by then take no part in it. */
  retire(): void {
    for (let first = this.firstToFinish; first !== null && first.finishStep <= this.step; first = this.firstToFinish) {
      this.leave(first);
      this.retired.push(first);
    }
  }

  /** The next member whose last token has been made, or null. */
  get nextFinished(): Sequence | null {
    for (const sequence of this.retired) if (sequence.finishStep === this.made) return sequence;
    const first = this.firstToFinish;
    return first !== null && first.finishStep === this.made ? first : null;
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
    const confirmed = this.computedOf(sequence) - this.inFlightOf(sequence);
    return this.hasApplied || sequence.finishPlace < 0 ? confirmed : confirmed + 1;
  }

  generatedOf(sequence: Sequence): number {
    return sequence.generated + this.made - sequence.steadyAt;
  }

  /** Steps under way that include the sequence. */
  inFlightOf(sequence: Sequence): number {
    return Math.min(this.step, sequence.finishStep) - this.made;
  }

  /** Does step number `step` include the sequence? */
  includes(sequence: Sequence, step: number): boolean {
    return step > sequence.steadyAt && step <= sequence.finishStep;
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

  /** Members in no particular order, the retired ones too. */
  get members(): readonly Sequence[] {
    return this.retired.length === 0 ? this.finishes : [...this.finishes, ...this.retired];
  }

  /** From now on it is in no sum. */
  private leave(sequence: Sequence): void {
    const offset = sequence.computed - sequence.steadyAt;
    this.offsets -= offset;
    this.residues[this.classOf(offset)]!--;
    this.size--;
    if (this.size === 0) this.lastAdmission = -1;
    this.unheap(sequence);
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
