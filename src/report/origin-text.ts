import type { Origin, ProfileFigure } from '../models/provenance.js';
import { formatDurationUs } from '../models/units.js';

export const originText = ({ text, date }: Origin): string => (date === null ? text : `${text} (${date})`);

/**
 * `prices/kimi-k2.6: input 0.95, cached 0.16, output 4; tiers/priority,fast/admission: shedAbove 20s`: what stands at one place
 * together, and what several tiers, limits or causes have in common once.
 */
export function figureText(figures: readonly ProfileFigure[]): string {
  const byPlace = groups(figures, ({ path }) => path.slice(0, -1).join('/'));
  const places = [...byPlace].map(([place, at]) => {
    const [top, name, ...rest] = place.split('/');
    return { top, name, rest, values: at.map(valueText).join(', ') };
  });
  const alike = groups(places, ({ top, rest, values }) => [top, ...rest, values].join('/'));
  return [...alike.values()]
    .map((same) => {
      const { top, rest, values } = same[0]!;
      const names = same.flatMap(({ name }) => name ?? []).join(',');
      return `${[top, names, ...rest].filter((step) => step !== '').join('/')}: ${values}`;
    })
    .join('; ');
}

function valueText({ path, value }: ProfileFigure): string {
  const key = path.at(-1)!;
  if (key === 'us') return `per ${formatDurationUs(value as number)}`;
  const label = key.replace(/(Us|Pico)$/, '');
  if (typeof value !== 'number' || label === key) return `${label} ${value}`;
  return `${label} ${key.endsWith('Us') ? formatDurationUs(value) : value / 1e6}`;
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const byKey = new Map<string, T[]>();
  for (const item of items) byKey.set(keyOf(item), [...(byKey.get(keyOf(item)) ?? []), item]);
  return byKey;
}
