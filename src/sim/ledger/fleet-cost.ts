import type { Pool } from '../../models/scenario.js';

const HOUR_US = 3_600_000_000n;

export interface FleetCost {
  /** null: a pool's price is unknown, or pools are priced in different currencies. */
  readonly currency: 'USD' | 'CHF' | null;
  readonly byPool: readonly (bigint | null)[];
  readonly total: bigint | null;
  /** Each pool's cost shared out by seat time: who held a place at a node, for how long. */
  readonly byTier: readonly bigint[] | null;
}

/**
 * What the fleet costs over the wall clock, idle time included. A tier's part is its share of the time that attempts
 * held a seat; what an idle pool costs is nobody's and stands in the total only.
 */
export function fleetCost(
  pools: readonly Pool[],
  figures: readonly { readonly paidNodeUs: number }[],
  tiers: readonly { readonly seatUs: Float64Array }[],
): FleetCost {
  const byPool = pools.map(({ costPicoPerHour }, i) =>
    costPicoPerHour === null ? null : (BigInt(costPicoPerHour) * BigInt(figures[i]!.paidNodeUs)) / HOUR_US,
  );
  const [first] = pools;
  const isKnown =
    byPool.every((cost) => cost !== null) && pools.every((pool) => pool.costCurrency === first?.costCurrency);
  if (!isKnown || first === undefined) return { currency: null, byPool, total: null, byTier: null };
  const byTier = tiers.map(() => 0n);
  for (const [pool, cost] of byPool.entries()) {
    const parts = shareOut(
      cost ?? 0n,
      tiers.map((tier) => BigInt(tier.seatUs[pool]!)),
    );
    for (const [tier, part] of parts.entries()) byTier[tier]! += part;
  }
  return {
    currency: first.costCurrency,
    byPool,
    total: byPool.reduce<bigint>((sum, cost) => sum + (cost ?? 0n), 0n),
    byTier,
  };
}

/** Proportional parts that add up to the whole to the last unit: the largest share takes what rounding leaves. */
function shareOut(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (whole * weight) / sum);
  const rest = whole - parts.reduce((a, b) => a + b, 0n);
  let largest = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i]! > weights[largest]!) largest = i;
  parts[largest]! += rest;
  return parts;
}
