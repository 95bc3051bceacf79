import type { Scenario } from '../models/scenario.js';
import { formatDecimal, formatPico } from '../models/units.js';
import type { PoolFigures } from './fleet/pool-figures.js';
import { energyCostPico, NJ_PER_KWH } from './ledger/energy-cost.js';
import { type FleetEnergy, wattsSeries } from './ledger/fleet-energy.js';
import type { EnergySummary, Series } from './summary.js';

/** Exact joules of everyone, and what they cost. */
export function energySummary(
  scenario: Scenario,
  energy: FleetEnergy,
  figures: readonly { readonly outputTokens: number }[],
): EnergySummary {
  const { pools, provider, energy: tariff } = scenario;
  const costPico = energy.byPool.reduce((sum, part) => sum + energyCostPico(tariff, part), 0n);
  return {
    joules: joules(energy.totalNj),
    idleJoules: joules(energy.idleNj),
    tiers: Object.fromEntries(provider.tiers.map(({ name }, i) => [name, joules(energy.byTier[i]!)])),
    pools: Object.fromEntries(
      pools.map(({ name }, i) => {
        const { totalNj, idleNj } = energy.byPool[i]!;
        return [name, { joules: joules(totalNj), idleJoules: joules(idleNj) }];
      }),
    ),
    hardware: Object.fromEntries(
      hardwareOf(scenario).map(([hardware, members]) => {
        const nj = members.reduce((sum, i) => sum + energy.byPool[i]!.totalNj, 0n);
        const outputTokens = members.reduce((sum, i) => sum + figures[i]!.outputTokens, 0);
        return [hardware, { joules: joules(nj), outputTokens, joulesPerOutputToken: perToken(nj, outputTokens) }];
      }),
    ),
    cost: {
      amount: formatPico(costPico),
      currency: tariff.currency,
      perKWh: formatPico(BigInt(tariff.picoPerKWh)),
      pue: tariff.pue,
      allInFactor: tariff.allInFactor,
      isExtra: tariff.isExtra,
      assumed: tariff.assumed,
    },
  };
}

/** Watts over time, by pool and by hardware class. */
export function powerSeries(
  scenario: Scenario,
  figures: readonly PoolFigures[],
  bucketUs: number,
  endUs: number,
): { readonly pools: readonly (readonly number[])[]; readonly hardware: Series['hardware'] } {
  const pools = scenario.pools.map((pool, i) => wattsSeries(pool, figures[i]!.series, bucketUs, endUs));
  const hardware = hardwareOf(scenario).map(([name, members]) => {
    const watts = pools[members[0]!]!.map((_, bucket) => members.reduce((sum, i) => sum + pools[i]![bucket]!, 0));
    return [name, { watts }] as const;
  });
  return { pools, hardware: Object.fromEntries(hardware) };
}

export function kWh(nj: bigint): number {
  return Number(nj) / Number(NJ_PER_KWH);
}

/** Joules per token; null: no token. */
export function perToken(nj: bigint, tokens: number): number | null {
  return tokens === 0 ? null : Number(nj) / 1e9 / tokens;
}

/** Hardware classes in the order of the fleet, and the pools that stand on each. */
function hardwareOf({ pools }: Scenario): readonly (readonly [string, readonly number[]])[] {
  const members = new Map<string, number[]>();
  for (const [index, { hardware }] of pools.entries()) {
    members.set(hardware, [...(members.get(hardware) ?? []), index]);
  }
  return [...members];
}

const joules = (nj: bigint): string => formatDecimal(nj, 9);
