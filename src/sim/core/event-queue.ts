import { LARGE } from './expect-large.js';
import { invariant, violated } from './invariant.js';
import { Lanes, NONE } from './lanes.js';

/**
 * The pending events, earliest first: ordered by time, then rank, then the order of scheduling. The order is total,
 * so the sequence of events never depends on how the heap happens to be laid out.
 *
 * A binary heap on parallel typed arrays. What is fixed for an event (kind, subject) stays in its slot; only the two
 * sort keys and the slot number move through the heap. A cancelled event is marked in its slot and dropped when it
 * comes to the top, or when more than half of the heap is dead. Of events in a lane only the first stands in the heap.
 */
export class EventQueue {
  /** The event popped last. */
  timeUs = LARGE;
  kind = 0;
  subject = 0;

  /** The sort keys of the event that is being put in its place: as arguments they would cost an allocation each. */
  private placedUs = LARGE;
  private placedOrder = LARGE;

  private size = 0;
  /** The top has been popped, and nothing stands in its place yet; its slot is kept for what may come. */
  private hasHole = false;
  /** The top may be a hole or a cancelled event. */
  private isUntidy = false;
  private deadCount = 0;
  private sequence = 0;
  private times = new Float64Array(INITIAL_CAPACITY);
  /** Rank and sequence in one double: rank * SEQUENCE_SPAN + sequence. */
  private orders = new Float64Array(INITIAL_CAPACITY);
  private slots = new Int32Array(INITIAL_CAPACITY);

  private slotCount = 0;
  private freeCount = 0;
  private freeSlots = new Int32Array(INITIAL_CAPACITY);
  private generations = new Uint32Array(INITIAL_CAPACITY);
  private kinds = new Uint8Array(INITIAL_CAPACITY);
  private subjects = new Int32Array(INITIAL_CAPACITY);
  private readonly lanes = new Lanes();

  constructor() {
    this.timeUs = 0;
    this.times[0] = Infinity;
    this.lanes.reserve(INITIAL_CAPACITY);
  }

  /** Events still to come, cancelled ones not counted. */
  get count(): number {
    return this.size + this.lanes.behind - this.deadCount - (this.hasHole ? 1 : 0);
  }

  /** Events the arrays have room for before they double. */
  get capacity(): number {
    return this.times.length;
  }

  /** A lane for events of one kind that are pushed in the order of their times. */
  makeLane(): number {
    return this.lanes.make();
  }

  /**
   * Returns a handle for `cancel`, never 0. Ranks are 0 to 255, kinds 0 to 254, subjects 32-bit integers. A lane makes it
   * cheaper and changes nothing else.
   */
  push(timeUs: number, rank: number, kind: number, subject: number, lane = NONE): number {
    this.placedUs = timeUs;
    return this.handleOf(this.put(rank, kind, subject, lane));
  }

  /** An event at `placedUs`; its slot. */
  private put(rank: number, kind: number, subject: number, lane: number): number {
    const { placedUs: timeUs } = this;
    if (!Number.isSafeInteger(timeUs)) violated('an event is at a whole microsecond', this.timeUs, timeUs);
    if (!(rank >= 0 && rank <= 255)) violated('a rank lies between 0 and 255', timeUs, rank);
    if (!(kind >= 0 && kind < CANCELLED)) violated('an event kind lies between 0 and 254', timeUs, kind);
    if (subject !== (subject | 0)) violated('a subject is a 32-bit integer', timeUs, subject);
    this.placedOrder = rank * SEQUENCE_SPAN + this.sequence++;
    const fillsHole = this.hasHole === true && lane === NONE && this.generations[this.slots[0]!]! < LAST_GENERATION;
    const slot = fillsHole ? this.slots[0]! : this.takeSlot();
    this.kinds[slot] = kind;
    this.subjects[slot] = subject;
    if (fillsHole) {
      this.hasHole = false;
      this.isUntidy = this.deadCount > 0;
      this.siftDown(0, slot);
    } else if (lane === NONE || !this.lanes.append(lane, slot, timeUs, this.placedOrder)) {
      this.insert(slot);
    }
    return slot;
  }

  private insert(slot: number): void {
    const { placedUs, placedOrder } = this;
    if (this.hasHole) this.fillHole();
    this.placedUs = placedUs;
    this.placedOrder = placedOrder;
    this.siftUp(this.size++, slot);
  }

  /** False, and nothing happens, when the event has fired or was cancelled before. */
  cancel(handle: number): boolean {
    // By division, because the remainder of large doubles is a slow call.
    const generation = Math.floor(handle / SLOT_SPAN);
    const slot = handle - generation * SLOT_SPAN;
    if (slot >= this.slotCount || this.generations[slot] !== generation - 1) return false;
    this.generations[slot]!++;
    if (this.lanes.isBehind(slot)) {
      this.lanes.remove(slot);
      this.releaseSlot(slot);
      return true;
    }
    this.kinds[slot] = CANCELLED;
    this.deadCount++;
    this.isUntidy = true;
    if (this.hasHole) this.fillHole();
    if (2 * this.deadCount > this.size) this.compact();
    return true;
  }

  /** Infinity when nothing is pending. */
  peekTimeUs(): number {
    if (this.isUntidy === true) this.tidy();
    return this.times[0]!;
  }

