import { figureAt, loadGrows, type Sweep, type SweepPoint, scopesOf } from '../plan/findings.js';
import { estimateText, figureLabel, figureText } from './figure-text.js';
import { formatNumber } from './format.js';
import type { Html } from './html-text.js';
import { tierColor } from './palette.js';
import { tickText } from './round-ticks.js';
import { type DrawnPoint, drawHeatMap, drawPoints } from './study-drawing.js';
import { drawingSection, studyPage, tableSection } from './study-page.js';
import { findingLines, lacksP95, neverNote, p95Text, pointLabel, shortPath } from './sweep-text.js';
import { printable } from './text-width.js';

const FIGURES = ['offeredTtft.p95', 'shedRate'] as const;
type DrawnFigure = (typeof FIGURES)[number];

/** A sweep as a page: what stands out, latency against load or against what was varied, grids as heat maps, cost fronts. */
export function sweepPage(sweep: Sweep, style: string, command: string | null = null): string {
  const { name, about, points, runs } = sweep;
  return studyPage(
    {
      name,
      heading: `${points.length} points of ${name}`,
      about: `${about} ${runs === 1 ? 'One run each.' : `Means of ${runs} runs each with 95 % intervals.`} The same random numbers at every point.`,
      answer: [...findingLines(sweep), ...neverNote(sweep)],
      sections: [loadSection(sweep), axisSection(sweep), heatSection(sweep), frontSection(sweep), allPoints(sweep)],
      made: { ...sweep, hashes: [], command },
    },
    style,
  );
}

/** Each tier's latency against the load that was offered, the knee marked. */
function loadSection(sweep: Sweep): Html | null {
  const { points, knees, paths } = sweep;
  if (paths.length !== 1 || !loadGrows(points)) return null;
  const loads = points.map(({ offeredPerSecond }) => offeredPerSecond ?? 0);
  const drawings = scopesOf(points).map((scope, tier) => {
    const knee = knees.find((one) => one.scope === scope)?.point;
    return drawing(sweep, scope, tier, 'offeredTtft.p95', 'requests/s offered', (_, place) => loads[place]!, knee);
  });
  return drawingSection(
    'Latency against load',
    'The ring marks the knee: from there on latency climbs steeply.',
    known(drawings),
  );
}

/** Small multiples over the one axis of numbers. */
function axisSection(sweep: Sweep): Html | null {
  const { points, paths } = sweep;
  const numbers = points.map(({ values }) => numberIn(values[0] ?? ''));
  if (paths.length !== 1 || points.length < 2 || numbers.includes(null)) return null;
  const label = shortPath(paths[0]!, paths);
  // Latency stands against the load already.
  const figures = loadGrows(points) ? FIGURES.filter((figure) => figure !== 'offeredTtft.p95') : FIGURES;
  const drawings = scopesOf(points).flatMap((scope, tier) =>
    figures.map((figure) => drawing(sweep, scope, tier, figure, label, (_, place) => numbers[place]!, undefined)),
  );
  return drawingSection(`By ${printable(paths[0]!)}`, 'Bars are 95 % intervals.', known(drawings));
}

/** Of a grid of two axes. */
function heatSection(sweep: Sweep): Html | null {
  const { points, paths } = sweep;
  if (paths.length !== 2) return null;
  const rows = [...new Set(points.map(({ values }) => values[0]!))];
  const columns = [...new Set(points.map(({ values }) => values[1]!))];
  if (rows.length * columns.length !== points.length || rows.length < 2 || columns.length < 2) return null;
  const maps = scopesOf(points).flatMap((scope) =>
    FIGURES.map((figure) => {
      const value = (row: string, column: string): number | string => {
        const point = points.find(({ values }) => values[0] === row && values[1] === column)!;
        const isNever = figure === 'offeredTtft.p95' && lacksP95(point, scope);
        return isNever ? 'never' : (figureAt(point, scope, figure)?.mean ?? 'n/a');
      };
      const values = rows.map((row) => columns.map((column) => value(row, column)));
      if (values.flat().every((one) => typeof one === 'string' || one === 0)) return null;
      return drawHeatMap({
        title: `${printable(scope)} ${figureLabel(figure)}`,
        rows: rows.map(printable),
        columns: columns.map(printable),
        rowLabel: shortPath(paths[0]!, paths),
        columnLabel: shortPath(paths[1]!, paths),
        values,
        format: (one) => figureText(one, unitOf(figure)),
      });
    }),
  );
  return drawingSection('Both at once', 'The stronger the colour, the higher.', known(maps));
}

