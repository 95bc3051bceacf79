import type { ProviderProfile } from '../provider.js';
import { answers, limiter, priceRow, profile, seconds, tier } from './build.js';

/** DeepInfra's Priority tier as announced on 2026-06-29. */
export const deepinfra: ProviderProfile = profile({
  id: 'deepinfra',
  asOf: '2026-06-29',
  sources: [
    'DeepInfra blog, "Introducing the Priority Service Tier", 2026-06-29: front of the queue, 1.5x, 429 under load, unsupported models served normally',
    'deepinfra/docs account/rate-limits.mdx, 2026-07-22: 200 concurrent requests per model and account',
    'BerriAI/litellm model_prices_and_context_window.json, 2026: Llama 3.1 8B $0.03 / $0.05, Llama 3.3 70B Turbo $0.13 / $0.39',
  ],
  assumed: [
    'Normal traffic gets 429 when predicted TTFT exceeds 5 s, priority when its own exceeds 20 s; the announcement gives no threshold.',
    'Cached input costs what input costs where no cached price is listed.',
  ],
  tiers: [
    tier('priority', 100, {
      priceMultiplier: 1.5,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) },
    }),
    tier('standard', 0, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(5) },
    }),
  ],
  prices: [
    priceRow('llama-3.1-8b', { input: 0.03, output: 0.05 }),
    priceRow('llama-3.3-70b', { input: 0.13, output: 0.39 }),
  ],
  limiters: [limiter('concurrency', 200)],
  answers: answers({
    rate_limited: 429,
    quota_exhausted: 429,
    ramp_limited: 429,
    overloaded: 429,
    unavailable: 503,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
});
