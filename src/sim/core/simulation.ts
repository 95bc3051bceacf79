import { EventQueue } from './event-queue.js';
import { Fingerprint } from './fingerprint.js';
import { invariant } from './invariant.js';

/** Does what one event means; a switch over the kinds. */
export type EventHandler = (kind: number, subject: number) => void;

/** Sees every event just before it is handled. The fingerprint is the running one, this event included. */
export type EventObserver = (timeUs: number, kind: number, subject: number, fingerprint: Fingerprint) => void;

export interface KindOptions {
  /**
   * Kinds whose ties go by subject instead of by the order of scheduling. Such a kind has a rank of its own, and a
   * subject has at most one such event pending.
   */
  readonly bySubject?: readonly number[];
  /** Kinds that are not part of the fingerprint, because how often they happen is nobody's business. */
  readonly unfolded?: readonly number[];
}

/**
 * Clock and queue of a simulation of anything. Event kinds are small numbers from a closed list; `ranks[kind]` says
 * which of two events at the same microsecond comes first (smaller first; equal ranks in the order of scheduling).
 */
export class Simulation {
  /** Whole microseconds; only the queue moves it. */
  nowUs = 0;
  eventCount = 0;
  observer: EventObserver | null = null;
  readonly fingerprint = new Fingerprint();

  #isStopped = false;
  readonly #queue = new EventQueue();
  readonly #ranks: Uint8Array;
  /** By kind, see KindOptions. */
  readonly #isBySubject: Uint8Array;
  readonly #isUnfolded: Uint8Array;

  constructor(ranks: ArrayLike<number>, options: KindOptions = {}) {
    this.#ranks = Uint8Array.from(ranks);
    this.#isBySubject = new Uint8Array(ranks.length);
    this.#isUnfolded = new Uint8Array(ranks.length);
    for (const kind of options.bySubject ?? []) this.#isBySubject[kind] = 1;
    for (const kind of options.unfolded ?? []) this.#isUnfolded[kind] = 1;
  }

  /**
   * Handles every event up to and including `untilUs`, those scheduled meanwhile too. The clock stays at the last
   * event, so a run cut into slices is the same run.
   */
  runUntil(untilUs: number, handler: EventHandler): void {
    const queue = this.#queue;
    while (!this.#isStopped && queue.count > 0 && queue.peekTimeUs() <= untilUs) {
      queue.pop();
      const { timeUs, kind, subject } = queue;
      this.nowUs = timeUs;
      this.eventCount++;
      if (this.#isUnfolded[kind] === 0) this.fingerprint.foldEvent(timeUs, kind, subject);
      if (this.observer !== null) this.observer(timeUs, kind, subject, this.fingerprint);
      handler(kind, subject);
    }
  }

  /** No event is handled from now on; called by a handler, its own event is the last. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Schedules an event; returns a handle for `cancel`. */
  at(timeUs: number, kind: number, subject: number): number {
    invariant(timeUs >= this.nowUs, 'an event is scheduled now or later', this.nowUs, timeUs);
    const rank = this.#ranks[kind];
    invariant(rank !== undefined, 'every event kind has a rank', this.nowUs, kind);
    if (this.#isBySubject[kind] === 1) return this.#queue.push(timeUs, rank, kind, subject, subject);
    return this.#queue.push(timeUs, rank, kind, subject);
  }

  /** False, and nothing happens, when the event has fired or was cancelled before. */
  cancel(handle: number): boolean {
    return this.#queue.cancel(handle);
  }

  get pendingCount(): number {
    return this.#queue.count;
  }

  /** Infinity when nothing is pending. */
  get nextUs(): number {
    return this.#queue.peekTimeUs();
  }
}
