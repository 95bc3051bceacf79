import { assumed, type CatalogProfile, source } from '../provenance.js';
import { answers, evictedBy, hours, minutes, priceRow, profile, seconds, tier } from './build.js';

/** No provider's: the plain meaning of the four words, so that a user without a provider can compare them. */
export const neutral: CatalogProfile = profile({
  id: 'neutral',
  asOf: '2026-11-21',
  origins: [
    source(
      '2026-11-21',
      'tiersim itself: the plain meaning of the four words, no provider behind them',
      'tiers/*/rank',
      'tiers/*/priceMultiplier',
      'tiers/*/eviction',
      'answers/*/status',
    ),
    assumed(
      'Price of a model without a row of its own: $1 / $0.10 / $2 per million input / cached / output tokens.',
      'prices/*',
    ),
    assumed('Shed thresholds on predicted TTFT (priority 20 s, standard 10 s).', 'tiers/*/admission'),
    assumed('Hold limits (flex 10 minutes, background a day) and dispatch pressures.', 'tiers/*/hold'),
  ],
  tiers: [
    tier('priority', 300, {
      priceMultiplier: 1.5,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) },
    }),
    tier('standard', 200, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) },
    }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: minutes(10), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
      eviction: evictedBy(['priority', 'standard']),
    }),
    tier('background', 0, {
      priceMultiplier: 0.25,
      hold: { maxWaitUs: hours(24), maxQueued: null, dispatchAtPressure: 0.6, asynchronous: true },
      eviction: evictedBy(['priority', 'standard', 'flex'], { when: 'any-time' }),
      limits: 'exempt',
    }),
  ],
  prices: [priceRow('*', { input: 1, cached: 0.1, output: 2 })],
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
    unknown_model: 400,
  }),
});
