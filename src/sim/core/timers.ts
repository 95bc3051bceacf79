import { LARGE } from './expect-large.js';

/**
 * One alarm for each of n subjects, which may be set anew at any time; equal times go by subject. A tournament of eights in one
 * array: a group of eight, which is a line of the processor's cache, holds the alarms of eight subjects or the earliest alarms
 * of eight groups below. Setting an alarm goes up as far as that makes a difference, and nothing dead is left behind.
 */
export class Timers {
  /** Alarms that are set. */
  count = 0;
  /** When the first alarm goes off; Infinity: none is set. Between `take` and `settle` it tells of the alarm taken. */
  firstUs = LARGE;
  /** The uppermost group at 0 to 7, and below each `at` the group that begins at 8 * (at + 1). */
  private times = new Float64Array(GROUP).fill(NEVER);
  /** Where the subjects' own alarms begin. */
  private leaves = 0;
  /** Where the first alarm stands in the uppermost group. */
  private firstAt = 0;
  /** Whose alarm was taken last and still stands in the tree: who is woken mostly sets its next alarm at once. */
  private taken = NOBODY;

  constructor() {
    this.firstUs = NEVER;
  }

  /** Sets the subject's alarm, or moves it. */
  set(subject: number, timeUs: number): void {
    while (this.leaves + subject >= this.times.length) this.grow();
    if (subject === this.taken) {
      this.taken = NOBODY;
      this.count++;
    } else if (this.times[this.leaves + subject] === NEVER) {
      this.count++;
    }
    this.put(this.leaves + subject, timeUs);
  }

  /** Takes the first alarm off and returns its subject. */
  take(): number {
    this.settle();
    this.count--;
    let at = this.firstAt;
    while (at < this.leaves) at = this.earliestIn(GROUP * (at + 1));
    this.taken = at - this.leaves;
    return this.taken;
  }

  /** Whose alarm was taken and has not set another has none. */
  settle(): void {
    if (this.taken !== NOBODY) this.forgetTaken();
  }

  private forgetTaken(): void {
    const leaf = this.leaves + this.taken;
    this.taken = NOBODY;
    this.put(leaf, NEVER);
  }

  private put(leaf: number, timeUs: number): void {
    const { times } = this;
    let at = leaf;
    let us = timeUs;
    let beforeUs = times[at]!;
    times[at] = us;
    while (at >= GROUP) {
      const above = (at >> 3) - 1;
      const leastUs = times[above]!;
      if (us >= leastUs) {
        // Whoever was not the first of its group, and is not now, changes nothing above.
        if (beforeUs > leastUs) return;
        us = times[this.earliestIn(at & FIRST_OF_GROUP)]!;
        if (us === leastUs) return;
      }
      times[above] = us;
      beforeUs = leastUs;
      at = above;
    }
    if (us < this.firstUs || at === this.firstAt || (us === this.firstUs && at < this.firstAt)) {
      this.firstAt = us < this.firstUs ? at : this.earliestIn(0);
      this.firstUs = times[this.firstAt]!;
    }
  }

  /** Of the group that begins at `from`: pairs first, then their winners, as a turn of a loop would cost as much as its work. */
  private earliestIn(from: number): number {
    const { times } = this;
    const a = times[from + 1]! < times[from]! ? from + 1 : from;
    const b = times[from + 3]! < times[from + 2]! ? from + 3 : from + 2;
    const c = times[from + 5]! < times[from + 4]! ? from + 5 : from + 4;
    const d = times[from + 7]! < times[from + 6]! ? from + 7 : from + 6;
    const left = times[b]! < times[a]! ? b : a;
    const right = times[d]! < times[c]! ? d : c;
    return times[right]! < times[left]! ? right : left;
  }

  /** Another floor below, eight times as wide. */
  private grow(): void {
    const known = this.times.subarray(this.leaves);
    this.leaves = this.times.length;
    this.times = new Float64Array(this.leaves + GROUP * known.length).fill(NEVER);
    this.firstUs = NEVER;
    this.firstAt = 0;
    for (let subject = 0; subject < known.length; subject++) this.put(this.leaves + subject, known[subject]!);
  }
}

const GROUP = 8;
const FIRST_OF_GROUP = -8;
const NEVER = Number.POSITIVE_INFINITY;
const NOBODY = -1;
