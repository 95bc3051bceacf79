import type { Scenario } from '../models/scenario.js';
import type { Change } from './findings.js';

/**
 * What differs between two resolved scenarios, value by value, entries of lists matched by their name. Paths speak as the
 * scenario file does as far as the resolved form allows.
 */
export function scenarioDiff(base: Scenario, changed: Scenario): readonly Change[] {
  const found: Change[] = [];
  diff(base, changed, [], found);
  return found;
}

/** Follow from what is said elsewhere: names of files, and coefficients whose source is named beside them. */
const LEFT_OUT: ReadonlySet<string> = new Set(['name', 'about', 'replications', 'pools.*.stepTime']);

const WORDS: Readonly<Record<string, string>> = { pools: 'fleet' };

function diff(from: unknown, to: unknown, path: readonly string[], found: Change[]): void {
  const place = path.map((word, depth) => (depth === 1 ? '*' : word)).join('.');
  if (LEFT_OUT.has(path.length > 1 ? place : path.join('.')) || same(from, to)) return;
  const entries = entriesOf(from);
  const others = entriesOf(to);
  if (entries === null || others === null) {
    found.push({ path: path.map((word) => WORDS[word] ?? word).join('.'), from: from ?? null, to: to ?? null });
    return;
  }
  for (const key of new Set([...entries.keys(), ...others.keys()])) {
    diff(entries.get(key), others.get(key), [...path, key], found);
  }
}

/** Parts by name; null: a value to be shown as it is. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map(nameOf);
  const isNamed = names.every((name) => name !== null) && new Set(names).size === names.length;
  return isNamed ? new Map(value.map((entry, index) => [names[index] ?? '', entry])) : null;
}

function nameOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const { name, text, tier, model } = entry as Readonly<Record<string, unknown>>;
  if (typeof name === 'string') return name;
  if (typeof text === 'string') return text;
  const words = [model, tier].filter((word) => typeof word === 'string');
  return words.length === 0 ? null : words.join('.');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
