import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, hours, limiter, priceRow, profile, seconds, tier } from './build.js';

const TOKENS_OF_THE_SHARED_FLEET = { per: ['account', 'model'], tiers: ['priority', 'standard'] } as const;

/** Fireworks Serverless 2.0 as announced, figures of 2026-05-26. */
export const fireworks: CatalogProfile = profile({
  id: 'fireworks',
  asOf: '2026-05-26',
  origins: [
    source(
      '2026-05-26',
      'Fireworks blog, "Three Ways to Run Inference, One API": standard, priority 1.5x, fast about 2x throughput, 429 is account limits only, 503 is overload or a fault, background about a quarter of the price; 99.9 % availability, which overload and account limits are outside of',
      'tiers/priority,background/priceMultiplier',
      'answers/rate_limited,overloaded,unavailable,node_down/status,message,slaCounted',
      'sla/target',
    ),
    source(
      '2026-08-21',
      'pydantic/genai-prices, and Fireworks docs, "Serverless Pricing": Kimi K2.6 $0.95 / $0.16 / $4, fast row $2 / $0.30 / $8, and so on',
      'prices',
    ),
    source(READ, 'Fireworks docs, "Account quotas": 6,000 requests per minute and account', 'limiters/rpm'),
    source(
      READ,
      'Fireworks docs, "Serverless Rate Limits": prompt 3.6M, uncached prompt 900k and generated 36k tokens per minute at the start, by account and model; priority and standard share one limit, fast has its own; 429 for ramping too fast',
      'limiters/inputTpm,uncachedInputTpm,outputTpm',
      'answers/ramp_limited/status',
    ),
    assumed(
      'The limits of tokens stay where they start, those of fast where the shared ones do; in truth they adapt to use.',
      'limiters/fast.inputTpm,fast.uncachedInputTpm,fast.outputTpm',
    ),
    assumed('Fast costs twice where a model has no row for it.', 'tiers/fast/priceMultiplier'),
    assumed(
      'Standard is shed when predicted TTFT exceeds 5 s, priority and fast when it exceeds 20 s.',
      'tiers/*/admission',
    ),
    assumed(
      'Priority and standard hold the same place in the queue: priority is admission, not speed.',
      'tiers/*/rank',
    ),
    assumed(
      'The codes in the bodies of 503; only the two reason phrases are published.',
      'answers/overloaded,unavailable,node_down/code',
    ),
    assumed('Availability is counted over admitted requests; the denominator is not published.', 'sla/denominator'),
    assumed(
      'Background is dispatched while the pool is at most 60 % full and expires after 24 h.',
      'tiers/background/hold',
    ),
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
    priceRow('kimi-k2.5', { input: 0.6, cached: 0.1, output: 3 }),
    priceRow('glm-5.1', { input: 1.4, cached: 0.26, output: 4.4 }),
    priceRow('glm-5.1', { input: 2.8, cached: 0.52, output: 8.8 }, { tier: 'fast' }),
    priceRow('gpt-oss-120b', { input: 0.15, cached: 0.014, output: 0.6 }),
  ],
  // Priority and standard share one count of tokens, fast has its own; requests are counted over all of them.
  limiters: [
    limiter('rpm', 6000),
    limiter('inputTpm', 3_600_000, TOKENS_OF_THE_SHARED_FLEET),
    limiter('uncachedInputTpm', 900_000, TOKENS_OF_THE_SHARED_FLEET),
    limiter('outputTpm', 36_000, TOKENS_OF_THE_SHARED_FLEET),
    limiter('fast.inputTpm', 3_600_000, { per: ['account', 'model'] }),
    limiter('fast.uncachedInputTpm', 900_000, { per: ['account', 'model'] }),
    limiter('fast.outputTpm', 36_000, { per: ['account', 'model'] }),
  ],
  answers: answers({
    rate_limited: 429,
    quota_exhausted: 429,
    ramp_limited: 429,
    overloaded: { status: 503, message: 'Service Overloaded', code: 'service_overloaded' },
    unavailable: { status: 503, message: 'Service Unavailable', code: 'service_unavailable' },
    node_down: { status: 503, message: 'Service Unavailable', code: 'service_unavailable' },
    hold_expired: 503,
    unsupported_tier: 400,
    forbidden_tier: 403,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
  sla: { target: 0.999, denominator: 'admitted' },
});

/** Multipliers by model, as gateways list them in September 2026. */
export const fireworks202609: CatalogProfile = {
  ...fireworks,
  id: 'fireworks@2026-09',
  asOf: '2026-09-23',
  origins: [
    ...fireworks.origins,
    source(
      '2026-09-23',
      '@llmgateway/models 1.324.0: priority 1.25x, deepseek-v4-pro 1.5x',
      'tiers/priority/priceMultiplier,priceByModel',
    ),
    source(
      '2026-08-21',
      'pydantic/genai-prices: GLM-5.2 $1.40 / $0.14 / $4.40, fast row 1.5x',
      'prices/glm-5.2,glm-5.2@fast',
    ),
  ],
  tiers: fireworks.tiers.map((one) =>
    one.name === 'priority'
      ? { ...one, priceMultiplier: 1.25, priceByModel: [{ model: 'deepseek-v4-pro', value: 1.5 }] }
      : one,
  ),
  prices: [
    ...fireworks.prices,
    priceRow('glm-5.2', { input: 1.4, cached: 0.14, output: 4.4 }),
    priceRow('glm-5.2', { input: 2.1, cached: 0.21, output: 6.6 }, { tier: 'fast' }),
  ],
};
