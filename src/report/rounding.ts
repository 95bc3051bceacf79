/**
 * Fractions carry nine significant digits: more than any figure is good for, and few enough that a last-bit
 * difference does not show. Whole numbers and decimal strings are left as they are.
 */
const DIGITS = 9;

/** Of values over time, of which there are many and which are looked at, not calculated with. */
const SERIES_DIGITS = 6;

/** null: a figure that there is not. */
export function rounded(value: number, digits = DIGITS): number | null {
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}

/** Every number in a value over time. */
export function briefly<T>(value: T): T {
  if (typeof value === 'number') return rounded(value, SERIES_DIGITS) as T;
  if (Array.isArray(value)) return value.map(briefly) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, briefly(part as unknown)])) as T;
}
