import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, limiter, priceRow, profile, seconds, sent, tier } from './build.js';

/** Groq's on-demand and flex tiers: the same price, ten times the limits, and a fast no when there is no room. */
export const groq: CatalogProfile = profile({
  id: 'groq',
  asOf: '2026-11-21',
  origins: [
    source(
      READ,
      'Groq docs, "Service Tiers" and "Flex Processing", 2026: flex at the same price with ten times the limits, 498 capacity_exceeded without room',
      'tiers/flex/priceMultiplier',
      'tiers/flex/answers/overloaded',
    ),
    source(
      '2026-08-21',
      'pydantic/genai-prices: Llama 3.1 8B instant $0.05 / $0.08, gpt-oss-120b $0.15 / $0.75',
      'prices',
    ),
    assumed('Cached input costs what input costs where no cached price is listed.', 'prices/*/cachedPico'),
    assumed('On demand has 1,000 requests a minute, flex ten times as many; it depends on the account.', 'limiters'),
    assumed('Retry-After says when there is room again.', 'answers/rate_limited/retryAfterUs'),
    assumed(
      'Flex gets 498 when predicted TTFT exceeds 1 s, on demand 503 when its own exceeds 10 s.',
      'tiers/*/admission',
    ),
  ],
  tiers: [
    tier('standard', 200, { admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) } }),
    tier('flex', 100, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(1) },
      answers: { overloaded: sent({ status: 498, code: 'capacity_exceeded' }) },
    }),
  ],
  limiters: [limiter('standard.rpm', 1000), limiter('flex.rpm', 10_000)],
  prices: [
    priceRow('llama-3.1-8b', { input: 0.05, output: 0.08 }),
    priceRow('gpt-oss-120b', { input: 0.15, output: 0.75 }),
  ],
  answers: answers({
    rate_limited: { status: 429, retryAfterUs: 'until-room' },
    quota_exhausted: 429,
    overloaded: 503,
    unavailable: 503,
    node_down: 503,
    unsupported_tier: 400,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
});
