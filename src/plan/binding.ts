import type { Binding } from './findings.js';
import type { PoolPeak } from './pool-peaks.js';

/**
 * Which resource of which pool is short, judged by its busiest tenth of the time: KV memory and seats show directly; where
 * requests wait though both are free, it is the tokens a step may compute; where nobody waits, the steps themselves are slow.
 */
export function bindingOf(runs: readonly Readonly<Record<string, PoolPeak>>[]): Binding | null {
  const pools = Object.keys(runs[0] ?? {}).map((pool) =>
    bindingOfPool(pool, meanPeak(runs.map((peaks) => peaks[pool]!))),
  );
  return pools.sort((a, b) => b.pressure - a.pressure)[0] ?? null;
}

const KV_FULL = 0.9;
/** With preemptions KV was full at moments that an average does not show. */
const KV_FULL_WITH_PREEMPTIONS = 0.7;
const SEATS_FULL = 0.9;
/** Waiting requests of a node. */
const SOMEBODY_WAITS = 0.5;
const BUSY = 0.8;

function bindingOfPool(pool: string, peak: PoolPeak): Binding {
  const { kvUse, seatUse, waiting, budgetUse, busyShare, preemptions } = peak;
  const pressure = Math.max(kvUse, seatUse, Math.min(1, waiting), busyShare * 0.9);
  const evidence = { kvUse, seatUse, waiting, budgetUse, busyShare, preemptions };
  const isKv = kvUse >= KV_FULL || (preemptions > 0 && kvUse >= KV_FULL_WITH_PREEMPTIONS);
  if (isKv) return { pool, resource: 'kv', pressure, ...evidence };
  if (seatUse >= SEATS_FULL) return { pool, resource: 'seats', pressure, ...evidence };
  if (waiting >= SOMEBODY_WAITS) return { pool, resource: 'prefill', pressure, ...evidence };
  return { pool, resource: busyShare >= BUSY ? 'stepTime' : 'none', pressure, ...evidence };
}

function meanPeak(peaks: readonly PoolPeak[]): PoolPeak {
  const mean = (read: (peak: PoolPeak) => number): number => {
    return peaks.reduce((sum, peak) => sum + read(peak), 0) / peaks.length;
  };
  return {
    kvUse: mean(({ kvUse }) => kvUse),
    seatUse: mean(({ seatUse }) => seatUse),
    waiting: mean(({ waiting }) => waiting),
    budgetUse: mean(({ budgetUse }) => budgetUse),
    busyShare: mean(({ busyShare }) => busyShare),
    preemptions: mean(({ preemptions }) => preemptions),
  };
}
