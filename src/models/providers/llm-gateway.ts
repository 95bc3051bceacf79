import { assumed, type CatalogProfile, READ, source } from '../provenance.js';
import { answers, evictedBy, minutes, perMillion, priceRow, profile, seconds, support, tier } from './build.js';

/** LLM Gateway's service tiers for Google models, the first version of its documentation page. */
export const llmGateway: CatalogProfile = profile({
  id: 'llm-gateway',
  asOf: '2026-05-01',
  origins: [
    source(
      READ,
      'theopenco/llmgateway apps/docs/content/features/service-tiers.mdx, first version: flex -50 %, priority +80 %, priority before standard before flex, billed by the tier served, gemini-3-pro-image-preview priority downgraded; models differ in their tiers, and without one a request is refused ("Flex API is not supported for model") or served as standard',
      'tiers/*/priceMultiplier,rank',
      'answers/unsupported_tier/message',
    ),
    source(
      '2026-09-23',
      '@llmgateway/models 1.324.0: gemini-2.5-pro up to 200k $1.25 / $0.125 / $10, beyond $2.50 / $0.25 / $15; gemini-3-pro-image $2 in, $12 text and $120 image tokens out',
      'prices',
    ),
    source(
      '2026-07-06',
      'Gemini API docs, "Flex inference": 1 to 15 minutes target, 503 without capacity',
      'answers/hold_expired/status',
    ),
    assumed('The date of the first version of the page.'),
    assumed(
      'The status of a refusal is 400. Models other than the two have neither tier: flex is refused, priority served as standard.',
      'answers/unsupported_tier/status',
    ),
    assumed('A regional endpoint serves a tier that it does not read as standard.'),
    assumed('Priority that finds no capacity is served and billed as standard, as the Gemini API does.'),
    assumed(
      'Standard is shed when predicted TTFT exceeds 10 s, priority when its own exceeds 30 s.',
      'tiers/*/admission',
    ),
    assumed('Flex waits at most 10 minutes and is dispatched while the pool is at most 80 % full.', 'tiers/flex/hold'),
    assumed(
      'Cached input of gemini-3-pro-image-preview costs what input costs.',
      'prices/gemini-3-pro-image-preview/cachedPico',
    ),
  ],
  tiers: [
    tier('priority', 300, {
      priceMultiplier: 1.8,
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(30) },
      onNoCapacity: { do: 'downgrade', to: 'standard' },
    }),
    tier('standard', 200, {
      admission: { kind: 'predicted-ttft', shedAboveUs: seconds(10) },
    }),
    tier('flex', 100, {
      priceMultiplier: 0.5,
      hold: { maxWaitUs: minutes(10), maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false },
      eviction: evictedBy(['priority', 'standard']),
    }),
  ],
  prices: [
    priceRow(
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
    ),
    priceRow('gemini-3-pro-image-preview', { input: 2, output: 12 }, { imagePico: perMillion(120) }),
  ],
  answers: answers({
    rate_limited: 429,
    quota_exhausted: 429,
    ramp_limited: 429,
    overloaded: 503,
    unavailable: 503,
    hold_expired: 503,
    unsupported_tier: { status: 400, message: 'Flex API is not supported for model' },
    forbidden_tier: 403,
    unknown_tier: 400,
    context_length: 400,
    unknown_model: 404,
  }),
  // The last stands for any provider behind the gateway that has no tiers.
  endpoints: ['vertex-global', 'vertex-regional', 'ai-studio', 'without-tiers'],
  support: [
    // Tiers travel in a header that only the global endpoint reads.
    support('priority', 'ignore', { endpoint: 'vertex-regional' }),
    support('flex', 'ignore', { endpoint: 'vertex-regional' }),
    support('priority', 'ignore', { endpoint: 'without-tiers' }),
    support('flex', 'ignore', { endpoint: 'without-tiers' }),
    support('priority', 'downgrade', { model: 'gemini-3-pro-image-preview' }),
    support('flex', 'honour', { model: 'gemini-3-pro-image-preview' }),
    support('priority', 'honour', { model: 'gemini-2.5-pro' }),
    support('flex', 'honour', { model: 'gemini-2.5-pro' }),
    support('priority', 'downgrade'),
    support('flex', 'refuse'),
  ],
});

/** The page as it stood in September 2026: unsupported tiers are refused, and nothing is ever downgraded. */
export const llmGateway202609: CatalogProfile = {
  ...llmGateway,
  id: 'llm-gateway@2026-09',
  asOf: '2026-09-23',
  origins: [
    ...llmGateway.origins,
    source(
      READ,
      'theopenco/llmgateway service-tiers.mdx, newest stored version: 400 unsupported_service_tier before routing, retries and fallbacks never downgrade, 403 for priority on coding plans',
      'answers/unsupported_tier/status,code',
      'answers/forbidden_tier/status',
    ),
    source(
      '2026-09-23',
      '@llmgateway/models 1.324.0: gemini-2.5-pro on Vertex priority only; gemini-3-pro-image flex only on Vertex',
    ),
    assumed('The type and message in the body of a refusal.', 'answers/unsupported_tier/type,message'),
  ],
  tiers: llmGateway.tiers.map((one) => (one.name === 'priority' ? { ...one, onNoCapacity: { do: 'shed' } } : one)),
  support: [
    support('priority', 'refuse', { endpoint: 'vertex-regional' }),
    support('flex', 'refuse', { endpoint: 'vertex-regional' }),
    support('priority', 'refuse', { endpoint: 'without-tiers' }),
    support('flex', 'refuse', { endpoint: 'without-tiers' }),
    support('flex', 'refuse', { endpoint: 'vertex-global', model: 'gemini-2.5-pro' }),
    support('priority', 'refuse', { endpoint: 'vertex-global', model: 'gemini-3-pro-image-preview' }),
    ...['gemini-2.5-pro', 'gemini-3-pro-image-preview'].flatMap((model) => [
      support('priority', 'honour', { model }),
      support('flex', 'honour', { model }),
    ]),
    support('priority', 'refuse'),
    support('flex', 'refuse'),
  ],
  answers: answers({
    ...llmGateway.answers,
    unsupported_tier: {
      status: 400,
      type: 'invalid_request_error',
      code: 'unsupported_service_tier',
      message: 'This service tier is not supported for the model',
    },
  }),
};
