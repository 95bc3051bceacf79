import type { Cause, Outcome } from '../models/outcome.js';
import { expectLarge } from './core/expect-large.js';
import { objectList } from './core/lists.js';
import type { Content, Sequence } from './engine/sequence.js';
import type { LimiterSet } from './gateway/limiters.js';
import type { Session } from './workload/sessions.js';

/** Where an attempt is. Each state can only lead to the ones below it, or straight to `done`. */
export const AttemptState = {
  /** In the pool of spare objects. */
  free: 0,
  /** Made, not sent yet: an arrival being built, or a retry waiting out its backoff. */
  pending: 1,
  /** Waits at the gateway until a pool has room. */
  held: 2,
  /** Given to a node: waiting or running there. */
  atNode: 3,
  /** The client has left; the node works on until the abort arrives. */
  left: 4,
  /** It has ended, and the books have not come to it yet. */
  over: 5,
} as const;
export type AttemptState = (typeof AttemptState)[keyof typeof AttemptState];

/** In the place of a time since it was sent. */
const NEVER = -1;

/**
 * In a field that is laid out for doubles, as in StepTime: a product of small whole numbers would outgrow 31 bits after half an
 * hour, and all code that reads when an attempt was sent would be thrown away then.
 */
const second = { us: 0.5 };
second.us = 1e6;

/** A difference of large numbers is kept as a large one, until it is cut. */
function small(us: number): number {
  return us <= 2_147_483_647 ? us | 0 : us;
}

interface Clock {
  readonly nowUs: number;
}

/** Handles of what is scheduled for an attempt; 0: nothing is. */
export class AttemptTimers {
  patience = 0;
  timeout = 0;
  hold = 0;
  abort = 0;

  clear(): void {
    this.patience = 0;
    this.timeout = 0;
    this.hold = 0;
    this.abort = 0;
  }
}

/**
 * One try of one request. Objects are recycled: a run holds as many as were alive at once, and `index` is what
 * events carry. What belongs to the request is copied into the next try.
 *
 * A large fleet has tens of thousands under way, more than the processor's caches hold. So what is looked at while one
 * is under way stands together, what few need is at the end or in an object of its own, and instants are kept as the time
 * since it was sent: a small number, where an instant is a large one and takes three times the memory.
 */
export class Attempt {
  state: AttemptState = AttemptState.free;

  // At its node
  /** Number of the last node it was at, in the whole fleet; -1: never reached one. */
  node = -1;
  /** And of that node's engine, in the whole fleet; a node has one for each model of its pool. */
  engine = -1;
  /** What that engine knows of it; while `node` is -1, left over from an earlier attempt. */
  sequence: Sequence | null = null;
  promptTokens = 0;
  /** True length; the gateway and the router never read it. */
  outputTokens = 0;
  /** By what it is let in, queued and evicted: mostly the tier that it is billed as. */
  tierQueued = 0;
  private sentSeconds = 0;
  private sentMicros = 0;
  /** Like all times `After`: since it was sent; NEVER: it has not happened. */
  scheduledAfterUs = NEVER;
  firstScheduledAfterUs = NEVER;
  firstTokenAfterUs = NEVER;
  lastTokenAfterUs = NEVER;
  cachedTokens = 0;
  emittedTokens = 0;
  /** null: it has never had one. */
  timers: AttemptTimers | null = null;
  /** The limiters that let it in; null: none did, or they have been released. */
  limiters: LimiterSet | null = null;

  // Whose it is
  request = 0;
  class = 0;
  number = 1;
  /** The conversation it is a call of. */
  session: Session | null = null;
  /** The request's own tier, unless its client escalates. */
  tierAsked = 0;
  /** What it is billed and echoed as. */
  tierServed = 0;
  /** Asked for by the first try; figures of requests go by it. */
  tierFirst = 0;
  /** In the counted window? By the request's first sending. */
  isCounted = false;

