import type { Chart } from './chart.js';
import { type ChartInput, timeRows, timeTable } from './chart-kit.js';
import { formatNumber, formatShare } from './format.js';

const RUNNING = 'running';
const WAITING = 'waiting';

export function queueChart(input: ChartInput): Chart {
  const { pools } = input;
  return {
    id: 'queues',
    heading: 'At the nodes',
    note: 'Requests running and waiting, all nodes of a pool together. What waits at the gateway is not in it.',
    spec: 'area',
    views: pools.map(({ name, series }) => ({
      title: name,
      tier: null,
      rows: [
        ...timeRows(input, RUNNING, series.running, { order: 0 }),
        ...timeRows(input, WAITING, series.waiting, { order: 1 }),
      ],
      marks: [],
      height: 120,
    })),
    legend: [
      { series: RUNNING, color: 'var(--phase-7)', tier: null },
      { series: WAITING, color: 'var(--phase-2)', tier: null },
    ],
    isOverTime: true,
    format: formatNumber,
    table: timeTable(
      input,
      pools.flatMap(({ name, series }) => [
        [`${name} running`, series.running] as const,
        [`${name} waiting`, series.waiting] as const,
      ]),
      formatNumber,
    ),
    columns: pools.length === 1 ? 1 : 2,
  };
}

export function kvChart(input: ChartInput): Chart {
  const { pools } = input;
  return {
    id: 'kv',
    heading: 'KV memory in use, %',
    domain: [0, 100],
    note: 'Share of the blocks of all nodes of a pool, a mean of four looks per point. Near 100 % the engine begins to preempt.',
    spec: 'line',
    views: [
      {
        title: null,
        tier: null,
        rows: pools.flatMap(({ name, series }) =>
          timeRows(
            input,
            name,
            series.kvUse.map((share) => share * 100),
          ),
        ),
        marks: [],
        height: 130,
      },
    ],
    legend: pools.map(({ name }, i) => ({ series: name, color: poolColor(i), tier: null })),
    isOverTime: true,
    format: (percent) => formatShare(percent / 100),
    table: timeTable(
      input,
      pools.map(({ name, series }) => [name, series.kvUse]),
      formatShare,
    ),
    columns: 1,
  };
}

export function preemptionChart(input: ChartInput): Chart | null {
  const { pools } = input;
  if (pools.every(({ preemptions }) => preemptions.every((count) => count === 0))) return null;
  return {
    id: 'preemptions',
    heading: 'Preemptions',
    note: 'Running requests thrown out of the batch for want of KV memory, per point of time; each is computed again later.',
    spec: 'area',
    views: [
      {
        title: null,
        tier: null,
        rows: pools.flatMap(({ name, preemptions }, i) => timeRows(input, name, preemptions, { order: i })),
        marks: [],
        height: 100,
      },
    ],
    legend: pools.map(({ name }, i) => ({ series: name, color: poolColor(i), tier: null })),
    isOverTime: true,
    format: formatNumber,
    table: timeTable(
      input,
      pools.map(({ name, preemptions }) => [name, preemptions]),
      formatNumber,
    ),
    columns: 1,
  };
}

/** Pools are not tiers: theirs are the colours of machines. */
export function poolColor(index: number): string {
  const colors = [
    'var(--phase-7)',
    'var(--phase-2)',
    'var(--phase-6)',
    'var(--phase-4)',
    'var(--phase-1)',
    'var(--phase-3)',
  ];
  return colors[index % colors.length] ?? 'var(--phase-7)';
}
