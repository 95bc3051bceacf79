import { meanWork } from '../models/lengths.js';
import type { ProviderProfile } from '../models/provider.js';
import type { Account, Fee, Pool, TierNumber, TrafficClass } from '../models/scenario.js';
import type { Money } from '../models/units.js';
import type { Catalogue } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { resolveArrivals } from './resolve-arrivals.js';
import { resolveClient } from './resolve-client.js';
import { resolveLengths, resolveSessions } from './resolve-lengths.js';
import { mergeLimiters } from './resolve-limits.js';
import { tierNames } from './resolve-provider.js';
import { tiersOfTrace } from './resolve-trace.js';
import type { AccountInput, TrafficInput } from './schema-traffic.js';

interface TrafficContext {
  /** null: not known. */
  readonly provider: ProviderProfile | null;
  readonly catalogue: Catalogue;
  readonly accounts: readonly Account[];
  /** Also of accounts that could not be read. */
  readonly accountNames: readonly string[];
  /** Models the fleet is asked to serve; null: a pool could not be read, so it is not known. */
  readonly served: readonly string[] | null;
  /** null: a pool could not be worked out. */
  readonly pools: readonly Pool[] | null;
  readonly found: Collector;
}

type Path = readonly PropertyKey[];

export function resolveAccount(input: AccountInput, path: Path, provider: ProviderProfile, found: Collector): Account {
  const known = tierNames(provider);
  if (input.defaultTier !== undefined && !known.includes(input.defaultTier)) {
    found.add([...path, 'defaultTier'], say.unknownName('tier', input.defaultTier, known));
  }
  return {
    name: input.name,
    limiters: mergeLimiters(
      provider.limiters.filter(({ per }) => per.includes('account')),
      input.limits,
      input.limiters,
      { path, tiers: known, isAccount: true, found },
    ),
    defaultTier: input.defaultTier ?? null,
    background: input.background,
  };
}

/** A class with every name known and every default filled in; null after a problem was reported. */
export function resolveTraffic(input: TrafficInput, path: Path, context: TrafficContext): TrafficClass | null {
  const { accounts, accountNames, found } = context;
  const account = input.account ?? null;
  if (account !== null && !accountNames.includes(account)) {
    found.add([...path, 'account'], say.unknownName('account', account, accountNames));
  }
  const model = resolveModel(input, path, context);
  const tiers = resolveTiers(input, path, accounts.find((known) => known.name === account) ?? null, context);
  const inputLengths = resolveLengths(input, 'input', path, found);
  const outputLengths = resolveLengths(input, 'output', path, found);
  const client = resolveClient(input.client, [...path, 'client'], context.provider, found);
  const sessions = resolveSessions(input, path, found);
  const work = inputLengths && outputLengths ? meanWork(inputLengths, outputLengths, sessions) : null;
  const arrivals = resolveArrivals(input, path, { ...context, name: input.name, model, work, tiers });
  const fees = resolveFees(input, path, context.provider, found);
  if (model === null || !tiers || !inputLengths || !outputLengths || client === null || arrivals === null) return null;
  return {
    name: input.name,
    account,
    model,
    api: input.api,
    tiers,
    arrivals,
    input: inputLengths,
    output: outputLengths,
    maxTokens: input.maxTokens ?? null,
    prefix: resolvePrefix(input.sharedPrefix),
    sessions,
    client,
    slo: input.slo === undefined ? null : resolveSlo(input.slo),
    imageShare: input.imageOutput ?? (hasImageRate(context.provider, model) ? 1 : 0),
    fees,
  };
}

