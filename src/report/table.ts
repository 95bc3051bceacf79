import { formatCount } from '../models/units.js';
import type { AccountSummary, PoolSummary, Summary } from '../sim/summary.js';
import { formatDuration, formatMoney, formatNumber, formatShare } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { paint } from './paint.js';
import { nodesText } from './pool-nodes.js';
import { rareShedNotes } from './rare-sheds.js';
import { printable, wrap } from './text-width.js';
import { tierTable } from './tier-table.js';
import { timeline } from './timeline.js';
import { histogramNote, sampleNotes, steadinessNotes } from './validity.js';
import { verdicts } from './verdicts.js';

export interface TableOptions extends Style {
  /** The command that repeats the run; null: not known. */
  readonly repeat: string | null;
}

const WIDTH_MIN = 60;
const WIDTH_MAX = 160;
const HASH_DIGITS_SHOWN = 16;

/** The whole report as terminal text, ending in a line break. Fits the width given, 60 columns at least. */
export function renderTable(summary: Summary, options: TableOptions): string {
  const style = { color: options.color, width: Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, options.width)) };
  const sections = [
    partialBanner(summary, style),
    verdicts(summary.targets, style),
    question(summary, style),
    tierSection(summary, style),
    poolSection(summary, style),
    accountSection(summary, style),
    timeline(summary, style),
    warnings(summary, style),
    footer(summary, options.repeat, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function partialBanner(summary: Summary, style: Style): string[] {
  if (summary.run.complete) return [];
  const text = `PARTIAL: the run was interrupted after ${formatDuration(summary.run.simulatedSeconds)} of simulated time; every figure covers only that part.`;
  return wrap(text, style.width).map((line) => paint(line, 'warning', style.color));
}

function question(summary: Summary, style: Style): string[] {
  return [
    paint(printable(summary.scenario.name), 'heading', style.color),
    ...wrap(printable(summary.scenario.about), style.width),
  ];
}

function tierSection(summary: Summary, style: Style): string[] {
  const { lines, notes } = tierTable(summary, style);
  const exactness = histogramNote(summary);
  const all = [
    ...notes,
    ...(exactness === null ? [] : [exactness]),
    ...sampleNotes(summary),
    ...rareShedNotes(summary),
    ...steadinessNotes(summary),
  ];
  return [
    ...lines,
    ...faint(
      all.flatMap((note) => hang(note, '  ', style)),
      style,
    ),
  ];
}

function poolSection(summary: Summary, style: Style): string[] {
  const pools = Object.entries(summary.pools);
  if (pools.length === 0) return [];
  const hasWatts = pools.some(([, pool]) => pool.meanWatts !== null);
  const head = [
    'POOLS',
    'nodes',
    'running',
    'waiting',
    'KV',
    'preempt',
    'busy',
    ...(hasWatts ? ['watts'] : []),
    'cost',
  ];
  const rows: GridRow[] = [
    head.map((text) => cell(text, 'heading')),
    ...pools.map(([name, pool]) => poolRow(name, pool, hasWatts, summary.run)),
  ];
  const facts = pools.flatMap(([name, pool]) =>
    hang(
      `  ${printable(name)}: ${printable(pool.model)} on ${printable(pool.hardware)}; step time ${printable(pool.stepTimeSource)}`,
      '    ',
      style,
    ),
  );
  const note = `  nodes: time average; running, waiting, KV: likewise, per node; cost${summary.costCurrency === null ? '' : ` in ${printable(summary.costCurrency)}`} over the counted time, put to tiers by seat time`;
  const chosen = summary.notes.flatMap((text) => hang(`  ${printable(text)}`, '    ', style));
  return [...grid(rows, style), ...faint([...hang(note, '    ', style), ...facts, ...chosen], style)];
}

function poolRow(name: string, pool: PoolSummary, hasWatts: boolean, run: Summary['run']): GridRow {
  const watts = pool.meanWatts === null ? cell('n/a', 'faint') : cell(formatNumber(pool.meanWatts));
  return [
    cell(printable(name)),
    cell(nodesText(pool, run)),
    cell(formatNumber(pool.meanRunning)),
    cell(formatNumber(pool.meanWaiting)),
    cell(formatShare(pool.meanKvUse)),
    cell(formatCount(pool.preemptions)),
    cell(formatShare(pool.busyShare)),
    ...(hasWatts ? [watts] : []),
    pool.cost === null ? cell('no price', 'faint') : cell(formatMoney(pool.cost)),
  ];
}

function accountSection(summary: Summary, style: Style): string[] {
  const accounts = Object.entries(summary.accounts);
  if (accounts.length === 0) return [];
  const head = ['ACCOUNTS', 'requests', 'attempts', 'rate limited', `billed, ${printable(summary.currency)}`];
  const row = (name: string, account: AccountSummary): GridRow => [
    cell(printable(name)),
    cell(formatCount(account.requests)),
    cell(formatCount(account.attempts)),
    cell(formatCount(account.rateLimited)),
    cell(formatMoney(account.billed)),
  ];
  return grid(
    [head.map((text) => cell(text, 'heading')), ...accounts.map(([name, account]) => row(name, account))],
    style,
  );
}

function warnings(summary: Summary, style: Style): string[] {
  if (summary.warnings.length === 0) return [];
  return [
    paint('WARNINGS', 'heading', style.color),
    ...summary.warnings
      .flatMap((warning) => hang(`  ! ${printable(warning)}`, '    ', style))
      .map((line) => paint(line, 'warning', style.color)),
  ];
}

function footer(summary: Summary, repeat: string | null, style: Style): string[] {
  const { scenario, run } = summary;
  const { fromSeconds, toSeconds } = run.window;
  const hash = printable(scenario.hash).slice(0, HASH_DIGITS_SHOWN);
  const counted =
    fromSeconds < toSeconds
      ? `counted ${formatDuration(fromSeconds)} to ${formatDuration(toSeconds)}`
      : `nothing counted: the warm-up lasts ${formatDuration(fromSeconds)}`;
  const runs = summary.replications === undefined ? '' : `mean of ${summary.replications.n} runs: `;
  const size = `${runs}${formatDuration(run.simulatedSeconds)} simulated, ${counted}; ${formatCount(run.requests)} requests, ${formatCount(run.attempts)} attempts, ${formatCount(run.steps)} engine steps`;
  const lines = [
    ...wrap(size, style.width),
    ...wrap(`seed ${printable(scenario.seed)} · scenario ${hash} · tiersim ${printable(run.version)}`, style.width),
    `fingerprint ${printable(run.fingerprint)}`,
  ];
  if (repeat !== null) lines.push(`repeat: ${printable(repeat)}`);
  return faint(lines, style);
}

function faint(lines: readonly string[], style: Style): string[] {
  return lines.map((line) => paint(line, 'faint', style.color));
}

/** Wrapped with the first line as it is and the following ones indented. */
function hang(text: string, indent: string, style: Style): string[] {
  const firstIndent = /^ */.exec(text)?.[0] ?? '';
  const wide = wrap(text, style.width - indent.length);
  return wide.map((line, index) => (index === 0 ? firstIndent : indent) + line);
}
