import * as say from './messages.js';
import { multiply, readFactor } from './multiply.js';
import { pathText, resolvePaths } from './path.js';
import { follow, type Place, type Placed, readTree, type Tree } from './source-tree.js';
import { type Allowed, below, keysOf, vocabulary } from './vocabulary.js';

/**
 * Puts the value of `PATH=VALUE` into the tree; `PATH=x2` doubles what stands there, and `*` in a path means every entry.
 * Problems of the value, found later, point into the option, because the places of its parts do.
 */
export function applyOverride(root: Tree, option: string, names: readonly string[]): readonly Placed[] {
  const equals = option.indexOf('=');
  const placeOf = (column: number, width: number): Place => ({ line: 1, column, endColumn: column + width, option });
  if (equals <= 0) return [{ message: say.optionUnreadable(option), place: placeOf(1, Math.max(1, option.length)) }];
  const path = option.slice(0, equals).trim();
  const resolved = resolvePaths(root, path, names);
  if (!resolved.ok) return [{ message: resolved.message, place: placeOf(resolved.column, resolved.length) }];
  const valueColumn = equals + 2;
  const valueText = option.slice(equals + 1);
  const keyPlace = placeOf(1, path.length);
  const factor = readFactor(valueText);
  if (factor !== null) {
    const place = placeOf(valueColumn, valueText.length);
    return resolved.paths.flatMap((keys) => putTimes(root, keys, factor, keyPlace, place));
  }
  const nothing: Tree = { kind: 'scalar', value: null, text: '', place: placeOf(valueColumn, 1) };
  const found: Placed[] = [];
  for (const keys of resolved.paths) {
    // Read anew for each: later options may change one of them and not the others.
    const value = readTree(valueText, { whole: option, valueColumn });
    if (found.length === 0) found.push(...value.found);
    put(root, keys, value.tree ?? nothing, keyPlace);
  }
  return found;
}

/** Multiplies what stands there. A class that follows a trace has no arrivals: each of its rows is then played so often. */
function putTimes(
  root: Tree,
  keys: readonly PropertyKey[],
  factor: number,
  keyPlace: Place,
  place: Place,
): readonly Placed[] {
  const reached = follow(root, keys);
  const isArrivals = keys.length === 3 && keys[0] === 'traffic' && keys[2] === 'arrivals';
  if (!reached.complete) {
    const ofClass = keys.slice(0, 2);
    const hasTrace = isArrivals && follow(root, [...ofClass, 'trace']).complete;
    if (!hasTrace) return [{ message: say.nothingToMultiply(pathText(root, keys)), place }];
    const scale = follow(root, [...ofClass, 'trace', 'scale']);
    const base: Tree = scale.complete ? scale.tree : { kind: 'scalar', value: 1, text: '1', place };
    return putProduct(root, [...ofClass, 'trace', 'scale'], multiply(base, factor, false, place), keyPlace, place);
  }
  return putProduct(root, keys, multiply(reached.tree, factor, isArrivals, place), keyPlace, place);
}

function putProduct(
  root: Tree,
  keys: readonly PropertyKey[],
  product: ReturnType<typeof multiply>,
  keyPlace: Place,
  place: Place,
): readonly Placed[] {
  if (!product.ok) return [{ message: product.message, place }];
  put(root, keys, product.tree, keyPlace);
  return [];
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
