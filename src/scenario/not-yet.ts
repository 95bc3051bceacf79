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
}

const NOT_YET: readonly NotYet[] = [
  {
    path: 'fleet.*.models',
    when: (tree) => tree.kind === 'list' && tree.items.length > 1,
    sentence: 'several models of one pool are not timed apart yet: a node takes the step times of the first',
  },
];

/** Says of every field in use that this version accepts without simulating it. Never silent. */
export function reportNotYet(tree: Tree, found: Collector): void {
  for (const row of NOT_YET) {
    for (const { path, value } of matches(tree, row.path.split('.'), [])) {
      if (row.when !== undefined && !row.when(value)) continue;
      found.add(path, say.notSimulated(row.sentence));
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
