import type { ProviderProfile } from '../provider.js';
import { answers, limiter, minutes, priceRow, profile, seconds, tier } from './build.js';

/** Amazon Bedrock's priority, default and flex tiers, which share one quota. */
export const bedrock: ProviderProfile = profile({
  id: 'bedrock',
  asOf: '2026-09-01',
  sources: [
    '@aws-sdk/client-bedrock-runtime 3.1162.0 types: serviceTier.type',
    'AWS docs, "Service tiers for optimizing performance and cost": priority up to 25 % better output tokens per second; one quota for priority, default and flex',
  ],
  assumed: [
    'Priority costs 1.25 times (a sample of AWS says about that), flex half; no exact figures are published.',
    'The price of a model without a row: $0.72 per million tokens in and out, Llama 3.1 70B.',
    'A quota of 1,000 requests a minute; it depends on the account.',
    'Default gets 429 when predicted TTFT exceeds 10 s, priority when its own exceeds 20 s; flex waits up to 10 minutes.',
  ],
  tiers: [
    tier('priority', 300, { priceMultiplier: 1.25, admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) } }),
    tier('standard', 200, { admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) } }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: minutes(10), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
    }),
  ],
  limiters: [limiter('rpm', 1000, { per: ['account', 'model'] })],
  prices: [priceRow('*', { input: 0.72, output: 0.72 })],
  answers: answers({
    rate_limited: { status: 429, code: 'ThrottlingException' },
    quota_exhausted: { status: 429, code: 'ThrottlingException' },
    overloaded: { status: 503, code: 'ServiceUnavailableException' },
    hold_expired: { status: 503, code: 'ServiceUnavailableException' },
    unavailable: { status: 503, code: 'ServiceUnavailableException' },
    node_down: { status: 500, code: 'InternalServerException' },
    unsupported_tier: { status: 400, code: 'ValidationException' },
    unknown_tier: { status: 400, code: 'ValidationException' },
    context_length: { status: 400, code: 'ValidationException' },
    unknown_model: { status: 404, code: 'ResourceNotFoundException' },
  }),
});
