import type { Attempt } from './attempt.js';

/**
 * Where the time of attempts goes while they are at a node: kept apart from the attempts, because only runs that were
 * asked for detail need it. Places are those of the attempt pool.
 */
export class Delays {
  /** Prompt tokens let in so far, by engine and tier. */
  private admitted = new Float64Array(0);
  /** By attempt and tier: what had been let in when it came; once it is scheduled, what was let in while it waited. */
  private behindOf = new Float64Array(0);
  private times = new Float64Array(0);
  /** Preemptions by pool and bucket of time. */
  private readonly preemptedBuckets: readonly Float64Array[];

  constructor(
    private readonly tiers: number,
    pools: number,
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.preemptedBuckets = Array.from({ length: pools }, () => new Float64Array(buckets));
  }

  enqueued(attempt: Attempt, nowUs: number): void {
    const { index, engine } = attempt;
    this.reserve(index + 1, engine + 1);
    const at = index * TIMES;
    this.times[at + ENQUEUED] = nowUs;
    this.times[at + PREEMPTED_AT] = -1;
    this.times[at + PREEMPTED] = 0;
    this.times[at + PREEMPTED_BEFORE] = 0;
    this.times[at + CHUNKS] = 0;
    const { tiers, admitted, behindOf } = this;
    for (let tier = 0; tier < tiers; tier++) behindOf[index * tiers + tier] = admitted[engine * tiers + tier]!;
  }

  /** Let in for the first time: what was let in since it came is what it waited behind. */
  scheduled(attempt: Attempt): void {
    const { index, engine } = attempt;
    const { tiers, admitted, behindOf } = this;
    for (let tier = 0; tier < tiers; tier++) {
      behindOf[index * tiers + tier] = admitted[engine * tiers + tier]! - behindOf[index * tiers + tier]!;
    }
    admitted[engine * tiers + attempt.tierAsked]! += attempt.promptTokens;
  }

  preempted(attempt: Attempt, pool: number, nowUs: number): void {
    this.times[attempt.index * TIMES + PREEMPTED_AT] = nowUs;
    const buckets = this.preemptedBuckets[pool]!;
    buckets[Math.min(buckets.length - 1, Math.floor(nowUs / this.bucketUs))]!++;
  }

  resumed(attempt: Attempt, nowUs: number): void {
    const at = attempt.index * TIMES;
    if (this.times[at + PREEMPTED_AT]! < 0) return;
    this.times[at + PREEMPTED]! += nowUs - this.times[at + PREEMPTED_AT]!;
    this.times[at + PREEMPTED_AT] = -1;
  }

  /** `chunksPs`: by how much prompt chunks have lengthened the node's decoding steps so far. */
  firstToken(attempt: Attempt, chunksPs: number): void {
    const at = attempt.index * TIMES;
    this.times[at + CHUNKS] = chunksPs;
    this.times[at + PREEMPTED_BEFORE] = this.times[at + PREEMPTED]!;
  }

  finished(attempt: Attempt, chunksPs: number): void {
    const at = attempt.index * TIMES + CHUNKS;
    this.times[at] = chunksPs - this.times[at]!;
  }

  // What is known of an attempt once it has ended.

  atNodeUs(attempt: Attempt): number {
    return this.times[attempt.index * TIMES + ENQUEUED]!;
  }

  /** Prompt tokens of a tier that were let in while it waited. */
  behind(attempt: Attempt, tier: number): number {
    return this.behindOf[attempt.index * this.tiers + tier]!;
  }

  preemptedBeforeFirstTokenUs(attempt: Attempt): number {
    return this.times[attempt.index * TIMES + PREEMPTED_BEFORE]!;
  }

  preemptedUs(attempt: Attempt): number {
    return this.times[attempt.index * TIMES + PREEMPTED]!;
  }

  chunksUs(attempt: Attempt): number {
    return Math.round(this.times[attempt.index * TIMES + CHUNKS]! / 1e6);
  }

  preemptionsOverTime(pool: number): Float64Array {
    return this.preemptedBuckets[pool]!;
  }

  private reserve(attempts: number, nodes: number): void {
    if (nodes * this.tiers > this.admitted.length) this.admitted = grown(this.admitted, 2 * nodes * this.tiers);
    if (attempts * TIMES <= this.times.length) return;
    const room = Math.max(64, 2 * attempts);
    this.times = grown(this.times, room * TIMES);
    this.behindOf = grown(this.behindOf, room * this.tiers);
  }
}

/** Places of the times of one attempt. */
const ENQUEUED = 0;
const PREEMPTED_AT = 1;
const PREEMPTED = 2;
const PREEMPTED_BEFORE = 3;
const CHUNKS = 4;
const TIMES = 5;

function grown(values: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(length);
  more.set(values);
  return more;
}
