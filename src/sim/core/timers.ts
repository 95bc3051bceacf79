/**
 * One alarm for each of n subjects, which may be set anew at any time; equal times go by subject. A tournament: a full
 * binary tree in one array, the subjects' times as leaves, in which every place holds the earlier of the two below it.
 * Setting an alarm goes up as far as that makes a difference, and nothing dead is left behind.
 */
export class Timers {
  /** Alarms that are set. */
  count = 0;
  /** The root is at 1, what is below `at` at 2 * at and 2 * at + 1. */
  private tree = new Float64Array(2).fill(NEVER);
  private leaves = 1;
  /** Whose alarm was taken last and still stands in the tree: who is woken mostly sets its next alarm at once. */
  private taken = NOBODY;

  /** When the first alarm goes off; Infinity: none is set. */
  get firstUs(): number {
    if (this.taken !== NOBODY) this.forgetTaken();
    return this.tree[1]!;
  }

  /** Sets the subject's alarm, or moves it. */
  set(subject: number, timeUs: number): void {
    while (subject >= this.leaves) this.grow();
    if (subject === this.taken) {
      this.taken = NOBODY;
      this.count++;
    } else if (this.tree[this.leaves + subject] === NEVER) {
      this.count++;
    }
    this.put(subject, timeUs);
  }

  /** Takes the first alarm off and returns its subject. */
  take(): number {
    const { firstUs, leaves, tree } = this;
    let at = 1;
    while (at < leaves) {
      at *= 2;
      if (tree[at] !== firstUs) at++;
    }
    this.count--;
    this.taken = at - leaves;
    return at - leaves;
  }

  private put(subject: number, timeUs: number): void {
    const { tree } = this;
    let at = this.leaves + subject;
    let earlierUs = timeUs;
    tree[at] = earlierUs;
    while (at > 1) {
      const otherUs = tree[at ^ 1]!;
      if (otherUs < earlierUs) earlierUs = otherUs;
      at >>= 1;
      if (tree[at] === earlierUs) return;
      tree[at] = earlierUs;
    }
  }

  private forgetTaken(): void {
    this.put(this.taken, NEVER);
    this.taken = NOBODY;
  }

  private grow(): void {
    const { tree, leaves } = this;
    this.leaves = 2 * leaves;
    this.tree = new Float64Array(4 * leaves).fill(NEVER);
    for (let subject = 0; subject < leaves; subject++) this.put(subject, tree[leaves + subject]!);
  }
}

const NEVER = Number.POSITIVE_INFINITY;
const NOBODY = -1;
