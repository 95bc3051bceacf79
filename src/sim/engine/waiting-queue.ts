import { objectList } from '../core/lists.js';

/** What a queue needs of its members: what they are sorted by, and places for its links. */
export interface Queued<S> {
  readonly id: number;
  readonly name: string;
  readonly priority: number;
  readonly arrival: number;
  queueNext: S | null;
  queuePrevious: S | null;
  queueIndex: number;
}

/** Sequences without a seat, in the order in which they will be looked at. */
export interface WaitingQueue<S> {
  readonly size: number;
  /** The next one to be admitted, or null. */
  readonly first: S | null;
  add(sequence: S): void;
  /** Takes a preempted sequence back. */
  addAgain(sequence: S): void;
  remove(sequence: S): void;
  inOrder(): S[];
}

export function waitingQueue<S extends Queued<S>>(policy: 'fcfs' | 'priority'): WaitingQueue<S> {
  return policy === 'fcfs' ? new ArrivalQueue<S>() : new PriorityQueue<S>();
}

/** First come, first served; priorities and arrival stamps are ignored. A linked list through the sequences. */
class ArrivalQueue<S extends Queued<S>> implements WaitingQueue<S> {
  size = 0;
  first: S | null = null;
  private last: S | null = null;

  add(sequence: S): void {
    sequence.queuePrevious = this.last;
    sequence.queueNext = null;
    if (this.last === null) this.first = sequence;
    else this.last.queueNext = sequence;
    this.last = sequence;
    this.size++;
  }

  /** At the head: victims are preempted last first, so several of one step end up in their old order. */
  addAgain(sequence: S): void {
    sequence.queuePrevious = null;
    sequence.queueNext = this.first;
    if (this.first === null) this.last = sequence;
    else this.first.queuePrevious = sequence;
    this.first = sequence;
    this.size++;
  }

  remove(sequence: S): void {
    const { queuePrevious: before, queueNext: after } = sequence;
    if (before === null) this.first = after;
    else before.queueNext = after;
    if (after === null) this.last = before;
    else after.queuePrevious = before;
    sequence.queuePrevious = null;
    sequence.queueNext = null;
    this.size--;
  }

  inOrder(): S[] {
    const sequences: S[] = [];
    for (let at = this.first; at !== null; at = at.queueNext) sequences.push(at);
    return sequences;
  }
}

/**
 * Most urgent first. How often a sequence was preempted or how long it waits plays no part. The first stands by itself, as
 * mostly it is the only one, and the others in a binary heap.
 */
class PriorityQueue<S extends Queued<S>> implements WaitingQueue<S> {
  size = 0;
  first: S | null = null;
  private readonly heap = objectList<S>();

  add(sequence: S): void {
    this.size++;
    const { first } = this;
    if (first !== null && !isBefore(sequence, first)) {
      this.push(sequence);
      return;
    }
    this.first = sequence;
    sequence.queueIndex = FIRST;
    if (first !== null) this.push(first);
  }

  addAgain(sequence: S): void {
    this.add(sequence);
  }

  remove(sequence: S): void {
    const index = sequence.queueIndex;
    this.size--;
    sequence.queueIndex = OUTSIDE;
    if (index !== FIRST) {
      this.takeOut(index);
      return;
    }
    if (this.size === 0) {
      this.first = null;
      return;
    }
    this.first = this.heap[0]!;
    this.takeOut(0);
    this.first.queueIndex = FIRST;
  }

  inOrder(): S[] {
    const others = [...this.heap].sort((a, b) => (isBefore(a, b) ? -1 : 1));
    return this.first === null ? [] : [this.first, ...others];
  }

  private push(sequence: S): void {
    this.heap.push(sequence);
    this.rise(sequence, this.heap.length - 1);
  }

  private takeOut(index: number): void {
    const last = this.heap.pop()!;
    if (index === this.heap.length) return;
    this.rise(last, index);
    this.sink(last, last.queueIndex);
  }

  private rise(sequence: S, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(sequence, this.heap[parent]!)) break;
      this.place(this.heap[parent]!, index);
      index = parent;
    }
    this.place(sequence, index);
  }

  private sink(sequence: S, from: number): void {
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && isBefore(this.heap[child + 1]!, this.heap[child]!)) child++;
      if (!isBefore(this.heap[child]!, sequence)) break;
      this.place(this.heap[child]!, index);
      index = child;
    }
    this.place(sequence, index);
  }

  private place(sequence: S, index: number): void {
    this.heap[index] = sequence;
    sequence.queueIndex = index;
  }
}

/** In the place of an index in the heap. */
const OUTSIDE = -1;
const FIRST = -2;

/** Priority (smaller first), then arrival, then the request id as a string; the number decides what is left. */
function isBefore<S>(a: Queued<S>, b: Queued<S>): boolean {
  if (a.priority !== b.priority) return a.priority < b.priority;
  if (a.arrival !== b.arrival) return a.arrival < b.arrival;
  if (a.name !== b.name) return a.name < b.name;
  return a.id < b.id;
}
