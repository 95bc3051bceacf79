import { CAUSES, type Cause } from '../models/outcome.js';
import type { AccountLimits, PriceRow, ProviderProfile, TierProfile, UnsupportedRule } from '../models/provider.js';
import { findProvider, PROVIDER_NAMES, providerEndpoints } from '../models/providers.js';
import type { Money } from '../models/units.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { PricesInput, ProviderInput, ProviderOverrides, TierOverride } from './schema-provider.js';
import type { LimitsInput } from './schema-traffic.js';

/** The profile a scenario names, with its overrides merged in key by key; null when it cannot be known. */
export function resolveProvider(input: ProviderInput, found: Collector): ProviderProfile | null {
  if (typeof input === 'string') return namedProfile(input, ['provider'], found);
  const profile = namedProfile(input.extends, ['provider', 'extends'], found);
  if (profile === null) return null;
  checkEndpoint(input, profile, found);
  return mergeProfile(profile, input, found);
}

/** Limits key by key over others; null in the input lifts a limit. */
export function mergeLimits(base: AccountLimits, input: LimitsInput | undefined): AccountLimits {
  return {
    requestsPerMinute: input?.rpm === undefined ? base.requestsPerMinute : input.rpm,
    inputTokensPerMinute: input?.inputTpm === undefined ? base.inputTokensPerMinute : input.inputTpm,
    outputTokensPerMinute: input?.outputTpm === undefined ? base.outputTokensPerMinute : input.outputTpm,
    concurrency: input?.concurrency === undefined ? base.concurrency : input.concurrency,
  };
}

export function tierNames(profile: ProviderProfile): readonly string[] {
  return profile.tiers.map((tier) => tier.name);
}

/** Whole pico-units per token from a price per million tokens; null after a problem was reported. */
function picoPerToken(price: Money, currency: string, path: readonly PropertyKey[], found: Collector): number | null {
  if (price.currency !== null && price.currency !== currency)
    found.add(path, say.wrongCurrency(price.currency, currency));
  else if (price.pico % 1_000_000n !== 0n)
    found.add(path, say.impossible('a price per million tokens has at most six decimals'));
  else return Number(price.pico / 1_000_000n);
  return null;
}