  // How it ended
  endAfterUs = NEVER;
  outcome: Outcome = 'completed';
  cause: Cause = 'none';
  /** 0: the client saw none. */
  status = 0;
  /** The scenario's pool that it was at last; -1: none. */
  pool = -1;
  /** Known once the client has seen the outcome. */
  willRetry = false;

  // Asked for by the books
  leftAfterUs = NEVER;
  /** How long before this try the request was sent first. */
  requestAgeUs = 0;
  feePico = 0;
  /** Did an earlier try of this request already show a first token? */
  sawFirstToken = false;
  /** Emitted before the client left; what it may have to pay for. */
  emittedWhenLeft = 0;
  preemptions = 0;
  evictions = 0;
  /** Tokens made before evictions and thrown away. */
  lostTokens = 0;

  // Of few
  /** Leading tokens of the prompt that come from a common text, and which text. */
  sharedTokens = 0;
  sharedFamily = 0;
  /** What its tokens are where that takes more than a shared beginning; null: as those two say. */
  content: Content | null = null;
  /** The first request of its conversation; 0: none. Stays when the conversation has gone on. */
  sessionRequest = 0;
  private dispatchedAfterUs = NEVER;
  /** Neighbours among the evictable work of its node. */
  isEvictable = false;
  evictOlder: Attempt | null = null;
  evictYounger: Attempt | null = null;
  /** What ended the try before this one; decides the request's fate if the run ends during the backoff. */
  previousOutcome: Outcome = 'completed';
  leaveCause: Cause = 'none';
  /** Retry-After of the answer that ended it; -1: none was sent. */
  retryAfterUs = -1;
  /** The line that it waits in at the gateway; -1: in none. */
  line = -1;
  /** Its neighbours there. */
  holdAhead: Attempt | null = null;
  holdBehind: Attempt | null = null;

  constructor(readonly index: number) {}

  get sentUs(): number {
    return this.sentSeconds * second.us + this.sentMicros;
  }

  private sendNow({ nowUs }: Clock): void {
    const seconds = Math.floor(nowUs / second.us);
    this.sentSeconds = seconds;
    this.sentMicros = (nowUs - seconds * second.us) | 0;
  }

  /** When its request was sent first. */
  get requestSentUs(): number {
    return this.sentUs - this.requestAgeUs;
  }

  // Instants of this try; -1: it has not happened. None is set to that: `begin` and `leaveNode` do it for those they concern.

  get scheduledUs(): number {
    return this.instant(this.scheduledAfterUs);
  }

  set scheduledUs(us: number) {
    this.scheduledAfterUs = small(us - this.sentUs);
  }

  /** The first step that ever scheduled it, which an eviction does not change. */
  get firstScheduledUs(): number {
    return this.instant(this.firstScheduledAfterUs);
  }

  set firstScheduledUs(us: number) {
    this.firstScheduledAfterUs = small(us - this.sentUs);
  }

  get firstTokenUs(): number {
    return this.instant(this.firstTokenAfterUs);
  }

  set firstTokenUs(us: number) {
    this.firstTokenAfterUs = small(us - this.sentUs);
  }

  get lastTokenUs(): number {
    return this.instant(this.lastTokenAfterUs);
  }

  set lastTokenUs(us: number) {
    this.lastTokenAfterUs = small(us - this.sentUs);
  }

  get leftUs(): number {
    return this.instant(this.leftAfterUs);
  }

  set leftUs(us: number) {
    this.leftAfterUs = small(us - this.sentUs);
  }

  get endUs(): number {
    return this.instant(this.endAfterUs);
  }

  set endUs(us: number) {
    this.endAfterUs = small(us - this.sentUs);
  }

  /** When it was last given to a node on which it may be thrown out. */
  get dispatchedUs(): number {
    return this.instant(this.dispatchedAfterUs);
  }

  set dispatchedUs(us: number) {
    this.dispatchedAfterUs = small(us - this.sentUs);
  }

