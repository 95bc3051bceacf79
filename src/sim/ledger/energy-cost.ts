import type { Tariff } from '../../models/tariff.js';

export const NJ_PER_KWH = 3_600_000_000_000_000n;

/** Pico-units of the tariff's currency for energy at the plug; the device's part is what an all-in factor multiplies. */
export function energyCostPico(
  tariff: Tariff,
  energy: { readonly totalNj: bigint; readonly deviceNj: bigint },
): bigint {
  const { allInFactor, pue, picoPerKWh } = tariff;
  const [nj, factor] = allInFactor === null ? [energy.totalNj, pue] : [energy.deviceNj, allInFactor];
  return (nj * millionths(factor) * BigInt(picoPerKWh)) / (1_000_000n * NJ_PER_KWH);
}

function millionths(factor: number): bigint {
  return BigInt(Math.round(factor * 1_000_000));
}
