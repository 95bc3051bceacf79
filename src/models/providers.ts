import type { ProviderProfile } from './provider.js';
import { deepinfra } from './providers/deepinfra.js';
import { fireworks } from './providers/fireworks.js';
import { llmGateway } from './providers/llm-gateway.js';
import { neutral } from './providers/neutral.js';
import { siati } from './providers/siati.js';

/** The built-in profiles; an undated name is the version of the provider's first published tiers. */
export const PROVIDERS: readonly ProviderProfile[] = [neutral, deepinfra, fireworks, llmGateway, siati];

export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map((profile) => profile.id);

export function findProvider(name: string): ProviderProfile | undefined {
  return PROVIDERS.find((profile) => profile.id === name);
}
