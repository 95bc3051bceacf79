import type { CatalogProfile } from '../models/provenance.js';
import type { BillingRules, ProviderProfile, SupportRule } from '../models/provider.js';
import { findProvider, PROVIDER_NAMES } from '../models/providers.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { mergeAnswers, mergeTierAnswers } from './resolve-answers.js';
import { mergeLimiters, setLimit } from './resolve-limits.js';
import { mergePrices, resolveClock } from './resolve-prices.js';
import { checkTiers, mergeTiers } from './resolve-tiers.js';
import type { ProviderInput, ProviderOverrides, SupportInput } from './schema-provider.js';

/** The profile a scenario names, with its overrides merged in key by key; null when it cannot be known. */
export function resolveProvider(input: ProviderInput, found: Collector): ProviderProfile | null {
  const isName = typeof input === 'string';
  const entry = isName
    ? namedProfile(input, ['provider'], found)
    : namedProfile(input.extends, ['provider', 'extends'], found);
  if (entry === null) return null;
  const { origins: _, ...profile } = entry;
  return isName ? profile : mergeProfile(profile, input, found);
}

export function tierNames(profile: ProviderProfile): readonly string[] {
  return profile.tiers.map((tier) => tier.name);
}

/** `fireworks`, `fireworks@2026-09`, or `fireworks@2026-05` when the undated profile is of that time. */
function namedProfile(text: string, path: readonly PropertyKey[], found: Collector): CatalogProfile | null {
  const [name = '', date = ''] = text.split('@');
  const profile = findProvider(text) ?? findProvider(name);
  if (profile === undefined) {
    found.add(path, say.unknownName('provider', text, PROVIDER_NAMES));
    return null;
  }
  if (profile.id !== text && !profile.asOf.startsWith(date)) {
    found.add(
      path,
      say.unknownName('provider', text, [`${name}@${profile.asOf}`], `the profile of ${name} is of ${profile.asOf}`),
    );
    return null;
  }
  return profile;
}

function mergeProfile(base: ProviderProfile, input: ProviderOverrides, found: Collector): ProviderProfile {
  const currency = input.currency ?? base.currency;
  const answers = mergeAnswers(base.answers, input, found);
  const tiers = mergeTiers(base.tiers, input.tiers ?? {}, found).map((tier) =>
    mergeTierAnswers(tier, answers, input, found),
  );
  const profile: ProviderProfile = {
    ...base,
    currency,
    tiers,
    defaultTier: input.defaultTier ?? base.defaultTier,
    endpoint: resolveEndpoint(base, input, found),
    support: [...supportRules(input), ...base.support],
    limiters: resolveLimiters(
      base,
      input,
      tiers.map((tier) => tier.name),
      found,
    ),
    signal: {
      scrapeUs: input.signal?.scrape ?? base.signal.scrapeUs,
      averageUs: input.signal?.average ?? base.signal.averageUs,
      hysteresis: input.signal?.hysteresis ?? base.signal.hysteresis,
    },
    router: input.router ?? base.router,
    spareSlotFilter: input.spareSlotFilter ?? base.spareSlotFilter,
    queueing: input.queueing ?? base.queueing,
    answers,
    prices: mergePrices(base.prices, input.prices ?? {}, currency, found),
    clock: input.clock === undefined ? base.clock : resolveClock(input.clock),
    billing: mergeBilling(base.billing, input),
    sla: {
      target: input.sla?.target ?? base.sla.target,
      denominator: input.sla?.denominator ?? base.sla.denominator,
    },
  };
  checkTierNames(profile, input, found);
  return profile;
}

function resolveEndpoint(base: ProviderProfile, input: ProviderOverrides, found: Collector): string | null {
  if (input.endpoint === undefined) return base.endpoint;
  if (!base.endpoints.includes(input.endpoint)) {
    const hint = base.endpoints.length === 0 ? `the profile ${base.id} has one surface only` : undefined;
    found.add(['provider', 'endpoint'], say.unknownName('endpoint', input.endpoint, base.endpoints, hint));
  }
  return input.endpoint;
}

export function answerOfSupport(input: SupportInput): SupportRule['answer'] {
  if (input === true) return 'honour';
  return input === false ? 'downgrade' : input;
}

/** What a file says of a model and tier goes before the profile's rules. */
function supportRules(input: ProviderOverrides): readonly SupportRule[] {
  const byModel = Object.entries(input.models ?? {}).flatMap(([model, tiers]) =>
    Object.entries(tiers).map(([tier, answer]): SupportRule => {
      return {
        tier,
        model: canonicalModel(model),
        api: null,
        endpoint: null,
        engineTierSupport: null,
        answer: answerOfSupport(answer),
      };
    }),
  );
  const rules = (input.support ?? []).map(({ tier, model, api, endpoint, engine, answer }): SupportRule => {
    return {
      tier,
      model: model === undefined ? null : canonicalModel(model),
      api: api ?? null,
      endpoint: endpoint ?? null,
      engineTierSupport: engine ?? null,
      answer,
    };
  });
  return [...byModel, ...rules];
}

function resolveLimiters(
  base: ProviderProfile,
  input: ProviderOverrides,
  tiers: readonly string[],
  found: Collector,
): ProviderProfile['limiters'] {
  const merged = mergeLimiters(base.limiters, input.limits, input.limiters, {
    path: ['provider'],
    tiers,
    isAccount: false,
    found,
  });
  const byName = new Map(merged.map((spec) => [spec.name, spec]));
  for (const [tier, { rpm }] of Object.entries(input.tiers ?? {})) {
    if (rpm !== undefined) setLimit(byName, `${tier}.rpm`, rpm, ['provider', 'tiers', tier, 'rpm'], found);
  }
  return [...byName.values()];
}

function mergeBilling(base: BillingRules, { billing, billAbandoned }: ProviderOverrides): BillingRules {
  const short = billAbandoned === undefined ? undefined : billAbandoned ? 'emitted' : 'nothing';
  return {
    abandoned: billing?.abandoned ?? short ?? base.abandoned,
    evicted: billing?.evicted ?? base.evicted,
    failed: billing?.failed ?? base.failed,
  };
}

function checkTierNames(profile: ProviderProfile, input: ProviderOverrides, found: Collector): void {
  const known = tierNames(profile);
  const expectTier = (name: string, path: readonly PropertyKey[], key: string | null = null): void => {
    if (!known.includes(name)) found.add(path, say.unknownName('tier', name, known), key);
  };
  if (input.defaultTier !== undefined) expectTier(input.defaultTier, ['provider', 'defaultTier']);
  checkTiers(known, input.tiers ?? {}, found);
  for (const [model, tiers] of Object.entries(input.models ?? {})) {
    for (const tier of Object.keys(tiers)) expectTier(tier, ['provider', 'models', model], tier);
  }
  input.support?.forEach((rule, index) => {
    expectTier(rule.tier, ['provider', 'support', index, 'tier']);
    if (rule.endpoint !== undefined && !profile.endpoints.includes(rule.endpoint)) {
      const at = ['provider', 'support', index, 'endpoint'];
      found.add(at, say.unknownName('endpoint', rule.endpoint, profile.endpoints));
    }
  });
  for (const [model, prices] of Object.entries(input.prices ?? {})) {
    for (const tier of Object.keys(prices.tiers ?? {})) expectTier(tier, ['provider', 'prices', model, 'tiers'], tier);
  }
}