function resolveModel(input: TrafficInput, path: Path, { catalogue, served, found }: TrafficContext): string | null {
  if (input.model === undefined) {
    if (served === null || served.length === 1) return served?.[0] ?? null;
    if (!found.has([...path, 'model']))
      found.add(path, say.missingKey('model', `the fleet serves ${served.join(', ')}`));
    return null;
  }
  const at = [...path, 'model'];
  const id = catalogue.modelId(input.model);
  if (served?.includes(id)) return id;
  if (catalogue.model(input.model) === undefined) {
    const known = [...new Set([...(served ?? []), ...catalogue.modelNames])];
    found.add(at, say.unknownName('model', input.model, known));
  } else if (served !== null) found.add(at, say.modelNotServed(input.model, served));
  return null;
}

function resolveTiers(
  input: TrafficInput,
  path: Path,
  account: Account | null,
  { provider, found }: TrafficContext,
): readonly TierNumber[] | null {
  if (provider === null) return null;
  const known = tierNames(provider);
  const at = [...path, 'tier'];
  if (input.tier === undefined && input.trace?.tiers !== undefined) return tiersOfTrace(input.trace);
  const ladder = typeof input.client === 'object' ? input.client.escalate : undefined;
  if (input.tier === undefined) {
    const tier = ladder?.[0] ?? account?.defaultTier ?? provider.defaultTier;
    // An unknown one was reported where it stands.
    return known.includes(tier) ? [{ tier, value: 1 }] : null;
  }
  const asked = typeof input.tier === 'string' ? [input.tier] : Object.keys(input.tier);
  if (ladder !== undefined && !asked.some((tier) => ladder.includes(tier))) {
    found.add(at, say.neverEscalates(asked, ladder));
  }
  if (typeof input.tier === 'string') {
    if (known.includes(input.tier)) return [{ tier: input.tier, value: 1 }];
    found.add(at, say.unknownName('tier', input.tier, known));
    return null;
  }
  const mix = Object.entries(input.tier).map(([tier, value]) => ({ tier, value }));
  const unknown = mix.filter(({ tier }) => !known.includes(tier));
  for (const { tier } of unknown) found.add(at, say.unknownName('tier', tier, known), tier);
  const sum = mix.reduce((total, { value }) => total + value, 0);
  // Bare numbers may be written as percentages, {standard: 80, priority: 20}.
  const whole = Math.abs(sum - 100) <= 0.1 ? 100 : 1;
  if (Math.abs(sum / whole - 1) > 0.001 + 1e-9) {
    found.add(at, say.sharesNotWhole(`${Number((sum * (sum > 2 ? 1 : 100)).toFixed(4))}%`));
    return null;
  }
  return unknown.length > 0 ? null : mix.map(({ tier, value }) => ({ tier, value: value / sum }));
}

function resolvePrefix(input: TrafficInput['sharedPrefix']): TrafficClass['prefix'] {
  if (input === undefined) return null;
  if (typeof input === 'number') return { kind: 'share', share: input };
  return { kind: 'families', families: input.families, zipf: input.zipf, tokens: input.length };
}

function resolveSlo(slo: NonNullable<TrafficInput['slo']>): TrafficClass['slo'] {
  return { ttftUs: slo.ttft ?? null, tpotUs: slo.tpot ?? null, e2eUs: slo.e2e ?? null };
}

function resolveFees(
  input: TrafficInput,
  path: Path,
  provider: ProviderProfile | null,
  found: Collector,
): readonly Fee[] {
  return Object.entries(input.fees ?? {}).flatMap(([name, fee]) => {
    const isPlain = 'pico' in fee;
    const price: Money = isPlain ? fee : fee.price;
    const at = isPlain ? [...path, 'fees', name] : [...path, 'fees', name, 'price'];
    if (provider !== null && price.currency !== null && price.currency !== provider.currency) {
      found.add(at, say.wrongCurrency(price.currency, provider.currency));
      return [];
    }
    return [{ name, pico: Number(price.pico), share: isPlain ? 1 : fee.share }];
  });
}

function hasImageRate(provider: ProviderProfile | null, model: string): boolean {
  return provider?.prices.some((row) => row.model === model && row.imagePico !== null) ?? false;
}
