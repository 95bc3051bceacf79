import { LARGE } from './expect-large.js';

/**
 * One alarm for each of n subjects, which may be set anew at any time; equal times go by subject. The alarms stand in groups of
 * eight, a line of the processor's cache each, and the earliest of each group play a tournament. Setting an alarm goes up as far
 * as that makes a difference, and nothing dead is left behind.
 *
 * Who has been woken sets an alarm that is mostly later than those of others, so the games higher up have an outcome that the
 * processor foresees, where a heap would ask it to guess at each level.
 */
export class Timers {
  /** Alarms that are set. */
  count = 0;
  /** When the first alarm goes off; Infinity: none is set. Between `take` and `settle` it tells of the alarm taken. */
  firstUs = LARGE;
  /** Whose it is. */
  private first = 0;
  /** By subject. */
  private times = new Float64Array(GROUP).fill(NEVER);
  /** Subjects: who is first of all at 1, and the winner of a game at `at` above its players at 2 * at and 2 * at + 1. */
  private winners = new Int32Array(2);
  /** A power of two. Among the winners the earliest of each group stands from here on; a lone group plays no games. */
  private groups = 1;
  /** Whose alarm was taken last and still stands in the tree: who is woken mostly sets its next alarm at once. */
  private taken = NOBODY;

  constructor() {
    this.firstUs = NEVER;
  }

  /** Sets the subject's alarm, or moves it. */
  set(subject: number, timeUs: number): void {
    while (subject >= this.times.length) this.grow();
    if (subject === this.taken) {
      this.taken = NOBODY;
      this.count++;
    } else if (this.times[subject] === NEVER) {
      this.count++;
    }
    this.put(subject, timeUs);
  }

  /** Takes the first alarm off and returns its subject. */
  take(): number {
    this.settle();
    this.count--;
    this.taken = this.first;
    return this.taken;
  }

  /** Whose alarm was taken and has not set another has none. */
  settle(): void {
    if (this.taken !== NOBODY) this.forgetTaken();
  }

  private forgetTaken(): void {
    const subject = this.taken;
    this.taken = NOBODY;
    this.put(subject, NEVER);
  }

  private put(subject: number, timeUs: number): void {
    this.times[subject] = timeUs;
    if (this.groups > 1) {
      this.putInGroup(subject, timeUs);
    } else if (subject === this.first || timeUs < this.firstUs || (subject < this.first && timeUs === this.firstUs)) {
      this.first = timeUs < this.firstUs ? subject : this.earliestIn(0);
      this.firstUs = this.times[this.first]!;
    }
  }

  private putInGroup(subject: number, timeUs: number): void {
    const { times, winners } = this;
    let at = this.groups + (subject >> 3);
    const before = winners[at]!;
    if (subject === before) {
      winners[at] = this.earliestIn(subject & FIRST_OF_GROUP);
    } else {
      const beforeUs = times[before]!;
      if (timeUs > beforeUs || (subject > before && timeUs === beforeUs)) return;
      winners[at] = subject;
    }
    for (at >>= 1; at > 0; at >>= 1) {
      const winner = this.play(at);
      // Whoever has won as before, and is not the one whose alarm is another, has won all that it won before.
      if (winner === winners[at] && winner !== subject) return;
      winners[at] = winner;
    }
    this.first = winners[1]!;
    this.firstUs = times[this.first]!;
  }

  private play(at: number): number {
    const left = this.winners[2 * at]!;
    const right = this.winners[2 * at + 1]!;
    return this.times[right]! < this.times[left]! ? right : left;
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

  /** Room for twice as many. */
  private grow(): void {
    const times = new Float64Array(2 * this.times.length).fill(NEVER);
    times.set(this.times);
    this.times = times;
    this.groups *= 2;
    this.winners = new Int32Array(2 * this.groups);
    for (let group = 0; group < this.groups; group++)
      this.winners[this.groups + group] = this.earliestIn(GROUP * group);
    for (let at = this.groups - 1; at > 0; at--) this.winners[at] = this.play(at);
    this.first = this.winners[1]!;
  }
}

const GROUP = 8;
const FIRST_OF_GROUP = -8;
const NEVER = Number.POSITIVE_INFINITY;
const NOBODY = -1;
