import type { Statistic } from '../models/metrics.js';
import { formatCount } from '../models/units.js';
import type { Summary, TierSummary } from '../sim/summary.js';
import { formatHalfWidth, formatMoney, formatMs, formatNumber, formatShare } from './format.js';
import { cell, type GridRow, grid, type Style } from './grid.js';
import { printable } from './text-width.js';

/** One line of the table: what it shows of a tier, and why it may have nothing to show. */
interface Metric {
  readonly label: string;
  /** null: nothing to show. */
  readonly read: (tier: TierSummary) => string | null;
  readonly missing: string;
  /** Where the figure stands in the summary, for its interval over several runs; absent: none is shown. */
  readonly figure?: string;
  /** Left out where this holds for every tier. */
  readonly hideIf?: (tier: TierSummary) => boolean;
}

const NO_REQUESTS = 'nobody asked for them in the counted time';
const NO_SAMPLE = 'no attempt of that tier got that far (n = 0)';
const NO_MONEY = 'needs a price for every pool, all in one currency, and tokens to share it over';
const NO_ENERGY = 'no energy or no output token can be put to that tier';
const NO_SLO = 'no class of that tier has one';

export interface TierTable {
  readonly lines: readonly string[];
  /** What each n/a means and what the figures leave out, a sentence each. */
  readonly notes: readonly string[];
}

/** The same as plain strings, for other faces than the terminal. */
export interface MetricTable {
  /** Key in the summary, null for the total, and the name as it may be shown. */
  readonly columns: readonly { readonly key: string | null; readonly name: string }[];
  readonly groups: readonly (readonly { readonly label: string; readonly cells: readonly (string | null)[] }[])[];
  readonly notes: readonly string[];
}

export function metricTable(summary: Summary): MetricTable {
  const asked = Object.entries(summary.tiers).filter(([, tier]) => tier.attempts > 0);
  const columns: (readonly [string | null, TierSummary])[] = [...asked, [null, summary.total]];
  const reasons = new Map<string, string[]>();
  const groups = metricGroups(printable(summary.currency), printable(summary.costCurrency ?? '')).map((metrics) =>
    metrics
      .filter(({ hideIf }) => hideIf === undefined || !columns.every(([, tier]) => hideIf(tier)))
      .map((metric) => ({
        label: metric.label,
        cells: columns.map(([key, tier]) => {
          const text = metric.read(tier);
          if (text !== null) return text + precision(summary, key, metric);
          if (tier.attempts > 0) noteMissing(reasons, metric.missing, metric.label.trim());
          return null;
        }),
      })),
  );
  return {
    columns: columns.map(([key]) => ({ key, name: key === null ? 'total' : printable(key) })),
    groups,
    notes: [
      ...replicationNotes(summary),
      ...unaskedNotes(summary),
      ...missingNotes(reasons),
      ...causeNotes(summary),
      ...promiseNotes(summary),
      ...survivorNotes(asked),
    ],
  };
}

/** Tiers side by side with the total last. */
export function tierTable(summary: Summary, style: Style): TierTable {
  const { columns, groups, notes } = metricTable(summary);
  const rows: GridRow[] = [[cell('TIERS', 'heading'), ...columns.map(({ name }) => cell(name, 'heading'))]];
  for (const [index, group] of groups.entries()) {
    if (index > 0) rows.push(null);
    for (const { label, cells } of group) {
      rows.push([cell(label), ...cells.map((text) => (text === null ? cell('n/a', 'faint') : cell(text)))]);
    }
  }
  return { lines: grid(rows, style), notes };
}

function replicationNotes({ replications }: Summary): string[] {
  if (replications === undefined) return [];
  const { n, confidence } = replications;
  return [`Means of ${n} runs, ± half of the ${confidence * 100} % interval (Student's t); pt: percentage points`];
}

function unaskedNotes({ tiers }: Summary): string[] {
  const names = Object.entries(tiers).flatMap(([name, { attempts }]) => (attempts > 0 ? [] : [printable(name)]));
  return names.length === 0 ? [] : [`Not shown: ${names.join(', ')}; ${NO_REQUESTS}`];
}

