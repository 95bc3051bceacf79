import type { Api, ProviderProfile } from './provider.js';

/**
 * The tiers that a model honours on the profile's surface, whatever the engine: what a list of models tells a client
 * beforehand.
 */
export function supportedTiers(profile: ProviderProfile, model: string, api: Api): readonly string[] {
  const { tiers, support, endpoint } = profile;
  const isMeant = <T>(wanted: T | null, found: T): boolean => wanted === null || wanted === found;
  return tiers
    .map(({ name }) => name)
    .filter((name) => {
      const rule = support.find(
        (one) =>
          one.tier === name &&
          one.engineTierSupport === null &&
          isMeant(one.model, model) &&
          isMeant(one.api, api) &&
          isMeant(one.endpoint, endpoint),
      );
      return rule === undefined || rule.answer === 'honour';
    });
}
