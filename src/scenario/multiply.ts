import { parseRatePerSecond } from '../models/units.js';
import type { Message } from './messages.js';
import * as say from './messages.js';
import type { Place, Tree } from './source-tree.js';

/** `x2`, `x0.5`: what stands there, so many times. null: another value. */
export function readFactor(text: string): number | null {
  const match = /^x(\d+(?:\.\d+)?|\.\d+)$/.exec(text.trim());
  return match === null ? null : Number(match[1]);
}

type Multiplied = { readonly ok: true; readonly tree: Tree } | { readonly ok: false; readonly message: Message };

/**
 * A value times a factor: `4` and `x2` is 8, `40/s` 80/s, `$2.50` $5. Of `arrivals` every rate in it, whatever their form. All
 * places of the new value are `place`, so that what is wrong with it is told there.
 */
export function multiply(tree: Tree, factor: number, isArrivals: boolean, place: Place): Multiplied {
  if (tree.kind === 'scalar') {
    const value = multiplied(tree.value, factor);
    if (value === null) return { ok: false, message: say.notMultipliable(`"${tree.text}" is not one quantity`) };
    return { ok: true, tree: { ...tree, value, text: String(value), place } };
  }
  if (!isArrivals) {
    const kind = tree.kind === 'map' ? 'a mapping' : 'a list';
    return { ok: false, message: say.notMultipliable(`${kind} stands there, and which part is meant is not said`) };
  }
  const scaled = ratesTimes(tree, factor, [], place);
  if (scaled.rates === 0) return { ok: false, message: say.notMultipliable('no rate is found in it') };
  return { ok: true, tree: scaled.tree };
}

/**
 * Where rates stand that are no text such as 40/s: keys from `arrivals`, `*` for any entry of a list. Counts of users are
 * whole.
 */
const RATES: readonly string[] = [
  'poisson',
  'constant',
  'gamma.rate',
  'weibull.rate',
  'bursts.base',
  'bursts.peak',
  'profile.*.1',
  'daily.mean',
  'weekly.mean',
  'clients.rate',
  'clients.*.rate',
  'clients.windows.*.rate',
  'clients.*.windows.*.rate',
  'load',
];
const COUNTS: readonly string[] = ['users.count'];

function ratesTimes(
  tree: Tree,
  factor: number,
  path: readonly string[],
  place: Place,
): { readonly tree: Tree; readonly rates: number } {
  if (tree.kind === 'scalar') {
    const isRate = RATES.includes(path.join('.')) || isRateText(tree.value);
    const isCount = COUNTS.includes(path.join('.'));
    const value = isRate || isCount ? multiplied(tree.value, factor) : null;
    if (value === null) return { tree, rates: 0 };
    const whole = isCount && typeof value === 'number' ? Math.max(1, Math.round(value)) : value;
    return { tree: { ...tree, value: whole, text: String(whole), place }, rates: 1 };
  }
  let rates = 0;
  const inner = (part: Tree, key: string): Tree => {
    const scaled = ratesTimes(part, factor, [...path, key], place);
    rates += scaled.rates;
    return scaled.tree;
  };
  if (tree.kind === 'list') {
    const isPoint = path.at(-1) === '*';
    const items = tree.items.map((item, index) => inner(item, isPoint ? String(index) : '*'));
    return { tree: { ...tree, items }, rates };
  }
  const entries = new Map([...tree.entries].map(([key, entry]) => [key, { ...entry, tree: inner(entry.tree, key) }]));
  return { tree: { ...tree, entries }, rates };
}

function isRateText(value: string | number | boolean | null): boolean {
  return typeof value === 'string' && value.includes('/') && parseRatePerSecond(value).ok;
}

function multiplied(value: string | number | boolean | null, factor: number): string | number | null {
  if (typeof value === 'number') return plain(value * factor);
  const match = typeof value === 'string' ? /^([^0-9.+-]*)(\d+(?:\.\d+)?|\.\d+)([^0-9]*)$/.exec(value) : null;
  return match === null ? null : `${match[1]}${plain(Number(match[2]) * factor)}${match[3]}`;
}

/** Without the last bits of a product in binary: 0.1 x 3 is 0.3. */
function plain(value: number): number {
  return Number(value.toPrecision(12));
}
