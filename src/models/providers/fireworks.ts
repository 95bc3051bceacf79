import type { ProviderProfile } from '../provider.js';
import { hours, perMillion, seconds, tier } from './build.js';

/** Fireworks Serverless 2.0 as announced, figures of 2026-05-26. */
export const fireworks: ProviderProfile = {
  id: 'fireworks',
  asOf: '2026-05-26',
  currency: 'USD',
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
      hold: { maxWaitUs: hours(24), dispatchAtPressure: 0.6, asynchronous: true },
      limits: 'exempt',
    }),
  ],
  defaultTier: 'standard',
  prices: [
    {
      model: 'kimi-k2.6',
      tier: null,
      inputPico: perMillion(0.95),
      cachedPico: perMillion(0.16),
      outputPico: perMillion(4),
    },
    {
      model: 'kimi-k2.6',
      tier: 'fast',
      inputPico: perMillion(2),
      cachedPico: perMillion(0.3),
      outputPico: perMillion(8),
    },
  ],
  limits: {
    requestsPerMinute: 6000,
    inputTokensPerMinute: 3_600_000,
    outputTokensPerMinute: 36_000,
    concurrency: null,
  },
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
  unsupported: [],
};
