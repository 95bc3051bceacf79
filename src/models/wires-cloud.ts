import type { WireProfile } from './wire.js';
import {
  body,
  echoedAsDefault,
  GEMINI_TIERS,
  GOOGLE_TIERS,
  header,
  same,
  standardAs,
  TRAFFIC_TYPES,
  topLevel,
  VERTEX_HEADER,
} from './wire-build.js';

/** The wire shapes of the large clouds, and of Groq. */
export const CLOUD_WIRES: readonly WireProfile[] = [
  {
    provider: 'azure',
    sources: [
      'MicrosoftDocs/azure-ai-docs priority-processing.md and flex-processing.md, 2026-09-24: service_tier auto, default, priority, flex; the answer says which one served',
    ],
    assumed: ['An unknown tier value is refused with 400, as an unsupported one is.'],
    apis: ['chat', 'responses'],
    selectors: [body('service_tier', [...same('priority', 'flex'), ...standardAs('auto', 'default')])],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [topLevel(['chat', 'responses'], echoedAsDefault('priority', 'flex'), true)],
    errors: 'openai',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'gemini',
    sources: [
      'Gemini API pages "Flex inference", 2026-07-06, and "Priority inference": body field service_tier, header x-gemini-service-tier, serviceTier in the usage',
      'googleapis/js-genai src/types.ts: ServiceTier',
    ],
    assumed: ['An unknown tier value is refused with 400.'],
    apis: ['generateContent'],
    selectors: [body('service_tier', GOOGLE_TIERS)],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [
      {
        in: 'header',
        name: 'x-gemini-service-tier',
        apis: ['generateContent'],
        endpoints: null,
        values: GEMINI_TIERS,
        whenUnasked: true,
      },
      {
        in: 'body',
        name: 'usageMetadata.serviceTier',
        apis: ['generateContent'],
        endpoints: null,
        values: GEMINI_TIERS,
        whenUnasked: true,
      },
    ],
    errors: 'google',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'vertex',
    sources: [
      'Google Cloud pages "Priority PayGo" and "Flex PayGo": the header X-Vertex-AI-LLM-Shared-Request-Type on the global endpoint, trafficType in the usage',
      'googleapis/js-genai src/types.ts: TrafficType',
    ],
    assumed: ['An unknown value of the header counts as absent.'],
    apis: ['generateContent'],
    selectors: [header(VERTEX_HEADER, same('priority', 'flex'))],
    aliases: [],
    unknownValue: 'ignore',
    stackConflict: null,
    echoes: [
      {
        in: 'body',
        name: 'usageMetadata.trafficType',
        apis: ['generateContent'],
        endpoints: null,
        values: TRAFFIC_TYPES,
        whenUnasked: true,
      },
    ],
    errors: 'google',
    requestIdHeader: 'x-request-id',
  },
  {
    provider: 'bedrock',
    sources: [
      '@aws-sdk/client-bedrock-runtime 3.1162.0 types and AWS page "Service tiers for optimizing performance and cost": priority, default, flex; service_tier on the OpenAI-compatible API, the answer repeats it',
    ],
    assumed: [
      'Errors of the OpenAI-compatible API have its shape; Converse, which says serviceTier.type, is not written.',
      'An unknown tier value is refused with 400.',
    ],
    apis: ['chat'],
    selectors: [body('service_tier', [...same('priority', 'flex'), ...standardAs('auto', 'default')])],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [topLevel(['chat'], echoedAsDefault('priority', 'flex'), true)],
    errors: 'openai',
    requestIdHeader: 'x-amzn-requestid',
  },
  {
    provider: 'groq',
    sources: [
      'Groq pages "Service Tiers" and "Flex Processing": service_tier on_demand, flex, auto; flex fails with 498 capacity_exceeded',
    ],
    assumed: ['auto is on_demand: the best tier within the limits of an account without provisioned capacity.'],
    apis: ['chat'],
    selectors: [body('service_tier', [...same('flex'), ...standardAs('auto', 'on_demand')])],
    aliases: [],
    unknownValue: 'refuse',
    stackConflict: null,
    echoes: [
      topLevel(
        ['chat'],
        [
          { value: 'flex', tier: 'flex' },
          { value: 'on_demand', tier: 'standard' },
        ],
        true,
      ),
    ],
    errors: 'openai',
    requestIdHeader: 'x-request-id',
  },
];
