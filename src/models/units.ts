/** What a reader of a quantity gives back: the value, or the reason in words why there is none. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export type Currency = 'USD' | 'CHF';

export interface Money {
  /** null: the text names none, so the currency of the profile is meant. */
  readonly currency: Currency | null;
  /** Whole pico-units (10^-12) of the currency, exact from the decimal text. */
  readonly pico: bigint;
}

/** `250ms`, `30s`, `10m`, `2h`, `14d`, `1h 30m`; a bare number is in seconds, or as told. Whole microseconds, rounded. */
export function parseDurationUs(input: number | string, bareUnitUs = 1_000_000): Parsed<number> {
  if (typeof input === 'number') return wholeMicroseconds(input * bareUnitUs, String(input));
  const text = input.trim();
  let totalUs = 0;
  let rest = text;
  while (rest !== '') {
    const part = DURATION_PART.exec(rest);
    const unitUs = part === null ? undefined : DURATION_UNITS_US.get(part[2] ?? '');
    if (part === null || unitUs === undefined) return bad(`${quote(text)} is not a duration: ${DURATION_FORMS}`);
    totalUs += Number(part[1]) * unitUs;
    rest = rest.slice(part[0].length);
  }
  return text === '' ? bad(`an empty text is not a duration: ${DURATION_FORMS}`) : wholeMicroseconds(totalUs, text);
}

/** `40/s`, `300/min`, `2k/h`; a bare number is per second. */
export function parseRatePerSecond(input: number | string): Parsed<number> {
  if (typeof input === 'number') return notNegative(input, String(input));
  const match = /^([^/]+)\/\s*([a-z]+)$/.exec(input.trim());
  const count = match === null ? null : parseScaled(match[1] ?? '');
  const seconds = RATE_UNITS_SECONDS.get(match?.[2] ?? '');
  if (count === null || seconds === undefined) {
    return bad(`${quote(input)} is not a rate: write 40/s, 300/min or 2k/h`);
  }
  return notNegative(count / seconds, input);
}

/** `80GiB`, `512MB`; a bare number is in GiB. */
export function parseBytes(input: number | string): Parsed<number> {
  return withUnit(input, BYTE_UNITS, 'GiB', 'an amount of memory: write 80GiB or 80GB');
}

/** `3.35TB/s`, `900GB/s`; a bare number is in GB/s. Bytes per second. */
export function parseBandwidth(input: number | string): Parsed<number> {
  return withUnit(input, BANDWIDTH_UNITS, 'GB/s', 'a bandwidth: write 3.35TB/s or 900GB/s');
}

/** `350W`, `1.2kW`; a bare number is in watts. */
export function parseWatts(input: number | string): Parsed<number> {
  return withUnit(input, WATT_UNITS, 'W', 'a power: write 350W or 1.2kW');
}

/** `5%` or `0.05`. A ratio between 0 and 1. */
export function parseShare(input: number | string): Parsed<number> {
  const share = shareValue(input);
  if (share === null) return bad(`${quote(input)} is not a share: write 5% or 0.05`);
  return share >= 0 && share <= 1 ? good(share) : bad(`${quote(input)} is not between 0% and 100%`);
}

/** `130%` or `1.3`: a ratio that may exceed the whole. */
export function parseRatio(input: number | string): Parsed<number> {
  const ratio = shareValue(input);
  return ratio === null ? bad(`${quote(input)} is not a ratio: write 130% or 1.3`) : notNegative(ratio, input);
}

/** `512`, `2k`, `1.5M`, `70.6B`: a whole number of tokens, requests, parameters or the like. */
export function parseCount(input: number | string): Parsed<number> {
  const count = typeof input === 'number' ? input : parseScaled(input);
  if (count === null) return bad(`${quote(input)} is not a count: write 512, 2k or 1.5M`);
  return Number.isSafeInteger(count) && count >= 0 ? good(count) : bad(`${quote(input)} is not a whole number >= 0`);
}

/** `$2.50`, `CHF 2.50`, `2.50 USD`; a bare number leaves the currency open. Not negative. */
export function parseMoney(input: number | string): Parsed<Money> {
  const text = String(input).trim();
  const match = /^(\$|USD|CHF)?\s*([0-9.eE+-]+)\s*(USD|CHF)?$/.exec(text);
  const mark = match?.[1] ?? match?.[3];
  const pico = match === null || (match[1] && match[3]) ? null : decimalToPico(match[2] ?? '');
  if (pico === null) return bad(`${quote(text)} is not an amount of money: write $2.50 or CHF 2.50`);
  if (pico === 'too fine') return bad(`${quote(text)} is finer than a millionth of a millionth`);
  if (pico < 0n) return bad(`${quote(text)} is negative`);
  if (pico > PICO_MAX) return bad(`${quote(text)} is more than a million million`);
  return good({ currency: mark === undefined ? null : mark === 'CHF' ? 'CHF' : 'USD', pico });
}

/** Exact: `parseDurationUs` reads back the same whole microseconds. `1h 30m`, `250ms`, `1.5s`, `14d`. */
export function formatDurationUs(us: number): string {
  if (us < 0) return `-${formatDurationUs(-us)}`;
  if (us < 1000) return us === 0 ? '0s' : `${us}us`;
  if (us < 1_000_000) return `${us / 1000}ms`;
  const parts: string[] = [];
  let restUs = us;
  for (const [unit, unitUs] of LONG_UNITS_US) {
    const whole = Math.floor(restUs / unitUs);
    restUs -= whole * unitUs;
    if (whole > 0) parts.push(`${whole}${unit}`);
  }
  if (restUs > 0) parts.push(`${trimZeros((restUs / 1e6).toFixed(6))}s`);
  return parts.join(' ');
}

