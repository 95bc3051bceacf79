import { assumed, type CatalogProfile, source } from '../provenance.js';
import { answers, limiter, priceRow, profile, seconds, tier } from './build.js';

/** CHF per million output tokens; input costs half, and no cached price is published. */
const price = (name: string, output: number) => priceRow('*', { input: output / 2, output }, { tier: name });

/** siati.ai's four tiers, wiki pages of 2026-05-19. */
export const siati: CatalogProfile = profile({
  id: 'siati',
  asOf: '2026-05-19',
  currency: 'CHF',
  origins: [
    source(
      '2026-05-19',
      'wiki.siati.ai, "Tiers": hardware preference, queue priority 1/10/100/1000, router filter and sort',
      'tiers/*/rank',
    ),
    source(
      '2026-05',
      'wiki.siati.ai, "Rate limits": 60/120/240/1000 requests per minute by key and tier, Retry-After 18 s',
      'limiters',
      'answers/rate_limited/status,type,retryAfterUs',
    ),
    source(
      '2026-05',
      'wiki.siati.ai, older pricing page: CHF 0.40 / 1.50 / 4.00 per million output tokens, input at half',
      'prices/*@slow,*@medium,*@fast/inputPico,outputPico',
      'tiers/*/priceMultiplier',
    ),
    source(
      '2026-05-19',
      'wiki.siati.ai, "Errors": 400 unknown_tier, 403 tier_not_allowed, 502 backend_unavailable, 503 all_backends_down, 504 backend_timeout',
      'answers/unknown_tier,forbidden_tier,node_down,unavailable,timeout/status,type',
    ),
    source(
      '2026-05',
      'wiki.siati.ai, older "Errors": 429 daily_quota_exhausted',
      'answers/quota_exhausted/status,type',
    ),
    assumed('Ludicrous costs CHF 10 per million output tokens; no price was found.', 'prices/*@ludicrous'),
    assumed('Cached input costs what input costs; no cached price was found.', 'prices/*/cachedPico'),
    assumed('A saturated fleet queues; nothing is shed.'),
    assumed('Limits per key are modelled per account.'),
  ],
  tiers: [tier('ludicrous', 1000), tier('fast', 100), tier('medium', 10), tier('slow', 1)],
  defaultTier: 'medium',
  limiters: [
    limiter('ludicrous.rpm', 1000),
    limiter('fast.rpm', 240),
    limiter('medium.rpm', 120),
    limiter('slow.rpm', 60),
  ],
  prices: [price('slow', 0.4), price('medium', 1.5), price('fast', 4), price('ludicrous', 10)],
  router: 'weighted',
  answers: answers({
    rate_limited: { status: 429, type: 'rate_limit_exceeded', retryAfterUs: seconds(18) },
    quota_exhausted: { status: 429, type: 'daily_quota_exhausted' },
    unavailable: { status: 503, type: 'all_backends_down' },
    node_down: { status: 502, type: 'backend_unavailable' },
    timeout: { status: 504, type: 'backend_timeout' },
    unknown_tier: { status: 400, type: 'unknown_tier' },
    forbidden_tier: { status: 403, type: 'tier_not_allowed' },
    unsupported_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
});
