import type { LimiterSpec } from '../models/provider.js';
import { limiter } from '../models/providers/build.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { LIMIT_KEYS, type LimiterInput, type LimitersInput, type LimitsInput } from './schema-limits.js';

type Path = readonly PropertyKey[];

interface Place {
  /** Of the block that holds `limits` and `limiters`. */
  readonly path: Path;
  readonly tiers: readonly string[];
  /** An account's own: they count by account. */
  readonly isAccount: boolean;
  readonly found: Collector;
}

/** Limiters by name over others: `limits` says the usual ones in short, `limiters` any one in full. */
export function mergeLimiters(
  base: readonly LimiterSpec[],
  limits: LimitsInput | undefined,
  limiters: LimitersInput | undefined,
  place: Place,
): readonly LimiterSpec[] {
  const { path, tiers, found } = place;
  const merged = new Map(base.map((spec) => [spec.name, spec]));
  for (const [name, value, at] of named(limits, [...path, 'limits'])) setLimit(merged, name, value, at, found);
  for (const tier of Object.keys(limits?.tiers ?? {})) {
    if (!tiers.includes(tier)) found.add([...path, 'limits', 'tiers'], say.unknownName('tier', tier, tiers), tier);
  }
  for (const [name, input] of Object.entries(limiters ?? {})) {
    const at = [...path, 'limiters', name];
    if (input === 'none') removeLimiter(merged, name, at, found);
    else mergeLimiter(merged, name, input, { ...place, path: at });
  }
  return [...merged.values()];
}

/** Sets a limit by its well-known name; null takes it away. */
export function setLimit(
  merged: Map<string, LimiterSpec>,
  name: string,
  value: number | null,
  path: Path,
  found: Collector,
): void {
  if (value === 0) found.add(path, say.limitOfZero(name));
  if (value === null) merged.delete(name);
  else merged.set(name, { ...(merged.get(name) ?? limiter(name, value)), limit: value });
}

function* named(limits: LimitsInput | undefined, path: Path): Iterable<[name: string, value: number | null, at: Path]> {
  for (const key of LIMIT_KEYS) {
    const value = limits?.[key];
    if (value !== undefined) yield [key, value, [...path, key]];
  }
  for (const [tier, ofTier] of Object.entries(limits?.tiers ?? {})) {
    for (const key of LIMIT_KEYS) {
      const value = ofTier[key];
      if (value !== undefined) yield [`${tier}.${key}`, value, [...path, 'tiers', tier, key]];
    }
  }
}

function removeLimiter(merged: Map<string, LimiterSpec>, name: string, path: Path, found: Collector): void {
  if (!merged.delete(name)) found.add(path, say.unknownName('limiter', name, [...merged.keys()]));
}

function mergeLimiter(merged: Map<string, LimiterSpec>, name: string, input: LimiterInput, place: Place): void {
  const { path, isAccount, found } = place;
  const known = merged.get(name);
  if (known === undefined && input.limit === undefined && input.ramp?.start === undefined) {
    found.add(path, say.missingKey('limit', 'a new limiter needs a limit'));
    return;
  }
  if (input.limit === null) {
    merged.delete(name);
    return;
  }
  const base = known ?? limiter(name, input.limit ?? 0, isAccount ? {} : { per: [] });
  const spec: LimiterSpec = {
    ...base,
    unit: input.unit ?? base.unit,
    limit: input.limit ?? base.limit,
    window: windowOf(input, base),
    per: input.per ?? base.per,
    tiers: input.tiers ?? base.tiers,
    models: input.models?.map(canonicalModel) ?? base.models,
    weightByTier:
      input.weights === undefined
        ? base.weightByTier
        : Object.entries(input.weights).map(([tier, weight]) => ({ tier, weight })),
    action: actionOf(input, base),
    cause: input.cause ?? (input.ramp === undefined ? base.cause : 'ramp_limited'),
  };
  check(spec, input, place);
  merged.set(name, spec);
}

function windowOf(input: LimiterInput, base: LimiterSpec): LimiterSpec['window'] {
  if ((input.unit ?? base.unit) === 'concurrency') return null;
  if (input.ramp !== undefined) {
    const { start, growth, period } = input.ramp;
    return { kind: 'ramp', start: start ?? input.limit ?? base.limit, growth, periodUs: period };
  }
  if (input.window === undefined) return base.window ?? { kind: 'sliding', us: 60_000_000 };
  return typeof input.window === 'number'
    ? { kind: 'sliding', us: input.window }
    : { kind: 'fixed', us: input.window.fixed };
}

function actionOf(input: LimiterInput, base: LimiterSpec): LimiterSpec['action'] {
  if (input.overLimit === undefined) return base.action;
  return input.overLimit === 'reject' ? { do: 'reject' } : { do: 'downgrade', to: input.overLimit.downgrade };
}

function check(spec: LimiterSpec, input: LimiterInput, { path, tiers, isAccount, found }: Place): void {
  const expectTier = (name: string, at: Path, key: string | null = null): void => {
    if (!tiers.includes(name)) found.add(at, say.unknownName('tier', name, tiers), key);
  };
  input.tiers?.forEach((tier, index) => {
    expectTier(tier, [...path, 'tiers', index]);
  });
  for (const tier of Object.keys(input.weights ?? {})) expectTier(tier, [...path, 'weights'], tier);
  if (spec.action.do === 'downgrade' && input.overLimit !== undefined) {
    expectTier(spec.action.to, [...path, 'overLimit', 'downgrade']);
  }
  if (input.limit === 0 && spec.window?.kind !== 'ramp') found.add([...path, 'limit'], say.limitOfZero(spec.name));
  if (isAccount && !spec.per.includes('account')) {
    found.add([...path, 'per'], say.contradiction('a limiter of an account counts per account'));
  }
  if (spec.unit === 'concurrency' && (input.window !== undefined || input.ramp !== undefined)) {
    found.add(path, say.contradiction('concurrency is counted at a time and has no window'));
  }
  if (input.window !== undefined && input.ramp !== undefined) {
    found.add(path, say.contradiction('a limiter has a window or a ramp, one of the two'), 'ramp');
  }
  const length = spec.window === null ? 1 : spec.window.kind === 'ramp' ? spec.window.periodUs : spec.window.us;
  if (length === 0) found.add(path, say.impossible('a window of 0s holds nothing'));
}
