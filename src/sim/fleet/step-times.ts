import type { Pool as PoolSpec } from '../../models/scenario.js';
import { StepTime, slowed } from '../../models/step-time.js';

/** Step times of the pools' nodes, made once for each pace: their tables are large. */
export class StepTimes {
  private readonly known: readonly Map<number, StepTime>[];

  constructor(private readonly pools: readonly PoolSpec[]) {
    this.known = pools.map(() => new Map<number, StepTime>());
  }

  /** Of nodes that take so many times as long as usual. */
  of(pool: number, factor: number): StepTime {
    const { stepTime, engine } = this.pools[pool]!;
    let times = this.known[pool]!.get(factor);
    if (times === undefined) {
      times = new StepTime(slowed(stepTime, factor), engine.maxNumBatchedTokens);
      this.known[pool]!.set(factor, times);
    }
    return times;
  }
}
