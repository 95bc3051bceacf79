import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, limiter, minutes, priceRow, profile, seconds, support, tier } from './build.js';

/** DeepInfra's Priority tier as announced on 2026-06-29. */
export const deepinfra: CatalogProfile = profile({
  id: 'deepinfra',
  asOf: '2026-06-29',
  origins: [
    source(
      '2026-06-29',
      'DeepInfra blog, "Introducing the Priority Service Tier": front of the queue, 1.5x, 429 under load, unsupported models served normally',
      'tiers/priority/rank,priceMultiplier',
      'answers/overloaded/status',
    ),
    source(
      '2026-07-22',
      'deepinfra/docs account/rate-limits.mdx: 200 concurrent requests per model and account, beyond them 429 "Rate limited"',
      'limiters/concurrency',
      'answers/rate_limited/status,message',
    ),
    source(
      READ,
      'truefoundry/models PR 862, 2026: {"error":{"message":"Model busy, retry later"}} with 429',
      'answers/overloaded/message',
    ),
    source('2026-09-23', '@llmgateway/models 1.324.0: Qwen3-Embedding-0.6B $0.01', 'prices/qwen3-embedding-0.6b'),
    source(
      READ,
      'BerriAI/litellm model_prices_and_context_window.json, copy of 2026: Llama 3.1 8B $0.03 / $0.05, Llama 3.3 70B Turbo $0.13 / $0.39',
      'prices/llama-3.1-8b,llama-3.3-70b',
    ),
    assumed('Cached input costs what input costs where no cached price is listed.', 'prices/*/cachedPico'),
    assumed(
      'Normal traffic gets 429 when predicted TTFT exceeds 5 s, priority when its own exceeds 20 s; the announcement gives no threshold.',
      'tiers/*/admission',
    ),
    assumed('An embedding that is billed as priority is echoed as priority.'),
    assumed('Engines for which priority is still being rolled out serve it as standard.'),
  ],
  tiers: [
    tier('priority', 100, {
      priceMultiplier: 1.5,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(20) },
    }),
    tier('standard', 0, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(5) },
    }),
  ],
  prices: [
    priceRow('llama-3.1-8b', { input: 0.03, output: 0.05 }),
    priceRow('llama-3.3-70b', { input: 0.13, output: 0.39 }),
    priceRow('qwen3-embedding-0.6b', { input: 0.01, output: 0 }),
  ],
  limiters: [limiter('concurrency', 200, { per: ['account', 'model'] })],
  // vLLM has it; for SGLang and TensorRT-LLM it is announced and not there yet.
  support: [
    // Of embeddings only the bill knows tiers.
    support('priority', 'bill-only', { api: 'embeddings' }),
    support('priority', 'downgrade', { engineTierSupport: 'none' }),
    support('priority', 'downgrade', { engineTierSupport: 'rolling-out' }),
  ],
  answers: answers({
    rate_limited: { status: 429, message: 'Rate limited' },
    quota_exhausted: 429,
    ramp_limited: 429,
    overloaded: { status: 429, message: 'Model busy, retry later' },
    unavailable: 503,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
});

/** With flex, documented on 2026-07-10. */
export const deepinfra202607: CatalogProfile = {
  ...deepinfra,
  id: 'deepinfra@2026-07',
  asOf: '2026-07-22',
  origins: [
    ...deepinfra.origins,
    source(
      '2026-07-10',
      'deepinfra/docs commit 36b8c9c: flex -20 %, Chat Completions only, waits up to 10 minutes and then runs or gets 429; an unsupported tier is served as standard',
      'tiers/flex/priceMultiplier',
      'tiers/flex/hold/maxWaitUs',
      'answers/hold_expired/status',
    ),
    source('2026-06-23', 'deepinfra/docs chat/overview.mdx, commit 1a9e74e: priority surcharge 50 % (20 % before)'),
    assumed('Flex is dispatched while the pool is at most 80 % full.', 'tiers/flex/hold/dispatchAtPressure'),
    assumed('Flex that found no room in time is told what others are.', 'answers/hold_expired/message'),
  ],
  tiers: [
    ...deepinfra.tiers,
    tier('flex', -100, {
      priceMultiplier: 0.8,
      hold: { maxWaitUs: minutes(10), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
    }),
  ],
  support: [
    ...deepinfra.support,
    support('flex', 'downgrade', { api: 'completions' }),
    support('flex', 'downgrade', { api: 'embeddings' }),
  ],
  answers: answers({ ...deepinfra.answers, hold_expired: { status: 429, message: 'Model busy, retry later' } }),
};
