import type { ProviderProfile } from '../provider.js';
import { ACCOUNT_UNLIMITED, minutes, perMillion, seconds, tier } from './build.js';

/** LLM Gateway's service tiers for Google models, the first version of its documentation page. */
export const llmGateway: ProviderProfile = {
  id: 'llm-gateway',
  asOf: '2026-05-01',
  currency: 'USD',
  sources: [
    'theopenco/llmgateway apps/docs/content/features/service-tiers.mdx, first version: flex -50 %, priority +80 %, billed by the tier served, gemini-3-pro-image-preview priority downgraded',
    '@llmgateway/models 1.324.0, 2026-09-23: gemini-2.5-pro up to 200k $1.25 / $0.125 / $10; gemini-3-pro-image $2 text in, $120 image tokens out',
    'Gemini API docs, "Flex inference", 2026-07-06: 1 to 15 minutes target, 503 without capacity',
  ],
  assumed: [
    'The date of the first version of the page.',
    'Standard is shed when predicted TTFT exceeds 10 s, priority when its own exceeds 30 s.',
    'Flex waits at most 10 minutes and is dispatched while the pool is at most 80 % full.',
    'Cached input of gemini-3-pro-image-preview costs what input costs.',
  ],
  tiers: [
    tier('priority', 300, {
      priceMultiplier: 1.8,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(30) },
    }),
    tier('standard', 200, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) },
    }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: minutes(10), dispatchAtPressure: 0.8, asynchronous: false },
      evictableBy: ['priority', 'standard'],
    }),
  ],
  defaultTier: 'standard',
  prices: [
    {
      model: 'gemini-2.5-pro',
      tier: null,
      inputPico: perMillion(1.25),
      cachedPico: perMillion(0.125),
      outputPico: perMillion(10),
    },
    {
      model: 'gemini-3-pro-image-preview',
      tier: null,
      inputPico: perMillion(2),
      cachedPico: perMillion(2),
      outputPico: perMillion(120),
    },
  ],
  limits: ACCOUNT_UNLIMITED,
  router: 'least-loaded',
  queueing: 'node',
  status: {
    rate_limited: 429,
    overloaded: 503,
    unavailable: 503,
    hold_expired: 503,
    unsupported_tier: 400,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  },
  retryAfterUs: {},
  billAbandoned: true,
  unsupported: [{ tier: 'priority', model: 'gemini-3-pro-image-preview', answer: 'downgrade' }],
};
