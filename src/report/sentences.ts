import {
  type ComparedVariant,
  type Comparison,
  type Estimate,
  type FigureComparison,
  type RatioEstimate,
  TOTAL,
} from '../plan/findings.js';
import { figureLabel, figureText, moneyText } from './figure-text.js';
import { formatMs, formatShare } from './format.js';
import { printable } from './text-width.js';

/** What a change did, in sentences: what is significant first, then what chance can explain. */
export function sentences(
  variant: ComparedVariant,
  comparison: Pick<Comparison, 'currency' | 'costCurrency' | 'runs'>,
): string[] {
  const told = variant.figures.filter(isTold);
  const lacks = (figure: FigureComparison): boolean => figure.scope !== TOTAL && isNeverReached(figure, variant);
  const text = (figure: FigureComparison): string =>
    lacks(figure) ? withoutP95(figure, variant) : sentence(figure, comparison);
  if (comparison.runs === 1) {
    const moved = told.filter((figure) => lacks(figure) || (figure.difference?.mean ?? 0) !== 0);
    return [...moved.map((figure) => `${text(figure)}, in this one run`), ...onOneSide(variant)];
  }
  const certain = told.filter((figure) => lacks(figure) || figure.isSignificant === true);
  const lines = certain.map(text);
  if (lines.length === 0) lines.push('Nothing that chance could not explain');
  const open = told.filter(({ isSignificant, difference }) => isSignificant === false && difference?.mean !== 0);
  if (open.length > 0) lines.push(`No significant difference: ${open.map(openText).join('; ')}`);
  return [...lines, ...onOneSide(variant)];
}

/** A percentile of all offered requests that so many of them never reached, on one side at least and in some run. */
export function isNeverReached({ scope, figure, base, changed }: FigureComparison, variant: ComparedVariant): boolean {
  if (!figure.startsWith('offeredTtft.') || (base !== null && changed !== null)) return false;
  // Otherwise nobody asked for the tier on one of the sides.
  const share = firstTokenShare(variant, scope);
  return share !== undefined && share.base !== null && share.changed !== null;
}

function firstTokenShare({ figures }: ComparedVariant, scope: string): FigureComparison | undefined {
  return figures.find((other) => other.scope === scope && other.figure === 'firstTokenShare');
}

/** The share that got a first token then says what the change does. */
function withoutP95({ scope, base, changed }: FigureComparison, variant: ComparedVariant): string {
  const share = firstTokenShare(variant, scope);
  const name = printable(scope);
  const has =
    base !== null
      ? `${name} has no p95 TTFT any more (it was ${withHalf(base)})`
      : changed !== null
        ? `${name} had no p95 TTFT and has one of ${withHalf(changed)} now`
        : `${name} has no p95 TTFT`;
  const shareText = (side: FigureComparison['base']): string => formatShare(side?.mean ?? 0);
  const half = share?.difference?.halfWidth ?? 0;
  const interval = half === 0 ? '' : ` (difference ±${(half * 100).toFixed(2)} points)`;
  const [before, after] = [shareText(share?.base ?? null), shareText(share?.changed ?? null)];
  return `${has}: ${before} of its requests got a first token before, ${after} after${interval}`;
}

/** Nothing stands on the other side that chance could hit alike, so the figure has an interval of its own. */
function withHalf({ mean, halfWidth }: Estimate): string {
  return halfWidth === null ? formatMs(mean) : `${formatMs(mean)} ±${formatMs(halfWidth)}`;
}

/** The difference and its interval, short enough for a table: `÷1.80` and `1.62 to 2.01`, `-4.10 %` and `-7.0 to -1.2`. */
export function differenceCells(figure: FigureComparison): readonly [difference: string, interval: string] {
  const { unit, ratio, difference } = figure;
  if (unit === 'ms' && ratio !== null) return ratioCells(ratio);
  const [mean = '', half = ''] = differenceText(figure).split(' ±');
  return [mean, difference === null || half === '' ? '' : `±${half}`];
}

function ratioCells({ ratio, low, high }: RatioEstimate): readonly [string, string] {
  const isTimes = ratio >= TIMES_FROM || ratio <= 1 / TIMES_FROM;
  const isLower = ratio < 1;
  const text = (value: number): string => {
    if (!isTimes) return `${value < 1 ? '' : '+'}${((value - 1) * 100).toFixed(1)}`;
    const factor = isLower ? 1 / value : value;
    return factor.toFixed(factor < 100 ? 2 : 0);
  };
  const ends = low === null || high === null ? [] : isTimes && isLower ? [high, low] : [low, high];
  return [isTimes ? `${isLower ? '÷' : '×'}${text(ratio)}` : `${text(ratio)} %`, ends.map(text).join(' to ')];
}

/** `1.80 times lower (1.62 to 2.01)`, `4.1 % higher (1.2 to 7.0 %)`. */
export function ratioText({ ratio, low, high }: RatioEstimate): string {
  if (ratio === 1) return 'the same';
  const isLower = ratio < 1;
  const factor = isLower ? 1 / ratio : ratio;
  const ends = low === null || high === null ? null : isLower ? [1 / high, 1 / low] : [low, high];
  const word = isLower ? 'lower' : 'higher';
  if (factor >= TIMES_FROM) {
    const times = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
    return `${times(factor)} times ${word}${ends === null ? '' : ` (${ends.map(times).join(' to ')})`}`;
  }
  const percents = (value: number): string => (isLower ? (1 - 1 / value) * 100 : (value - 1) * 100).toFixed(1);
  return `${percents(factor)} % ${word}${ends === null ? '' : ` (${ends.map(percents).join(' to ')} %)`}`;
}

