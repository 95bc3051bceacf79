import type { ProviderProfile } from '../provider.js';
import { answers, hours, limiter, priceRow, profile, seconds, tier } from './build.js';

/** Fireworks Serverless 2.0 as announced, figures of 2026-05-26. */
export const fireworks: ProviderProfile = profile({
  id: 'fireworks',
  asOf: '2026-05-26',
  sources: [
    'Fireworks blog, "Three Ways to Run Inference, One API", 2026-05-26: standard, priority 1.5x, fast about 2x throughput, 429 is account limits only, 503 is overload, background about a quarter of the price',
    'Fireworks docs, "Serverless Pricing", 2026-08-21: Kimi K2.6 $0.95 / $0.16 / $4, fast row $2 / $0.30 / $8',
    'Fireworks docs, "Account quotas": 6,000 requests per minute and account',
    'Fireworks docs, "Serverless Rate Limits": prompt 3.6M and generated 36k tokens per minute at the start',
  ],
  assumed: [
    'Standard is shed when predicted TTFT exceeds 5 s, priority and fast when it exceeds 20 s.',
    'Priority and standard hold the same place in the queue: priority is admission, not speed.',
    'Background is dispatched while the pool is at most 60 % full and expires after 24 h.',
  ],
  tiers: [
    tier('priority', 100, {
      priceMultiplier: 1.5,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) },
    }),
    tier('standard', 100, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(5) },
    }),
    tier('fast', 100, {
      priceMultiplier: 2,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) },
      path: 'fast',
    }),
    tier('background', 0, {
      priceMultiplier: 0.25,
      hold: { maxWaitUs: hours(24), maxQueued: null, dispatchAtPressure: 0.6, asynchronous: true },
      limits: 'exempt',
    }),
  ],
  prices: [
    priceRow('kimi-k2.6', { input: 0.95, cached: 0.16, output: 4 }),
    priceRow('kimi-k2.6', { input: 2, cached: 0.3, output: 8 }, { tier: 'fast' }),
  ],
  limiters: [limiter('rpm', 6000), limiter('inputTpm', 3_600_000), limiter('outputTpm', 36_000)],
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
});
