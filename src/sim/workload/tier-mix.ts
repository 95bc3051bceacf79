import { cumulativeWeights } from '../core/distributions.js';
import { doubles } from '../core/lists.js';
import type { RandomStream } from '../core/random.js';

/** Draws the tiers that the requests of one class ask for; of a single tier nothing is drawn. */
export class TierMix {
  /** Of all but the last tier, the share of all tiers up to it, and the sum of all shares. */
  private readonly bounds: number[];
  private readonly sum: number;
  /** Drawn already; `left` of them, from the front, are still to be given out. */
  private readonly drawn: number[];
  private left = 0;

  constructor(
    private readonly tiers: readonly number[],
    shares: readonly number[],
    private readonly stream: RandomStream,
  ) {
    const cumulative = cumulativeWeights(shares);
    this.sum = cumulative.at(-1)!;
    this.bounds = doubles(tiers.length - 1, 0);
    for (let i = 0; i < this.bounds.length; i++) this.bounds[i] = cumulative[i]!;
    this.drawn = new Array<number>(DRAWN).fill(tiers[0]!);
  }

  next(): number {
    if (this.left === 0) this.draw();
    return this.drawn[--this.left]!;
  }

  /** Several at a time, the last first: one turn of a short loop is cheaper than the way here. */
  private draw(): void {
    const { drawn, tiers, bounds, sum, stream } = this;
    this.left = DRAWN;
    if (tiers.length === 1) return;
    for (let left = DRAWN; left > 0; ) {
      const target = stream.uniform() * sum;
      let at = 0;
      while (at < bounds.length && bounds[at]! <= target) at++;
      drawn[--left] = tiers[at]!;
    }
  }
}

/** So many at a time. */
const DRAWN = 32;
