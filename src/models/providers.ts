import type { CatalogProfile } from './provenance.js';
import { anthropic } from './providers/anthropic.js';
import { bedrock } from './providers/bedrock.js';
import { deepinfra, deepinfra202607 } from './providers/deepinfra.js';
import { fireworks, fireworks202609 } from './providers/fireworks.js';
import { gemini, vertex } from './providers/google.js';
import { groq } from './providers/groq.js';
import { llmGateway, llmGateway202609 } from './providers/llm-gateway.js';
import { neutral } from './providers/neutral.js';
import { azure, openai } from './providers/openai.js';
import { siati } from './providers/siati.js';

/** The built-in profiles; an undated name is the version of the provider's first published tiers. */
export const PROVIDERS: readonly CatalogProfile[] = [
  neutral,
  deepinfra,
  deepinfra202607,
  fireworks,
  fireworks202609,
  llmGateway,
  llmGateway202609,
  siati,
  openai,
  azure,
  anthropic,
  gemini,
  vertex,
  bedrock,
  groq,
];

export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map((profile) => profile.id);

export function findProvider(name: string): CatalogProfile | undefined {
  return PROVIDERS.find((profile) => profile.id === name);
}
