import type { Eviction, TierProfile } from '../models/provider.js';
import { tier as newTier } from '../models/providers/build.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { AdmissionInput, TierOverride } from './schema-provider.js';

/** Tiers key by key over others; a name of its own is a further tier. */
export function mergeTiers(
  base: readonly TierProfile[],
  input: Readonly<Record<string, TierOverride>>,
  found: Collector,
): readonly TierProfile[] {
  const merged = base.map((tier) => mergeTier(tier, Object.hasOwn(input, tier.name) ? input[tier.name] : undefined));
  const known = base.map((tier) => tier.name);
  for (const [name, override] of Object.entries(input)) {
    if (known.includes(name)) continue;
    if (override.price !== undefined && override.rank !== undefined) merged.push(mergeTier(newTier(name, 0), override));
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

/** Tiers that are named within tiers must exist, and what is said twice is a contradiction. */
export function checkTiers(
  known: readonly string[],
  input: Readonly<Record<string, TierOverride>>,
  found: Collector,
): void {
  for (const [name, tier] of Object.entries(input)) {
    const path = ['provider', 'tiers', name];
    const expectTier = (other: string, at: readonly PropertyKey[]): void => {
      if (!known.includes(other)) found.add([...path, ...at], say.unknownName('tier', other, known));
    };
    tier.evictableBy?.forEach((other, index) => {
      expectTier(other, ['evictableBy', index]);
    });
    const { eviction, onNoCapacity } = tier;
    if (eviction) {
      eviction.by?.forEach((other, index) => {
        expectTier(other, ['eviction', 'by', index]);
      });
    }
    if (typeof onNoCapacity === 'object') {
      expectTier(onNoCapacity.downgrade, ['onNoCapacity', 'downgrade']);
      if (onNoCapacity.downgrade === name) {
        found.add([...path, 'onNoCapacity', 'downgrade'], say.contradiction('a tier cannot be downgraded to itself'));
      }
    }
    if (tier.shedAbove !== undefined && tier.admission !== undefined) {
      found.add(path, say.contradiction('shedAbove and admission say the same thing, keep one of them'), 'shedAbove');
    }
    if (tier.evictableBy !== undefined && tier.eviction !== undefined) {
      found.add(path, say.contradiction('evictableBy and eviction say the same thing, keep one'), 'evictableBy');
    }
  }
}

function mergeTier(tier: TierProfile, input: TierOverride | undefined): TierProfile {
  if (input === undefined) return tier;
  return {
    ...tier,
    rank: input.rank ?? tier.rank,
    path: input.path ?? tier.path,
    priceMultiplier: input.price ?? tier.priceMultiplier,
    priceByModel: mergePriceByModel(tier, input),
    admission: mergeAdmission(tier, input),
    onNoCapacity: mergeOnNoCapacity(tier, input),
    hold: mergeHold(tier, input),
    queue: {
      maxWaitUs: input.queue?.maxWait ?? tier.queue.maxWaitUs,
      maxQueued: input.queue?.maxQueued ?? tier.queue.maxQueued,
    },
    eviction: mergeEviction(tier, input),
    reservable: input.reservable ?? tier.reservable,
    limits: input.limits ?? tier.limits,
  };
}

/** A new multiplier of the tier holds for every model that the file does not name. */
function mergePriceByModel(tier: TierProfile, input: TierOverride): TierProfile['priceByModel'] {
  const given = Object.entries(input.priceByModel ?? {}).map(([model, value]) => ({
    model: canonicalModel(model),
    value,
  }));
  const kept = input.price === undefined ? tier.priceByModel : [];
  return [...kept.filter(({ model }) => !given.some((entry) => entry.model === model)), ...given];
}

function mergeAdmission(tier: TierProfile, input: TierOverride): TierProfile['admission'] {
  if (input.admission !== undefined) return admissionOf(input.admission);
  if (input.shedAbove === undefined) return tier.admission;
  if (typeof input.shedAbove === 'string') return { kind: 'none' };
  return { kind: 'predicted-ttft', shedAboveUs: input.shedAbove };
}

function admissionOf(input: AdmissionInput): TierProfile['admission'] {
  if (typeof input === 'string') return { kind: 'none' };
  if ('predicted-ttft' in input) return { kind: 'predicted-ttft', shedAboveUs: input['predicted-ttft'] };
  if ('queue-depth' in input) return { kind: 'queue-depth', shedAbove: input['queue-depth'] };
  if ('kv-pressure' in input) return { kind: 'kv-pressure', shedAbove: input['kv-pressure'] };
  if ('holdback' in input) return { kind: 'holdback', share: input.holdback };
  const { requests, tokens } = input['vllm-queue-caps'];
  return { kind: 'vllm-queue-caps', requests: requests ?? null, tokens: tokens ?? null };
}

function mergeOnNoCapacity(tier: TierProfile, { onNoCapacity }: TierOverride): TierProfile['onNoCapacity'] {
  if (onNoCapacity === undefined) return tier.onNoCapacity;
  return typeof onNoCapacity === 'string' ? { do: onNoCapacity } : { do: 'downgrade', to: onNoCapacity.downgrade };
}

/** A hold that is begun anew waits ten minutes for four fifths of the pool, as flex does in the neutral profile. */
function mergeHold(tier: TierProfile, input: TierOverride): TierProfile['hold'] {
  if (input.hold === undefined) return tier.hold;
  if (input.hold === false) return null;
  const base = tier.hold ?? { maxWaitUs: 600_000_000, maxQueued: null, dispatchAtPressure: 0.8, asynchronous: false };
  return {
    maxWaitUs: input.hold.maxWait ?? base.maxWaitUs,
    maxQueued: input.hold.maxQueued ?? base.maxQueued,
    dispatchAtPressure: input.hold.dispatchAtPressure ?? base.dispatchAtPressure,
    asynchronous: input.hold.asynchronous ?? base.asynchronous,
  };
}

const GENTLE: Eviction = { by: [], when: 'before-first-token', outcome: 'requeue', minRunUs: 0, maxTimes: null };

function mergeEviction(tier: TierProfile, input: TierOverride): Eviction | null {
  const { eviction = input.evictableBy === undefined ? undefined : { by: input.evictableBy } } = input;
  if (eviction === undefined) return tier.eviction;
  if (eviction === false) return null;
  const base = tier.eviction ?? GENTLE;
  const merged: Eviction = {
    by: eviction.by ?? base.by,
    when: eviction.when ?? base.when,
    outcome: eviction.outcome ?? base.outcome,
    minRunUs: eviction.minRun ?? base.minRunUs,
    maxTimes: eviction.maxTimes ?? base.maxTimes,
  };
  return merged.by.length === 0 ? null : merged;
}
