import { formatCount } from '../models/units.js';
import {
  type ComparedVariant,
  type Comparison,
  type FigureComparison,
  type PrecisionGoal,
  TOTAL,
} from '../plan/findings.js';
import { changeLines } from './changes.js';
import { estimateText, figureLabel, figureText } from './figure-text.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { paint } from './paint.js';
import { differenceCells, isNeverReached, sentences } from './sentences.js';
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
    for (const row of shownFigures(variant)) lines.push(`| ${markdownCells(row, variant).map(escaped).join(' | ')} |`);
    lines.push('');
  }
  lines.push(OF_OFFERED, '', `seed ${printable(comparison.seed)} · tiersim ${printable(comparison.version)}`, '');
  return lines.join('\n');
}

/** How many runs, and whether the precision that was asked for was reached. */
export function runsSentence({ runs, precision }: Comparison): string {
  if (runs === 1) return 'One run of each with the same random numbers: what is chance and what is not cannot be told.';
  const made = `${runs} runs of each with the same random numbers; intervals are 95 %, of pairs of runs.`;
  if (precision === null) return made;
  const { asked, runsMax, goals } = precision;
  const awaited = goals.filter(({ isAwaited }) => isAwaited);
  const wanted = wantedOf(awaited, goals, asked);
  if (goals.length === 0) return `${made} NOT REACHED: ${wanted}; no tier is there on both sides.`;
  const several = new Set(goals.map(({ variant }) => variant)).size > 1;
  const known = (goal: PrecisionGoal): string =>
    `${printable(goal.scope)}${several ? ` under ${printable(goal.variant)}` : ''} ±${widthText(goal)}`;
  const missed = awaited.filter(({ halfWidth }) => halfWidth > asked);
  const others = goals.filter(({ isAwaited }) => !isAwaited);
  const rest =
    others.length === 0
      ? ''
      : ` Not waited for, as fewer than 95 % of the requests got a first token on a side; the difference of the shares that did is known to: ${others.map(known).join(', ')}.`;
  if (missed.length === 0) {
    return `${made} They were made until this was known: ${wanted}. It is: ${awaited.map(known).join(', ')}. As runs end at a good moment, such intervals hold 91 to 95 times in a hundred.${rest}`;
  }
  const each = missed.map((goal) => `${known(goal)}, which would take about ${formatCount(goal.runsNeeded)} runs`);
  return `${made} NOT REACHED with at most ${runsMax}: ${wanted}; ${each.join('; ')}.${rest}`;
}

function wantedOf(awaited: readonly PrecisionGoal[], goals: readonly PrecisionGoal[], asked: number): string {
  const ofP95 = (tiers: string): string => `the ratio of p95 TTFT of ${tiers} within ±${percent(asked)}`;
  const ofShares = `the share of requests that got a first token within ±${points(asked)}`;
  const hasShares = awaited.some(({ figure }) => figure === 'firstTokenShare');
  if (awaited.length > 0 && awaited.every(({ figure }) => figure === 'firstTokenShare'))
    return `${ofShares} (no tier has a p95 TTFT on both sides)`;
  if (hasShares) return `${ofP95('every tier')} or, under a change that leaves no tier one, ${ofShares}`;
  return ofP95(awaited.length < goals.length ? 'every tier that has one on both sides' : 'every tier');
}

function widthText({ figure, halfWidth }: PrecisionGoal): string {
  return figure === 'firstTokenShare' ? points(halfWidth) : percent(halfWidth);
}

function points(share: number): string {
  return `${(share * 100).toFixed(1)} points`;
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
    ...[SIGNIFICANT, OF_OFFERED].flatMap((note) => wrap(`  ${note}`, style.width)),
  ].join('\n');
}

const SIGNIFICANT =
  '* significant: the 95 % interval of the difference leaves out "none"; of twenty figures that chance alone moves, one will be marked.';
export const OF_OFFERED =
  'TTFT is of all requests that were offered, from their first sending: within p95, 95 % of them had a first token. "never": fewer ever had one.';

/** A line with the tier's name, then its figures. */
function tierBlocks(variant: ComparedVariant): GridRow[] {
  const shown = shownFigures(variant);
  const scopes = [...new Set(shown.map(({ scope }) => scope))];
  return scopes.flatMap((scope) => [
    [cell(printable(scope), 'heading')],
    ...shown.filter((figure) => figure.scope === scope).map((figure) => figureRow(figure, variant)),
  ]);
}

function figureRow(figure: FigureComparison, variant: ComparedVariant): GridRow {
  const { unit, base, changed, isSignificant } = figure;
  const tone = isSignificant !== true ? null : isBetter(figure) ? 'good' : 'bad';
  const none = isNeverReached(figure, variant) ? 'never' : 'n/a';
  const mean = (side: FigureComparison['base']): string => (side === null ? none : figureText(side.mean, unit));
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

export function markdownCells(figure: FigureComparison, variant: ComparedVariant): string[] {
  const { scope, unit, base, changed, isSignificant } = figure;
  const none = isNeverReached(figure, variant) ? 'never' : 'n/a';
  const sides = [base, changed].map((side) => (side === null ? none : estimateText(side, unit)));
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

/**
 * The JSON has all figures. Money of one tier rests on how cost is shared out, a latency of all tiers mixes promises, and the E2E
 * of a tier that many never saw completed is one of the lucky ones.
 */
export function shownFigures(variant: ComparedVariant): readonly FigureComparison[] {
  const { figures } = variant;
  const completed = (scope: string): number => {
    const found = figures.find((other) => other.scope === scope && other.figure === 'successRate');
    return Math.min(found?.base?.mean ?? 0, found?.changed?.mean ?? 0);
  };
  // Where one percentile is never reached, none above it is.
  const never = new Set<string>();
  return figures.filter((compared) => {
    const { scope, figure, base, changed } = compared;
    if (scope === TOTAL) return TOTAL_FIGURES.includes(figure);
    if (!TIER_FIGURES.includes(figure)) return false;
    if (figure === 'e2e.p95') return completed(scope) >= COMPLETED_MIN;
    if (base !== null || changed !== null || !isNeverReached(compared, variant)) return true;
    const isFirst = !never.has(scope);
    never.add(scope);
    return isFirst;
  });
}

const COMPLETED_MIN = 0.95;
const TIER_FIGURES: readonly string[] = [
  'offeredTtft.p50',
  'offeredTtft.p95',
  'offeredTtft.p99',
  'firstTokenShare',
  'e2e.p95',
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
