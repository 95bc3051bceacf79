import type { TierProfile } from '../models/provider.js';
import type { Gateway, TrafficClass } from '../models/scenario.js';
import { parseDurationUs } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { Tree } from './source-tree.js';

/** Something the vocabulary has and this version does not simulate. Whoever builds it deletes its row. */
interface NotYet {
  /** Keys from the top; `*` stands for any key of a mapping and any entry of a list. */
  readonly path: string;
  /** Only values for which this holds; absent: any. */
  readonly when?: (tree: Tree) => boolean;
  /** What happens instead, in the user's words. */
  readonly sentence: string;
  /** Absent: a warning. True: the run would mean something else, so it is an error. */
  readonly isError?: true;
}

const NOT_YET: readonly NotYet[] = [
  { path: 'initial', sentence: 'a starting state is not simulated yet: queues begin empty, caches cold, all nodes up' },
  {
    path: 'provider.endpoint',
    sentence: 'endpoints do not differ yet: every surface has the tiers and models of the whole profile',
  },
  { path: 'provider.clock', sentence: 'clock prices are not charged yet: prices do not change by time of day' },
  { path: 'provider.prices.*.image', sentence: 'image tokens are not charged apart yet' },
  { path: 'provider.prices.*.longContext', sentence: 'prices of long contexts are not charged yet' },
  { path: 'provider.tiers.*.priceByModel', sentence: 'multipliers by model are not charged yet: use price' },
  { path: 'provider.billing.evicted', sentence: 'evicted streams do not exist yet' },
  { path: 'provider.billing.failed', when: isText('emitted'), sentence: 'failed streams cost nothing yet' },
  { path: 'provider.sla', sentence: 'availability is not reported yet' },
  { path: 'provider.signal', sentence: 'signals are not averaged yet: admission reads the fleet as it is' },
  { path: 'provider.spareSlotFilter', when: isTrue, sentence: 'pools without a free seat are not passed over yet' },
  {
    path: 'provider.tiers.*.onNoCapacity',
    when: (tree) => !isText('shed')(tree),
    sentence: 'what admission turns away is shed, other answers are not simulated yet',
  },
  { path: 'provider.tiers.*.queue', sentence: 'bounds of queues at the gateway are not simulated yet' },
  { path: 'provider.tiers.*.hold.maxQueued', sentence: 'bounds of queues at the gateway are not simulated yet' },
  ...['provider', 'gateway'].map((block) => ({
    path: `${block}.router`,
    when: (tree: Tree) => ['prefix-affinity', 'cheapest-first', 'coolest-first'].some((name) => isText(name)(tree)),
    sentence: 'this router is not simulated yet: the least loaded node is taken',
  })),
  {
    path: 'fleet.*.models',
    when: (tree) => tree.kind === 'list' && tree.items.length > 1,
    sentence: 'several models of one pool are not timed apart yet: a node takes the step times of the first',
  },
  { path: 'fleet.*.reservedSlots', sentence: 'reservedSlots are not simulated yet: no slot is kept free' },
  {
    path: 'gateway.replicas',
    when: isAbove(1),
    sentence: 'gateway replicas are not simulated yet: one gateway sees all',
  },
  {
    path: 'gateway.staleness',
    when: isPositiveDuration,
    sentence: 'a stale view is not simulated yet: the gateway sees the nodes as they are',
  },
];

/** Says of every field in use that this version accepts without simulating it. Never silent. */
export function reportNotYet(tree: Tree, found: Collector): void {
  for (const row of NOT_YET) {
    for (const { path, value } of matches(tree, row.path.split('.'), [])) {
      if (row.when !== undefined && !row.when(value)) continue;
      found.add(path, row.isError ? say.notPossibleYet(row.sentence) : say.notSimulated(row.sentence));
    }
  }
}

/** The same for what a provider's profile asks for without the file saying so, where it would change this run. */
export function reportNotYetOfProfile(
  tiers: readonly TierProfile[],
  traffic: readonly TrafficClass[],
  queueing: Gateway['queueing'],
  found: Collector,
): void {
  const isAsked = (name: string) =>
    traffic.some((one) => one.tiers.some(({ tier, value }) => tier === name && value > 0));
  const evicted = tiers.filter(({ name, eviction }) => isAsked(name) && eviction?.by.some(isAsked));
  if (evicted.length > 0) {
    const names = evicted.map(({ name }) => name).join(' and ');
    found.add(
      ['provider'],
      say.notSimulated(`eviction is not simulated yet: running ${names} work stays until it ends`),
    );
  }
  if (queueing === 'gateway') {
    const path = ['gateway', 'queueing'];
    found.add(
      found.has(path) ? path : ['provider'],
      say.notSimulated('queueing at the gateway is not simulated yet for every tier: only held tiers wait there'),
    );
  }
}

interface Match {
  readonly path: readonly PropertyKey[];
  readonly value: Tree;
}

function matches(tree: Tree, pattern: readonly string[], path: readonly PropertyKey[]): readonly Match[] {
  const [head, ...rest] = pattern;
  if (head === undefined) return [{ path, value: tree }];
  if (tree.kind === 'list') {
    return head === '*' ? tree.items.flatMap((item, index) => matches(item, rest, [...path, index])) : [];
  }
  if (tree.kind !== 'map') return [];
  const keys = head === '*' ? [...tree.entries.keys()] : [head];
  return keys.flatMap((key) => {
    const entry = tree.entries.get(key);
    return entry === undefined ? [] : matches(entry.tree, rest, [...path, key]);
  });
}

function isAbove(bound: number): (tree: Tree) => boolean {
  return (tree) => tree.kind === 'scalar' && typeof tree.value === 'number' && tree.value > bound;
}

function isTrue(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === true;
}

function isText(text: string): (tree: Tree) => boolean {
  return (tree) => tree.kind === 'scalar' && tree.value === text;
}

function isPositiveDuration(tree: Tree): boolean {
  if (tree.kind !== 'scalar' || (typeof tree.value !== 'string' && typeof tree.value !== 'number')) return false;
  const parsed = parseDurationUs(tree.value);
  return parsed.ok && parsed.value > 0;
}
