/**
 * One alarm for each of n subjects, which may be set anew at any time; equal times go by subject. A tournament: a full
 * binary tree in one array, the subjects as leaves, in which every place holds the one of the two below it whose alarm is
 * earlier. Setting an alarm goes up as far as that makes a difference, and nothing dead is left behind.
 */
export class Timers {
  /** Alarms that are set. */
  count = 0;
  /** By subject. */
  private times = new Float64Array(1).fill(NEVER);
  /** The root is at 1, what is below `at` at 2 * at and 2 * at + 1. */
  private winners = new Int32Array(2);
  /** Whose alarm was taken last and still stands in the tree: who is woken mostly sets its next alarm at once. */
  private taken = NOBODY;

  /** When the first alarm goes off; Infinity: none is set. */
  get firstUs(): number {
    if (this.taken !== NOBODY) this.forgetTaken();
    return this.times[this.winners[1]!]!;
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
    if (this.taken !== NOBODY) this.forgetTaken();
    this.count--;
    this.taken = this.winners[1]!;
    return this.taken;
  }

  private put(subject: number, timeUs: number): void {
    const { times, winners } = this;
    times[subject] = timeUs;
    let winner = subject;
    let earlierUs = timeUs;
    for (let at = times.length + subject; at > 1; ) {
      const other = winners[at ^ 1]!;
      const otherUs = times[other]!;
      if (otherUs < earlierUs || (otherUs === earlierUs && other < winner)) {
        winner = other;
        earlierUs = otherUs;
      }
      at >>= 1;
      // Whoever won here has won as far up as before, unless it is the one whose time has changed.
      if (winner !== subject && winners[at] === winner) return;
      winners[at] = winner;
    }
  }

  private forgetTaken(): void {
    this.put(this.taken, NEVER);
    this.taken = NOBODY;
  }

  private grow(): void {
    const known = this.times;
    const subjects = 2 * known.length;
    this.times = new Float64Array(subjects).fill(NEVER);
    this.winners = new Int32Array(2 * subjects);
    for (let subject = 0; subject < subjects; subject++) this.winners[subjects + subject] = subject;
    for (let at = subjects - 1; at > 0; at--) this.winners[at] = this.winners[2 * at]!;
    for (let subject = 0; subject < known.length; subject++) this.put(subject, known[subject]!);
  }
}

const NEVER = Number.POSITIVE_INFINITY;
const NOBODY = -1;
