import type { Cause } from '../outcome.js';
import { assumed, type CatalogProfile, type Origin } from '../provenance.js';
import type {
  Answer,
  LimiterSpec,
  PriceRow,
  ProviderProfile,
  SentAnswer,
  SupportRule,
  TierProfile,
} from '../provider.js';

/** Currency units per million tokens as whole pico-units per token. */
export const perMillion = (amount: number): number => Math.round(amount * 1_000_000);

export const seconds = (n: number): number => n * 1_000_000;
export const minutes = (n: number): number => n * 60_000_000;
export const hours = (n: number): number => n * 3_600_000_000;
export const days = (n: number): number => n * 86_400_000_000;

/** A provider with one surface, no limits and no promise, that sends work to the least loaded node on arrival. */
export function profile(
  facts: Pick<CatalogProfile, 'id' | 'asOf' | 'origins' | 'tiers'> & Partial<ProviderProfile>,
): CatalogProfile {
  const endpoints = facts.endpoints ?? [];
  return {
    currency: 'USD',
    defaultTier: 'standard',
    endpoints,
    endpoint: endpoints[0] ?? null,
    support: [],
    limiters: [],
    signal: { scrapeUs: 0, averageUs: 0, hysteresis: 0 },
    router: 'least-loaded',
    spareSlotFilter: false,
    queueing: 'node',
    answers: {},
    prices: [],
    clock: [],
    billing: { abandoned: 'emitted', evicted: 'nothing', failed: 'nothing' },
    sla: { target: null, denominator: 'offered' },
    ...facts,
    origins: [...UNLESS_SAID, ...facts.origins],
  };
}

/** How this file fills in what providers do not speak of. */
export const UNLESS_SAID: readonly Origin[] = [
  assumed('Admission reads the fleet as it is at the instant of the decision.', 'signal'),
  assumed('Ranks are an order and no more; where nothing is published the dearer tier goes first.', 'tiers/*/rank'),
  assumed('What may be evicted may be so at once.', 'tiers/*/eviction'),
  assumed(
    'Statuses that no document names: 429 for limits, 503 or 500 for faults and want of room, 400, 403 or 404 for requests that cannot be served.',
    'answers/*/status',
  ),
  assumed(
    'A client that leaves after the first token pays the prompt and what reached it; streams that break off otherwise cost nothing.',
    'billing',
  ),
  assumed(
    'Faults of the platform count against availability and nothing else does, over all attempts.',
    'answers/*/slaCounted',
    'sla/denominator',
  ),
];

/** A tier that is let in always, waits at its node, costs the model's price and is limited by its account. */
export function tier(name: string, rank: number, differences: Partial<TierProfile> = {}): TierProfile {
  return {
    name,
    rank,
    path: 'standard',
    priceMultiplier: 1,
    priceByModel: [],
    admission: { kind: 'none' },
    onNoCapacity: { do: 'shed' },
    hold: null,
    queue: { maxWaitUs: null, maxQueued: null },
    eviction: null,
    reservable: true,
    limits: 'account',
    answers: {},
    ...differences,
  };
}

/** Work of these tiers makes room before its first token and keeps its place. */
export function evictedBy(by: readonly string[], differences: Partial<TierProfile['eviction']> = {}) {
  return { by, when: 'before-first-token', outcome: 'requeue', minRunUs: 0, maxTimes: null, ...differences } as const;
}

/** A limit per account and sliding minute over all tiers; the names rpm, tpm, ... say what they count. */
export function limiter(name: string, limit: number, differences: Partial<LimiterSpec> = {}): LimiterSpec {
  const known = WELL_KNOWN[name.split('.').at(-1) ?? name];
  return {
    name,
    limit,
    unit: 'requests',
    window: known?.unit === 'concurrency' ? null : { kind: 'sliding', us: minutes(1) },
    per: ['account'],
    tiers: name.includes('.') ? [name.slice(0, name.lastIndexOf('.'))] : null,
    models: null,
    weightByTier: [],
    action: { do: 'reject' },
    cause: 'rate_limited',
    ...known,
    ...differences,
  };
}

/** The limits that an account names in a scenario, and what they count. */
const WELL_KNOWN: Readonly<Record<string, Partial<LimiterSpec>>> = {
  rpm: { unit: 'requests' },
  tpm: { unit: 'tokens' },
  inputTpm: { unit: 'inputTokens' },
  uncachedInputTpm: { unit: 'uncachedInputTokens' },
  outputTpm: { unit: 'outputTokens' },
  concurrency: { unit: 'concurrency' },
  daily: { unit: 'tokens', window: { kind: 'fixed', us: days(1) }, cause: 'quota_exhausted' },
};

/** Answers by cause; a bare number is a status, and what counts against a promise of availability is `unavailable`. */
export function answers(
  given: Readonly<Partial<Record<Cause, number | (Partial<Answer> & Pick<Answer, 'status'>)>>>,
): ProviderProfile['answers'] {
  const out: Partial<Record<Cause, Answer>> = {};
  for (const [cause, value] of Object.entries(given)) {
    out[cause as Cause] = answer(cause as Cause, typeof value === 'number' ? { status: value } : value);
  }
  return out;
}

export function answer(cause: Cause, given: Partial<Answer> & Pick<Answer, 'status'>): Answer {
  return { ...sent(given), slaCounted: given.slaCounted ?? (cause === 'unavailable' || cause === 'node_down') };
}

/** Nothing but the status, unless more is given. */
export function sent(given: Partial<SentAnswer> & Pick<SentAnswer, 'status'>): SentAnswer {
  const { status, type = null, code = null, message = null, retryAfterUs = null, shouldRetry = null } = given;
  return { status, type, code, message, retryAfterUs, shouldRetry };
}

/** Prices per million tokens: of a model at multiplier 1, or with a tier that tier's own. */
export function priceRow(
  model: string,
  perMillionTokens: { readonly input: number; readonly cached?: number; readonly output: number },
  differences: Partial<PriceRow> = {},
): PriceRow {
  const { input, cached = input, output } = perMillionTokens;
  return {
    model,
    tier: null,
    inputPico: perMillion(input),
    cachedPico: perMillion(cached),
    outputPico: perMillion(output),
    imagePico: null,
    longContext: null,
    ...differences,
  };
}

export function support(
  tierName: string,
  answerGiven: SupportRule['answer'],
  where: Partial<SupportRule> = {},
): SupportRule {
  return {
    tier: tierName,
    model: null,
    api: null,
    endpoint: null,
    engineTierSupport: null,
    answer: answerGiven,
    ...where,
  };
}
