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
  {
    path: 'fleet.*.autoscale.min',
    when: (tree) => tree.kind === 'scalar' && tree.value === 0,
    sentence: 'scaling to zero is not simulated yet: min is 1 at least',
    isError: true,
  },
  { path: 'initial', sentence: 'a starting state is not simulated yet: queues begin empty, caches cold, all nodes up' },
  {
    path: 'fleet.*.models',
    when: (tree) => tree.kind === 'list' && tree.items.length > 1,
    sentence: 'several models of one pool are not timed apart yet: a node takes the step times of the first',
  },
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

function isPositiveDuration(tree: Tree): boolean {
  if (tree.kind !== 'scalar' || (typeof tree.value !== 'string' && typeof tree.value !== 'number')) return false;
  const parsed = parseDurationUs(tree.value);
  return parsed.ok && parsed.value > 0;
}
