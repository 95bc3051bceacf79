import { z } from 'zod';
import {
  type Parsed,
  parseBandwidth,
  parseBytes,
  parseCount,
  parseDurationUs,
  parseMoney,
  parseRatePerSecond,
  parseRatio,
  parseShare,
  parseWatts,
} from '../models/units.js';

/**
 * The building blocks of the vocabulary. Quantities take a number or a text with a unit and come out in the unit
 * the simulator uses; what is wrong with one is said by its reader in models/units.ts.
 */
export const duration = quantity('a duration such as 250ms, 30s, 10m, 2h or 14d', (input) => parseDurationUs(input));
/** Bare numbers in milliseconds: the unit latencies are spoken of in. */
export const latency = quantity('a duration such as 40ms or 20s (a bare number is in milliseconds)', (input) =>
  parseDurationUs(input, 1000),
);
/** The wait of a client that tries again: with none it would try without end in one instant of simulated time. */
export const wait = quantity('a duration of at least 1ms', (input) => {
  const parsed = parseDurationUs(input);
  return parsed.ok && parsed.value < 1000
    ? { ok: false, reason: `"${input}" is too short a wait: at least 1ms` }
    : parsed;
});
export const rate = quantity('a rate such as 40/s, 300/min or 2k/h', parseRatePerSecond);
export const bytes = quantity('an amount of memory such as 80GiB', parseBytes);
export const bandwidth = quantity('a bandwidth such as 3.35TB/s', parseBandwidth);
export const watts = quantity('a power such as 350W or 1.2kW', parseWatts);
export const money = quantity('an amount of money such as $2.50 or CHF 2.50', parseMoney);
export const share = quantity('a share such as 5% or 0.05', parseShare);
export const count = quantity('a whole number such as 512 or 2k', parseCount);
export const length = quantity('a whole number of tokens such as 512 or 2k', (input) => {
  const parsed = parseCount(input);
  return parsed.ok && parsed.value < 1 ? { ok: false, reason: `"${input}" tokens are too few: at least 1` } : parsed;
});

/** `55%`, `0.55`, `130%` or a weight such as `55`: a percentage is divided by 100, a number is taken as it is. */
export const weight = quantity('a share such as 80%', parseRatio);

export const name = z.string().min(1);
/** A name for which there are known ones; editors offer them, and others are allowed. */
export const nameSuchAs = (known: readonly string[]) => name.meta({ examples: [...known] });
export const positive = z.number().gt(0);
export const notNegative = z.number().min(0);
export const wholeFrom = (low: number, high: number = Number.MAX_SAFE_INTEGER) => z.int().min(low).max(high);

/** A mapping from free names, such as models or tiers, to values. */
export const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** One of several spellings told apart by the YAML type of the value, so that a mistake is explained by the right one. */
export interface Variant {
  readonly what: string;
  readonly scalar: number;
  readonly mapping: number;
  readonly list: number;
  /** For a mapping told apart by which key it has: the branch of each key. */
  readonly keys: ReadonlyMap<string, number>;
}

interface Branches {
  readonly scalar?: z.ZodType;
  readonly mapping?: z.ZodType;
  readonly list?: z.ZodType;
}

/** Text or mapping, number or list: whichever branches are given. `what` names the thing: "a duration or a mix". */
export function variant<const B extends Branches>(
  what: string,
  branches: B,
): z.ZodType<z.output<NonNullable<B[keyof B & keyof Branches]>>> {
  const kinds = (['scalar', 'mapping', 'list'] as const).filter((kind) => branches[kind] !== undefined);
  register({
    what,
    scalar: kinds.indexOf('scalar'),
    mapping: kinds.indexOf('mapping'),
    list: kinds.indexOf('list'),
    keys: new Map(),
  });
  const options = kinds.map((kind) => branches[kind] ?? z.never());
  return z.union(options, { error: () => what }) as never;
}

/** A mapping whose one telling key says the form, `{lognormal: {...}}`, or a scalar short form. */
export function forms<const S extends z.ZodType, const F extends Record<string, z.ZodType>>(
  what: string,
  scalar: S,
  keyed: F,
): z.ZodType<z.output<S> | z.output<F[keyof F]>> {
  const keys = Object.keys(keyed);
  register({
    what,
    scalar: 0,
    mapping: -1,
    list: -1,
    keys: new Map(keys.map((key, index) => [key, index + 1])),
  });
  return z.union([scalar, ...keys.map((key) => keyed[key] ?? z.never())], { error: () => what }) as never;
}

/** The variant whose union raised an issue with this message; a quantity's union has none. */
export function variantOf(what: string): Variant | undefined {
  return VARIANTS.get(what);
}

const VARIANTS = new Map<string, Variant>();

function register(variantOfUnion: Variant): void {
  VARIANTS.set(variantOfUnion.what, variantOfUnion);
}

/** A number or a text with a unit, read by `parse`; `what` says what is expected of it. */
export function quantity<T>(what: string, parse: (input: number | string) => Parsed<T>) {
  return z.union([z.number(), z.string()], { error: () => what }).transform((input, context): T => {
    const parsed = parse(input);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.reason, input });
    return z.NEVER;
  });
}
