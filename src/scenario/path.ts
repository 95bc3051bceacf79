import type { Message } from './messages.js';
import * as say from './messages.js';
import type { Tree } from './source-tree.js';
import { type Allowed, below, keysOf, takesAnyName, takesList, vocabulary } from './vocabulary.js';

type ResolvedPath =
  | { readonly ok: true; readonly keys: readonly PropertyKey[] }
  /** `column` counts from 1 within the path. */
  | { readonly ok: false; readonly message: Message; readonly column: number; readonly length: number };

/**
 * Reads `fleet.llama.nodes` or `provider.models.llama-3.1-8b.priority`. Names may hold dots: of the names known at
 * a place the longest that fits is taken. Entries of lists go by their `name`, or by their number from 0.
 */
export function resolvePath(tree: Tree, path: string, names: readonly string[]): ResolvedPath {
  const keys: PropertyKey[] = [];
  let at: Tree | undefined = tree;
  let allowed: Allowed = vocabulary();
  let from = 0;
  while (from < path.length || keys.length === 0) {
    const rest = path.slice(from);
    const step = oneStep(at, allowed, rest, names);
    if (step.key === null) {
      const word = rest.split('.')[0] ?? '';
      return {
        ok: false,
        message: say.unknownPath(word, step.known),
        column: from + 1,
        length: Math.max(1, word.length),
      };
    }
    keys.push(step.key);
    at = child(at, step.key);
    allowed = below(allowed, step.key);
    from += step.length + 1;
    if (from === path.length && path.endsWith('.')) {
      return { ok: false, message: say.unknownPath('', keysOf(allowed, [])), column: from, length: 1 };
    }
  }
  return { ok: true, keys };
}

/** How a place is spoken of: `fleet.llama.nodes`, list entries by name where they have one. */
export function pathText(tree: Tree, keys: readonly PropertyKey[]): string {
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