/** `+3.10 pt ±0.42`, `-412.00 ±12.00`. */
export function differenceText({ difference, unit }: FigureComparison): string {
  if (difference === null) return '';
  const { mean, halfWidth } = difference;
  const scale = unit === 'share' ? 100 : 1;
  const text = (value: number): string => (unit === 'share' ? value.toFixed(2) : figureText(value, unit));
  const sign = mean > 0 ? '+' : '';
  const half = halfWidth === null || halfWidth === 0 ? '' : ` ±${text(halfWidth * scale)}`;
  return mean === 0 && half === '' ? 'the same' : `${sign}${text(mean * scale)}${unit === 'share' ? ' pt' : ''}${half}`;
}

/** From this factor on, times are easier to grasp than percent. */
const TIMES_FROM = 1.5;

const PER_TIER: readonly string[] = [
  'offeredTtft.p95',
  'shedRate',
  'expiredRate',
  'rateLimitedRate',
  'downgradeRate',
  'successRate',
  'attainment',
];
const OF_ALL: readonly string[] = ['costPerDay', 'billedPerDay', 'marginPerDay', 'energyKWhPerDay'];

/** The other figures stand in the table. */
function isTold({ scope, figure }: FigureComparison): boolean {
  return scope === TOTAL ? OF_ALL.includes(figure) : PER_TIER.includes(figure);
}

function sentence(
  figure: FigureComparison,
  { currency, costCurrency }: Pick<Comparison, 'currency' | 'costCurrency'>,
): string {
  const { difference, ratio, unit, scope } = figure;
  const mean = difference?.mean ?? 0;
  if (unit === 'ms' && ratio !== null) return `${printable(scope)} ${figureLabel(figure.figure)} ${ratioText(ratio)}`;
  const half = difference?.halfWidth ?? null;
  if (unit === 'share') {
    const points = `${Math.abs(mean * 100).toFixed(2)} points`;
    const interval = half === null || half === 0 ? '' : ` (±${(half * 100).toFixed(2)})`;
    const verb = VERBS[figure.figure];
    const direction = mean > 0 ? 'more' : 'less';
    if (verb !== undefined) return `${printable(scope)} ${verb} ${points} ${direction}${interval}`;
    return `${printable(scope)} ${figureLabel(figure.figure)} ${points} ${mean > 0 ? 'higher' : 'lower'}${interval}`;
  }
  const amount = unit === 'currencyPerDay' ? money(mean, figure.figure === 'costPerDay' ? costCurrency : currency) : '';
  const interval = half === null || half === 0 ? '' : ` (±${moneyText(half)})`;
  switch (figure.figure) {
    case 'costPerDay':
      return `the fleet is ${amount} a day ${mean > 0 ? 'dearer' : 'cheaper'}${interval}`;
    case 'billedPerDay':
      return `clients pay ${amount} a day ${mean > 0 ? 'more' : 'less'}${interval}`;
    case 'marginPerDay':
      return `the margin is ${amount} a day ${mean > 0 ? 'larger' : 'smaller'}${interval}`;
    default:
      return `the fleet draws ${figureText(Math.abs(mean), unit)} kWh a day ${mean > 0 ? 'more' : 'less'}${interval}`;
  }
}

const VERBS: Readonly<Record<string, string>> = {
  shedRate: 'sheds',
  expiredRate: 'expires',
  rateLimitedRate: 'is rate limited',
  downgradeRate: 'is downgraded',
};

function money(value: number, currency: string): string {
  return currency === 'USD' ? `$${moneyText(Math.abs(value))}` : `${currency} ${moneyText(Math.abs(value))}`;
}

function openText(figure: FigureComparison): string {
  const { scope, unit, ratio } = figure;
  const name = `${scope === TOTAL ? '' : `${printable(scope)} `}${figureLabel(figure.figure)}`;
  if (unit !== 'ms' || ratio === null || ratio.low === null || ratio.high === null)
    return `${name} (${differenceText(figure)})`;
  const signed = (value: number): string => `${value < 1 ? '' : '+'}${((value - 1) * 100).toFixed(1)}`;
  return `${name} (${signed(ratio.low)} to ${signed(ratio.high)} %)`;
}

/** Tiers that only one side has cannot be compared. */
function onOneSide({ figures }: ComparedVariant): string[] {
  const scopes = (holds: (figure: FigureComparison) => boolean): string[] => [
    ...new Set(
      figures
        .filter(({ figure }) => figure === 'outputTokPerSec')
        .filter(holds)
        .map(({ scope }) => printable(scope)),
    ),
  ];
  const gone = scopes(({ base, changed }) => base !== null && changed === null);
  const fresh = scopes(({ base, changed }) => base === null && changed !== null);
  return [
    ...(gone.length === 0 ? [] : [`Nobody asks for ${gone.join(', ')} any more`]),
    ...(fresh.length === 0 ? [] : [`${fresh.join(', ')} was asked for on the other side only`]),
  ];
}
