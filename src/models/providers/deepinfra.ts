import type { ProviderProfile } from '../provider.js';
import { answers, limiter, minutes, priceRow, profile, seconds, support, tier } from './build.js';

/** DeepInfra's Priority tier as announced on 2026-06-29. */
export const deepinfra: ProviderProfile = profile({
  id: 'deepinfra',
  asOf: '2026-06-29',
  sources: [
    'DeepInfra blog, "Introducing the Priority Service Tier", 2026-06-29: front of the queue, 1.5x, 429 under load, unsupported models served normally',
    'deepinfra/docs account/rate-limits.mdx, 2026-07-22: 200 concurrent requests per model and account',
    '@llmgateway/models 1.324.0, 2026-09-23: Qwen3-Embedding-0.6B $0.01',
    'BerriAI/litellm model_prices_and_context_window.json, 2026: Llama 3.1 8B $0.03 / $0.05, Llama 3.3 70B Turbo $0.13 / $0.39',
  ],
  assumed: [
    'Normal traffic gets 429 when predicted TTFT exceeds 5 s, priority when its own exceeds 20 s; the announcement gives no threshold.',
    'Cached input costs what input costs where no cached price is listed.',
    'An embedding that is billed as priority is echoed as priority.',
    'Engines for which priority is still being rolled out serve it as standard.',
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
export const deepinfra202607: ProviderProfile = {
  ...deepinfra,
  id: 'deepinfra@2026-07',
  asOf: '2026-07-22',
  sources: [
    ...deepinfra.sources,
    'deepinfra/docs commit 36b8c9c, 2026-07-10: flex -20 %, Chat Completions only, waits up to 10 minutes and then runs or gets 429; an unsupported tier is served as standard',
    'deepinfra/docs chat/overview.mdx, commit 1a9e74e, 2026-06-23: priority surcharge 50 % (20 % before)',
  ],
  assumed: [...deepinfra.assumed, 'Flex is dispatched while the pool is at most 80 % full.'],
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
