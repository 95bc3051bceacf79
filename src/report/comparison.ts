import type { ComparedVariant, Comparison, FigureComparison } from '../plan/findings.js';
import { changeLines } from './changes.js';
import { estimateText, figureLabel, figureText } from './figure-text.js';
import { formatNumber } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { paint } from './paint.js';
import { differenceCells, sentences } from './sentences.js';
import { printable, wrap } from './text-width.js';

/** What changed, what it did in sentences, and the figures on both sides. */
export function renderComparison(comparison: Comparison, style: Style): string {
  const { base, variants } = comparison;
  const head = [
    paint(
      `${printable(base.label)} against ${variants.map(({ label }) => printable(label)).join(', ')}`,
      'heading',
      style.color,
    ),
    ...wrap(printable(base.about), style.width),
    ...wrap(runsSentence(comparison), style.width),
  ];
  const parts = variants.map((variant) => variantText(variant, comparison, style));
  return `${[head.join('\n'), ...parts, footer(comparison, style)].join('\n\n')}\n`;
}

/** The same as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { base, variants } = comparison;
  const lines = [
    `# ${printable(base.label)} against ${variants.map(({ label }) => `\`${printable(label)}\``).join(', ')}`,
    '',
  ];
  if (base.about !== '') lines.push(printable(base.about), '');
  lines.push(runsSentence(comparison), '');
  for (const variant of variants) {
    lines.push(`## \`${printable(variant.label)}\``, '', 'What changed:', '');
    lines.push('```diff', ...changeLines(variant.changes), '```', '', 'What it did:', '');
    lines.push(...sentences(variant, comparison).map((sentence) => `- ${sentence}`), '');
    lines.push(
      '| tier | figure | before | after | difference | 95 % interval | |',
      '|---|---|---:|---:|---:|---:|---|',
    );
    for (const row of shownFigures(variant)) lines.push(`| ${markdownCells(row).map(escaped).join(' | ')} |`);
    lines.push('');
  }
  lines.push(`seed ${printable(comparison.seed)} · tiersim ${printable(comparison.version)}`, '');
  return lines.join('\n');
}

/** How many runs, and whether the precision that was asked for was reached. */
export function runsSentence({ runs, precision }: Comparison): string {
  if (runs === 1) return 'One run of each with the same random numbers: what is chance and what is not cannot be told.';
  const made = `${runs} runs of each with the same random numbers; intervals are 95 %, of pairs of runs.`;
  if (precision === null) return made;
  const { asked, runsMax, ratios } = precision;
  const wanted = `the ratio of every tier's p95 TTFT within ±${percent(asked)}`;
  if (ratios.length === 0) return `${made} NOT REACHED: ${wanted}; no tier has such a ratio.`;
  const missed = ratios.filter(({ halfWidth }) => halfWidth > asked);
  if (missed.length === 0) {
    const widest = Math.max(...ratios.map(({ halfWidth }) => halfWidth));
    return `${made} They were made until ${wanted} was known: ±${percent(widest)}. Stopping at a good moment makes an interval a little too narrow.`;
  }
  const several = new Set(ratios.map(({ variant }) => variant)).size > 1;
  const each = missed.map(({ variant, scope, halfWidth, runsNeeded }) => {
    const where = several ? ` under ${printable(variant)}` : '';
    return `${printable(scope)}${where} ±${percent(halfWidth)}, which would take about ${formatNumber(runsNeeded)} runs`;
  });
  return `${made} NOT REACHED with at most ${runsMax}: ${wanted}; ${each.join('; ')}.`;
}

function variantText(variant: ComparedVariant, comparison: Comparison, style: Style): string {
  const heading = (text: string): string => paint(text, 'heading', style.color);
  const rows: GridRow[] = [
    ['FIGURE', 'before', 'after', 'difference', '95 % interval', ''].map((text) => cell(text, 'heading')),
    ...tierBlocks(variant),
  ];
  return [
    `${heading('WHAT CHANGED')}  ${printable(variant.label)}`,
    ...changeLines(variant.changes).map((line) => `  ${line}`),
    '',
    heading('WHAT IT DID'),
    ...sentences(variant, comparison).flatMap((sentence) => {
      return wrap(sentence, style.width - 4).map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`));
    }),
    '',
    ...grid(rows, style),
    ...wrap(
      '  * significant: the 95 % interval of the difference leaves out "none"; of twenty figures that chance alone moves, one will be marked.',
      style.width,
    ),
  ].join('\n');
}

/** A line with the tier's name, then its figures. */
function tierBlocks(variant: ComparedVariant): GridRow[] {
  const shown = shownFigures(variant);
  const scopes = [...new Set(shown.map(({ scope }) => scope))];
  return scopes.flatMap((scope) => [
    [cell(printable(scope), 'heading')],
    ...shown.filter((figure) => figure.scope === scope).map(figureRow),
  ]);
}

function figureRow(figure: FigureComparison): GridRow {
  const { unit, base, changed, isSignificant } = figure;
  const tone = isSignificant !== true ? null : isBetter(figure) ? 'good' : 'bad';
  const mean = (side: FigureComparison['base']): string => (side === null ? 'n/a' : figureText(side.mean, unit));
  const [difference, interval] = differenceCells(figure);
  return [
    cell(`  ${figureLabel(figure.figure)}`),
    cell(mean(base)),
    cell(mean(changed)),
    cell(difference, tone),
    cell(interval),
    cell(isSignificant === true ? '*' : '', tone),
  ];
}

export function markdownCells(figure: FigureComparison): string[] {
  const { scope, unit, base, changed, isSignificant } = figure;
  const sides = [base, changed].map((side) => estimateText(side, unit));
  return [
    printable(scope),
    figureLabel(figure.figure),
    ...sides,
    ...differenceCells(figure),
    isSignificant === true ? '\\*' : '',
  ];
}

function isBetter({ better, difference }: FigureComparison): boolean {
  return (difference?.mean ?? 0) < 0 === (better === 'lower');
}

/** The JSON has all figures. Money of one tier rests on how cost is shared out, and a latency of all tiers mixes promises. */
export function shownFigures({ figures }: ComparedVariant): readonly FigureComparison[] {
  return figures.filter(({ scope, figure }) => (scope === 'total' ? TOTAL_FIGURES : TIER_FIGURES).includes(figure));
}

const TIER_FIGURES: readonly string[] = [
  'ttft.p50',
  'ttft.p95',
  'ttft.p99',
  'e2e.p95',
  'firstTokenShare',
  'shedRate',
  'expiredRate',
  'rateLimitedRate',
  'downgradeRate',
  'successRate',
  'attainment',
  'outputTokPerSec',
];
const TOTAL_FIGURES: readonly string[] = [
  'successRate',
  'outputTokPerSec',
  'billedPerDay',
  'costPerDay',
  'marginPerDay',
  'energyKWhPerDay',
  'usdPerMTok',
];

function footer({ seed, version, base, variants }: Comparison, style: Style): string {
  const hashes = [base.hash, ...variants.map(({ hash }) => hash)].map((hash) => printable(hash).slice(0, 16));
  const line = `seed ${printable(seed)} · scenarios ${hashes.join(' ')} · tiersim ${printable(version)}`;
  return wrap(line, style.width)
    .map((part) => paint(part, 'faint', style.color))
    .join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
