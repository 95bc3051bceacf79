import type { Summary, TierSummary } from '../sim/summary.js';
import type { Chart, ChartRow } from './chart.js';
import type { ChartInput } from './chart-kit.js';
import { formatMoney, formatNumber, formatShare } from './format.js';
import { printable } from './text-width.js';

interface Column {
  readonly series: string;
  readonly color: string;
  readonly read: (tier: TierSummary, key: string) => number | null;
}

const REVENUE = 'revenue';
const HARDWARE = 'hardware';
const ENERGY = 'energy';
const MARGIN = 'margin';

/** Revenue, costs and margin of each tier. */
export function moneyChart(input: ChartInput): Chart {
  const currency = printable(input.summary.currency);
  const format = (value: number): string => money(value);
  return barChart(input, {
    id: 'money',
    heading: `Money, ${currency}`,
    note: `What clients pay and what the machines cost over the counted time, idle time included; a pool's cost is shared out by the time requests sat on it.${costNote(input)}`,
    columns: moneyColumns(input, (value) => value),
    format,
  });
}

/** The same per million tokens in and out. */
export function moneyPerTokenChart(input: ChartInput): Chart {
  const currency = printable(input.summary.currency);
  return barChart(input, {
    id: 'money-per-mtok',
    heading: `Money per million tokens, ${currency}`,
    note: `Over input and output tokens together.${costNote(input)}`,
    columns: moneyColumns(input, (value, tier) => {
      const tokens = tier.inputTokens + tier.outputTokens;
      return tokens === 0 ? null : value / (tokens / 1e6);
    }),
    format: (value) => formatNumber(value),
  });
}

function costNote({ summary }: ChartInput): string {
  const { costCurrency, currency, energy } = summary;
  if (costCurrency === null) return ' The cost of a pool is not known, so no cost and no margin is shown.';
  const foreign =
    costCurrency === currency ? '' : ` Costs are in ${printable(costCurrency)}: no margin across currencies.`;
  const isApart = energy.cost.isExtra || energy.cost.currency !== costCurrency;
  return `${foreign}${isApart ? '' : ' Energy is a part of the hardware’s price, not on top of it.'}`;
}

function moneyColumns({ summary }: ChartInput, scale: (value: number, tier: TierSummary) => number | null): Column[] {
  const column = (series: string, color: string, read: (tier: TierSummary, key: string) => number | null): Column => ({
    series,
    color,
    read: (tier, key) => {
      const value = read(tier, key);
      return value === null ? null : scale(value, tier);
    },
  });
  const decimal = (text: string | null): number | null => (text === null ? null : Number(text));
  return [
    column(REVENUE, 'var(--phase-4)', ({ billed }) => decimal(billed)),
    column(HARDWARE, 'var(--phase-3)', ({ cost }) => decimal(cost)),
    column(ENERGY, 'var(--phase-2)', (_tier, key) => energyCost(summary, key)),
    column(MARGIN, 'var(--phase-7)', ({ margin }) => decimal(margin)),
  ];
}

/** A tier's share of the energy bill; null where that is in another currency. */
function energyCost({ energy, costCurrency }: Summary, tier: string): number | null {
  const { amount, currency } = energy.cost;
  const all = Number(energy.joules);
  if (currency !== costCurrency || all === 0) return null;
  return (Number(amount) * Number(energy.tiers[tier] ?? '0')) / all;
}

function money(value: number): string {
  return value < 0 ? `−${money(-value)}` : formatMoney(value.toFixed(12));
}

export function attainmentChart(input: ChartInput): Chart | null {
  const { tiers } = input;
  if (tiers.every(({ summary }) => summary.attainment === null)) return null;
  return barChart(input, {
    id: 'attainment',
    heading: 'Attainment',
    note: 'Share of offered requests that met every limit of their class: first token, pace and end. Shed and unfinished requests count as missed.',
    columns: [{ series: 'met every limit', color: 'var(--phase-4)', read: ({ attainment }) => attainment }],
    format: formatShare,
  });
}

interface BarChart {
  readonly id: string;
  readonly heading: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly format: (value: number) => string;
}

/** A group of bars a tier; series that no tier has are left out. */
function barChart({ tiers }: ChartInput, { id, heading, note, columns, format }: BarChart): Chart {
  const drawn = columns.filter(({ read }) => tiers.some(({ summary, key }) => read(summary, key) !== null));
  const rows: ChartRow[] = tiers.flatMap(({ name, key, summary }) =>
    drawn.flatMap(({ series, read }, order) => {
      const value = read(summary, key);
      return value === null
        ? []
        : [
            {
              category: name,
              tier: name,
              series,
              slot: series,
              value,
              order,
              label: format(value),
              room: value * 1.18,
            },
          ];
    }),
  );
  return {
    id,
    heading,
    note,
    spec: 'bars',
    views: [{ title: null, tier: null, rows, marks: [], height: Math.max(40, 22 * drawn.length * tiers.length + 20) }],
    legend: drawn.map(({ series, color }) => ({ series, color, tier: null })),
    isOverTime: false,
    format,
    table: {
      head: ['tier', ...columns.map(({ series }) => series)],
      rows: tiers.map(({ name, key, summary }) => [
        name,
        ...columns.map(({ read }) => {
          const value = read(summary, key);
          return value === null ? 'n/a' : format(value);
        }),
      ]),
    },
    columns: 2,
  };
}
