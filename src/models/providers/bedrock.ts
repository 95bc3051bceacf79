import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, limiter, minutes, priceRow, profile, seconds, tier } from './build.js';

/** Amazon Bedrock's priority, default and flex tiers, which share one quota. */
export const bedrock: CatalogProfile = profile({
  id: 'bedrock',
  asOf: '2026-11-21',
  origins: [
    source(
      READ,
      '@aws-sdk/client-bedrock-runtime 3.1162.0: names of exceptions and their statuses',
      'answers/*/status,code',
    ),
    source(
      READ,
      'AWS docs, "Service tiers for optimizing performance and cost": priority up to 25 % better output tokens per second; one quota for priority, default and flex',
    ),
    assumed(
      'Priority costs 1.25 times (a sample of AWS says about that), flex half; no exact figures are published.',
      'tiers/*/priceMultiplier',
    ),
    assumed('The price of a model without a row: $0.72 per million tokens in and out, Llama 3.1 70B.', 'prices/*'),
    assumed('A quota of 1,000 requests a minute; it depends on the account.', 'limiters/rpm'),
    assumed(
      'Default gets 503 when predicted TTFT exceeds 10 s, priority when its own exceeds 20 s.',
      'tiers/*/admission',
    ),
    assumed('Flex waits up to 10 minutes and is dispatched while the pool is at most 80 % full.', 'tiers/flex/hold'),
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
