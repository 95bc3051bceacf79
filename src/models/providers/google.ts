import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, evictedBy, limiter, minutes, perMillion, priceRow, profile, seconds, tier } from './build.js';

const PRO = priceRow(
  'gemini-2.5-pro',
  { input: 1.25, cached: 0.125, output: 10 },
  {
    longContext: {
      aboveTokens: 200_000,
      inputPico: perMillion(2.5),
      cachedPico: perMillion(0.25),
      outputPico: perMillion(15),
    },
  },
);
const IMAGE = priceRow('gemini-3-pro-image-preview', { input: 2, output: 12 }, { imagePico: perMillion(120) });

const PRICES = source(
  '2026-09-23',
  '@llmgateway/models 1.324.0: gemini-2.5-pro $1.25 / $0.125 / $10, above 200k $2.50 / $0.25 / $15; gemini-3-pro-image $2 in, $12 text and $120 image tokens out',
  'prices',
);
const CODES = source(
  'read 2026-11-25',
  'googleapis/googleapis google/rpc/code.proto: codes and the statuses they map to',
  'answers/*/code',
  'answers/rate_limited,quota_exhausted,unavailable,unsupported_tier,unknown_tier,context_length,unknown_model/status',
);
const CACHED_IMAGES = assumed(
  'Cached input of gemini-3-pro-image-preview costs what input costs.',
  'prices/gemini-3-pro-image-preview/cachedPico',
);

/** The Gemini Developer API: standard, flex and priority. */
export const gemini: CatalogProfile = profile({
  id: 'gemini',
  asOf: '2026-07-06',
  origins: [
    source(
      '2026-07-06',
      'Gemini API docs, "Flex inference": half the price, 1 to 15 minutes, 503 without capacity, may be evicted when standard spikes, counts to the normal limits',
      'tiers/flex/priceMultiplier',
      'answers/overloaded,hold_expired,evicted/status',
    ),
    source(
      READ,
      'Gemini API docs, "Priority inference", 2026: 1.75 to 2 times, 0.3 of the standard limit by default, beyond it or under congestion served and billed as standard',
    ),
    PRICES,
    CODES,
    CACHED_IMAGES,
    assumed('Priority costs 1.8 times, within the published range.', 'tiers/priority/priceMultiplier'),
    assumed(
      'An account may send 2,000 requests a minute, of which 0.3 may be priority; the figure depends on the account.',
      'limiters',
    ),
    assumed(
      'Standard is shed when predicted TTFT exceeds 10 s; priority is served as standard when its own exceeds 5 s.',
      'tiers/*/admission',
    ),
    assumed('Flex waits at most 15 minutes and is dispatched while the pool is at most 80 % full.', 'tiers/flex/hold'),
  ],
  tiers: [
    tier('priority', 300, {
      priceMultiplier: 1.8,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(5) },
      onNoCapacity: { do: 'downgrade', to: 'standard' },
    }),
    tier('standard', 200, { admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) } }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: minutes(15), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
      eviction: evictedBy(['standard', 'priority'], { when: 'any-time', outcome: 'fail' }),
    }),
  ],
  // Priority counts to its own lower limit and to the shared one.
  limiters: [
    limiter('rpm', 2000, { per: ['account', 'model'] }),
    limiter('priority.rpm', 600, { per: ['account', 'model'], action: { do: 'downgrade', to: 'standard' } }),
  ],
  prices: [PRO, IMAGE],
  answers: answers({
    rate_limited: { status: 429, code: 'RESOURCE_EXHAUSTED' },
    quota_exhausted: { status: 429, code: 'RESOURCE_EXHAUSTED' },
    overloaded: { status: 503, code: 'UNAVAILABLE' },
    hold_expired: { status: 503, code: 'UNAVAILABLE' },
    evicted: { status: 503, code: 'UNAVAILABLE' },
    unavailable: { status: 503, code: 'UNAVAILABLE' },
    node_down: { status: 503, code: 'UNAVAILABLE' },
    unsupported_tier: { status: 400, code: 'INVALID_ARGUMENT' },
    unknown_tier: { status: 400, code: 'INVALID_ARGUMENT' },
    context_length: { status: 400, code: 'INVALID_ARGUMENT' },
    unknown_model: { status: 404, code: 'NOT_FOUND' },
  }),
});

/** Vertex AI's pay-as-you-go: standard, flex and priority on the global endpoint. */
export const vertex: CatalogProfile = profile({
  ...gemini,
  id: 'vertex',
  asOf: '2026-11-21',
  origins: [
    source(
      READ,
      'Vertex AI docs, "Priority PayGo": 1.8 times; starts at 1M tokens a minute (Pro), +50 % per 10 minutes sustained; beyond it or over capacity served and billed as standard',
      'tiers/priority/priceMultiplier',
      'limiters/priority.ramp',
    ),
    source(
      READ,
      'Vertex AI docs, "Flex PayGo": half the price, timeout 20 minutes by default, 30 at most',
      'tiers/flex/priceMultiplier',
      'tiers/flex/hold/maxWaitUs',
    ),
    PRICES,
    CODES,
    source(
      READ,
      'Vertex AI docs, "Standard PayGo" and "Error code 429": 429 RESOURCE_EXHAUSTED, 30,000 requests a minute, model and region',
      'limiters/provider.rpm',
      'answers/overloaded,rate_limited/status,code',
    ),
    CACHED_IMAGES,
    assumed(
      'Standard gets 429 when predicted TTFT exceeds 10 s; priority is served as standard when its own exceeds 5 s.',
      'tiers/*/admission',
    ),
    assumed('Flex is dispatched while the pool is at most 80 % full.', 'tiers/flex/hold/dispatchAtPressure'),
  ],
  tiers: gemini.tiers.map((one) =>
    one.hold === null ? one : { ...one, hold: { ...one.hold, maxWaitUs: minutes(20) }, eviction: null },
  ),
  limiters: [
    limiter('provider.rpm', 30_000, { per: ['model'], tiers: null }),
    limiter('priority.ramp', 1_000_000, {
      unit: 'tokens',
      window: { kind: 'ramp', start: 1_000_000, growth: 0.5, periodUs: minutes(10) },
      tiers: ['priority'],
      action: { do: 'downgrade', to: 'standard' },
      cause: 'ramp_limited',
    }),
  ],
  answers: answers({
    ...gemini.answers,
    overloaded: { status: 429, code: 'RESOURCE_EXHAUSTED' },
    hold_expired: { status: 429, code: 'RESOURCE_EXHAUSTED' },
  }),
});