  private instant(afterUs: number): number {
    return afterUs < 0 ? -1 : this.sentUs + afterUs;
  }

  /** Its timers, to set one. */
  get ownTimers(): AttemptTimers {
    this.timers ??= new AttemptTimers();
    return this.timers;
  }

  /** The next try of the same request. */
  continueFrom(previous: Attempt, outcome: Outcome): void {
    this.request = previous.request;
    this.class = previous.class;
    this.tierFirst = previous.tierFirst;
    this.tierAsked = previous.tierAsked;
    this.promptTokens = previous.promptTokens;
    this.outputTokens = previous.outputTokens;
    this.sharedTokens = previous.sharedTokens;
    this.sharedFamily = previous.sharedFamily;
    this.content = previous.content;
    this.session = previous.session;
    this.sessionRequest = previous.sessionRequest;
    this.feePico = previous.feePico;
    this.sentSeconds = previous.sentSeconds;
    this.sentMicros = previous.sentMicros;
    this.requestAgeUs = previous.requestAgeUs;
    this.isCounted = previous.isCounted;
    this.sawFirstToken = previous.sawFirstToken || previous.firstTokenUs >= 0;
    this.number = previous.number + 1;
    this.previousOutcome = outcome;
  }

  /** Thrown out of its node: it waits anew, the same try of the same request. */
  requeue(): void {
    this.evictions++;
    this.leaveNode();
  }

  /** What it has done at its node is lost. */
  leaveNode(): void {
    this.lostTokens += this.emittedTokens;
    this.emittedTokens = 0;
    this.scheduledAfterUs = NEVER;
    this.firstTokenAfterUs = NEVER;
    this.lastTokenAfterUs = NEVER;
  }

  /** It is sent now. By the clock, since a large number costs an allocation where it is handed over. */
  begin(clock: Clock): void {
    this.requestAgeUs = this.number === 1 ? 0 : small(clock.nowUs - this.requestSentUs);
    this.sendNow(clock);
    this.tierServed = this.tierAsked;
    this.tierQueued = this.tierAsked;
    this.scheduledAfterUs = NEVER;
    this.firstScheduledAfterUs = NEVER;
    this.firstTokenAfterUs = NEVER;
    this.lastTokenAfterUs = NEVER;
    this.leftAfterUs = NEVER;
    this.cachedTokens = 0;
    this.emittedTokens = 0;
    this.emittedWhenLeft = 0;
    this.preemptions = 0;
    this.limiters = null;
    this.evictions = 0;
    this.lostTokens = 0;
    this.node = -1;
    this.engine = -1;
    this.pool = -1;
    this.leaveCause = 'none';
    this.retryAfterUs = -1;
    this.willRetry = false;
    if (this.timers !== null) this.timers.clear();
  }
}

/** Recycles attempts, last in first out, so that equal runs hand out equal indices. */
export class AttemptPool {
  private readonly all = objectList<Attempt>();
  private readonly spare = objectList<Attempt>();

  take(): Attempt {
    const attempt = this.spare.pop() ?? this.make();
    attempt.state = AttemptState.pending;
    return attempt;
  }

  give(attempt: Attempt): void {
    attempt.state = AttemptState.free;
    this.spare.push(attempt);
  }

  at(index: number): Attempt {
    return this.all[index]!;
  }

  /** Every attempt that has not ended, in the order of the requests, however objects are recycled. */
  live(): Attempt[] {
    return this.all
      .filter(({ state }) => state !== AttemptState.free && state !== AttemptState.over)
      .sort((a, b) => a.request - b.request || a.number - b.number);
  }

  private make(): Attempt {
    const attempt = new Attempt(this.all.length);
    this.all.push(attempt);
    return attempt;
  }
}

// Handles of events say how often their place has been used.
expectLarge(new AttemptTimers(), 'patience', 'timeout', 'hold', 'abort');
