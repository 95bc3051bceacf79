import type { Parsed } from '../models/units.js';

/** Reads `2026-06-01`, `2026-06-01T08:30Z` or `2026-06-01T08:30:00+02:00`; UTC where no zone is given. Milliseconds since 1970. */
export function parseStartMs(text: string): Parsed<number> {
  const match = FORM.exec(text.trim());
  const bad = { ok: false, reason: `"${text}" is not an instant: write 2026-06-01T00:00Z` } as const;
  if (match === null) return bad;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return bad;
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month);
  if (!isDay || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return bad;
  const minutes = daysSince1970(year, month, day) * 1440 + (hour ?? 0) * 60 + (minute ?? 0) - zoneMinutes(match[7]);
  return { ok: true, value: (minutes * 60 + (second ?? 0)) * 1000 };
}

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?\s*(Z|[+-]\d\d:\d\d)?)?$/;

function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days in the proleptic Gregorian calendar, counted in years that begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leaps + dayOfYear - 719_468;
}