/** An outcome says what happened, its cause why. */
function causeNotes({ total }: Summary): string[] {
  const causes = Object.entries(total.causes).filter(([, count]) => count > 0);
  if (causes.length === 0) return [];
  const counts = causes.sort(([, a], [, b]) => b - a).map(([cause, count]) => `${cause} ${formatCount(count)}`);
  return [`Attempts not completed, by cause: ${counts.map(printable).join(', ')}`];
}

/** Sources differ in what they divide by, so both shares are said, whichever the promise goes by. */
function promiseNotes({ sla, total }: Summary): string[] {
  const { availability: offered, availabilityAdmitted: admitted } = total;
  const kept = sla.denominator === 'offered' ? offered : admitted;
  if (offered === null || kept === null || (sla.target === null && offered === 1)) return [];
  const shares = `${formatShare(offered)} of all attempts, ${admitted === null ? 'n/a' : formatShare(admitted)} of those let in`;
  if (sla.target === null) return [`Available: ${shares}; nothing is promised`];
  const base = sla.denominator === 'offered' ? 'all attempts' : 'attempts let in';
  const verdict = kept >= sla.target ? 'kept' : 'broken';
  return [`Available: ${shares}; promised ${formatShare(sla.target)} of ${base}: ${verdict}`];
}

/** Below this share of attempts with a first token, latencies speak of the lucky ones only. */
const FIRST_TOKEN_SHARE_MIN = 0.95;

/** Percentiles over those who got through make an overloaded tier look good: says of which tiers that is so. */
function survivorNotes(asked: readonly (readonly [string, TierSummary])[]): string[] {
  const lucky = asked.flatMap(([name, { ttftMs, attempts }]) => {
    const share = attempts === 0 ? 1 : ttftMs.n / attempts;
    return share >= FIRST_TOKEN_SHARE_MIN ? [] : [`${formatShare(share)} of ${printable(name)}`];
  });
  if (lucky.length === 0) return [];
  return [`Latencies are of attempts that got a first token: ${lucky.join(', ')}; the rest got none`];
}

/** ` ±4 %` of the mean over several runs; of a share ` ±0.4 pt`, for percent of percent is misread. */
function precision({ replications, tiers, total }: Summary, tier: string | null, { figure }: Metric): string {
  if (replications === undefined || figure === undefined) return '';
  const half = replications.intervals[`${tier === null ? 'total' : `tiers.${tier}`}.${figure}`];
  let mean: unknown = tier === null ? total : tiers[tier];
  for (const key of figure.split('.')) mean = (mean as Record<string, unknown> | null)?.[key];
  return half === undefined ? '' : ` ${formatHalfWidth(Number(mean), half, /Rate$|attainment/.test(figure))}`;
}

function noteMissing(reasons: Map<string, string[]>, reason: string, subject: string): void {
  const subjects = reasons.get(reason) ?? [];
  if (!subjects.includes(subject)) subjects.push(subject);
  reasons.set(reason, subjects);
}

function missingNotes(reasons: ReadonlyMap<string, readonly string[]>): string[] {
  return [...reasons].map(([reason, subjects]) => `n/a  ${subjects.join(', ')}: ${reason}`);
}

function metricGroups(currency: string, costCurrency: string): readonly (readonly Metric[])[] {
  return [requestMetrics(), attemptMetrics(), latencyMetrics(), moneyMetrics(currency, costCurrency)];
}

function requestMetrics(): Metric[] {
  return [
    { label: 'Requests', read: (tier) => formatCount(tier.requests), figure: 'requests', missing: NO_REQUESTS },
    {
      label: '  completed',
      read: (tier) => orNull(tier.successRate, formatShare),
      figure: 'successRate',
      missing: NO_REQUESTS,
    },
    {
      label: '  shed at last try',
      read: (tier) => orNull(tier.requestShedRate, formatShare),
      figure: 'requestShedRate',
      missing: NO_REQUESTS,
    },
    {
      label: '  met their slo',
      read: (tier) => orNull(tier.attainment, formatShare),
      figure: 'attainment',
      missing: NO_SLO,
      hideIf: (tier) => tier.attainment === null,
    },
  ];
}

