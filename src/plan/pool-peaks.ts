import { perModel } from '../models/per-model.js';
import type { Scenario } from '../models/scenario.js';
import type { Summary } from '../sim/summary.js';

/** How close a pool came to each of its limits in its busiest tenth of the time, a node on average. */
export interface PoolPeak {
  /** Share of the KV blocks in use. */
  readonly kvUse: number;
  /** Running sequences over the seats of the engine. */
  readonly seatUse: number;
  readonly waiting: number;
  /** Tokens of a mean step over those the engine may schedule in one; over the whole run. */
  readonly budgetUse: number;
  readonly busyShare: number;
  readonly preemptions: number;
}

const BUSIEST_SHARE = 0.1;

/** By pool; of a pool of several models for each of them, as `POOL, MODEL`: one may be full while another is idle. */
export function peaksOf(scenario: Scenario, summary: Summary): Record<string, PoolPeak> {
  const { fromSeconds, toSeconds } = summary.run.window;
  const windowSeconds = Math.max(1, toSeconds - fromSeconds);
  return Object.fromEntries(
    scenario.pools.flatMap((pool) => {
      const figures = summary.pools[pool.name]!;
      const series = summary.series.pools[pool.name]!;
      const tokens = figures.inputTokens * (1 - (figures.prefixHitShare ?? 0)) + figures.outputTokens;
      const nodes = Math.max(1, (figures.nodeHours * 3600) / windowSeconds);
      return perModel(pool).map(({ models: [model = ''], engine }): [string, PoolPeak] => {
        const { maxNumSeqs, maxNumBatchedTokens, maxNumScheduledTokens } = engine;
        const budget = Math.min(maxNumBatchedTokens, maxNumScheduledTokens ?? maxNumBatchedTokens);
        const own = series.models?.[model] ?? series;
        const peak: PoolPeak = {
          kvUse: busiest(own.kvUse),
          seatUse: busiest(own.running) / nodes / maxNumSeqs,
          waiting: busiest(own.waiting) / nodes,
          // Steps are counted for all models together.
          budgetUse: figures.steps === 0 ? 0 : tokens / figures.steps / budget,
          busyShare: figures.busyShare,
          preemptions: figures.preemptions,
        };
        return [pool.models.length === 1 ? pool.name : `${pool.name}, ${model}`, peak];
      });
    }),
  );
}

/** The mean of the highest tenth. */
function busiest(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const count = Math.max(1, Math.round(values.length * BUSIEST_SHARE));
  const highest = [...values].sort((a, b) => b - a).slice(0, count);
  return highest.reduce((sum, value) => sum + value, 0) / count;
}
