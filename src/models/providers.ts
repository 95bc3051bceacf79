import type { ProviderProfile } from './provider.js';
import { deepinfra } from './providers/deepinfra.js';
import { fireworks } from './providers/fireworks.js';
import { llmGateway } from './providers/llm-gateway.js';
import { neutral } from './providers/neutral.js';
import { siati } from './providers/siati.js';

/** The built-in profiles; an undated name is the version of the provider's first published tiers. */
export const PROVIDERS: readonly ProviderProfile[] = [neutral, deepinfra, fireworks, llmGateway, siati];

export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map((profile) => profile.id);

/** Surfaces of a profile on which its tiers differ; the first is the default. */
const ENDPOINTS: readonly { readonly provider: string; readonly names: readonly string[] }[] = [
  { provider: 'llm-gateway', names: ['vertex-global', 'vertex-regional', 'ai-studio'] },
];

export function findProvider(name: string): ProviderProfile | undefined {
  return PROVIDERS.find((profile) => profile.id === name);
}

export function providerEndpoints(name: string): readonly string[] {
  return ENDPOINTS.find((entry) => entry.provider === name)?.names ?? [];
}
