import { METRICS, type MetricUnit } from '../models/metrics.js';
import { formatCount } from '../models/units.js';
import type { TargetResult } from '../sim/summary.js';
import { formatMs, formatNumber, formatShare } from './format.js';
import type { Style } from './grid.js';
import { paint } from './paint.js';
import { padLeft, padRight, printable, textWidth, wrap } from './text-width.js';

const TARGET_COLUMNS_MAX = 40;

/** One line a target: mark, word, the target as written, what was measured. Empty without targets. */
export function verdicts(targets: readonly TargetResult[], style: Style): string[] {
  if (targets.length === 0) return [];
  const missed = targets.filter((target) => !target.passed).length;
  const verdict = missed === 0 ? `all ${targets.length} met` : `${missed} of ${targets.length} missed`;
  const texts = targets.map((target) => printable(target.target));
  const actuals = targets.map(actualText);
  const textColumns = Math.min(TARGET_COLUMNS_MAX, Math.max(...texts.map(textWidth)));
  const actualColumns = Math.max(...actuals.map(textWidth));
  const lines = [`${paint('TARGETS', 'heading', style.color)}  ${verdict}`];
  targets.forEach((target, index) => {
    lines.push(...verdictLines(target, texts[index] ?? '', actuals[index] ?? '', textColumns, actualColumns, style));
  });
  return lines;
}

function verdictLines(
  target: TargetResult,
  text: string,
  actual: string,
  textColumns: number,
  actualColumns: number,
  style: Style,
): string[] {
  const mark = target.passed ? paint('✓ pass', 'good', style.color) : paint('✗ fail', 'bad', style.color);
  const result =
    target.error === null
      ? `actual ${padLeft(actual, actualColumns)}  n ${formatCount(target.n)}`
      : `not judged: ${printable(target.error)}`;
  const line = `  ${mark}  ${padRight(text, textColumns)}  ${result}`;
  const plainWidth = 8 + 2 + Math.max(textWidth(text), textColumns) + 2 + textWidth(result);
  if (plainWidth <= style.width) return [line];
  return [`  ${mark}  ${text}`, ...wrap(result, style.width - 10).map((part) => ' '.repeat(10) + part)];
}

export function actualText(target: TargetResult): string {
  const { actual } = target;
  if (actual === null) return 'n/a';
  switch (unitOf(target.target)) {
    case 'ms':
      return formatMs(actual);
    case 'share':
      return formatShare(actual);
    case 'count':
      return formatCount(actual);
    case 'tokensPerSecond':
      return `${formatNumber(actual)} tok/s`;
    case 'requestsPerSecond':
      return `${formatNumber(actual)}/s`;
    case 'kWh':
      return `${formatNumber(actual)} kWh`;
    case 'joulesPerToken':
      return `${formatNumber(actual)} J`;
    case 'ratio':
    case 'currency':
    case 'currencyPerMillionTokens':
    case null:
      return formatNumber(actual);
  }
}

/** The unit of the metric that the target names; the last name wins, for a tier may be called like a metric. */
function unitOf(target: string): MetricUnit | null {
  let unit: MetricUnit | null = null;
  for (const word of target.match(/[A-Za-z]\w*/g) ?? []) {
    unit = METRICS.find((metric) => metric.name === word)?.unit ?? unit;
  }
  return unit;
}
