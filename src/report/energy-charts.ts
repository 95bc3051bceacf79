import type { Chart } from './chart.js';
import { type ChartInput, cellText, timeRows, timeTable } from './chart-kit.js';
import { formatNumber } from './format.js';
import { poolColor } from './pool-charts.js';
import { printable } from './text-width.js';

const formatWatts = (watts: number): string =>
  watts < 10_000 ? `${formatNumber(watts)} W` : `${formatNumber(watts / 1000)} kW`;
const formatJoules = (joules: number): string => `${formatNumber(joules)} J`;

export function wattsChart(input: ChartInput): Chart {
  const classes = Object.entries(input.summary.series.hardware).map(
    ([key, { watts }]) => [printable(key), watts] as const,
  );
  return {
    id: 'watts',
    heading: 'Power, watts',
    note: 'At the plug of all nodes, by class of hardware; cooling and losses of the building are not in it.',
    spec: 'area',
    views: [
      {
        title: null,
        tier: null,
        rows: classes.flatMap(([name, watts], order) => timeRows(input, name, watts, { order })),
        marks: [],
        height: 150,
      },
    ],
    legend: classes.map(([name], i) => ({ series: name, color: poolColor(i), tier: null })),
    isOverTime: true,
    format: formatWatts,
    table: timeTable(input, classes, formatWatts),
    columns: 1,
  };
}

const WHOLE_FLEET = 'whole fleet, idle nodes too';

/** By tier what its own work took, by class of hardware and in all with what idle nodes drew. */
export function joulesChart({ tiers, summary }: ChartInput): Chart {
  const lines: {
    readonly name: string;
    readonly joules: number | null;
    readonly series: string;
    readonly tier: string | null;
  }[] = [
    ...tiers.map(({ name, summary: { joulesPerOutputToken } }) => {
      return { name, joules: joulesPerOutputToken, series: name, tier: name };
    }),
    ...Object.entries(summary.energy.hardware).map(([key, { joulesPerOutputToken }]) => {
      return { name: printable(key), joules: joulesPerOutputToken, series: HARDWARE, tier: null };
    }),
    { name: WHOLE_FLEET, joules: summary.total.joulesPerOutputToken, series: HARDWARE, tier: null },
  ];
  return {
    id: 'joules',
    heading: 'Energy per output token, joules',
    note: 'Of a tier: what its tokens took and its share of the steps it was in. Of hardware and fleet: all that was drawn, idle nodes included.',
    spec: 'bars',
    views: [
      {
        title: null,
        tier: null,
        rows: lines.flatMap(({ name, joules, series, tier }) => {
          if (joules === null) return [];
          return [
            { category: name, tier, series, slot: '', value: joules, label: formatJoules(joules), room: joules * 1.18 },
          ];
        }),
        marks: [],
        height: 30 * lines.length + 10,
      },
    ],
    legend: [
      ...tiers.map(({ name, color }) => ({ series: name, color, tier: name })),
      { series: HARDWARE, color: 'var(--phase-3)', tier: null },
    ],
    hasLegend: false,
    isOverTime: false,
    format: formatJoules,
    table: {
      head: ['', 'J per output token'],
      rows: lines.map(({ name, joules }) => [name, cellText(joules, formatJoules)]),
    },
    columns: 1,
  };
}

const HARDWARE = 'hardware';
