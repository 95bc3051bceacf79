import { formatCount, parseShare } from '../models/units.js';
import type { ManyRuns } from './many-runs.js';
import type { OptionName } from './options.js';
import { UserError } from './user-error.js';

/** What the parser read, by name of the option. */
export type Arguments = Readonly<Record<string, unknown>>;

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** An option that makes sense once. */
export function single(args: Arguments, name: OptionName): string | null {
  const value = args[name];
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new UserError(`--${name} can be given once only`);
  if (value === '') throw new UserError(`--${name} is empty`);
  return value;
}

export function wholeNumber(args: Arguments, name: OptionName, low: number, high: number): number | null {
  const value = args[name];
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UserError(`--${name} takes a whole number from ${low} to ${formatCount(high)}`);
}

/** `5%` or `0.05`, above 0. */
export function shareAboveNothing(args: Arguments, name: OptionName): number | null {
  const text = single(args, name);
  if (text === null) return null;
  const parsed = parseShare(text);
  if (parsed.ok && parsed.value > 0) return parsed.value;
  throw new UserError(`--${name}: ${parsed.ok ? `"${text}" is not above 0` : parsed.reason}`);
}

/** Of every command that makes many runs. */
export function manyRuns(args: Arguments): ManyRuns {
  return { workers: wholeNumber(args, 'workers', 1, 1024), runsFolder: single(args, 'runs-dir') };
}
