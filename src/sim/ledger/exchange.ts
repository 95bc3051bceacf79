import type { Currency } from '../../models/units.js';

/** What one unit of a currency is worth in the profile's. */
export type Rates = Partial<Readonly<Record<Currency, number>>>;

const SCALE = 1_000_000_000;

/** Pico-units of one currency as those of the profile's, rounded down; null: no rate is given. */
export function inProfileCurrency(pico: bigint, from: Currency, profile: Currency, rates: Rates): bigint | null {
  if (from === profile) return pico;
  const rate = rates[from];
  return rate === undefined ? null : (pico * BigInt(Math.round(rate * SCALE))) / BigInt(SCALE);
}
