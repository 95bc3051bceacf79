import { formatCount } from '../models/units.js';

const MOST = 5;

/** Round values from `low` to `high`, at most five. */
export function roundTicks(low: number, high: number): number[] {
  if (!(high > low)) return [low];
  const step = steps(high - low).find((size) => Math.floor(high / size) - Math.ceil(low / size) < MOST)!;
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, i) => clean((first + i) * step));
}

/** The same for a logarithmic axis: as many of 1, 2 and 5, of 1 and 3, or of 1 times powers of ten as find room. */
export function roundLogTicks(low: number, high: number): number[] {
  if (!(low > 0 && high > low)) return [low];
  const decades = Array.from({ length: 2 + decadeOf(high) - decadeOf(low) }, (_, i) => decadeOf(low) + i);
  for (const mantissas of [[1, 2, 5], [1, 3], [1]]) {
    const ticks = decades
      .flatMap((decade) => mantissas.map((mantissa) => Number(`${mantissa}e${decade}`)))
      .filter((value) => value >= low && value <= high);
    if (ticks.length < 2) return roundTicks(low, high);
    if (ticks.length <= MOST) return ticks;
  }
  const every = Math.ceil(decades.length / MOST);
  const sparse = decades.filter((decade) => decade % every === 0).map((decade) => Number(`1e${decade}`));
  return sparse.filter((value) => value >= low && value <= high);
}

/** `0.5`, `20`, `1,500`: as short as a round value can be said. */
export function tickText(value: number): string {
  return Math.abs(value) >= 1000 ? formatCount(value) : String(clean(value));
}

function steps(span: number): number[] {
  const decade = decadeOf(span);
  return [-2, -1, 0, 1].flatMap((k) => [1, 2, 5].map((mantissa) => Number(`${mantissa}e${decade + k}`)));
}

function decadeOf(value: number): number {
  return Number(value.toExponential().split('e')[1]);
}

/** 0.30000000000000004 is 0.3. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
