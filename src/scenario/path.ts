import type { Message } from './messages.js';
import * as say from './messages.js';
import type { Tree } from './source-tree.js';
import { type Allowed, below, keysOf, takesAnyName, takesList, vocabulary } from './vocabulary.js';

type Keys = readonly PropertyKey[];

/** `column` counts from 1 within the path. */
interface Unresolved {
  readonly ok: false;
  readonly message: Message;
  readonly column: number;
  readonly length: number;
}
type ResolvedPath = { readonly ok: true; readonly keys: Keys } | Unresolved;
type ResolvedPaths = { readonly ok: true; readonly paths: readonly Keys[] } | Unresolved;

/**
 * Reads `fleet.llama.nodes` or `provider.models.llama-3.1-8b.priority`. Names may hold dots: of the names known at
 * a place the longest that fits is taken. Entries of lists go by their `name`, or by their number from 0.
 */
export function resolvePath(tree: Tree, path: string, names: readonly string[]): ResolvedPath {
  const resolved = new PathReader(path, names, false).read(tree);
  return resolved.ok ? { ok: true, keys: resolved.paths[0]! } : resolved;
}

/** The same, with `*` for every entry of a list and every key that stands in a mapping: `traffic.*.arrivals`. */
export function resolvePaths(tree: Tree, path: string, names: readonly string[]): ResolvedPaths {
  return new PathReader(path, names, true).read(tree);
}

/** How a place is spoken of: `fleet.llama.nodes`, list entries by name where they have one. */
export function pathText(tree: Tree, keys: Keys): string {
  const words: string[] = [];
  let at: Tree | undefined = tree;
  for (const key of keys) {
    const next = child(at, key);
    words.push(at?.kind === 'list' ? (nameOf(next) ?? String(key)) : String(key));
    at = next;
  }
  return words.join('.');
}

/** The `name` of a list's entry. */
export function nameOf(tree: Tree | undefined): string | null {
  const name = tree?.kind === 'map' ? tree.entries.get('name')?.tree : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : null;
}

class PathReader {
  constructor(
    private readonly path: string,
    private readonly names: readonly string[],
    private readonly takesWildcards: boolean,
  ) {}

  read(tree: Tree): ResolvedPaths {
    return this.from(tree, vocabulary(), 0, []);
  }

  private from(at: Tree | undefined, allowed: Allowed, from: number, keys: Keys): ResolvedPaths {
    if (from >= this.path.length && keys.length > 0) {
      // A dot at the end wants one more name.
      if (from > this.path.length) return { ok: true, paths: [keys] };
      return this.unknown('', keysOf(allowed, []), from);
    }
    const rest = this.path.slice(from);
    const children = this.takesWildcards && /^\*(\.|$)/.test(rest) ? childrenOf(at) : [];
    if (children.length > 0 && !children.includes('*')) return this.intoEach(at, allowed, from, keys, children);
    const step = oneStep(at, allowed, rest, this.names);
    if (step.key === null) return this.unknown(rest.split('.')[0] ?? '', step.known, from + 1);
    return this.from(child(at, step.key), below(allowed, step.key), from + step.length + 1, [...keys, step.key]);
  }

  private intoEach(at: Tree | undefined, allowed: Allowed, from: number, keys: Keys, children: Keys): ResolvedPaths {
    const paths: Keys[] = [];
    for (const key of children) {
      const resolved = this.from(child(at, key), below(allowed, key), from + 2, [...keys, key]);
      if (!resolved.ok) return resolved;
      paths.push(...resolved.paths);
    }
    return { ok: true, paths };
  }

  private unknown(word: string, known: readonly string[], column: number): Unresolved {
    return { ok: false, message: say.unknownPath(word, known), column, length: Math.max(1, word.length) };
  }
}

function childrenOf(at: Tree | undefined): Keys {
  if (at?.kind === 'list') return at.items.map((_, index) => index);
  return at?.kind === 'map' ? [...at.entries.keys()] : [];
}

interface Step {
  readonly key: PropertyKey | null;
  readonly length: number;
  readonly known: readonly string[];
}

function oneStep(at: Tree | undefined, allowed: Allowed, rest: string, names: readonly string[]): Step {
  if (at?.kind === 'list' || (at === undefined && takesList(allowed))) {
    return stepIntoList(at?.kind === 'list' ? at.items : [], rest);
  }
  const own = keysOf(allowed, []);
  const known = [...own, ...(at?.kind === 'map' ? at.entries.keys() : []), ...(takesAnyName(allowed) ? names : [])];
  const key = longestPrefix(rest, known);
  if (key !== null) return { key, length: key.length, known };
  const word = rest.split('.')[0] ?? '';
  const free = takesAnyName(allowed) && word !== '' && word !== '__proto__';
  return { key: free ? word : null, length: word.length, known: own };
}

function stepIntoList(items: readonly Tree[], rest: string): Step {
  const known = items.flatMap((item) => nameOf(item) ?? []);
  const name = longestPrefix(rest, known);
  if (name !== null) return { key: items.findIndex((item) => nameOf(item) === name), length: name.length, known };
  const digits = /^\d+(?=\.|$)/.exec(rest)?.[0];
  const index = digits === undefined ? -1 : Number(digits);
  return { key: index >= 0 && index < items.length ? index : null, length: digits?.length ?? 0, known };
}

function longestPrefix(rest: string, known: readonly string[]): string | null {
  let longest: string | null = null;
  for (const name of known) {
    const fits = rest === name || rest.startsWith(`${name}.`);
    if (fits && name.length > (longest?.length ?? 0)) longest = name;
  }
  return longest;
}

function child(at: Tree | undefined, key: PropertyKey): Tree | undefined {
  if (at?.kind === 'map') return at.entries.get(String(key))?.tree;
  return at?.kind === 'list' ? at.items[Number(key)] : undefined;
}
