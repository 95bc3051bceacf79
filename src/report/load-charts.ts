import { OUTCOMES } from '../models/outcome.js';
import { formatCount } from '../models/units.js';
import type { Chart, ChartRow } from './chart.js';
import { bucketLengths, type ChartInput, tierLegend, timeRows, timeTable } from './chart-kit.js';
import { formatNumber, formatShare } from './format.js';
import { outcomeColor } from './palette.js';
import { printable } from './text-width.js';

const perSecond = (value: number): string => `${formatNumber(value)}/s`;

export function offeredChart(input: ChartInput): Chart {
  const { tiers } = input;
  const seconds = bucketLengths(input);
  const rates = tiers.map(({ series }) => series.sent.map((count, i) => count / (seconds[i] ?? 1)));
  return {
    id: 'offered',
    heading: 'Offered load',
    note: 'Attempts sent per second by the tier asked for, retries included.',
    spec: 'area',
    views: [
      {
        title: null,
        tier: null,
        rows: tiers.flatMap(({ name }, i) => timeRows(input, name, rates[i] ?? [], { tier: name, order: i })),
        marks: [],
        height: 150,
      },
    ],
    legend: tierLegend(tiers),
    isOverTime: true,
    format: perSecond,
    table: timeTable(
      input,
      tiers.map(({ name }, i) => [name, rates[i] ?? []]),
      perSecond,
    ),
    columns: 1,
  };
}

/** What became of the attempts, a drawing a tier. */
export function outcomesChart(input: ChartInput): Chart {
  const { tiers } = input;
  const seconds = bucketLengths(input);
  const label = (outcome: string, cause: string): string => (cause === 'none' ? outcome : `${outcome}: ${cause}`);
  const kinds = OUTCOMES.flatMap((outcome) => {
    const causes = new Set<string>();
    for (const { detail } of tiers) {
      for (const one of detail.outcomesOverTime) if (one.outcome === outcome) causes.add(one.cause);
    }
    return [...causes].map((cause) => ({ outcome, cause, series: label(outcome, printable(cause)) }));
  });
  const rates = tiers.map(({ detail }) =>
    detail.outcomesOverTime.map(({ outcome, cause, count }) => ({
      series: label(outcome, printable(cause)),
      order: kinds.findIndex((kind) => kind.outcome === outcome && kind.cause === cause),
      values: count.map((n, i) => n / (seconds[i] ?? 1)),
    })),
  );
  return {
    id: 'outcomes',
    heading: 'What became of them',
    note: 'Attempts per second by how they ended and why, at the time of their sending.',
    spec: 'area',
    views: tiers.map(({ name }, i) => ({
      title: name,
      tier: name,
      rows: (rates[i] ?? []).flatMap(({ series, order, values }) => timeRows(input, series, values, { order })),
      marks: [],
      height: 120,
    })),
    // Causes of one outcome share its colour; the legend and the table tell them apart.
    legend: kinds.map(({ outcome, series }) => ({ series, color: outcomeColor(outcome), tier: null })),
    isOverTime: true,
    format: perSecond,
    table: timeTable(
      input,
      tiers.flatMap(({ name }, i) =>
        (rates[i] ?? []).map(({ series, values }) => [`${name} ${series}`, values] as const),
      ),
      perSecond,
    ),
    columns: tiers.length === 1 ? 1 : 2,
  };
}

const GOOD = 'within every limit';
const NOT_GOOD = 'late, or never completed';

/** How much of what was asked for was worth something to who asked. */
export function goodputChart(input: ChartInput): Chart {
  const { tiers, detail } = input;
  const seconds = bucketLengths(input);
  const limits = detail.scenario.traffic.some(({ slo }) => slo !== null);
  const rates = tiers.map(({ detail: { requestsOverTime: requests } }) => ({
    good: requests.good.map((n, i) => n / (seconds[i] ?? 1)),
    other: requests.sent.map((n, i) => (n - (requests.good[i] ?? 0)) / (seconds[i] ?? 1)),
  }));
  return {
    id: 'goodput',
    heading: 'Goodput',
    note: limits
      ? 'Requests per second by the time of their first sending. Within every limit: completed as its class demands (slo); classes that set no limit demand completion only.'
      : 'Requests per second by the time of their first sending. No class sets limits of its own (slo), so that completing is all that is demanded.',
    spec: 'area',
    views: tiers.map(({ name }, i) => ({
      title: name,
      tier: name,
      rows: [
        ...timeRows(input, GOOD, rates[i]?.good ?? [], { order: 0 }),
        ...timeRows(input, NOT_GOOD, rates[i]?.other ?? [], { order: 1 }),
      ],
      marks: [],
      height: 110,
    })),
    legend: [
      { series: GOOD, color: 'var(--phase-4)', tier: null },
      { series: NOT_GOOD, color: 'var(--outcome-9)', tier: null },
    ],
    isOverTime: true,
    format: perSecond,
    table: timeTable(
      input,
      tiers.flatMap(({ name }, i) => [
        [`${name} ${GOOD}`, rates[i]?.good ?? []] as const,
        [`${name} ${NOT_GOOD}`, rates[i]?.other ?? []] as const,
      ]),
      perSecond,
    ),
    columns: tiers.length === 1 ? 1 : 2,
  };
}

