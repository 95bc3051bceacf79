import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, hours, limiter, priceRow, profile, seconds, tier } from './build.js';

/** Anthropic's standard, fast and batch service; priority was sold by commitment only and is no longer. */
export const anthropic: CatalogProfile = profile({
  id: 'anthropic',
  asOf: '2026-11-21',
  origins: [
    source(
      'read 2026-11-25',
      '@anthropic-ai/sdk 1.11.0, resources/shared.d.ts and core/error.js: the types of errors and their statuses, enforced_spend_limit_reached',
      'answers/rate_limited,quota_exhausted,unsupported_tier,unknown_tier,forbidden_tier,context_length,unknown_model/status,type,code',
      'answers/unavailable,node_down/type',
    ),
    source(
      READ,
      'BerriAI/litellm model_prices_and_context_window.json, copy of 2026: fast 6x for Opus 4.6 and 4.7, 2x for 4.8',
      'tiers/fast/priceByModel',
    ),
    source(
      READ,
      'Anthropic docs, "Message Batches", 2026: half the price, expires after 24 hours',
      'tiers/batch/priceMultiplier',
      'tiers/batch/hold/maxWaitUs',
    ),
    source(
      READ,
      'anthropic-sdk-typescript issue 616: 529 overloaded_error with x-should-retry: true',
      'answers/overloaded/status,type,shouldRetry',
    ),
    source(
      READ,
      'Anthropic docs, fast mode, 2026: limits of its own, 429 with retry-after',
      'answers/rate_limited/retryAfterUs',
    ),
    assumed('Fast costs twice for a model that is not in the map.', 'tiers/fast/priceMultiplier'),
    assumed(
      'The price of a model without a row: $3 / $0.30 / $15 per million input / cached / output tokens.',
      'prices/*',
    ),
    assumed('Standard is shed when predicted TTFT exceeds 10 s, fast when its own exceeds 10 s.', 'tiers/*/admission'),
    assumed('Batch is dispatched while the pool is at most 60 % full.', 'tiers/batch/hold/dispatchAtPressure'),
    assumed('Fast has 1,000 requests a minute of its own; the figure is not published.', 'limiters/fast.rpm'),
  ],
  tiers: [
    tier('standard', 200, { admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) } }),
    tier('fast', 200, {
      priceMultiplier: 2,
      priceByModel: [
        { model: 'claude-opus-4.6', value: 6 },
        { model: 'claude-opus-4.7', value: 6 },
        { model: 'claude-opus-4.8', value: 2 },
      ],
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) },
      path: 'fast',
    }),
    tier('batch', 0, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: hours(24), maxQueued: null, dispatchAtPressure: 0.6, asynchronous: true },
      limits: 'exempt',
    }),
  ],
  limiters: [limiter('fast.rpm', 1000)],
  prices: [priceRow('*', { input: 3, cached: 0.3, output: 15 })],
  answers: answers({
    rate_limited: { status: 429, type: 'rate_limit_error', retryAfterUs: 'until-room' },
    quota_exhausted: { status: 429, type: 'rate_limit_error', code: 'enforced_spend_limit_reached' },
    overloaded: { status: 529, type: 'overloaded_error', shouldRetry: true },
    unavailable: { status: 500, type: 'api_error' },
    node_down: { status: 500, type: 'api_error' },
    unsupported_tier: { status: 400, type: 'invalid_request_error' },
    unknown_tier: { status: 400, type: 'invalid_request_error' },
    forbidden_tier: { status: 403, type: 'permission_error' },
    context_length: { status: 400, type: 'invalid_request_error' },
    unknown_model: { status: 404, type: 'not_found_error' },
  }),
});
