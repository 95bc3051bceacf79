import { perModel } from '../models/per-model.js';
import type { Admission, ProviderProfile, TierProfile } from '../models/provider.js';
import type { Account, Pool, Target, TimelineEvent, TrafficClass } from '../models/scenario.js';
import { longestStepPs } from '../models/step-time.js';
import { checkNodes } from './check-nodes.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';

/** What has been read of a scenario, each list entry at its place; null: it could not be read. */
export interface Parts {
  readonly provider: ProviderProfile;
  readonly pools: readonly (Pool | null)[];
  readonly accounts: readonly Account[];
  readonly traffic: readonly (TrafficClass | null)[];
  readonly targets: readonly (Target | null)[];
  readonly events: readonly (TimelineEvent | null)[];
}

/**
 * What is well formed and still cannot be meant: tiers nobody serves, accounts nobody uses, thresholds upside down.
 * Nothing is said that a part which could not be read might put right.
 */
export function checkService({ provider, pools, accounts, traffic, events }: Parts, found: Collector): void {
  checkSlowness(pools, events, found);
  checkNodes(pools, events, found);
  checkDowngrades(provider, found);
  checkReservations(provider, pools, found);
  checkClock(provider, found);
  if (!areRead(traffic)) return;
  checkThresholds(provider, traffic, found);
  for (const [index, { name }] of accounts.entries()) {
    if (!traffic.some(({ account }) => account === name)) found.add(['accounts', index], say.accountIdle(name));
  }
  if (!areRead(pools)) return;
  for (const [index, one] of traffic.entries()) {
    for (const { tier, value } of one.tiers) {
      const isKnown = provider.tiers.some(({ name }) => name === tier);
      if (value > 0 && isKnown && !isServed(provider, pools, one, tier)) {
        found.add(['traffic', index, 'tier'], say.tierNotServed(tier, one.model));
      }
    }
  }
}

/** Whether nothing of a list is missing. */
export function areRead<T>(items: readonly (T | null)[]): items is readonly T[] {
  return items.every((item) => item !== null);
}

/** Engines are left out: whether a pool's engine knows tiers is asked when the routes are made. */
function isServed(provider: ProviderProfile, pools: readonly Pool[], one: TrafficClass, asked: string): boolean {
  const rule = provider.support.find(({ tier, model, api, endpoint, engineTierSupport }) => {
    if (tier !== asked || engineTierSupport !== null || (model !== null && model !== one.model)) return false;
    return (api === null || api === one.api) && (endpoint === null || endpoint === provider.endpoint);
  });
  // That it is refused is what the profile says.
  if (rule?.answer === 'refuse' || rule?.answer === 'forbid') return true;
  const served = rule === undefined || rule.answer === 'honour' ? asked : provider.defaultTier;
  const path = provider.tiers.find(({ name }) => name === served)?.path;
  return pools.some(({ models, path: ofPool, tiers, tierWeights }) => {
    if (!models.includes(one.model) || ofPool !== path) return false;
    if (tiers !== null && !tiers.includes(served)) return false;
    return tierWeights === null || tierWeights.some(({ tier, value }) => tier === served && value > 0);
  });
}

/** A tier that ends as itself again after any number of downgrades would go round for ever. */
function checkDowngrades({ tiers, limiters }: ProviderProfile, found: Collector): void {
  const next = (name: string): readonly string[] => {
    const { onNoCapacity } = tiers.find((tier) => tier.name === name)!;
    const byLimits = limiters.flatMap(({ action, tiers: counted }) => {
      return action.do === 'downgrade' && (counted === null || counted.includes(name)) ? [action.to] : [];
    });
    return [...(onNoCapacity.do === 'downgrade' ? [onNoCapacity.to] : []), ...byLimits].filter((to) => to !== name);
  };
  for (const { name } of tiers) {
    const reached = new Set<string>();
    const open = [...next(name)];
    for (let to = open.pop(); to !== undefined; to = open.pop()) {
      if (reached.has(to) || !tiers.some((tier) => tier.name === to)) continue;
      reached.add(to);
      open.push(...next(to));
    }
    if (reached.has(name)) {
      found.add(['provider'], say.contradiction(`downgrades of the tier ${name} lead back to it`));
      return;
    }
  }
}

