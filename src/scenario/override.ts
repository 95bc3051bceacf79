import * as say from './messages.js';
import { resolvePath } from './path.js';
import { type Place, type Placed, readTree, type Tree } from './source-tree.js';
import { type Allowed, below, keysOf, vocabulary } from './vocabulary.js';

/**
 * Puts the value of `PATH=VALUE` into the tree. Problems of the value, found later, point into the option, because
 * the places of its parts do.
 */
export function applyOverride(root: Tree, option: string, names: readonly string[]): readonly Placed[] {
  const equals = option.indexOf('=');
  const placeOf = (column: number, width: number): Place => ({ line: 1, column, endColumn: column + width, option });
  if (equals <= 0) return [{ message: say.optionUnreadable(option), place: placeOf(1, Math.max(1, option.length)) }];
  const path = option.slice(0, equals).trim();
  const resolved = resolvePath(root, path, names);
  if (!resolved.ok) return [{ message: resolved.message, place: placeOf(resolved.column, resolved.length) }];
  const valueColumn = equals + 2;
  const { tree, found } = readTree(option.slice(equals + 1), { whole: option, valueColumn });
  const nothing: Tree = { kind: 'scalar', value: null, text: '', place: placeOf(valueColumn, 1) };
  put(root, resolved.keys, tree ?? nothing, placeOf(1, path.length));
  return found;
}

function put(root: Tree, keys: readonly PropertyKey[], value: Tree, keyPlace: Place): void {
  let at = root;
  let allowed = vocabulary();
  keys.forEach((key, depth) => {
    const isLast = depth === keys.length - 1;
    if (at.kind === 'list') {
      if (isLast) at.items[Number(key)] = value;
      else
        at = ensureMapping(
          at.items[Number(key)],
          below(allowed, key),
          keys[depth + 1],
          (tree) => {
            if (at.kind === 'list') at.items[Number(key)] = tree;
          },
          keyPlace,
        );
    } else if (at.kind === 'map') {
      const entries = at.entries;
      const name = String(key);
      dropOtherForms(entries, allowed, name);
      if (isLast) entries.set(name, { keyPlace, tree: value });
      else
        at = ensureMapping(
          entries.get(name)?.tree,
          below(allowed, key),
          keys[depth + 1],
          (tree) => {
            entries.set(name, { keyPlace, tree });
          },
          keyPlace,
        );
    }
    allowed = below(allowed, key);
  });
}

/**
 * The mapping or list to go on into. Where a short form stands, `provider: deepinfra`, a mapping takes its place:
 * with `extends` where the vocabulary has that key, else empty.
 */
function ensureMapping(
  tree: Tree | undefined,
  allowed: Allowed,
  nextKey: PropertyKey | undefined,
  store: (tree: Tree) => void,
  place: Place,
): Tree {
  if (tree !== undefined && (tree.kind === 'map' || (tree.kind === 'list' && typeof nextKey === 'number'))) return tree;
  const mapping: Tree = { kind: 'map', entries: new Map(), place: tree?.place ?? place };
  if (tree?.kind === 'scalar' && tree.value !== null && keysOf(allowed, []).includes('extends')) {
    mapping.entries.set('extends', { keyPlace: tree.place, tree });
  }
  store(mapping);
  return mapping;
}

/** `arrivals.constant` set over `{poisson: ...}` replaces it: only keys that can stand beside the new one are kept. */
function dropOtherForms(entries: Map<string, unknown>, allowed: Allowed, key: string): void {
  if (!keysOf(allowed, []).includes(key)) return;
  const beside = keysOf(allowed, [key]);
  const anywhere = keysOf(allowed, []);
  for (const other of [...entries.keys()]) {
    if (anywhere.includes(other) && !beside.includes(other)) entries.delete(other);
  }
}
