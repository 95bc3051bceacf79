import type { ProviderProfile } from '../provider.js';
import { answers, evictedBy, minutes, priceRow, profile, seconds, support, tier } from './build.js';

/** LLM Gateway's service tiers for Google models, the first version of its documentation page. */
export const llmGateway: ProviderProfile = profile({
  id: 'llm-gateway',
  asOf: '2026-05-01',
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
      hold: { maxWaitUs: minutes(10), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
      eviction: evictedBy(['priority', 'standard']),
    }),
  ],
  prices: [
    priceRow('gemini-2.5-pro', { input: 1.25, cached: 0.125, output: 10 }),
    priceRow('gemini-3-pro-image-preview', { input: 2, output: 120 }),
  ],
  answers: answers({
    rate_limited: 429,
    quota_exhausted: 429,
    ramp_limited: 429,
    overloaded: 503,
    unavailable: 503,
    hold_expired: 503,
    unsupported_tier: 400,
    forbidden_tier: 403,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
  endpoints: ['vertex-global', 'vertex-regional', 'ai-studio'],
  support: [support('priority', 'downgrade', { model: 'gemini-3-pro-image-preview' })],
});