/** Shares of attempts. What is rare is shown only where it happened, so that the lines still add up. */
function attemptMetrics(): Metric[] {
  return [
    { label: 'Attempts', read: (tier) => formatCount(tier.attempts), figure: 'attempts', missing: NO_REQUESTS },
    {
      label: '  per request',
      read: (tier) => orNull(tier.amplification, formatNumber),
      figure: 'amplification',
      missing: NO_REQUESTS,
      hideIf: (tier) => tier.retries === 0,
    },
    { label: '  shed', read: (tier) => orNull(tier.shedRate, formatShare), figure: 'shedRate', missing: NO_REQUESTS },
    outcomeMetric('  rate limited', 'rateLimited'),
    outcomeMetric('  expired', 'expired'),
    outcomeMetric('  evicted', 'evicted'),
    outcomeMetric('  refused', 'refused'),
    outcomeMetric('  abandoned', 'abandoned'),
    outcomeMetric('  failed', 'failed'),
    outcomeMetric('  unfinished', 'unfinished'),
    {
      label: '  downgraded',
      read: (tier) => orNull(tier.downgradeRate, formatShare),
      figure: 'downgradeRate',
      missing: NO_REQUESTS,
      hideIf: (tier) => (tier.downgradeRate ?? 0) === 0,
    },
    { label: '  preemptions', read: (tier) => formatCount(tier.preemptions), missing: NO_REQUESTS },
  ];
}

function outcomeMetric(label: string, outcome: keyof TierSummary['outcomes']): Metric {
  return {
    label,
    read: (tier) => (tier.attempts === 0 ? null : formatShare(tier.outcomes[outcome] / tier.attempts)),
    missing: NO_REQUESTS,
    hideIf: (tier) => tier.outcomes[outcome] === 0,
  };
}

type LatencyName = 'ttftMs' | 'tpotMs' | 'itlMs' | 'e2eMs' | 'chainE2eMs' | 'queueMs';

function latencyMetrics(): Metric[] {
  const latency = (label: string, name: LatencyName, statistic: Statistic): Metric => ({
    label,
    read: (tier) => orNull(tier[name][statistic], formatMs),
    figure: `${name}.${statistic}`,
    missing: NO_SAMPLE,
  });
  const samples = (name: LatencyName): Metric => ({
    label: '     n',
    read: (tier) => formatCount(tier[name].n),
    missing: NO_SAMPLE,
  });
  const hasNoChains = (tier: TierSummary): boolean => tier.chainE2eMs.n === 0;
  return [
    latency('TTFT p50', 'ttftMs', 'p50'),
    latency('     p95', 'ttftMs', 'p95'),
    latency('     p99', 'ttftMs', 'p99'),
    samples('ttftMs'),
    latency('TPOT p50', 'tpotMs', 'p50'),
    samples('tpotMs'),
    latency('ITL p99', 'itlMs', 'p99'),
    samples('itlMs'),
    latency('E2E p95', 'e2eMs', 'p95'),
    samples('e2eMs'),
    latency('Queue p95', 'queueMs', 'p95'),
    samples('queueMs'),
    { ...latency('Chain E2E p95', 'chainE2eMs', 'p95'), hideIf: hasNoChains },
    { ...samples('chainE2eMs'), hideIf: hasNoChains },
  ];
}

function moneyMetrics(currency: string, costCurrency: string): Metric[] {
  return [
    {
      label: 'Output tok/s',
      read: (tier) => formatNumber(tier.outputTokPerSec),
      figure: 'outputTokPerSec',
      missing: NO_REQUESTS,
    },
    { label: `Billed ${currency}`, read: (tier) => formatMoney(tier.billed), figure: 'billed', missing: NO_MONEY },
    {
      label: `Fleet cost ${costCurrency}`.trimEnd(),
      read: (tier) => orNull(tier.cost, formatMoney),
      figure: 'cost',
      missing: NO_MONEY,
    },
    {
      label: costCurrency === '' ? 'Cost per Mtok' : `Cost ${costCurrency}/Mtok`,
      read: (tier) => orNull(tier.usdPerMTok, formatNumber),
      figure: 'usdPerMTok',
      missing: NO_MONEY,
    },
    {
      label: 'J/output token',
      read: (tier) => orNull(tier.joulesPerOutputToken, formatNumber),
      figure: 'joulesPerOutputToken',
      missing: NO_ENERGY,
      hideIf: (tier) => tier.joulesPerOutputToken === null,
    },
  ];
}

function orNull<Value>(value: Value | null, format: (value: Value) => string): string | null {
  return value === null ? null : format(value);
}
