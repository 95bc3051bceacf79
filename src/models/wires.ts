import { assumed, READ, source } from './provenance.js';
import type { WireProfile } from './wire.js';
import {
  body,
  echoedAsDefault,
  GOOGLE_TIERS,
  geminiHeaderEcho,
  header,
  OPENAI_APIS,
  OPENAI_REQUEST_ID,
  same,
  standardAs,
  topLevel,
  trafficTypeEcho,
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
    origins: [source('2026-11-21', 'tiersim itself: the OpenAI shapes with the four tiers by their names', '*')],
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
    origins: [
      source(
        '2026-06-29',
        'DeepInfra blog on the Priority tier: body field service_tier, answer "priority" where applied, "default" where asked and not applied',
        'apis',
        'selectors',
        'echoes',
      ),
      source(
        READ,
        'truefoundry/models PR 862, 2026: {"error":{"message":"Model busy, retry later"}} with 429',
        'errors',
      ),
      assumed('A value other than "priority" counts as absent.', 'unknownValue'),
      assumed('An answer to a request without the field has none.'),
      OPENAI_REQUEST_ID,
    ],
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
    origins: [
      source(
        '2026-05-26',
        'Fireworks blog on Serverless 2.0: service_tier "priority" on both compatible APIs, fast as a model id of its own',
        'apis',
        'selectors',
        'aliases',
      ),
      source(READ, 'theopenco/llmgateway service-tiers.mdx: Fireworks echoes no tier', 'echoes'),
      assumed('A fast model id together with a tier is refused with 400.', 'stackConflict'),
      assumed('An unknown tier value is refused with 400.', 'unknownValue'),
      assumed(
        'Bodies of 503 carry the two reason phrases and a code of our own; the exact JSON is not published.',
        'errors',
      ),
      OPENAI_REQUEST_ID,
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
    origins: [
      source(
        READ,
        'theopenco/llmgateway service-tiers.mdx, first version: flex, priority, default or auto; Vertex header X-Vertex-AI-LLM-Shared-Request-Type; usageMetadata.trafficType and x-gemini-service-tier',
        'apis',
        'selectors',
        'echoes',
      ),
      source(READ, 'googleapis/js-genai src/types.ts: TrafficType and ServiceTier', 'echoes'),
      assumed('A tier value that is not known counts as absent.', 'unknownValue'),
      assumed("Errors have Google's shape.", 'errors'),
      OPENAI_REQUEST_ID,
    ],
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
      trafficTypeEcho(['vertex-global', 'vertex-regional']),
      geminiHeaderEcho(['generateContent', 'chat'], ['ai-studio']),
      topLevel(['chat'], echoedAsDefault('priority', 'flex'), true),
    ],
    errors: 'google',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'siati',
    origins: [
      source('2026-05-19', 'wiki.siati.ai, "Tiers": key default, X-Siati-Tier overrides it', 'apis', 'selectors'),
      source(
        '2026-05-19',
        'wiki.siati.ai, "Errors": 400 unknown_tier, 403 tier_not_allowed, 429 rate_limit_exceeded, 503 all_backends_down',
        'unknownValue',
        'errors',
      ),
      source('2026-05', 'wiki.siati.ai: X-Request-Id is an idempotency key for billing', 'requestIdHeader'),
      assumed('The answer repeats the tier in the header X-Siati-Tier.', 'echoes'),
    ],
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
    origins: [
      source(
        READ,
        'openai/openai-node 7.5.0 src/resources/chat/completions/completions.ts, responses/responses.ts and core/error.ts',
        'apis',
        'selectors',
        'echoes',
        'errors',
        'requestIdHeader',
      ),
      source('2026-07-30', 'OpenAI docs, "Fast mode": fast and priority both answer priority', 'selectors', 'echoes'),
      source(
        '2026-10',
        "A catalogue of OpenAI's page of error codes: 400 invalid_request_error for service_tier",
        'unknownValue',
      ),
    ],
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
    origins: [
      source(
        READ,
        'anthropics/anthropic-sdk-typescript 0.120.0 src/resources/messages/messages.ts, beta speed, and core/error.ts',
        'apis',
        'selectors',
        'echoes',
        'errors',
        'requestIdHeader',
      ),
      source(READ, 'Anthropic docs, fast mode, 2026: what does not support it is refused', 'unknownValue'),
    ],
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
