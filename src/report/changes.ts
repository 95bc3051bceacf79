import { formatDurationUs, formatPico } from '../models/units.js';
import type { Change } from '../plan/findings.js';
import { printable, truncate } from './text-width.js';

const LINES_MAX = 24;
const VALUE_COLUMNS_MAX = 60;

/** In the manner of a plan: `~ fleet.main.nodes: 4 -> 6`, and how many of each kind. */
export function changeLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['nothing: the resolved scenarios are the same'];
  const lines = changes.slice(0, LINES_MAX).map(changeLine);
  if (changes.length > LINES_MAX) lines.push(`  and ${changes.length - LINES_MAX} more`);
  const count = (holds: (change: Change) => boolean): number => changes.filter(holds).length;
  const added = count(({ from }) => from === null);
  const removed = count(({ from, to }) => from !== null && to === null);
  lines.push(`${changes.length - added - removed} changed, ${added} added, ${removed} removed`);
  return lines;
}

function changeLine({ path, from, to }: Change): string {
  const name = printable(SUFFIXES.reduce((text, [suffix, word]) => text.replace(suffix, word), path));
  if (from === null) return `+ ${name}: ${valueText(path, to)}`;
  if (to === null) return `- ${name}: ${valueText(path, from)}`;
  return `~ ${name}: ${valueText(path, from)} -> ${valueText(path, to)}`;
}

/** Units stand with the values. */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/PicoPerHour$/, 'PerHour'],
  [/\.perSecond$|PerSecond$|Us$|Pico$/, ''],
];

function valueText(path: string, value: unknown): string {
  if (typeof value === 'number') {
    if (path.endsWith('Us')) return formatDurationUs(value);
    if (/[pP]erSecond$/.test(path)) return `${Number(value.toPrecision(6))}/s`;
    if (/Pico(PerHour)?$/.test(path)) return formatPico(BigInt(Math.round(value)));
    return String(Number(value.toPrecision(9)));
  }
  if (typeof value === 'string') return printable(value);
  return truncate(printable(compact(value)), VALUE_COLUMNS_MAX);
}

/** Lists and mappings on one line, durations in words. */
function compact(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    return typeof part === 'number' && key.endsWith('Us') ? formatDurationUs(part) : part;
  });
}
