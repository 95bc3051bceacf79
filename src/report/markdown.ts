import { formatCount } from '../models/units.js';
import type { Summary } from '../sim/summary.js';
import { answer } from './answer.js';
import { formatDuration, formatMoney, formatNumber, formatShare } from './format.js';
import { markdownText as plain, markdownTable as table } from './markdown-text.js';
import { nodesText } from './pool-nodes.js';
import { printable } from './text-width.js';
import { metricTable } from './tier-table.js';
import { methodNotes, validityNotes } from './validity.js';
import { actualText } from './verdicts.js';

/** The report for a planning document or a pull request. Names cannot become markup. */
export function renderMarkdown(summary: Summary, repeat: string | null): string {
  const { scenario, run } = summary;
  const { sentences } = answer(summary);
  const lines = [
    `# ${plain(scenario.name)}`,
    '',
    ...(scenario.about === '' ? [] : [`__${plain(scenario.about)}__`, '']),
    ...(run.complete
      ? []
      : [`__Partial: interrupted after ${formatDuration(run.simulatedSeconds)} of simulated time.__`, '']),
    plain(sentences.join(' ')),
    '',
    ...targetLines(summary),
    ...tierLines(summary),
    ...poolLines(summary),
    ...list('Warnings', summary.warnings),
    ...list('Notes', [...summary.notes, ...methodNotes(summary), ...validityNotes(summary)]),
    `Seed ${plain(scenario.seed)} · scenario ${plain(scenario.hash.slice(0, 16))} · tiersim ${plain(run.version)} · fingerprint ${plain(run.fingerprint)}`,
    ...(repeat === null ? [] : ['', '```sh', printable(repeat).replaceAll('```', "'''"), '```']),
  ];
  return `${lines.join('\n')}\n`;
}

function targetLines({ targets }: Summary): string[] {
  if (targets.length === 0) return [];
  const rows = targets.map((target) => {
    const actual = target.error === null ? actualText(target) : `not judged: ${target.error}`;
    return [target.passed ? '✓ met' : '✗ missed', target.target, actual, formatCount(target.n)];
  });
  return table(['', 'Target', 'Actual', 'n'], rows, 2);
}

function tierLines(summary: Summary): string[] {
  const { columns, groups, notes } = metricTable(summary);
  const rows = groups.flat().map(({ label, cells }) => {
    const isInner = label.startsWith(' ');
    return [`${isInner ? '– ' : ''}${label.trim()}`, ...cells.map((cell) => cell ?? 'n/a')];
  });
  return [
    ...table(['Tier', ...columns.map(({ name }) => name)], rows, 1),
    ...notes.map((note) => `- ${plain(note)}`),
    '',
  ];
}

function poolLines(summary: Summary): string[] {
  const rows = Object.entries(summary.pools).map(([name, pool]) => [
    name,
    pool.model,
    pool.hardware,
    nodesText(pool, summary.run),
    formatNumber(pool.meanRunning),
    formatNumber(pool.meanWaiting),
    formatShare(pool.meanKvUse),
    formatCount(pool.preemptions),
    formatShare(pool.busyShare),
    pool.cost === null ? 'no price' : formatMoney(pool.cost),
  ]);
  return table(
    ['Pool', 'model', 'hardware', 'nodes', 'running', 'waiting', 'KV', 'preempted', 'busy', 'cost'],
    rows,
    3,
  );
}

function list(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`## ${heading}`, '', ...items.map((item) => `- ${plain(item)}`), ''];
}