/** `fireworks`, or `fireworks@2026-05` when the profile is of that time. */
function namedProfile(text: string, path: readonly PropertyKey[], found: Collector): ProviderProfile | null {
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

function checkEndpoint(input: ProviderOverrides, profile: ProviderProfile, found: Collector): void {
  const known = providerEndpoints(profile.id);
  if (input.endpoint === undefined || known.includes(input.endpoint)) return;
  const hint = known.length === 0 ? `the profile ${profile.id} has one surface only` : undefined;
  found.add(['provider', 'endpoint'], say.unknownName('endpoint', input.endpoint, known, hint));
}

function mergeProfile(base: ProviderProfile, input: ProviderOverrides, found: Collector): ProviderProfile {
  const currency = input.currency ?? base.currency;
  const tiers = mergeTiers(base.tiers, input.tiers ?? {}, found);
  const profile: ProviderProfile = {
    ...base,
    currency,
    tiers,
    defaultTier: input.defaultTier ?? base.defaultTier,
    prices: mergePrices(base.prices, input.prices ?? {}, currency, found),
    limits: mergeLimits(base.limits, input.limits),
    router: input.router ?? base.router,
    queueing: input.queueing ?? base.queueing,
    status: { ...base.status, ...byCause(input.status, 'status', found) },
    retryAfterUs: { ...base.retryAfterUs, ...byCause(input.retryAfter, 'retryAfter', found) },
    billAbandoned: input.billAbandoned ?? base.billAbandoned,
    unsupported: mergeSupport(base.unsupported, input.models ?? {}),
  };
  checkTierNames(profile, input, found);
  return profile;
}

function mergeTiers(
  base: readonly TierProfile[],
  input: Readonly<Record<string, TierOverride>>,
  found: Collector,
): readonly TierProfile[] {
  const merged = base.map((tier) => mergeTier(tier, Object.hasOwn(input, tier.name) ? input[tier.name] : undefined));
  const known = base.map((tier) => tier.name);
  for (const [name, override] of Object.entries(input)) {
    if (known.includes(name)) continue;
    if (override.price !== undefined && override.rank !== undefined) merged.push(mergeTier(newTier(name), override));
    else {
      const near = say.unknownName('tier', name, known);
      found.add(
        ['provider', 'tiers'],
        { ...near, hint: near.hint ?? 'a new tier needs at least a price and a rank' },
        name,
      );
    }
  }
  return merged;
}

function newTier(name: string): TierProfile {
  return {
    name,
    rank: 0,
    priceMultiplier: 1,
    admission: { kind: 'none' },
    hold: null,
    evictableBy: [],
    limits: 'account',
    requestsPerMinute: null,
    path: 'standard',
  };
}

function mergeTier(tier: TierProfile, input: TierOverride | undefined): TierProfile {
  if (input === undefined) return tier;
  return {
    ...tier,
    rank: input.rank ?? tier.rank,
    priceMultiplier: input.price ?? tier.priceMultiplier,
    admission: mergeAdmission(tier, input),
    hold: mergeHold(tier, input),
    evictableBy: input.evictableBy ?? tier.evictableBy,
    limits: input.limits ?? tier.limits,
    requestsPerMinute: input.rpm === undefined ? tier.requestsPerMinute : input.rpm,
    path: input.path ?? tier.path,
  };
}

function mergeAdmission(tier: TierProfile, input: TierOverride): TierProfile['admission'] {
  if (input.shedAbove === undefined) return tier.admission;
  if (typeof input.shedAbove === 'string') return { kind: 'none' };
  return { kind: 'predicted-ttft', shedAboveUs: input.shedAbove };
}

/** A hold that is begun anew waits ten minutes for four fifths of the pool, as flex does in the neutral profile. */
function mergeHold(tier: TierProfile, input: TierOverride): TierProfile['hold'] {
  if (input.hold === undefined) return tier.hold;
  if (input.hold === false) return null;
  const base = tier.hold ?? { maxWaitUs: 600_000_000, dispatchAtPressure: 0.8, asynchronous: false };
  return {
    maxWaitUs: input.hold.maxWait ?? base.maxWaitUs,
    dispatchAtPressure: input.hold.dispatchAtPressure ?? base.dispatchAtPressure,
    asynchronous: input.hold.asynchronous ?? base.asynchronous,
  };
}

/** Rows given for a model replace every row that the profile has for it. */
function mergePrices(
  base: readonly PriceRow[],
  input: Readonly<Record<string, PricesInput>>,
  currency: string,
  found: Collector,
): readonly PriceRow[] {
  const models = Object.keys(input).map(canonicalModel);
  const rows = base.filter((row) => !models.includes(row.model));
  for (const [name, prices] of Object.entries(input)) {
    const path = ['provider', 'prices', name];
    const priced = [
      { tier: null, price: prices, at: path },
      ...Object.entries(prices.tiers ?? {}).map(tierPrice(path)),
    ];
    for (const { tier, price, at } of priced) {
      const inputPico = picoPerToken(price.input, currency, [...at, 'input'], found);
      const cachedPico = picoPerToken(price.cached ?? price.input, currency, [...at, 'cached'], found);
      const outputPico = picoPerToken(price.output, currency, [...at, 'output'], found);
      if (inputPico === null || cachedPico === null || outputPico === null) continue;
      rows.push({ model: canonicalModel(name), tier, inputPico, cachedPico, outputPico });
    }
  }
  return rows;
}

function tierPrice(path: readonly PropertyKey[]) {
  return ([tier, price]: [string, Omit<PricesInput, 'tiers'>]) => ({ tier, price, at: [...path, 'tiers', tier] });
}

function mergeSupport(
  base: readonly UnsupportedRule[],
  input: NonNullable<ProviderOverrides['models']>,
): readonly UnsupportedRule[] {
  const rules = Object.entries(input).flatMap(([model, tiers]) =>
    Object.entries(tiers).map(([tier, support]) => ({ tier, model: canonicalModel(model), support })),
  );
  const kept = base.filter((rule) => !rules.some(({ tier, model }) => tier === rule.tier && model === rule.model));
  const added = rules.flatMap(({ tier, model, support }): UnsupportedRule[] => {
    if (support === true) return [];
    return [{ tier, model, answer: support === 'refuse' ? 'refuse' : 'downgrade' }];
  });
  return [...kept, ...added];
}

function byCause(
  input: Readonly<Record<string, number>> | undefined,
  key: string,
  found: Collector,
): Partial<Record<Cause, number>> {
  const out: Partial<Record<Cause, number>> = {};
  for (const [name, value] of Object.entries(input ?? {})) {
    const cause = CAUSES.find((known) => known === name);
    if (cause === undefined) found.add(['provider', key], say.unknownKey(name, CAUSES), name);
    else out[cause] = value;
  }
  return out;
}

function checkTierNames(profile: ProviderProfile, input: ProviderOverrides, found: Collector): void {
  const known = tierNames(profile);
  const expectTier = (name: string, path: readonly PropertyKey[], key: string | null = null): void => {
    if (!known.includes(name)) found.add(path, say.unknownName('tier', name, known), key);
  };
  if (input.defaultTier !== undefined) expectTier(input.defaultTier, ['provider', 'defaultTier']);
  for (const [name, tier] of Object.entries(input.tiers ?? {})) {
    tier.evictableBy?.forEach((other, index) => {
      expectTier(other, ['provider', 'tiers', name, 'evictableBy', index]);
    });
  }
  for (const [model, tiers] of Object.entries(input.models ?? {})) {
    for (const tier of Object.keys(tiers)) expectTier(tier, ['provider', 'models', model], tier);
  }
  for (const [model, prices] of Object.entries(input.prices ?? {})) {
    for (const tier of Object.keys(prices.tiers ?? {})) expectTier(tier, ['provider', 'prices', model, 'tiers'], tier);
  }
}
