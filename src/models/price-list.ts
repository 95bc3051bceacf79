import { PriceTag, type TokenPrice } from './price-tag.js';
import type { ProviderProfile } from './provider.js';
import { supportedTiers } from './supported-tiers.js';

export interface ListedPrice extends TokenPrice {
  /** '*': any model without a price of its own. */
  readonly model: string;
  readonly tier: string;
}

/** What a token costs by model and tier: prompts below any step for long ones, outside the hours of any clock rule. */
export function priceList(profile: ProviderProfile): readonly ListedPrice[] {
  const timeless = { ...profile, clock: [] };
  const models = [...new Set(profile.prices.map(({ model }) => model))];
  return models.flatMap((model) =>
    supportedTiers(profile, model, 'chat').flatMap((tier) => {
      const price = PriceTag.of(timeless, model, tier, 0)?.at(0, 0);
      return price === undefined ? [] : [{ model, tier, ...price }];
    }),
  );
}
