import { formatCount } from '../models/units.js';
import { printable } from './text-width.js';

/** Figures as people read them. Everything here rounds; the JSON and CSV outputs carry more digits. */

/** Three significant digits below 100, whole numbers above: `0.0123`, `4.50`, `87.3`, `1,234`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const [mantissa = '0', exponent = '0'] = value.toExponential(2).split('e');
  const decimals = 2 - Number(exponent);
  if (decimals <= 0) return formatCount(value);
  return Number(`${mantissa}e${exponent}`).toFixed(Math.min(decimals, 12));
}

/** A share as percent. Never rounds to 0 % or 100 % what is not exactly that. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent > 0 && percent < 0.01) return '<0.01 %';
  if (percent > 99.99 && percent < 100) return '>99.99 %';
  if (percent === 100) return '100 %';
  return `${percent.toFixed(percent < 10 || percent > 99.9 ? 2 : 1)} %`;
}

/** Milliseconds below ten seconds, seconds from there. */
export function formatMs(ms: number): string {
  return Math.abs(ms) < 10_000 ? `${formatNumber(ms)} ms` : `${formatNumber(ms / 1000)} s`;
}

/** Half of an interval beside its mean: `±4.2 %` of it, of a share in points: `±0.41 pt`. */
export function formatHalfWidth(mean: number, half: number, isShare: boolean): string {
  if (half === 0) return '±0';
  if (isShare) return `±${twoDigits(half * 100)} pt`;
  return mean === 0 ? `±${twoDigits(half)}` : `±${twoDigits((half / Math.abs(mean)) * 100)} %`;
}

function twoDigits(value: number): string {
  const decimals = Math.max(0, Math.min(4, 1 - Math.floor(Math.log10(value))));
  return value.toFixed(decimals);
}

/** Seconds as the scenario file writes them: `40m`, `1h 5m`, `2.5s`, `14d`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

/**
 * A decimal string as money: two decimals from 1 upwards, three significant digits below. Rounds half away from
 * zero on the digits themselves, so that no sum is too large for it.
 */
export function formatMoney(decimal: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d*))?$/.exec(decimal);
  if (parts === null) return printable(decimal);
  const [, sign = '', whole = '0', fraction = ''] = parts;
  const leadingZeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  if (/^0+$/.test(whole) && leadingZeros === fraction.length) return '0.00';
  const decimals = /^0+$/.test(whole) ? leadingZeros + 3 : 2;
  const digits = roundDigits(whole + fraction.padEnd(decimals + 1, '0'), whole.length + decimals);
  const units = digits.slice(0, digits.length - decimals);
  return `${sign}${group(units.replace(/^0+(?=\d)/, ''))}.${digits.slice(digits.length - decimals)}`;
}

/** Keep the first `kept` digits, rounding half up; one digit longer where the carry runs out on the left. */
function roundDigits(digits: string, kept: number): string {
  const head = BigInt(digits.slice(0, kept));
  const isUp = (digits[kept] ?? '0') >= '5';
  return String(isUp ? head + 1n : head).padStart(kept, '0');
}

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
