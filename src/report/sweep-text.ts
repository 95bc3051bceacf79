import { figureAt, type Sweep, type SweepPoint, scopesOf } from '../plan/findings.js';
import type { Rows, Value } from './cells.js';
import { estimateText, figureLabel } from './figure-text.js';
import { formatMs, formatNumber, formatShare } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { paint } from './paint.js';
import { printable, wrap } from './text-width.js';

/** One line a point, then what stands out: the winner, the knees, the Pareto fronts. */
export function renderSweep(sweep: Sweep, style: Style): string {
  const { points, runs, seed, version } = sweep;
  const of = runs === 1 ? 'one run each: no intervals' : `means of ${runs} runs each, ± half of the 95 % interval`;
  const head = [
    paint(printable(sweep.name), 'heading', style.color),
    ...wrap(printable(sweep.about), style.width),
    ...wrap(`${points.length} points, ${of}; the same random numbers at every point`, style.width),
  ];
  const findings = findingLines(sweep).flatMap((text) => {
    return wrap(text, style.width - 4).map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`));
  });
  const foot = paint(`seed ${printable(seed)} · tiersim ${printable(version)}`, 'faint', style.color);
  const notes = neverNote(sweep).flatMap((text) => wrap(text, style.width));
  const parts = [head.join('\n'), [...grid(tableRows(sweep), style), ...notes].join('\n')];
  if (findings.length > 0) parts.push([paint('WHAT STANDS OUT', 'heading', style.color), ...findings].join('\n'));
  return `${[...parts, foot].join('\n\n')}\n`;
}

/** One row a point, every figure of every tier with its interval's half-width. */
export function sweepRows(sweep: Sweep): Rows {
  const names = [
    ...new Set(sweep.points.flatMap(({ figures }) => figures.map(({ scope, figure }) => `${scope}\t${figure}`))),
  ];
  const columns = names.map((name) => name.split('\t') as [scope: string, figure: string]);
  const head = [
    ...sweep.paths,
    'runs',
    'offeredPerSecond',
    'targetsMet',
    ...columns.flatMap(([scope, figure]) => [`${scope}.${figure}`, `${scope}.${figure}.halfWidth`]),
  ];
  const row = (point: SweepPoint): Value[] => [
    ...point.values,
    point.runs,
    point.offeredPerSecond,
    point.targets.length === 0 ? null : String(point.targets.every(({ passed }) => passed)),
    ...columns.flatMap(([scope, figure]): Value[] => {
      const estimate = figureAt(point, scope, figure);
      return [estimate?.mean ?? null, estimate?.halfWidth ?? null];
    }),
  ];
  return [head, ...sweep.points.map(row)];
}

/** What a reader would look for, in sentences. */
export function findingLines(sweep: Sweep): string[] {
  const { points, winner, knees, fronts } = sweep;
  const name = (place: number): string => pointLabel(sweep, points[place]!);
  const lines: string[] = [];
  if (winner !== null) lines.push(...winnerLines(sweep, name));
  for (const { scope, point, offeredPerSecond, ttftP95Ms } of knees) {
    const load = `${formatNumber(offeredPerSecond)} requests/s`;
    lines.push(
      `knee of ${printable(scope)}: beyond ${name(point)} (${load} in all, p95 TTFT ${formatMs(ttftP95Ms)}) latency climbs steeply`,
    );
  }
  for (const { scope, figure, points: front } of fronts) {
    // That all are on it says nothing.
    if (front.length === points.length) continue;
    lines.push(
      `no point is both cheaper and better for ${printable(scope)} ${figureLabel(figure)} than ${front.map(name).join('; ')}`,
    );
  }
  return lines;
}

/** `nodes=3 flex.price=0.5`: the ends of the paths that tell them apart, with the values. */
export function pointLabel({ paths }: Sweep, { values }: SweepPoint): string {
  return paths.map((path, axis) => `${shortPath(path, paths)}=${printable(values[axis] ?? '')}`).join(' ');
}

export function shortPath(path: string, paths: readonly string[]): string {
  const words = path.split('.');
  for (let count = 1; count <= words.length; count++) {
    const short = words.slice(-count).join('.');
    if (paths.every((other) => other === path || !other.endsWith(short))) return printable(short);
  }
  return printable(path);
}

function winnerLines({ winner, points }: Sweep, name: (place: number) => string): string[] {
  if (winner === null) return [];
  const { point, refuted, candidates, freshRuns } = winner;
  const again = `${freshRuns} fresh ${freshRuns === 1 ? 'run' : 'runs'}`;
  const lines =
    point !== null
      ? [
          `cheapest that meets every target: ${name(point)} (${candidates} of ${points.length} points do); it met them again in ${again}`,
        ]
      : candidates === 0
        ? ['no point meets every target']
        : [`${candidates} points met every target, but the cheapest of them missed one in ${again}: none is certain`];
  if (refuted.length > 0 && point !== null)
    lines.push(`cheaper, but missed a target in ${again}: ${refuted.map(name).join('; ')}`);
  return lines;
}

const COLUMNS = ['offeredTtft.p95', 'shedRate', 'expiredRate'] as const;

/** Of a tier of which in some run fewer than 95 % ever got a first token: how many did. null: it has a p95, or nobody asked for it. */
function shareWithoutP95(point: SweepPoint, scope: string): number | null {
  const hasP95 = figureAt(point, scope, 'offeredTtft.p95') !== null;
  return hasP95 ? null : (figureAt(point, scope, 'firstTokenShare')?.mean ?? null);
}

/** Did fewer than 95 % of a tier's requests ever get a first token? */
export function lacksP95(point: SweepPoint, scope: string): boolean {
  return shareWithoutP95(point, scope) !== null;
}

/** The p95 TTFT of all requests offered to a tier, or `never (86.4 %)`. */
export function p95Text(point: SweepPoint, scope: string): string {
  const share = shareWithoutP95(point, scope);
  return share === null
    ? estimateText(figureAt(point, scope, 'offeredTtft.p95'), 'ms')
    : `never (${formatShare(share)})`;
}

/** Where a page or table has such a point. */
export function neverNote({ points }: Sweep): string[] {
  if (!points.some((point) => scopesOf(points).some((scope) => lacksP95(point, scope)))) return [];
  return ['p95 TTFT is of all requests offered; "never": only so many of them ever got a first token'];
}

function tableRows(sweep: Sweep): GridRow[] {
  const { points, winner } = sweep;
  const scopes = scopesOf(points);
  const columns = scopes.flatMap((scope) =>
    COLUMNS.filter(
      (figure) =>
        figure === 'offeredTtft.p95' || points.some((point) => (figureAt(point, scope, figure)?.mean ?? 0) !== 0),
    ).map((figure) => [scope, figure] as const),
  );
  const hasTargets = points.some(({ targets }) => targets.length > 0);
  const head = [
    sweep.paths.length === 1 ? shortPath(sweep.paths[0]!, sweep.paths) : 'POINT',
    'requests/s',
    ...columns.map(([scope, figure]) => `${printable(scope)} ${SHORT[figure]}`),
    'cost a day',
    ...(hasTargets ? ['targets'] : []),
  ];
  const row = (point: SweepPoint, place: number): GridRow => [
    cell(sweep.paths.length === 1 ? printable(point.values[0] ?? '') : pointLabel(sweep, point)),
    cell(point.offeredPerSecond === null ? 'n/a' : formatNumber(point.offeredPerSecond)),
    ...columns.map(([scope, figure]) =>
      cell(
        figure === 'offeredTtft.p95' ? p95Text(point, scope) : estimateText(figureAt(point, scope, figure), 'share'),
      ),
    ),
    cell(estimateText(figureAt(point, 'total', 'costPerDay'), 'currencyPerDay')),
    ...(hasTargets ? [targetsCell(point, winner?.point === place)] : []),
  ];
  return [head.map((text) => cell(text, 'heading')), ...points.map(row)];
}

const SHORT = {
  'offeredTtft.p95': 'p95',
  shedRate: 'shed',
  expiredRate: 'expired',
} as const;

function targetsCell({ targets }: SweepPoint, isWinner: boolean) {
  const missed = targets.filter(({ passed }) => !passed).length;
  if (missed > 0) return cell(`${missed} missed`, 'bad');
  return isWinner ? cell('met, best', 'good') : cell('met');
}