  /** Puts the next event into `timeUs`, `kind` and `subject`; false when nothing is pending. */
  pop(): boolean {
    if (this.isUntidy === true) this.tidy();
    if (this.size === 0) return false;
    const slot = this.slots[0]!;
    this.timeUs = this.times[0]!;
    this.kind = this.kinds[slot]!;
    this.subject = this.subjects[slot]!;
    this.generations[slot]!++;
    this.leaveTop(slot);
    return true;
  }

  /** Brings the first event that is still to come to the top. */
  private tidy(): void {
    if (this.hasHole) this.fillHole();
    while (this.deadCount > 0 && this.kinds[this.slots[0]!] === CANCELLED) {
      this.deadCount--;
      this.leaveTop(this.slots[0]!);
      if (this.hasHole) this.fillHole();
    }
    this.isUntidy = false;
  }

  /** Whoever stands behind the top in its lane takes its place. */
  private leaveTop(slot: number): void {
    const next = this.lanes.successor(slot);
    this.isUntidy = true;
    if (next === NONE) {
      this.hasHole = true;
    } else {
      this.releaseSlot(slot);
      this.placedUs = this.lanes.timeUs(next);
      this.placedOrder = this.lanes.order(next);
      this.siftDown(0, next);
    }
  }

  /** The last event takes the place of the first. */
  private fillHole(): void {
    this.hasHole = false;
    this.releaseSlot(this.slots[0]!);
    const last = --this.size;
    if (last > 0) this.sinkFrom(0, last);
    else this.times[0] = Infinity;
  }

  private compact(): void {
    let kept = 0;
    for (let index = 0; index < this.size; index++) {
      const slot = this.slots[index]!;
      if (this.kinds[slot] !== CANCELLED) {
        this.place(kept++, this.times[index]!, this.orders[index]!, slot);
        continue;
      }
      const next = this.lanes.successor(slot);
      this.releaseSlot(slot);
      if (next !== NONE) this.place(kept++, this.lanes.timeUs(next), this.lanes.order(next), next);
    }
    this.size = kept;
    this.deadCount = 0;
    if (kept === 0) this.times[0] = Infinity;
    for (let index = (kept >> 1) - 1; index >= 0; index--) {
      this.sinkFrom(index, index);
    }
  }

  /** What stands at `from` goes to `hole`, or below it. */
  private sinkFrom(hole: number, from: number): void {
    this.placedUs = this.times[from]!;
    this.placedOrder = this.orders[from]!;
    this.siftDown(hole, this.slots[from]!);
  }

  private siftUp(hole: number, slot: number): void {
    const { times, orders, placedUs: timeUs, placedOrder: order } = this;
    let index = hole;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentUs = times[parent]!;
      if (parentUs < timeUs || (parentUs === timeUs && orders[parent]! < order)) break;
      times[index] = parentUs;
      orders[index] = orders[parent]!;
      this.slots[index] = this.slots[parent]!;
      index = parent;
    }
    this.place(index, timeUs, order, slot);
  }

  private siftDown(hole: number, slot: number): void {
    const { times, orders, size, placedUs: timeUs, placedOrder: order } = this;
    let index = hole;
    for (let child = 2 * index + 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      if (
        right < size &&
        (times[right]! < times[child]! || (times[right] === times[child] && orders[right]! < orders[child]!))
      ) {
        child = right;
      }
      const childUs = times[child]!;
      if (timeUs < childUs || (timeUs === childUs && order < orders[child]!)) break;
      times[index] = childUs;
      orders[index] = orders[child]!;
      this.slots[index] = this.slots[child]!;
      index = child;
    }
    this.place(index, timeUs, order, slot);
  }

  private place(index: number, timeUs: number, order: number, slot: number): void {
    this.times[index] = timeUs;
    this.orders[index] = order;
    this.slots[index] = slot;
  }

  private takeSlot(): number {
    if (this.freeCount > 0) return this.freeSlots[--this.freeCount]!;
    if (this.slotCount === this.capacity) this.grow();
    return this.slotCount++;
  }

  private handleOf(slot: number): number {
    return (this.generations[slot]! + 1) * SLOT_SPAN + slot;
  }

  /** A slot whose generations are used up is retired: then a stale handle can never name a later event. */
  private releaseSlot(slot: number): void {
    if (this.generations[slot]! < LAST_GENERATION) this.freeSlots[this.freeCount++] = slot;
  }

  private grow(): void {
    const capacity = 2 * this.capacity;
    invariant(capacity <= SLOT_SPAN, 'fewer than 16 million events are pending', this.timeUs, capacity);
    this.times = copied(this.times, new Float64Array(capacity));
    this.orders = copied(this.orders, new Float64Array(capacity));
    this.slots = copied(this.slots, new Int32Array(capacity));
    this.freeSlots = copied(this.freeSlots, new Int32Array(capacity));
    this.generations = copied(this.generations, new Uint32Array(capacity));
    this.kinds = copied(this.kinds, new Uint8Array(capacity));
    this.subjects = copied(this.subjects, new Int32Array(capacity));
    this.lanes.reserve(capacity);
  }
}

const INITIAL_CAPACITY = 64;

const CANCELLED = 255;

/** 2^45 events of one rank keep their order: at a million events a second, more than a year of computing. */
const SEQUENCE_SPAN = 35_184_372_088_832;

/** A handle is (generation + 1) * 2^24 + slot; 29 bits are left for the generation. */
const SLOT_SPAN = 16_777_216;
const LAST_GENERATION = 536_870_910;

function copied<T extends Float64Array | Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