/** From one time of day to the same is a whole day, which is rarely what somebody meant who wrote two times. */
function checkClock({ clock }: ProviderProfile, found: Collector): void {
  for (const [index, { fromUs, toUs }] of clock.entries()) {
    const place = ['provider', 'clock', index];
    if (fromUs === toUs && found.has(place)) found.add([...place, 'to'], say.clockAllDay());
  }
}

/** Of two tiers that are asked for and judged alike, the more urgent one should be shed later. */
function checkThresholds({ tiers }: ProviderProfile, traffic: readonly TrafficClass[], found: Collector): void {
  const isAsked = ({ name }: TierProfile): boolean => {
    return traffic.some((one) => one.tiers.some(({ tier, value }) => tier === name && value > 0));
  };
  const asked = tiers.filter((tier) => isAsked(tier) && tier.hold === null);
  for (const urgent of asked) {
    for (const other of asked) {
      if (urgent.rank <= other.rank || urgent.admission.kind === 'none') continue;
      const isComparable = other.admission.kind === 'none' || other.admission.kind === urgent.admission.kind;
      if (!isComparable || patience(urgent.admission) >= patience(other.admission)) continue;
      const own = ['provider', 'tiers', urgent.name];
      found.add(found.has(own) ? own : ['provider'], say.thresholdsInverted(urgent.name, other.name));
    }
  }
}

/** More = shed later. */
function patience(admission: Admission): number {
  switch (admission.kind) {
    case 'none':
      return Number.POSITIVE_INFINITY;
    case 'predicted-ttft':
      return admission.shedAboveUs;
    case 'queue-depth':
    case 'kv-pressure':
      return admission.shedAbove;
    case 'vllm-queue-caps':
      return Math.min(admission.requests ?? Number.POSITIVE_INFINITY, admission.tokens ?? Number.POSITIVE_INFINITY);
    case 'holdback':
      return 0 - admission.share;
  }
}

/** Sums of picoseconds are exact up to here. */
const STEP_MAX_PS = 8e15;

function checkSlowness(pools: readonly (Pool | null)[], events: Parts['events'], found: Collector): void {
  for (const [index, pool] of pools.entries()) {
    if (pool === null) continue;
    const { slow, outages } = pool.operations;
    const byEvents = events.flatMap((event) => {
      return event?.change.kind === 'slowFactor' && event.change.pool === pool.name ? [event.change.factor] : [];
    });
    const factor = Math.max(slow.factor, ...outages.map(({ slowdown }) => slowdown ?? 1), ...byEvents);
    // Engines that share a machine slow each other.
    const engines = perModel(pool);
    const longest = Math.max(...engines.map(({ stepTime, engine }) => longestStepPs(stepTime, engine)));
    const seconds = (longest * factor * engines.length) / 1e12;
    if (seconds * 1e12 > STEP_MAX_PS) {
      found.add(
        ['fleet', index],
        say.impossible(`a step of a slow node could take ${seconds.toFixed(0)} s: too long to be added up exactly`),
      );
    }
  }
}

function checkReservations({ tiers }: ProviderProfile, pools: readonly (Pool | null)[], found: Collector): void {
  for (const [index, pool] of pools.entries()) {
    if (pool === null) continue;
    const { reservedSlots, engine } = pool;
    const path = ['fleet', index, 'reservedSlots'];
    for (const { tier, value } of reservedSlots) {
      if (!Number.isInteger(value)) found.add([...path, tier], say.wrongType('a whole number', String(value)));
      if (tiers.find(({ name }) => name === tier)?.reservable === false) {
        found.add(path, say.contradiction(`the profile does not let pools reserve slots for ${tier}`), tier);
      }
    }
    const sum = reservedSlots.reduce((total, { value }) => total + value, 0);
    if (sum > engine.maxNumSeqs) {
      found.add(path, say.impossible(`${sum} reserved slots are more than the ${engine.maxNumSeqs} that a node has`));
    }
  }
}
