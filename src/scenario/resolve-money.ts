import { forModel } from '../models/per-model.js';
import { PriceTag } from '../models/price-tag.js';
import type { ProviderProfile } from '../models/provider.js';
import type { Pool, TrafficClass } from '../models/scenario.js';
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

/** Every tier that the class may be served as has a price, and no single bill leaves the whole numbers. */
export function checkPrices(
  provider: ProviderProfile,
  traffic: TrafficClass,
  pools: readonly Pool[],
  path: readonly PropertyKey[],
  found: Collector,
): void {
  const { model, fees } = traffic;
  const tags = servedTiers(
    provider,
    traffic.tiers.map(({ tier }) => tier),
  ).map((tier) => ({ tier, tag: PriceTag.of(provider, model, tier, 0) }));
  const unsold = tags.filter(({ tag }) => tag === null).map(({ tier }) => tier);
  if (unsold.length === tags.length) found.add(path, say.noPrice(model, provider.id));
  else for (const tier of unsold) found.add(path, say.noPriceAtTier(model, tier, provider.id));
  const context = Math.max(
    0,
    ...pools.filter(({ models }) => models.includes(model)).map((pool) => forModel(pool, model).engine.maxModelLen),
  );
  const dearest = Math.max(0, ...tags.map(({ tag }) => tag?.dearestPico ?? 0));
  const most = dearest * context + fees.reduce((sum, { pico }) => sum + pico, 0);
  if (most > Number.MAX_SAFE_INTEGER) found.add(path, say.impossible(`${TOO_DEAR}: lower the price or maxModelLen`));
}

const TOO_DEAR = 'one request could cost more than 9,000 units of the currency, beyond what is counted exactly';

/** The tiers asked for and those to which they may be moved. */
function servedTiers({ tiers, support, limiters, defaultTier }: ProviderProfile, asked: readonly string[]): string[] {
  const reached = [...asked];
  for (let i = 0; i < reached.length; i++) {
    const name = reached[i]!;
    const { onNoCapacity } = tiers.find((tier) => tier.name === name) ?? {};
    const moves = [
      ...(onNoCapacity?.do === 'downgrade' ? [onNoCapacity.to] : []),
      ...limiters.flatMap(({ action }) => (action.do === 'downgrade' ? [action.to] : [])),
      ...(support.some((rule) => rule.tier === name && isMove(rule.answer)) ? [defaultTier] : []),
    ];
    for (const to of moves) if (!reached.includes(to)) reached.push(to);
  }
  return reached;
}

function isMove(answer: string): boolean {
  return answer === 'downgrade' || answer === 'ignore';
}
