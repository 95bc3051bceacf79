import { EventQueue } from './event-queue.js';
import { LARGE } from './expect-large.js';
import { Fingerprint } from './fingerprint.js';
import { invariant, violated } from './invariant.js';
import { Timers } from './timers.js';

/** Does what one event means; a switch over the kinds. */
export type EventHandler = (kind: number, subject: number) => void;

/** Sees every event just before it is handled. The fingerprint is the running one, this event included. */
export type EventObserver = (timeUs: number, kind: number, subject: number, fingerprint: Fingerprint) => void;

/**
 * Clock and queue of a simulation of anything. Event kinds are small numbers from a closed list; `ranks[kind]` says
 * which of two events at the same microsecond comes first (smaller first; equal ranks in the order of scheduling).
 *
 * One kind may be the alarm: a subject has at most one, setting it again moves it. Alarms come after everything else of
 * their microsecond, by subject, and are not part of the fingerprint: how often somebody wants to be woken is nobody's
 * business.
 */
export class Simulation {
  /** Whole microseconds; only the queue moves it. */
  nowUs = LARGE;
  eventCount = 0;
  observer: EventObserver | null = null;
  readonly fingerprint = new Fingerprint();

  private isStopped = false;
  private readonly queue = new EventQueue();
  private readonly alarms = new Timers();
  private readonly ranks: Uint8Array;
  private readonly alarmKind: number;

  constructor(ranks: ArrayLike<number>, alarmKind = -1) {
    this.nowUs = 0;
    this.ranks = Uint8Array.from(ranks);
    this.alarmKind = alarmKind;
  }

  /**
   * Handles every event up to and including `untilUs`, those scheduled meanwhile too. The clock stays at the last
   * event, so a run cut into slices is the same run.
   */
  runUntil(untilUs: number, handler: EventHandler): void {
    while (!this.isStopped) {
      const eventUs = this.queue.peekTimeUs();
      const alarmUs = this.alarms.firstUs;
      if (alarmUs < eventUs) {
        if (alarmUs > untilUs) return;
        this.nowUs = alarmUs;
        this.eventCount++;
        const subject = this.alarms.take();
        if (this.observer !== null) this.observer(alarmUs, this.alarmKind, subject, this.fingerprint);
        handler(this.alarmKind, subject);
        this.alarms.settle();
      } else {
        if (eventUs > untilUs || eventUs === Infinity) return;
        this.queue.pop();
        const { kind, subject } = this.queue;
        this.fingerprint.timeUs = eventUs;
        this.fingerprint.foldEvent(kind, subject);
        this.nowUs = eventUs;
        this.eventCount++;
        if (this.observer !== null) this.observer(eventUs, kind, subject, this.fingerprint);
        handler(kind, subject);
      }
    }
  }

  /** Sets the subject's alarm, or moves it. */
  setAlarm(subject: number, timeUs: number): void {
    if (!(timeUs >= this.nowUs)) violated('an alarm is set for now or later', this.nowUs, timeUs);
    this.alarms.set(subject, timeUs);
  }

  /** Moves the clock on to a time before which nothing is pending any more. */
  passTo(timeUs: number): void {
    invariant(timeUs >= this.nowUs && timeUs <= this.nextUs, 'the clock passes over nothing', this.nowUs, timeUs);
    this.nowUs = timeUs;
  }

  /** No event is handled from now on; called by a handler, its own event is the last. */
  stop(): void {
    this.isStopped = true;
  }

  /** For events of one kind that are all scheduled as long before their time, such as the timeouts of like clients. */
  makeLane(): number {
    return this.queue.makeLane();
  }

  /** Schedules an event; returns a handle for `cancel`. A lane makes it cheaper and changes nothing else. */
  at(timeUs: number, kind: number, subject: number, lane?: number): number {
    if (!(timeUs >= this.nowUs)) violated('an event is scheduled now or later', this.nowUs, timeUs);
    const rank = this.ranks[kind];
    if (rank === undefined) violated('every event kind has a rank', this.nowUs, kind);
    return this.queue.push(timeUs, rank, kind, subject, lane);
  }

  /** False, and nothing happens, when the event has fired or was cancelled before. */
  cancel(handle: number): boolean {
    return this.queue.cancel(handle);
  }

  get pendingCount(): number {
    return this.queue.count + this.alarms.count;
  }

  /** Infinity when nothing is pending. */
  get nextUs(): number {
    this.alarms.settle();
    return Math.min(this.queue.peekTimeUs(), this.alarms.firstUs);
  }
}
