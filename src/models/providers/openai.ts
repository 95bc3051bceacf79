import type { ProviderProfile } from '../provider.js';
import { answers, evictedBy, limiter, minutes, priceRow, profile, seconds, tier } from './build.js';

/** OpenAI's default, flex and priority (since 2026-07-30 called Fast mode) processing. */
export const openai: ProviderProfile = profile({
  id: 'openai',
  asOf: '2026-10-01',
  sources: [
    'openai/openai-node 7.5.0, src/resources/chat/completions/completions.ts: the values of service_tier',
    'OpenAI docs, "Fast mode" and "Priority processing", 2026: 2x (gpt-5.5 2.5x), 99.9 %, downgraded and billed as standard above 1M tokens per minute and a rise of 50 % within 15 minutes',
    'OpenAI docs, "Flex processing", 2026: half the price, 429 without capacity and not charged, raise the timeout to 15 minutes',
    '@llmgateway/models 1.324.0, 2026-09-23: gpt-5.6-sol $5 / $0.50 / $30, gpt-5.5 $5 / $0.50 / $30, text-embedding-3-small $0.02',
  ],
  assumed: [
    'Default is shed when predicted TTFT exceeds 10 s; priority is served as default when its own exceeds 5 s.',
    'Flex is tried at once and gets 429 when predicted TTFT at its rank exceeds 60 s.',
    'The multiplier of a model without one of its own is 2.',
  ],
  tiers: [
    tier('priority', 300, {
      priceMultiplier: 2,
      priceByModel: [{ model: 'gpt-5.5', value: 2.5 }],
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(5) },
      onNoCapacity: { do: 'downgrade', to: 'standard' },
    }),
    tier('standard', 200, { admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) } }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(60) },
      eviction: evictedBy(['priority', 'standard'], { outcome: 'fail' }),
    }),
  ],
  limiters: [
    limiter('priority.ramp', 1_000_000, {
      unit: 'tokens',
      window: { kind: 'ramp', start: 1_000_000, growth: 0.5, periodUs: minutes(15) },
      per: ['account', 'model'],
      tiers: ['priority'],
      action: { do: 'downgrade', to: 'standard' },
      cause: 'ramp_limited',
    }),
  ],
  prices: [
    priceRow('gpt-5.6-sol', { input: 5, cached: 0.5, output: 30 }),
    priceRow('gpt-5.5', { input: 5, cached: 0.5, output: 30 }),
    priceRow('text-embedding-3-small', { input: 0.02, output: 0 }),
  ],
  answers: answers({
    rate_limited: { status: 429, type: 'rate_limit_error', retryAfterUs: 'until-room' },
    quota_exhausted: { status: 429, code: 'insufficient_quota', shouldRetry: false },
    ramp_limited: { status: 429, type: 'rate_limit_error', code: 'slow_down' },
    overloaded: { status: 429, code: 'resource_unavailable' },
    evicted: { status: 429, code: 'resource_unavailable' },
    unavailable: { status: 503, type: 'service_unavailable_error', code: 'server_is_overloaded' },
    node_down: 500,
    unsupported_tier: { status: 400, type: 'invalid_request_error' },
    unknown_tier: { status: 400, type: 'invalid_request_error' },
    context_length: 400,
    unknown_model: 404,
  }),
  sla: { target: 0.999, denominator: 'admitted' },
});

/** OpenAI's models on Azure: priority and, since September 2026, flex. */
export const azure: ProviderProfile = {
  ...openai,
  id: 'azure',
  asOf: '2026-09-25',
  sources: [
    'MicrosoftDocs/azure-ai-docs, articles/foundry/openai, priority-processing.md: more than 50 % of a rise within 15 minutes, peak demand: default, billed as standard',
    'MicrosoftDocs/azure-ai-docs, flex-processing.md, 2026-09-24: half the price, 429 not billed, no fallback; an unsupported model gets 400 since 2026-09-25',
    'A public benchmark of 216 requests, 2026-04-05: priority 1.75x; decode +35 to 39 %, TTFT p95 at ten at a time -52 %',
  ],
  assumed: openai.assumed,
  tiers: openai.tiers.map((one) =>
    one.name === 'priority' ? { ...one, priceMultiplier: 1.75, priceByModel: [] } : one,
  ),
  limiters: openai.limiters.map((one) => ({
    ...one,
    limit: 0,
    window: { kind: 'ramp', start: 1_000_000, growth: 0.5, periodUs: minutes(15) },
  })),
};
