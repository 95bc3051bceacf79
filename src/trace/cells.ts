import type { TimeUnit } from '../models/trace.js';

/** A whole number of tokens, below a thousand million; `472.0` is 472. null: it is none. */
export function parseTokens(text: string): number | null {
  return /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : null;
}

/** A plain number >= 0; null: it is none. */
export function parseNumber(text: string): number | null {
  if (!/^\d+(\.\d*)?([eE][+-]?\d{1,2})?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export const US_PER: Readonly<Record<TimeUnit, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
};

/** A number in `unit`, or a stamp such as `2023-11-16 18:15:46.6805900`, in microseconds; null: neither. */
export function parseTimeUs(text: string, unit: TimeUnit): number | null {
  const number = parseNumber(text);
  const us = number === null ? parseStampUs(text) : Math.round(number * US_PER[unit]);
  return us === null || us > TIME_MAX_US ? null : us;
}

/** About 250 years: doubles hold whole microseconds up to there. */
const TIME_MAX_US = 8e15;

/** `2023-11-16 18:15:46.6805900`, also with T, up to nine fractional digits, and a zone; without one taken as UTC. */
const STAMP = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))?$/;

/** Microseconds since the Unix epoch, further digits rounded away; null: not a stamp, or no such time. */
function parseStampUs(text: string): number | null {
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return null;
  const fractionUs = Math.round(Number(`0.${match[7] ?? '0'}`) * 1e6);
  const zoneMinutes = match[8] === undefined ? 0 : Number(match[9]) * 60 + Number(match[10]);
  const zoneSeconds = (match[8] === '-' ? -60 : 60) * zoneMinutes;
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - zoneSeconds;
  return seconds * 1_000_000 + fractionUs;
}

/** Days of the proleptic Gregorian calendar since 1970-01-01, by counting years from March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
