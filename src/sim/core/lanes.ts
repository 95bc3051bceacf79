/**
 * Lines of events that are scheduled in the order in which they are due, as timers of one length are. Only the first of a
 * line has to be compared with other events; who stands behind it is linked here, and most timers are taken out again
 * from the middle, without ever having been first.
 */
export class Lanes {
  /** Events that stand behind another. */
  behind = 0;
  /** By lane. */
  private readonly firsts: number[] = [];
  private readonly lasts: number[] = [];
  /** By slot of the event; NONE: it is in no lane. */
  private laneOf = new Int32Array(0);
  private next = new Int32Array(0);
  private previous = new Int32Array(0);
  private times = new Float64Array(0);
  private orders = new Float64Array(0);

  make(): number {
    this.lasts.push(NONE);
    return this.firsts.push(NONE) - 1;
  }

  /** Room for so many slots. */
  reserve(slots: number): void {
    this.laneOf = grown(this.laneOf, new Int32Array(slots).fill(NONE));
    this.next = grown(this.next, new Int32Array(slots));
    this.previous = grown(this.previous, new Int32Array(slots));
    this.times = grown(this.times, new Float64Array(slots));
    this.orders = grown(this.orders, new Float64Array(slots));
  }

  /** False: nobody stands before it in the lane, or it is due before the last one and keeps out of it. */
  append(lane: number, slot: number, timeUs: number, order: number): boolean {
    const last = this.lasts[lane]!;
    if (last !== NONE && this.isDueBefore(last, timeUs, order)) return false;
    this.laneOf[slot] = lane;
    this.times[slot] = timeUs;
    this.orders[slot] = order;
    this.next[slot] = NONE;
    this.previous[slot] = last;
    this.lasts[lane] = slot;
    if (last === NONE) {
      this.firsts[lane] = slot;
      return false;
    }
    this.next[last] = slot;
    this.behind++;
    return true;
  }

  /** Does it stand behind another? */
  isBehind(slot: number): boolean {
    const lane = this.laneOf[slot]!;
    return lane !== NONE && this.firsts[lane] !== slot;
  }

  /** Takes one out that stands behind another. */
  remove(slot: number): void {
    const [previous, next] = [this.previous[slot]!, this.next[slot]!];
    this.next[previous] = next;
    if (next === NONE) this.lasts[this.laneOf[slot]!] = previous;
    else this.previous[next] = previous;
    this.laneOf[slot] = NONE;
    this.behind--;
  }

  /** The event of this slot goes; the one behind it, which is the first now, or NONE. */
  successor(slot: number): number {
    const lane = this.laneOf[slot]!;
    if (lane === NONE) return NONE;
    this.laneOf[slot] = NONE;
    const next = this.next[slot]!;
    this.firsts[lane] = next;
    if (next === NONE) {
      this.lasts[lane] = NONE;
    } else {
      this.previous[next] = NONE;
      this.behind--;
    }
    return next;
  }

  timeUs(slot: number): number {
    return this.times[slot]!;
  }

  order(slot: number): number {
    return this.orders[slot]!;
  }

  /** Is an event of these keys due before the one of the slot? */
  private isDueBefore(slot: number, timeUs: number, order: number): boolean {
    return timeUs < this.times[slot]! || (timeUs === this.times[slot] && order < this.orders[slot]!);
  }
}

export const NONE = -1;

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
