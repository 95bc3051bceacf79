import type { Parsed } from '../models/units.js';
import { type RandomStream, stream } from '../sim/core/random.js';

/** One thing that a sweep varies: where, and which values. */
export interface Axis {
  readonly path: string;
  readonly values: AxisValues;
}

type AxisValues =
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | {
      readonly kind: 'range';
      readonly low: number;
      readonly high: number;
      /** null: of whole numbers every one, of others five. */
      readonly steps: number | null;
      readonly isLog: boolean;
      /** Around the number: `x`, `$`, `/s`, `%`. */
      readonly before: string;
      readonly after: string;
    };

export const POINTS_MAX = 20_000;

/**
 * `fleet.main.nodes=1..12`, `PATH=0.3,0.5,0.7`, `PATH=10/s..80/s:8` (eight values), `PATH=x0.5..x8:log:5` (evenly spaced in
 * the logarithm).
 */
export function parseAxis(text: string): Parsed<Axis> {
  const equals = text.indexOf('=');
  const path = text.slice(0, equals).trim();
  const values = text.slice(equals + 1).trim();
  if (equals <= 0 || values === '') return bad(`"${text}" does not say what to vary: write PATH=1..12 or PATH=a,b,c`);
  const range = /^(.+?)\.\.(.+?)(?::(log))?(?::(\d+))?$/.exec(values);
  if (range === null || values.includes(',')) return listAxis(path, values);
  const [, from = '', to = '', log, steps] = range;
  const low = quantity(from);
  const high = quantity(to);
  if (low === null || high === null)
    return bad(`"${values}" is not a range of quantities: write 1..12 or 10/s..80/s:8`);
  if (low.before !== high.before || low.after !== high.after) {
    return bad(`the ends of the range "${values}" have different units`);
  }
  if (high.value <= low.value) return bad(`the range "${values}" does not go up`);
  if (log !== undefined && low.value <= 0) return bad(`the log range "${values}" must begin above 0`);
  if (steps !== undefined && Number(steps) < 2) return bad(`the range "${values}" needs two values at least`);
  const { before, after } = low;
  const count = steps === undefined ? null : Number(steps);
  const axis: Axis = {
    path,
    values: { kind: 'range', low: low.value, high: high.value, steps: count, isLog: log !== undefined, before, after },
  };
  const size = axisTexts(axis, POINTS_MAX + 1).length;
  return size > POINTS_MAX ? bad(`"${values}" has more than ${POINTS_MAX} values`) : { ok: true, value: axis };
}

/** Every combination, the last axis fastest. */
export function gridPoints(axes: readonly Axis[]): Parsed<string[][]> {
  let points: string[][] = [[]];
  for (const axis of axes) {
    const texts = axisTexts(axis, POINTS_MAX + 1);
    if (points.length * texts.length > POINTS_MAX) {
      return bad(`that is more than ${POINTS_MAX} points; take fewer values, or --sample lhs:N`);
    }
    points = points.flatMap((point) => texts.map((text) => [...point, text]));
  }
  return { ok: true, value: points };
}

/**
 * So many points spread evenly over every axis at once: each axis is cut into that many strata, and every stratum is
 * used once (McKay, Beckman and Conover, Technometrics 21, 1979). The same seed gives the same points.
 */
export function latinHypercube(axes: readonly Axis[], count: number, seed: string): string[][] {
  const columns = axes.map((axis, place) => {
    const source = stream(seed, 0, `latin-hypercube/${place}/${axis.path}`);
    const strata = shuffled(count, source);
    return strata.map((stratum) => textAt(axis, (stratum + source.uniform()) / count));
  });
  return Array.from({ length: count }, (_, point) => columns.map((column) => column[point]!));
}

/** The number in a value, `x1.5`, `40/s` or `6`, for the place on a chart's axis; null: a word. */
export function numberOf(text: string): number | null {
  return quantity(text)?.value ?? null;
}

function listAxis(path: string, values: string): Parsed<Axis> {
  const texts = splitList(values);
  if (texts.some((text) => text === '')) return bad(`"${values}" has an empty value`);
  return { ok: true, value: { path, values: { kind: 'list', texts } } };
}

/** At commas outside of brackets: `{gamma: {rate: 9/s, cv: 2}},40/s` are two. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if ('[{'.includes(character)) depth++;
    if (']}'.includes(character)) depth--;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += character;
  }
  return [...parts, part.trim()];
}

const VALUES_OF_A_RANGE = 5;

function axisTexts({ values }: Axis, most: number): string[] {
  if (values.kind === 'list') return values.texts.slice(0, most);
  if (values.steps === null && isWholeRange(values) && !values.isLog) {
    const count = Math.min(most, values.high - values.low + 1);
    return Array.from({ length: count }, (_, i) => written(values, values.low + i));
  }
  const count = Math.min(most, values.steps ?? VALUES_OF_A_RANGE);
  const texts = Array.from({ length: count }, (_, i) => written(values, between(values, i / (count - 1))));
  return [...new Set(texts)];
}

/** The value at a share of the way along the axis. */
function textAt({ values }: Axis, share: number): string {
  if (values.kind === 'list') {
    return values.texts[Math.min(values.texts.length - 1, Math.floor(share * values.texts.length))]!;
  }
  if (values.steps === null && isWholeRange(values)) {
    const span = values.high - values.low + 1;
    return written(values, values.low + Math.min(span - 1, Math.floor(share * span)));
  }
  return written(values, between(values, share));
}

type Range = Extract<AxisValues, { kind: 'range' }>;

/** Nodes and seats are whole: where both ends are and no unit stands there, so is what lies between. */
function isWholeRange({ low, high, before, after }: Range): boolean {
  return Number.isInteger(low) && Number.isInteger(high) && before === '' && after === '';
}

function between(range: Range, share: number): number {
  const { low, high, isLog } = range;
  const value = isLog ? low * Math.exp(Math.log(high / low) * share) : low + (high - low) * share;
  return isWholeRange(range) ? Math.round(value) : value;
}

function written({ before, after }: Range, value: number): string {
  return `${before}${Number.isInteger(value) ? value : Number(value.toPrecision(4))}${after}`;
}

function quantity(text: string): { readonly before: string; readonly value: number; readonly after: string } | null {
  const match = /^([^0-9.+-]*)(\d+(?:\.\d+)?|\.\d+)([^0-9]*)$/.exec(text.trim());
  if (match === null) return null;
  return { before: match[1] ?? '', value: Number(match[2]), after: match[3] ?? '' };
}

function shuffled(count: number, source: RandomStream): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(source.uniform() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

function bad(reason: string): Parsed<never> {
  return { ok: false, reason };
}
