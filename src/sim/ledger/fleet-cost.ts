import type { Pool } from '../../models/scenario.js';
import type { Currency } from '../../models/units.js';
import { inProfileCurrency, type Rates } from './exchange.js';
import { shareOut } from './share-out.js';

const HOUR_US = 3_600_000_000n;

export interface FleetCost {
  /** null: a pool's price is unknown, or pools are priced in currencies between which no rate is given. */
  readonly currency: Currency | null;
  /** Each in its own currency. */
  readonly byPool: readonly (bigint | null)[];
  readonly total: bigint | null;
  /** Each pool's cost shared out by seat time: who held a place at a node, for how long. */
  readonly byTier: readonly bigint[] | null;
}

export interface CostParts {
  readonly pools: readonly Pool[];
  readonly figures: readonly { readonly paidNodeUs: number }[];
  readonly tiers: readonly { readonly seatUs: Float64Array }[];
  readonly profileCurrency: Currency;
  readonly rates: Rates;
  /** Energy that the nodes' price does not hold, by pool; null: none. */
  readonly energy: { readonly byPool: readonly bigint[]; readonly currency: Currency } | null;
}

/**
 * What the fleet costs over the wall clock, idle time included. A tier's part is its share of the time that attempts
 * held a seat; what an idle pool costs is nobody's and stands in the total only.
 */
export function fleetCost(parts: CostParts): FleetCost {
  const { pools, tiers, profileCurrency } = parts;
  const priced = pools.map((pool, i) => poolCost(pool, i, parts));
  const currencies = new Set(priced.map((cost) => cost?.currency ?? null));
  const [first = null] = currencies;
  const currency = currencies.size > 1 ? profileCurrency : first;
  const common = priced.flatMap((cost) => {
    const pico = cost?.currency === currency ? cost.pico : inCommon(cost, parts);
    return pico === null ? [] : [pico];
  });
  const byPool = priced.map((cost) => cost?.pico ?? null);
  if (currency === null || common.length < pools.length) return { currency: null, byPool, total: null, byTier: null };
  const byTier = tiers.map(() => 0n);
  for (const [pool, cost] of common.entries()) {
    const seats = tiers.map((tier) => BigInt(tier.seatUs[pool]!));
    for (const [tier, part] of shareOut(cost, seats).entries()) byTier[tier]! += part;
  }
  return { currency, byPool, total: common.reduce((sum, cost) => sum + cost, 0n), byTier };
}

function inCommon(cost: PoolCost | null, { profileCurrency, rates }: CostParts): bigint | null {
  return cost === null ? null : inProfileCurrency(cost.pico, cost.currency, profileCurrency, rates);
}

interface PoolCost {
  readonly pico: bigint;
  readonly currency: Currency;
}

/** Node hours, and energy where that is paid apart: then in the profile's currency where the two differ. */
function poolCost(pool: Pool, index: number, { figures, energy, profileCurrency, rates }: CostParts): PoolCost | null {
  if (pool.costPicoPerHour === null) return null;
  const hours = (BigInt(pool.costPicoPerHour) * BigInt(figures[index]!.paidNodeUs)) / HOUR_US;
  const currency = pool.costCurrency;
  if (energy === null) return { pico: hours, currency };
  if (energy.currency === currency) return { pico: hours + energy.byPool[index]!, currency };
  const paid = inProfileCurrency(hours, currency, profileCurrency, rates);
  const drawn = inProfileCurrency(energy.byPool[index]!, energy.currency, profileCurrency, rates);
  return paid === null || drawn === null ? null : { pico: paid + drawn, currency: profileCurrency };
}
