import { DEFAULT_TARIFF, type Tariff } from '../models/tariff.js';
import type { Currency } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { EnergyInput } from './schema-fleet.js';

const CURRENCIES: readonly Currency[] = ['USD', 'CHF'];

export function resolveTariff(input: EnergyInput | null | undefined, found: Collector): Tariff {
  if (input === null || input === undefined) return DEFAULT_TARIFF;
  const { usdPerKWh, pue, allInFactor, inNodePrice } = input;
  if (pue !== undefined && allInFactor !== undefined) {
    found.add(['energy', 'allInFactor'], say.contradiction('allInFactor stands in the place of host watts and pue'));
  }
  const stated: readonly string[] = [
    ...(usdPerKWh === undefined ? [] : ['usdPerKWh']),
    ...(pue === undefined && allInFactor === undefined ? [] : ['pue']),
  ];
  return {
    picoPerKWh: usdPerKWh === undefined ? DEFAULT_TARIFF.picoPerKWh : Number(usdPerKWh.pico),
    currency: usdPerKWh?.currency ?? DEFAULT_TARIFF.currency,
    pue: pue ?? DEFAULT_TARIFF.pue,
    allInFactor: allInFactor ?? null,
    isExtra: !inNodePrice,
    assumed: DEFAULT_TARIFF.assumed.filter((key) => !stated.includes(key)),
  };
}

/** Rates into the profile's currency; a rate of that currency itself can only be 1. */
export function resolveRates(
  input: Readonly<Record<string, number>> | null | undefined,
  profile: Currency,
  found: Collector,
): Partial<Record<Currency, number>> {
  const rates: Partial<Record<Currency, number>> = {};
  for (const [name, rate] of Object.entries(input ?? {})) {
    const currency = CURRENCIES.find((one) => one === name);
    if (currency === undefined) found.add(['fx'], say.unknownKey(name, CURRENCIES), name);
    else if (currency === profile && rate !== 1) {
      found.add(['fx', name], say.impossible(`${profile} is the profile's own currency: one unit of it is worth 1`));
    } else rates[currency] = rate;
  }
  return rates;
}
