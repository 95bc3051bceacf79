import type { EngineConfig } from '../../models/engine.js';
import { objectList } from '../core/lists.js';
import { boundary } from './boundary.js';
import type { KvCache } from './kv-cache.js';
import type { Sequence } from './sequence.js';
import { SteadySet } from './steady-set.js';
import type { StepPlan } from './step-plan.js';

/**
 * vLLM's running list, which is in order of admission, kept in two parts: the steady sequences, which are sums, and
 * the loose ones, which are gone through. What stands in a plan under way changes along when a sequence goes from one
 * part to the other.
 *
 * The loose ones stand here, the steady ones in SteadySet.
 */
export class RunningList extends SteadySet {
  /** In order of admission. */
  readonly loose = objectList<Sequence>();
  /** Plans scheduled and not applied: the one that runs or is next, and the one after it. */
  underWay: StepPlan | null = null;
  ahead: StepPlan | null = null;
  /** Sequences that have a seat: steady, retired or loose. */
  seated = 0;
  private admissions = 0;

  constructor(
    readonly kv: KvCache,
    protected readonly config: EngineConfig,
    tracksLongest: boolean,
  ) {
    super(config.blockSize, tracksLongest);
  }

  /** In order of admission, for inspection. */
  get running(): Sequence[] {
    return [...this.steady, ...this.loose].sort(byAdmission);
  }

  admit(sequence: Sequence): void {
    sequence.admission = this.admissions++;
    this.seated++;
    this.loose.push(sequence);
  }

  remove(sequence: Sequence): void {
    this.seated--;
    if (sequence.steadyAt < 0) this.loose.splice(this.loose.indexOf(sequence), 1);
    else this.unsteady(sequence);
  }

  /** The number of output tokens at which it ends, by its own length or the model's. */
  lastOutput(sequence: Sequence): number {
    return Math.min(sequence.outputTokens, this.config.maxModelLen - sequence.promptTokens);
  }

  /** Loose sequences that have ended leave; those that have caught up become steady. */
  settleLoose(): void {
    const { loose } = this;
    let kept = 0;
    for (let index = 0; index < loose.length; index++) {
      const sequence = loose[index]!;
      if (sequence.state !== 'running') continue;
      // One that was passed over keeps the time of its last token to itself, and of those who catch up the set keeps it.
      const hasMade = sequence.madeAt === this.made;
      const catchesUp = hasMade && this.merelyDecodes(sequence);
      if (hasMade && (catchesUp === false || this.step < LONG_WAY)) sequence.lastTokenUs = boundary.us;
      if (catchesUp) {
        sequence.placeholders = 0;
        sequence.inFlight = 0;
        this.makeSteady(sequence, this.lastOutput(sequence));
      }
      // No branch for those who stay: most runs meet one late, and V8 would throw all code around it away.
      loose[kept] = sequence;
      kept += catchesUp ? 0 : 1;
    }
    while (loose.length > kept) loose.pop();
  }

  loosenAll(): void {
    const { underWay, ahead } = this;
    if (this.decoding + this.retired.length === 0) return;
    const members = [...this.steady];
    // The last first: it leaves the heap without moving another.
    for (let index = members.length - 1; index >= 0; index--) {
      const sequence = members[index]!;
      if (underWay !== null && this.includes(sequence, underWay.number)) underWay.list(sequence);
      if (ahead !== null && this.includes(sequence, ahead.number)) ahead.list(sequence);
      this.unsteady(sequence);
      this.loose.push(sequence);
    }
    this.loose.sort(byAdmission);
  }

  /** Out of the steady ones, with its own counts brought up to date. */
  unsteady(sequence: Sequence): void {
    const entered = this.enteredOf(sequence);
    this.takeFromSteady(sequence);
    this.kv.settle(sequence, entered);
    if (!this.config.async) sequence.placeholders = 0;
  }

  /** Blocks whose content others may quote are entered when full. */
  enterQuotable(): void {
    const { quotable } = this;
    for (let i = 0; i < quotable.length; i++) this.kv.register(quotable[i]!, this.enteredOf(quotable[i]!));
  }

  /** Will every step from the one under way on give it one token and make one? */
  private merelyDecodes(sequence: Sequence): boolean {
    if (sequence.generated === 0 || sequence.knownTokens + sequence.placeholders - sequence.computed !== 1)
      return false;
    if (!this.config.async) return true;
    return sequence.stale === 0 && sequence.placeholders === 1 && this.underWay?.unlist(sequence) === true;
  }
}

/**
 * So many steps of an engine go a way that is right for all of them before the short ones are tried: V8 then knows it when it
 * makes code, and does not throw that away when it is first needed, which may be late.
 */
export const LONG_WAY = 16;

/** By insertion: the lists are short and mostly in order. */
export function sortByAdmission(sequences: Sequence[]): void {
  for (let i = 1; i < sequences.length; i++) {
    const sequence = sequences[i]!;
    let at = i;
    for (; at > 0 && sequences[at - 1]!.admission > sequence.admission; at--) sequences[at] = sequences[at - 1]!;
    sequences[at] = sequence;
  }
}

function byAdmission(a: Sequence, b: Sequence): number {
  return a.admission - b.admission;
}
