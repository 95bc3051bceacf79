import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, evictedBy, limiter, minutes, priceRow, profile, seconds, tier } from './build.js';

/** OpenAI's default, flex and priority (since 2026-07-30 called Fast mode) processing. */
export const openai: CatalogProfile = profile({
  id: 'openai',
  asOf: '2026-11-21',
  origins: [
    source(READ, 'openai/openai-node 7.5.0, src/resources/chat/completions/completions.ts: the values of service_tier'),
    source(
      READ,
      'OpenAI docs, "Fast mode" and "Priority processing", 2026: 2x (gpt-5.5 2.5x), 99.9 %, downgraded and billed as standard above 1M tokens per minute and a rise of 50 % within 15 minutes',
      'tiers/priority/priceMultiplier,priceByModel',
      'limiters/priority.ramp',
      'sla/target',
    ),
    source(
      READ,
      'OpenAI docs, "Flex processing", 2026: half the price, 429 Resource Unavailable without capacity and not charged, raise the timeout to 15 minutes',
      'tiers/flex/priceMultiplier',
      'answers/overloaded/status,code',
    ),
    source(
      '2026-10',
      "A catalogue of OpenAI's page of error codes: 429 rate_limit_error, slow_down for ramps; 429 insufficient_quota, not to be retried; 503 service_unavailable_error, server_is_overloaded; 400 invalid_request_error for service_tier",
      'answers/rate_limited,ramp_limited,quota_exhausted,unavailable,unsupported_tier,unknown_tier/status,type,code',
    ),
    source(
      '2026-08-21',
      'pydantic/genai-prices: gpt-5.6-sol and gpt-5.5 $5 / $0.50 / $30',
      'prices/gpt-5.6-sol,gpt-5.5',
    ),
    source('2026-09-23', '@llmgateway/models 1.324.0: text-embedding-3-small $0.02', 'prices/text-embedding-3-small'),
    assumed('An embedding model has no price for cached input of its own.', 'prices/text-embedding-3-small/cachedPico'),
    assumed(
      'Default is shed when predicted TTFT exceeds 10 s; priority is served as default when its own exceeds 5 s. Flex is tried at once and gets 429 when predicted TTFT at its rank exceeds 60 s.',
      'tiers/*/admission',
    ),
    assumed('The ramp also lets pass what begins at 1M tokens a minute.', 'limiters/priority.ramp/window/start'),
    assumed(
      'Flex may be thrown out before its first token and is told what it would be told without capacity.',
      'answers/evicted/*',
    ),
    assumed(
      'Retry-After says when there is room again; a spent quota says x-should-retry: false.',
      'answers/rate_limited/retryAfterUs',
      'answers/quota_exhausted/shouldRetry',
    ),
    assumed('Availability is counted over admitted requests; the denominator is not published.', 'sla/denominator'),
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
export const azure: CatalogProfile = profile({
  ...openai,
  id: 'azure',
  asOf: '2026-09-25',
  origins: [
    source(
      READ,
      'MicrosoftDocs/azure-ai-docs, articles/foundry/openai, priority-processing.md: more than 50 % of a rise within 15 minutes, without a floor, or peak demand: default, billed as standard',
      'limiters/priority.ramp',
    ),
    source(
      '2026-09-24',
      'MicrosoftDocs/azure-ai-docs, flex-processing.md: half the price, 429 not billed, no fallback; an unsupported model gets 400 since 2026-09-25',
      'tiers/flex/priceMultiplier',
      'answers/overloaded,unsupported_tier/status',
    ),
    source(
      '2026-04-05',
      'A public benchmark of 216 requests: priority 1.75x; decode +35 to 39 %, TTFT p95 at ten at a time -52 %',
      'tiers/priority/priceMultiplier',
    ),
    assumed('Prices of models are those of OpenAI.', 'prices'),
    assumed('Bodies of errors are those of OpenAI.', 'answers/*/type,code,shouldRetry,retryAfterUs'),
    assumed(
      'Default is shed when predicted TTFT exceeds 10 s; priority is served as default when its own exceeds 5 s. Flex is tried at once and gets 429 when predicted TTFT at its rank exceeds 60 s.',
      'tiers/*/admission',
    ),
    assumed(
      'Before the run the rate was such that 1M tokens a minute are allowed.',
      'limiters/priority.ramp/window/start',
    ),
  ],
  tiers: openai.tiers.map((one) =>
    one.name === 'priority' ? { ...one, priceMultiplier: 1.75, priceByModel: [] } : one,
  ),
  limiters: openai.limiters.map((one) => ({
    ...one,
    limit: 0,
    window: { kind: 'ramp', start: 1_000_000, growth: 0.5, periodUs: minutes(15) },
  })),
  sla: { target: null, denominator: 'offered' },
});
