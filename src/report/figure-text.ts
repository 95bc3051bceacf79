import { formatCount } from '../models/units.js';
import type { Estimate, FigureUnit } from '../plan/findings.js';
import { formatHalfWidth, formatMs, formatNumber, formatShare } from './format.js';

/** `p95 TTFT`, `shed rate`: a figure's name as people say it. */
export function figureLabel(name: string): string {
  const [metric = '', statistic] = name.split('.');
  const word = WORDS[metric] ?? metric;
  return statistic === undefined ? word : `${statistic} ${word}`;
}

export function figureText(value: number, unit: FigureUnit): string {
  if (unit === 'ms') return formatMs(value);
  if (unit === 'share') return formatShare(value);
  if (unit === 'count') return formatCount(value);
  return unit === 'currency' || unit === 'currencyPerDay' ? moneyText(value) : formatNumber(value);
}

/** Two decimals up to a thousand, none above. */
export function moneyText(value: number): string {
  const amount = Math.abs(value);
  const text = amount >= 1000 ? formatCount(amount) : amount.toFixed(2);
  return value < 0 ? `-${text}` : text;
}

/** `14.6 s ±4 %`; an unknown value is n/a. */
export function estimateText(estimated: Estimate | null, unit: FigureUnit): string {
  if (estimated === null) return 'n/a';
  const { mean, halfWidth } = estimated;
  const text = figureText(mean, unit);
  return halfWidth === null || halfWidth === 0 ? text : `${text} ${formatHalfWidth(mean, halfWidth, unit === 'share')}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ttft: 'TTFT',
  offeredTtft: 'TTFT',
  tpot: 'TPOT',
  e2e: 'E2E',
  firstTokenShare: 'got a first token',
  shedRate: 'shed rate',
  expiredRate: 'expired rate',
  rateLimitedRate: 'rate-limited rate',
  downgradeRate: 'downgrade rate',
  successRate: 'success rate',
  attainment: 'slo attainment',
  outputTokPerSec: 'output tok/s',
  billedPerDay: 'billed a day',
  costPerDay: 'fleet cost a day',
  marginPerDay: 'margin a day',
  energyKWhPerDay: 'kWh a day',
  usdPerMTok: 'cost per Mtok',
};