const NOT_SERVED = 'reached no node';

/** Asked against served: the bill follows the tier served. */
export function servedChart(input: ChartInput): Chart {
  const { tiers, summary, detail } = input;
  const names = Object.keys(summary.tiers);
  const servedKeys = names.filter((key) => tiers.some((tier) => (tier.detail.servedAs[key] ?? 0) > 0));
  const counts = tiers.map((tier) => {
    const served = servedKeys.map((key) => tier.detail.servedAs[key] ?? 0);
    return [...served, tier.summary.attempts - served.reduce((sum, n) => sum + n, 0)];
  });
  const series = [...servedKeys.map((key) => `served as ${printable(key)}`), NOT_SERVED];
  const rows: ChartRow[] = tiers.flatMap(({ name }, i) =>
    (counts[i] ?? []).map((value, order) => ({
      category: name,
      tier: name,
      series: series[order] ?? '',
      value,
      order,
      label: formatCount(value),
    })),
  );
  const known = Object.keys(detail.tiers);
  return {
    id: 'served',
    heading: 'Asked against served',
    note: 'Attempts by the tier they asked for and the tier they were served as.',
    spec: 'parts',
    views: [{ title: null, tier: null, rows, marks: [], height: 34 * tiers.length + 8 }],
    legend: [
      ...servedKeys.map((key, i) => ({
        series: series[i] ?? '',
        color: `var(--tier-${(known.indexOf(key) % 8) + 1})`,
        tier: null,
      })),
      { series: NOT_SERVED, color: 'var(--outcome-9)', tier: null },
    ],
    isOverTime: false,
    format: formatCount,
    table: {
      head: ['asked', ...series],
      rows: tiers.map(({ name }, i) => [name, ...(counts[i] ?? []).map(formatCount)]),
    },
    columns: 1,
  };
}

/** First and later tries: what overload adds to itself. */
export function triesChart({ tiers }: ChartInput): Chart {
  const most = Math.max(1, ...tiers.map(({ detail }) => detail.attemptsByTry.length));
  const label = (i: number): string => (i === 7 ? 'try 8 and later' : `try ${i + 1}`);
  const series = Array.from({ length: most }, (_, i) => label(i));
  const rows: ChartRow[] = tiers.flatMap(({ name, detail }) =>
    detail.attemptsByTry.map((value, order) => ({
      category: name,
      tier: name,
      series: label(order),
      value,
      order,
      label: formatCount(value),
    })),
  );
  return {
    id: 'tries',
    heading: 'Retries and waste',
    note: 'Attempts by their number; the table adds attempts per request and the tokens that nobody got.',
    spec: 'parts',
    views: [{ title: null, tier: null, rows, marks: [], height: 34 * tiers.length + 8 }],
    legend: series.map((name, i) => ({ series: name, color: TRY_COLORS[i] ?? 'var(--outcome-8)', tier: null })),
    isOverTime: false,
    format: formatCount,
    table: {
      head: [
        'tier',
        'requests',
        'attempts',
        'attempts per request',
        ...series,
        'output tokens',
        'wasted tokens',
        'wasted',
      ],
      rows: tiers.map(({ name, summary, detail }) => {
        const made = summary.outputTokens + summary.wastedTokens;
        return [
          name,
          formatCount(summary.requests),
          formatCount(summary.attempts),
          summary.amplification === null ? '–' : summary.amplification.toFixed(3),
          ...series.map((_, i) => formatCount(detail.attemptsByTry[i] ?? 0)),
          formatCount(summary.outputTokens),
          formatCount(summary.wastedTokens),
          made === 0 ? '–' : formatShare(summary.wastedTokens / made),
        ];
      }),
    },
    columns: 1,
  };
}

/** First tries calm, later ones hotter. */
const TRY_COLORS = [
  'var(--outcome-1)',
  'var(--outcome-2)',
  'var(--tier-2)',
  'var(--outcome-3)',
  'var(--phase-6)',
  'var(--outcome-6)',
  'var(--outcome-6)',
  'var(--outcome-8)',
];
