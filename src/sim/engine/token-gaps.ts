import { bucketFrom, bucketOf, lastStepIn } from '../core/buckets.js';
import { ExactSum, FIRST_ROOM, moreRoom } from '../core/exact-sum.js';
import { LARGE } from '../core/expect-large.js';
import { Histogram } from '../core/histogram.js';
import { violated } from '../core/invariant.js';
import { doubles, objectList } from '../core/lists.js';
import type { TokenRun } from './node-engine.js';

/**
 * Every gap between two tokens, by tier, in picoseconds: unrounded, so that a run of steps is counted at once, at a cost
 * that grows with the buckets it spans only.
 */
export class TokenGaps {
  /** Gaps are counted as they are made, while this holds. */
  isOpen = false;
  private readonly tiers = objectList<TierGaps>();

  constructor(tiers: number) {
    for (let tier = 0; tier < tiers; tier++) this.tiers.push(new TierGaps());
  }

  /** Counts the gaps of a run, whose sum must be below 2^52, if it is time; says how many there are. */
  add(run: TokenRun): number {
    const { counts, from, firstPs, slopePs, steps } = run;
    if (this.isOpen !== true) return steps * total(counts, from);
    if (!(firstPs >= 0)) violated('no gap between tokens is negative', undefined, firstPs);
    const { tiers } = this;
    const lastPs = firstPs + slopePs * (steps - 1);
    const sumPs = steps * firstPs + (slopePs * steps * (steps - 1)) / 2;
    const firstBucket = bucketOf(firstPs);
    const lastBucket = bucketFrom(firstBucket, lastPs);
    let sequences = 0;
    for (let at = from; at < counts.length; at++) {
      const count = counts[at]!;
      if (count === 0) continue;
      sequences += count;
      const tier = tiers[at - from]!;
      const sum = tier.latelyPs + sumPs * count;
      if (sum < tier.roomPs) tier.latelyPs = sum;
      else tier.addUp(run, count);
      if (firstPs < tier.leastPs) tier.leastPs = firstPs;
      if (lastPs > tier.greatestPs) tier.greatestPs = lastPs;
      const { buckets } = tier;
      while (lastBucket >= buckets.length) buckets.push(0);
      if (firstBucket === lastBucket) buckets[lastBucket]! += count * steps;
      else tier.spread(run, count, firstBucket, lastBucket);
    }
    return sequences * steps;
  }

  /** Of a tier, as it is now. */
  histogram(tier: number): Histogram {
    return this.tiers[tier]!.histogram();
  }
}

class TierGaps {
  leastPs = Number.POSITIVE_INFINITY;
  greatestPs = Number.NEGATIVE_INFINITY;
  /** The sum: what has come lately, for which there is so much room, and what came before. */
  latelyPs = LARGE;
  roomPs = FIRST_ROOM;
  private readonly before = new ExactSum();
  readonly buckets = doubles(64, 0);

  constructor() {
    this.latelyPs = 0;
  }

  // The run itself is handed over, as its large numbers would cost an allocation each, whether this is called or not.

  addUp({ firstPs, slopePs, steps }: TokenRun, count: number): void {
    this.before.add(this.latelyPs);
    this.latelyPs = 0;
    this.roomPs = moreRoom(this.roomPs);
    this.before.addProduct(steps * firstPs + (slopePs * steps * (steps - 1)) / 2, count);
  }

  spread({ firstPs, slopePs, steps }: TokenRun, count: number, firstBucket: number, lastBucket: number): void {
    const { buckets } = this;
    let from = 0;
    for (let bucket = firstBucket; bucket < lastBucket; ) {
      const to = lastStepIn(bucket, firstPs, slopePs, from);
      buckets[bucket]! += count * (to + 1 - from);
      from = to + 1;
      bucket = bucketOf(firstPs + slopePs * from);
    }
    buckets[lastBucket]! += count * (steps - from);
  }

  histogram(): Histogram {
    const sum = new ExactSum();
    sum.addSum(this.before);
    sum.add(this.latelyPs);
    return Histogram.of(Float64Array.from(this.buckets), this.leastPs, this.greatestPs, sum);
  }
}

function total(counts: readonly number[], from: number): number {
  let sum = 0;
  for (let i = from; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