/** Cost against what it buys; the line joins the points that no other beats in both. */
function frontSection(sweep: Sweep): Html | null {
  const { points, fronts } = sweep;
  const drawings = fronts.map(({ scope, figure, points: front }) => {
    const tier = scopesOf(points).indexOf(scope);
    const places = points.flatMap((point, place) => (figureAt(point, scope, figure) === null ? [] : [place]));
    return drawPoints({
      title: printable(scope),
      xLabel: 'fleet cost a day',
      yLabel: figureLabel(figure),
      yText: axisText(figure),
      color: tierColor(tier),
      points: places.map((place) => {
        const point = points[place]!;
        return drawnPoint(
          sweep,
          point,
          scope,
          figure as DrawnFigure,
          figureAt(point, 'total', 'costPerDay')?.mean ?? 0,
        );
      }),
      line: front.map((place) => places.indexOf(place)).filter((place) => place >= 0),
    });
  });
  return drawingSection(
    'Cost against what it buys',
    'The line joins the points that no other beats in both.',
    drawings,
  );
}

function drawing(
  sweep: Sweep,
  scope: string,
  tier: number,
  figure: DrawnFigure,
  xLabel: string,
  xOf: (point: SweepPoint, place: number) => number,
  knee: number | undefined,
): Html | null {
  const places = sweep.points.flatMap((point, place) => (figureAt(point, scope, figure) === null ? [] : [place]));
  const drawn = places.map((place) => {
    const point = drawnPoint(sweep, sweep.points[place]!, scope, figure, xOf(sweep.points[place]!, place));
    return place === knee ? { ...point, mark: 'knee' } : point;
  });
  if (drawn.length < 2 || drawn.every(({ y }) => y === 0)) return null;
  return drawPoints({
    title: printable(scope),
    xLabel,
    yLabel: figureLabel(figure),
    yText: axisText(figure),
    color: tierColor(tier),
    points: drawn,
    line: drawn.map((_, place) => place).sort((a, b) => drawn[a]!.x - drawn[b]!.x),
  });
}

function drawnPoint(sweep: Sweep, point: SweepPoint, scope: string, figure: DrawnFigure, x: number): DrawnPoint {
  const estimate = figureAt(point, scope, figure);
  const times = figure === 'shedRate' ? 100 : 1;
  const mean = (estimate?.mean ?? 0) * times;
  const half = estimate?.halfWidth == null ? undefined : estimate.halfWidth * times;
  return {
    x,
    y: mean,
    low: half === undefined ? undefined : Math.max(0, mean - half),
    high: half === undefined ? undefined : mean + half,
    label: `${pointLabel(sweep, point)}: ${estimateText(estimate, unitOf(figure))}`,
  };
}

function axisText(figure: string): (value: number) => string {
  if (figure === 'shedRate') return (percent) => `${tickText(percent)} %`;
  return (ms) => (ms === 0 ? '0' : ms < 1000 ? `${tickText(ms)} ms` : `${tickText(ms / 1000)} s`);
}

function allPoints(sweep: Sweep): Html {
  const scopes = scopesOf(sweep.points);
  const head = [
    'point',
    'requests/s',
    ...scopes.flatMap((scope) => FIGURES.map((figure) => `${printable(scope)} ${figureLabel(figure)}`)),
    'cost a day',
    'targets',
    'hash',
  ];
  const rows = sweep.points.map((point) => [
    pointLabel(sweep, point),
    point.offeredPerSecond === null ? 'n/a' : formatNumber(point.offeredPerSecond),
    ...scopes.flatMap((scope) => [p95Text(point, scope), estimateText(figureAt(point, scope, 'shedRate'), 'share')]),
    estimateText(figureAt(point, 'total', 'costPerDay'), 'currencyPerDay'),
    point.targets.length === 0
      ? '–'
      : `${point.targets.filter(({ passed }) => passed).length} of ${point.targets.length} met`,
    point.hash.slice(0, 8),
  ]);
  return tableSection('All points', head, rows);
}

function unitOf(figure: DrawnFigure): 'ms' | 'share' {
  return figure === 'offeredTtft.p95' ? 'ms' : 'share';
}

/** `x1.5`, `40/s`, `$2`: the number in a value; null: a word. */
function numberIn(text: string): number | null {
  const match = /^[^0-9.]*(\d+(?:\.\d+)?|\.\d+)[^0-9]*$/.exec(text);
  return match === null ? null : Number(match[1]);
}

function known(drawings: readonly (Html | null)[]): Html[] {
  return drawings.filter((drawing) => drawing !== null);
}
