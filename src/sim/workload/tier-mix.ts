import { cumulativeWeights, drawIndex } from '../core/distributions.js';
import type { RandomStream } from '../core/random.js';

/** Draws the tiers that the requests of one class ask for; of a single tier nothing is drawn. */
export class TierMix {
  private readonly cumulative: Float64Array;
  /** Drawn already; `left` of them, from the front, are still to be given out. */
  private readonly drawn: number[];
  private left = 0;

  constructor(
    private readonly tiers: readonly number[],
    shares: readonly number[],
    private readonly stream: RandomStream,
  ) {
    this.cumulative = cumulativeWeights(shares);
    this.drawn = new Array<number>(DRAWN).fill(tiers[0]!);
  }

  next(): number {
    if (this.left === 0) this.draw();
    return this.drawn[--this.left]!;
  }

  /** Several at a time, the last first: one turn of a short loop is cheaper than the way here. */
  private draw(): void {
    const { drawn, tiers, cumulative, stream } = this;
    this.left = DRAWN;
    if (tiers.length === 1) return;
    for (let left = DRAWN; left > 0; ) drawn[--left] = tiers[drawIndex(stream, cumulative)]!;
  }
}

/** So many at a time. */
const DRAWN = 32;
