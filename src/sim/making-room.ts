import type { Attempt } from './attempt.js';
import type { Simulation } from './core/simulation.js';
import type { Pool } from './fleet/pool.js';
import type { Evictables } from './gateway/evictables.js';

/** Of one node for one arrival: more would be a purge and no making room. */
const MOST_THROWN_OUT = 8;

/** Throws work out of a node for more urgent work that finds no room. */
export class MakingRoom {
  constructor(
    private readonly simulation: Simulation,
    private readonly evictables: Evictables,
    private readonly evict: (victim: Attempt, causer: Attempt) => void,
  ) {}

  /** The node where enough was thrown out for this attempt; null: nothing was, or not enough. */
  makeRoom(attempt: Attempt, pool: Pool, node: number): number | null {
    const { evictables } = this;
    const { nowUs } = this.simulation;
    const { firstEngine } = pool;
    let at = firstEngine + node;
    if (evictables.victimAt(at, attempt.tierQueued, nowUs) === null) {
      at = evictables.someNode(firstEngine, firstEngine + pool.nodeCount);
      if (at < 0) return null;
    }
    for (let thrown = 0; thrown < MOST_THROWN_OUT; thrown++) {
      const victim = evictables.victimAt(at, attempt.tierQueued, nowUs);
      if (victim === null) return null;
      this.evict(victim, attempt);
      const place = at - firstEngine;
      if (pool.hasSpace(place, attempt.promptTokens) && pool.admits(place, attempt.tierQueued)) return place;
    }
    return null;
  }
}