/** Exact decimal text of whole pico-units, at least two decimals: `2.50`, `0.00004`. */
export function formatPico(pico: bigint): string {
  return formatDecimal(pico, 12);
}

/** Exact decimal text of whole units of 10^-places, at least two decimals. */
export function formatDecimal(units: bigint, places: number): string {
  const magnitude = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const decimals = magnitude.slice(-places).replace(/0+$/, '').padEnd(2, '0');
  return `${units < 0n ? '-' : ''}${magnitude.slice(0, -places)}.${decimals}`;
}

/** A whole number with a comma between thousands: `1,234,567`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three digits for the eye: `1,234`, `12.3`, `0.00456`. */
export function formatRough(value: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  if (Math.abs(value) >= 999.5) return formatCount(value);
  return String(Number(value.toPrecision(3)));
}

const PICO_MAX = 1_000_000_000_000_000_000_000_000n;
/** Exponential draws of this mean stay below 2^53 microseconds. */
const DURATION_MAX_US = 2000 * 86_400e6;
/** Of memory, bandwidth and power: what exceeds it is a slip of the unit. */
const AMOUNT_MAX = 1e18;
const DURATION_FORMS = 'write 250ms, 30s, 10m, 2h or 14d';
const DURATION_PART = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zµ]+)\s*/;
const DURATION_UNITS_US: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['µs', 1],
  ['ms', 1000],
  ['s', 1e6],
  ['sec', 1e6],
  ['m', 60e6],
  ['min', 60e6],
  ['h', 3600e6],
  ['d', 86_400e6],
]);
const LONG_UNITS_US: readonly (readonly [string, number])[] = [
  ['d', 86_400e6],
  ['h', 3600e6],
  ['m', 60e6],
];
const RATE_UNITS_SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3600],
  ['d', 86_400],
  ['day', 86_400],
]);
const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ['KiB', 1024],
  ['MiB', 1024 * 1024],
  ['GiB', 1024 * 1024 * 1024],
  ['TiB', 1024 * 1024 * 1024 * 1024],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['B', 1],
]);
const BANDWIDTH_UNITS: ReadonlyMap<string, number> = new Map([
  ['MB/s', 1e6],
  ['GB/s', 1e9],
  ['TB/s', 1e12],
  ['GiB/s', 1024 * 1024 * 1024],
  ['TiB/s', 1024 * 1024 * 1024 * 1024],
]);
const WATT_UNITS: ReadonlyMap<string, number> = new Map([
  ['W', 1],
  ['kW', 1000],
  ['MW', 1e6],
]);
const SCALES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['K', 1e3],
  ['M', 1e6],
  ['B', 1e9],
]);

function withUnit(
  input: number | string,
  units: ReadonlyMap<string, number>,
  naturalUnit: string,
  what: string,
): Parsed<number> {
  const match = typeof input === 'number' ? null : /^(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z/]*)$/.exec(input.trim());
  const amount = typeof input === 'number' ? input : Number(match?.[1] ?? Number.NaN);
  const factor = units.get(match?.[2] || naturalUnit);
  if (factor === undefined || !Number.isFinite(amount)) return bad(`${quote(input)} is not ${what}`);
  if (amount * factor > AMOUNT_MAX) return bad(`${quote(input)} is more than anything has`);
  return notNegative(amount * factor, input);
}

function parseScaled(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([kKMB]?)$/.exec(text.trim());
  const scale = match === null ? undefined : SCALES.get(match[2] ?? '');
  if (match === null || scale === undefined) return null;
  const value = Number(match[1]) * scale;
  // 1.1k is 1100: the product in binary may miss the whole number by a rounding error.
  return Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value;
}

function shareValue(input: number | string): number | null {
  if (typeof input === 'number') return Number.isFinite(input) ? input : null;
  const match = /^(-?(?:\d+(?:\.\d+)?|\.\d+))\s*(%?)$/.exec(input.trim());
  return match === null ? null : Number(match[1]) / (match[2] === '%' ? 100 : 1);
}

function decimalToPico(text: string): bigint | 'too fine' | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', decimals = '', exponent = '0'] = match;
  if (whole + decimals === '') return null;
  const digits = whole + decimals;
  const zeros = 12 - decimals.length + Number(exponent);
  if (zeros >= 0) return BigInt(`${sign === '-' ? '-' : ''}${digits}${'0'.repeat(zeros)}`);
  const kept = digits.slice(0, zeros);
  return /^0*$/.test(digits.slice(zeros)) ? BigInt(`${sign === '-' ? '-' : ''}${kept || '0'}`) : 'too fine';
}

function wholeMicroseconds(us: number, text: string): Parsed<number> {
  const rounded = Math.round(us);
  if (rounded >= 0 && rounded <= DURATION_MAX_US) return good(rounded);
  return bad(`${quote(text)} is ${rounded < 0 ? 'negative' : 'too long'} for a duration: at most 2000d`);
}

function notNegative(value: number, text: number | string): Parsed<number> {
  return Number.isFinite(value) && value >= 0 ? good(value) : bad(`${quote(text)} is negative or not finite`);
}

function good<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

function bad(reason: string): Parsed<never> {
  return { ok: false, reason };
}

function quote(input: number | string): string {
  return `"${input}"`;
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+$/, '');
}
