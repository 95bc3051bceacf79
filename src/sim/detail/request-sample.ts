import type { Cause, Outcome } from '../../models/outcome.js';
import type { Attempt } from '../attempt.js';
import { objectList } from '../core/lists.js';

/** What is kept of an attempt of the sample: numbers and indices, microseconds, -1 where a thing did not happen. */
export interface KeptAttempt {
  readonly number: number;
  readonly tierServed: number;
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly pool: number;
  readonly node: number;
  readonly sentUs: number;
  readonly atNodeUs: number;
  readonly scheduledUs: number;
  readonly firstTokenUs: number;
  readonly endUs: number;
  readonly outputTokens: number;
  readonly preemptions: number;
}

export interface KeptRequest {
  readonly request: number;
  readonly class: number;
  readonly requestSentUs: number;
  readonly promptTokens: number;
  readonly why: 'random' | 'slowest';
  /** What decides who stays: a hash that must be small, or a time that must be long. */
  readonly key: number;
  readonly attempts: KeptAttempt[];
}

const RANDOM_KEPT = 8;
const SLOWEST_KEPT = 4;
const ATTEMPTS_KEPT = 8;

/**
 * Some requests of one tier with all their attempts, in constant memory: those whose numbers have the smallest hashes,
 * so that every request has the same chance and all attempts of one request share its fate without being told; and
 * those that waited longest for a first token.
 */
export class RequestSample {
  private readonly random = objectList<KeptRequest>();
  private readonly slowest = objectList<KeptRequest>();
  private hashLimit = Number.POSITIVE_INFINITY;
  private slowLimitUs = -1;

  constructor(private readonly salt: number) {}

  /** `keep` makes the kept form; it is called for the few that stay only. */
  ended(attempt: Attempt, requestTtftUs: number, keep: () => KeptAttempt): void {
    const hash = hashOf(attempt.request, this.salt);
    if (hash < this.hashLimit) this.keepRandom(attempt, hash, keep());
    if (requestTtftUs > this.slowLimitUs) this.keepSlow(attempt, requestTtftUs, keep());
  }

  /** In the order of their numbers; one that is in both samples once, as random, with all its attempts. */
  requests(): KeptRequest[] {
    const chosen = new Set(this.random.map(({ request }) => request));
    const all = [...this.random, ...this.slowest.filter(({ request }) => !chosen.has(request))];
    return all.sort((a, b) => a.request - b.request);
  }

  private keepRandom(attempt: Attempt, hash: number, kept: KeptAttempt): void {
    const known = this.random.find(({ request }) => request === attempt.request);
    if (known !== undefined) {
      known.attempts.push(kept);
      if (known.attempts.length > ATTEMPTS_KEPT) known.attempts.shift();
      return;
    }
    this.random.push(keptRequest(attempt, 'random', hash, kept));
    if (this.random.length < RANDOM_KEPT) return;
    if (this.random.length > RANDOM_KEPT) drop(this.random, (a, b) => a.key > b.key);
    this.hashLimit = Math.max(...this.random.map(({ key }) => key)) + 1;
  }

  private keepSlow(attempt: Attempt, ttftUs: number, kept: KeptAttempt): void {
    this.slowest.push(keptRequest(attempt, 'slowest', ttftUs, kept));
    if (this.slowest.length < SLOWEST_KEPT) return;
    if (this.slowest.length > SLOWEST_KEPT) drop(this.slowest, (a, b) => a.key < b.key);
    this.slowLimitUs = Math.min(...this.slowest.map(({ key }) => key));
  }
}

function keptRequest(attempt: Attempt, why: KeptRequest['why'], key: number, kept: KeptAttempt): KeptRequest {
  const { request, requestSentUs, promptTokens } = attempt;
  return { request, class: attempt.class, requestSentUs, promptTokens, why, key, attempts: [kept] };
}

/** Takes out the one that comes first. */
function drop(list: KeptRequest[], isWorse: (a: KeptRequest, b: KeptRequest) => boolean): void {
  let worst = 0;
  for (let place = 1; place < list.length; place++) if (isWorse(list[place]!, list[worst]!)) worst = place;
  list.splice(worst, 1);
}

/** A finalizer in the manner of MurmurHash3: 32 bits that look like chance and are the same everywhere. */
function hashOf(request: number, salt: number): number {
  let hash = Math.imul(request ^ salt, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
