import { type Html, html } from './html-text.js';
import { roundLogTicks, roundTicks, tickText } from './round-ticks.js';

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of an interval; absent: none is known. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What a pointer at rest is told. */
  readonly label: string;
  /** Drawn larger, with its word beside it. */
  readonly mark?: string | undefined;
}

export interface Drawing {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** A round value of the vertical axis. */
  readonly yText: (value: number) => string;
  readonly color: string;
  readonly points: readonly DrawnPoint[];
  /** Places of the points that a line joins, in its order. */
  readonly line: readonly number[];
}

const WIDTH = 360;
const HEIGHT = 230;
const LEFT = 58;
const RIGHT = 14;
const TOP = 26;
const BOTTOM = 38;

/** Points with intervals, some of them joined. The vertical axis is logarithmic where values span more than a factor of fifty. */
export function drawPoints({ title, xLabel, yLabel, yText, color, points, line }: Drawing): Html {
  const xs = scale(
    points.map(({ x }) => x),
    LEFT,
    WIDTH - RIGHT,
    false,
  );
  const values = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const ys = scale(values, HEIGHT - BOTTOM, TOP, isWide(points.map(({ y }) => y)));
  const path = line.map((place) => `${at(xs.of(points[place]!.x))},${at(ys.of(points[place]!.y))}`).join(' ');
  const marks = points.map(({ x, y, low, high, label, mark }) => {
    const [cx, cy] = [at(xs.of(x)), at(ys.of(y))];
    const bar =
      low === undefined || high === undefined
        ? null
        : html`<line x1="${cx}" x2="${cx}" y1="${at(ys.of(low))}" y2="${at(ys.of(high))}" stroke="${color}" stroke-width="1"/>`;
    const word =
      mark === undefined
        ? null
        : html`<circle cx="${cx}" cy="${cy}" r="8" fill="none" stroke="var(--ink)"/><text x="${cx}" y="${at(Math.max(TOP + 10, ys.of(y) - 12))}" text-anchor="middle" fill="var(--ink)">${mark}</text>`;
    return html`<g><title>${label}</title>${bar}<circle cx="${cx}" cy="${cy}" r="4" fill="${color}"/>${word}</g>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${yLabel} against ${xLabel}"><text x="${LEFT}" y="14" font-weight="600" fill="var(--ink)">${title}</text>${xAxis(xs, xLabel, points)}${yAxis(ys, yLabel, yText)}<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${marks}</svg>`;
}

export interface HeatMap {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly columnLabel: string;
  readonly rowLabel: string;
  /** By row, then by column; words: there is no value, and why. */
  readonly values: readonly (readonly (number | string)[])[];
  readonly format: (value: number) => string;
}

/** A cell a combination, the more of the colour the higher; its value is written in it. */
export function drawHeatMap({ title, columns, rows, columnLabel, rowLabel, values, format }: HeatMap): Html {
  const known = values.flat().filter((value) => typeof value === 'number');
  // No stronger, for words must stay readable on it, light and dark.
  const shade = scale(known, 0.04, 0.55, isWide(known));
  const width = (WIDTH - LEFT - RIGHT) / columns.length;
  const height = 28;
  const bottom = TOP + rows.length * height;
  const cells = rows.flatMap((row, r) =>
    columns.map((column, c) => {
      const value = values[r]![c]!;
      const [x, y] = [LEFT + c * width, TOP + r * height];
      const text = typeof value === 'string' ? value : format(value);
      const opacity = typeof value === 'string' ? 0 : shade.of(value);
      return html`<g><title>${rowLabel} ${row}, ${columnLabel} ${column}: ${text}</title><rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${height}" fill="var(--tier-2)" fill-opacity="${at(opacity)}" stroke="var(--rule)"/><text x="${at(x + width / 2)}" y="${at(y + 18)}" text-anchor="middle" font-size="${columns.length > 5 ? 8 : 11}" fill="var(--ink)">${text}</text></g>`;
    }),
  );
  const rowTexts = rows.map((row, r) => tick(LEFT - 6, TOP + r * height + 18, 'end', row));
  const columnTexts = columns.map((column, c) => tick(LEFT + (c + 0.5) * width, bottom + 14, 'middle', column));
  return html`<svg viewBox="0 0 ${WIDTH} ${bottom + BOTTOM}" role="img" aria-label="${title}: ${rowLabel} against ${columnLabel}"><text x="${LEFT}" y="14" font-weight="600" fill="var(--ink)">${title}</text>${cells}${rowTexts}${columnTexts}${tick((LEFT + WIDTH) / 2, bottom + 30, 'middle', `${columnLabel} across, ${rowLabel} down`)}</svg>`;
}

interface Scale {
  readonly of: (value: number) => number;
  readonly ticks: readonly number[];
}

function isWide(values: readonly number[]): boolean {
  const low = Math.min(...values);
  return low > 0 && Math.max(...values) / low > 50;
}

function scale(values: readonly number[], from: number, to: number, isLog: boolean): Scale {
  const inner = (value: number): number => (isLog ? Math.log(Math.max(value, 1e-12)) : value);
  const outer = (value: number): number => (isLog ? Math.exp(value) : value);
  const finite = values.filter((value) => Number.isFinite(value) && !(isLog && value <= 0));
  const low = finite.length === 0 ? 0 : inner(Math.min(...finite));
  const high = finite.length === 0 ? 1 : inner(Math.max(...finite));
  const pad = high > low ? (high - low) * 0.06 : 1;
  const [first, last] = [low - pad, high + pad];
  const of = (value: number): number => {
    const share = (inner(value) - first) / (last - first);
    return from + (to - from) * Math.min(1, Math.max(0, share));
  };
  const ticks = isLog ? roundLogTicks(outer(first), outer(last)) : roundTicks(first, last);
  return { of, ticks };
}

/** Of whole values, such as nodes, only whole ones are named. */
function xAxis(xs: Scale, label: string, points: readonly DrawnPoint[]): Html {
  const areWhole = points.every(({ x }) => Number.isInteger(x));
  const named = xs.ticks.filter((value) => !areWhole || Number.isInteger(value));
  const ticks = named.map((value) => tick(xs.of(value), HEIGHT - BOTTOM + 15, 'middle', tickText(value)));
  return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" stroke="var(--rule)"/>${ticks}${tick((LEFT + WIDTH) / 2, HEIGHT - 6, 'middle', label)}`;
}

function yAxis(ys: Scale, label: string, textOf: (value: number) => string): Html {
  const ticks = ys.ticks.map((value) => {
    const y = ys.of(value);
    return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y)}" y2="${at(y)}" stroke="var(--rule)"/>${tick(LEFT - 6, y + 4, 'end', textOf(value))}`;
  });
  return html`${ticks}${tick(WIDTH - RIGHT, 14, 'end', label)}`;
}

function tick(x: number, y: number, anchor: string, text: string): Html {
  return html`<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="var(--soft)" font-size="11">${text}</text>`;
}

/** A tenth of a unit is finer than any screen. */
function at(value: number): string {
  return String(Number(value.toFixed(2)));
}
