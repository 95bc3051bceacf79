import type { PriceRow, ProviderProfile } from '../../models/provider.js';

/** Whole pico-units of the currency per token, the tier's multiplier already in. */
export interface TokenPrice {
  readonly inputPico: number;
  readonly cachedPico: number;
  readonly outputPico: number;
}

/**
 * The price of a model at a tier: the tier's own row if there is one, else the model's row times the tier's
 * multiplier; a row for '*' stands in for models without one. Null: the profile does not sell it.
 */
export function priceOf(profile: ProviderProfile, model: string, tierName: string): TokenPrice | null {
  const row = (name: string, tier: string | null): PriceRow | undefined =>
    profile.prices.find((price) => price.model === name && price.tier === tier);
  const own = row(model, tierName);
  if (own !== undefined) return own;
  const base = row(model, null);
  if (base !== undefined) return scaled(base, multiplierOf(profile, tierName));
  const anyModel = row('*', tierName);
  if (anyModel !== undefined) return anyModel;
  const anyBase = row('*', null);
  return anyBase === undefined ? null : scaled(anyBase, multiplierOf(profile, tierName));
}

/** One multiplier for all three kinds of token; fees are not token prices and stay as they are. */
function scaled(row: PriceRow, multiplier: number): TokenPrice {
  return {
    inputPico: Math.round(row.inputPico * multiplier),
    cachedPico: Math.round(row.cachedPico * multiplier),
    outputPico: Math.round(row.outputPico * multiplier),
  };
}

function multiplierOf(profile: ProviderProfile, tierName: string): number {
  return profile.tiers.find((tier) => tier.name === tierName)?.priceMultiplier ?? 1;
}

/** Exact: every term is a whole number of pico-units, and one attempt stays far below 2^53 of them. */
export function billPico(price: TokenPrice, promptTokens: number, cachedTokens: number, outputTokens: number): number {
  return (
    (promptTokens - cachedTokens) * price.inputPico + cachedTokens * price.cachedPico + outputTokens * price.outputPico
  );
}
