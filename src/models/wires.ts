import type { WireProfile } from './wire.js';
import {
  body,
  echoedAsDefault,
  GEMINI_TIERS,
  GOOGLE_TIERS,
  header,
  OPENAI_APIS,
  same,
  standardAs,
  TRAFFIC_TYPES,
  topLevel,
  VERTEX_HEADER,
} from './wire-build.js';
import { CLOUD_WIRES } from './wires-cloud.js';

/** The wire shapes of the providers whose contracts are profiles; found by the profile's name without its date. */
export function findWire(provider: string): WireProfile | undefined {
  const name = provider.split('@')[0];
  return [...WIRES, ...CLOUD_WIRES].find((wire) => wire.provider === name);
}

const WIRES: readonly WireProfile[] = [
  {
    provider: 'neutral',
    sources: ['tiersim itself: the OpenAI shapes with the four tiers by their names'],
    assumed: [],
    apis: OPENAI_APIS,
    selectors: [
      body('service_tier', [...same('priority', 'standard', 'flex', 'background'), ...standardAs('default', 'auto')]),
    ],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [
      topLevel(
        OPENAI_APIS,
        ['priority', 'standard', 'flex', 'background'].map((tier) => ({ value: tier, tier })),
        true,
      ),
    ],
    errors: 'openai',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'deepinfra',
    sources: [
      'DeepInfra blog on the Priority tier, 2026-06-29: body field service_tier, answer "priority" where applied, "default" where asked and not applied',
      'truefoundry/models PR 862, 2026: {"error":{"message":"Model busy, retry later"}} with 429',
    ],
    assumed: ['A value other than "priority" counts as absent.', 'An answer to a request without the field has none.'],
    apis: OPENAI_APIS,
    selectors: [body('service_tier', [...same('priority', 'flex'), ...standardAs('default')])],
    aliases: [],
    unknownValue: 'ignore',
    stackConflict: null,
    echoes: [topLevel(OPENAI_APIS, echoedAsDefault('priority', 'flex'), false)],
    errors: 'message-only',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'fireworks',
    sources: [
      'Fireworks blog on Serverless 2.0, 2026-05-26: service_tier "priority" on both compatible APIs, fast as a model id of its own',
      'theopenco/llmgateway service-tiers.mdx: Fireworks echoes no tier',
    ],
    assumed: [
      'A fast model id together with a tier is refused with 400.',
      'An unknown tier value is refused with 400.',
      'Bodies of 503 carry the two reason phrases and a code of our own; the exact JSON is not published.',
    ],
    apis: ['chat', 'completions', 'messages'],
    selectors: [body('service_tier', [...same('priority', 'background'), ...standardAs('default', 'auto')])],
    aliases: [
      { id: 'accounts/fireworks/routers/kimi-k2p6-turbo', model: 'kimi-k2.6', path: 'fast' },
      { id: 'accounts/fireworks/routers/kimi-k2p6-fast', model: 'kimi-k2.6', path: 'fast' },
      { id: 'accounts/fireworks/routers/glm-5p1-fast', model: 'glm-5.1', path: 'fast' },
    ],
    unknownValue: 'refuse',
    stackConflict: 'refuse',
    echoes: [],
    errors: 'openai',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'llm-gateway',
    sources: [
      'theopenco/llmgateway service-tiers.mdx, first version: flex, priority, default or auto; Vertex header X-Vertex-AI-LLM-Shared-Request-Type; usageMetadata.trafficType and x-gemini-service-tier',
      'googleapis/js-genai src/types.ts: TrafficType and ServiceTier',
    ],
    assumed: ['A tier value that is not known counts as absent.'],
    apis: ['chat', 'generateContent'],
    // The gateway's own clients write the body field wherever their request goes to.
    selectors: [
      header(VERTEX_HEADER, same('priority', 'flex'), { endpoints: ['vertex-global'] }),
      body('service_tier', GOOGLE_TIERS, { apis: ['chat'] }),
      body('service_tier', GOOGLE_TIERS, { apis: ['generateContent'], endpoints: ['ai-studio'] }),
    ],
    aliases: [],
    unknownValue: 'ignore',
    stackConflict: null,
    echoes: [
      {
        in: 'body',
        name: 'usageMetadata.trafficType',
        apis: ['generateContent'],
        endpoints: ['vertex-global', 'vertex-regional'],
        values: TRAFFIC_TYPES,
        whenUnasked: true,
      },
      {
        in: 'header',
        name: 'x-gemini-service-tier',
        apis: ['generateContent', 'chat'],
        endpoints: ['ai-studio'],
        values: GEMINI_TIERS,
        whenUnasked: true,
      },
      topLevel(['chat'], echoedAsDefault('priority', 'flex'), true),
    ],
    errors: 'google',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'siati',
    sources: [
      'wiki.siati.ai, "Tiers", 2026-05-19: key default, X-Siati-Tier overrides it',
      'wiki.siati.ai, "Errors", 2026-05-19: 400 unknown_tier, 403 tier_not_allowed, 429 rate_limit_exceeded, 503 all_backends_down',
    ],
    assumed: ['The answer repeats the tier in the header X-Siati-Tier.'],
    apis: OPENAI_APIS,
    selectors: [header('X-Siati-Tier', same('slow', 'medium', 'fast', 'ludicrous'))],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [
      {
        in: 'header',
        name: 'X-Siati-Tier',
        apis: OPENAI_APIS,
        endpoints: null,
        values: ['slow', 'medium', 'fast', 'ludicrous'].map((tier) => ({ value: tier, tier })),
        whenUnasked: true,
      },
    ],
    errors: 'openai',
    requestIdHeader: 'X-Request-Id',
  },
  {
    provider: 'openai',
    sources: [
      'openai/openai-node 7.5.0 src/resources/chat/completions/completions.ts and responses/responses.ts',
      'OpenAI docs, "Fast mode", 2026-07-30: fast and priority both answer priority',
    ],
    assumed: [],
    apis: ['chat', 'completions', 'responses'],
    selectors: [
      body('service_tier', [
        ...same('flex', 'priority'),
        ...standardAs('auto', 'default'),
        { value: 'fast', tier: 'priority' },
      ]),
    ],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [topLevel(['chat', 'completions', 'responses'], echoedAsDefault('priority', 'flex'), true)],
    errors: 'openai',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'anthropic',
    sources: ['anthropics/anthropic-sdk-typescript 0.120.0 src/resources/messages/messages.ts and beta speed'],
    assumed: [],
    apis: ['messages'],
    selectors: [
      body('speed', [
        { value: 'fast', tier: 'fast' },
        { value: 'standard', tier: null },
      ]),
      body('service_tier', [...standardAs('auto'), { value: 'standard_only', tier: 'standard' }]),
    ],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [
      {
        in: 'body',
        name: 'usage.service_tier',
        apis: ['messages'],
        endpoints: null,
        values: [
          { value: 'standard', tier: 'standard' },
          { value: 'priority', tier: 'priority' },
          { value: 'batch', tier: 'batch' },
          { value: 'standard', tier: 'fast' },
        ],
        whenUnasked: true,
      },
    ],
    errors: 'anthropic',
    requestIdHeader: 'request-id',
  },
];
