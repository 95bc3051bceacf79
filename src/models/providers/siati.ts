import type { ProviderProfile } from '../provider.js';
import { ACCOUNT_UNLIMITED, perMillion, seconds, tier } from './build.js';

/** CHF per million output tokens; input costs half, and no cached price is published. */
const price = (name: string, output: number) => ({
  model: '*',
  tier: name,
  inputPico: perMillion(output / 2),
  cachedPico: perMillion(output / 2),
  outputPico: perMillion(output),
});

/** siati.ai's four tiers, wiki pages of 2026-05-19. */
export const siati: ProviderProfile = {
  id: 'siati',
  asOf: '2026-05-19',
  currency: 'CHF',
  sources: [
    'wiki.siati.ai, "Tiers", 2026-05-19: hardware preference, queue priority 1/10/100/1000, router filter and sort',
    'wiki.siati.ai, "Rate limits", May 2026: 60/120/240/1000 requests per minute by key and tier, Retry-After 18 s',
    'wiki.siati.ai, older pricing page: CHF 0.40 / 1.50 / 4.00 per million output tokens, input at half',
  ],
  assumed: [
    'Ludicrous costs CHF 10 per million output tokens; no price was found.',
    'A saturated fleet queues; nothing is shed.',
    'Limits per key are modelled per account.',
  ],
  tiers: [
    tier('ludicrous', 1000, { requestsPerMinute: 1000 }),
    tier('fast', 100, { requestsPerMinute: 240 }),
    tier('medium', 10, { requestsPerMinute: 120 }),
    tier('slow', 1, { requestsPerMinute: 60 }),
  ],
  defaultTier: 'medium',
  prices: [price('slow', 0.4), price('medium', 1.5), price('fast', 4), price('ludicrous', 10)],
  limits: ACCOUNT_UNLIMITED,
  router: 'weighted',
  queueing: 'node',
  status: {
    rate_limited: 429,
    unavailable: 503,
    unknown_tier: 400,
    forbidden_tier: 403,
    unsupported_tier: 400,
    context_length: 400,
    unknown_model: 404,
  },
  retryAfterUs: { rate_limited: seconds(18) },
  billAbandoned: true,
  unsupported: [],
};
