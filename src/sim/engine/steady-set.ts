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
  /** Members whose output others may quote: their blocks are entered as they fill. */
  readonly quotable: Sequence[] = [];
  /** Sum over members of (computed - step), so that the sum of contexts in step s is this + size * s. */
  private offsets = 0;
  /** Members by (computed - step) modulo the block size. */
  private readonly residues: number[];
  /** The members that are not retired, a binary heap by the step in which they make their last token. */
  private readonly finishes: Sequence[] = [];
  /** Those steps, in the same places: the heap is put in order without a look at the members. */
  private readonly finishSteps: number[] = [];

  /** Of a block size that is a power of two: it cuts the residue out of a number. */
  private readonly mask: number;

  constructor(private readonly blockSize: number) {
    this.mask = (blockSize & (blockSize - 1)) === 0 ? blockSize - 1 : -1;
    this.residues = new Array<number>(blockSize).fill(0);
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
    this.join(sequence.group);
    if (sequence.admission > this.lastAdmission) this.lastAdmission = sequence.admission;
    if (isQuotable(sequence)) this.quotable.push(sequence);
    this.finishes.push(sequence);
    this.finishSteps.push(sequence.finishStep);
    this.rise(sequence, sequence.finishStep, this.finishes.length - 1);
  }

  /** Brings the sequence's own counts up to date and takes it out. */
  remove(sequence: Sequence): void {
    if (sequence.isRetired) {
      this.retired.splice(this.retired.indexOf(sequence), 1);
      sequence.isRetired = false;
    } else {
      this.leave(sequence, sequence === this.firstToFinish ? 0 : this.finishes.lastIndexOf(sequence));
    }
    this.groups[sequence.group]!--;
    this.bringUpToDate(sequence);
    if (isQuotable(sequence)) this.quotable.splice(this.quotable.indexOf(sequence), 1);
  }

  /** Before a step is scheduled: those whose last token is under way by then take no part in it. */
  retire(): void {
    while (this.firstFinish <= this.step) {
      const first = this.finishes[0]!;
      this.leave(first, 0);
      first.isRetired = true;
      this.retired.push(first);
    }
  }

  /** The next member whose last token has been made, or null. */
  get nextFinished(): Sequence | null {
    for (let i = 0; i < this.retired.length; i++) {
      if (this.retired[i]!.finishStep === this.made) return this.retired[i]!;
    }
    return this.finishSteps.length > 0 && this.finishSteps[0] === this.made ? this.finishes[0]! : null;
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
    return this.hasApplied || sequence.isRetired ? confirmed : confirmed + 1;
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

  /** The step in which the first member that is not retired makes its last token; Infinity: there is none. */
  get firstFinish(): number {
    return this.finishSteps.length === 0 ? Number.POSITIVE_INFINITY : this.finishSteps[0]!;
  }

  get firstToFinish(): Sequence | null {
    return this.finishes.length === 0 ? null : this.finishes[0]!;
  }

  /** Blocks needed in the next step. */
  get blocksForNext(): number {
    // A member computed to c needs a block for its next token when c is a multiple of the block size.
    return this.residues[this.classOf(-this.step)]!;
  }

  /** Blocks needed in the next `steps` steps. */
  blocksFor(steps: number): number {
    const { blockSize, residues } = this;
    const cycles = Math.floor(steps / blockSize);
    let blocks = cycles * this.size;
    let residue = this.classOf(-this.step);
    for (let rest = steps - cycles * blockSize; rest > 0; rest--) {
      blocks += residues[residue]!;
      residue = residue === 0 ? blockSize - 1 : residue - 1;
    }
    return blocks;
  }

  /** How many more steps, up to `limit`, can be scheduled out of `free` blocks. */
  stepsWithin(free: number, limit: number): number {
    const cycles = Math.ceil(limit / this.blockSize);
    if (cycles * this.size <= free || this.blocksFor(limit) <= free) return limit;
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
  get members(): readonly Sequence[] {
    return this.retired.length === 0 ? this.finishes : [...this.finishes, ...this.retired];
  }

  private join(group: number): void {
    while (this.groups.length <= group) this.groups.push(0);
    this.groups[group]!++;
  }

  private bringUpToDate(sequence: Sequence): void {
    sequence.placeholders = this.inFlightOf(sequence);
    sequence.inFlight = sequence.placeholders;
    sequence.computed = this.computedOf(sequence);
    sequence.generated = this.generatedOf(sequence);
    sequence.lastTokenUs = this.tokenUs;
    sequence.steadyAt = -1;
  }

  /** From now on it is in no sum. */
  private leave(sequence: Sequence, place: number): void {
    const offset = sequence.computed - sequence.steadyAt;
    this.offsets -= offset;
    this.residues[this.classOf(offset)]!--;
    this.size--;
    if (this.size === 0) this.lastAdmission = -1;
    const last = this.finishes.pop()!;
    const lastStep = this.finishSteps.pop()!;
    if (last === sequence) return;
    if (place > 0 && lastStep < sequence.finishStep) this.rise(last, lastStep, place);
    else this.sink(last, lastStep, place);
  }

  private classOf(offset: number): number {
    if (this.mask >= 0) return offset & this.mask;
    const residue = offset % this.blockSize;
    return residue < 0 ? residue + this.blockSize : residue;
  }

  private rise(sequence: Sequence, finishStep: number, from: number): void {
    const { finishes, finishSteps } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = finishSteps[parent]!;
      if (above <= finishStep) break;
      finishSteps[place] = above;
      finishes[place] = finishes[parent]!;
      place = parent;
    }
    finishSteps[place] = finishStep;
    finishes[place] = sequence;
  }

  private sink(sequence: Sequence, finishStep: number, from: number): void {
    const { finishes, finishSteps } = this;
    const size = finishSteps.length;
    let place = from;
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && finishSteps[child + 1]! < finishSteps[child]!) child++;
      const below = finishSteps[child]!;
      if (below >= finishStep) break;
      finishSteps[place] = below;
      finishes[place] = finishes[child]!;
      place = child;
    }
    finishSteps[place] = finishStep;
    finishes[place] = sequence;
  }
}

function isQuotable({ content }: Sequence): boolean {
  return content !== null && content.output !== null;
}
