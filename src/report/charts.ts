import type { Summary } from '../sim/summary.js';
import type { Chart } from './chart.js';
import { chartInput } from './chart-kit.js';
import { joulesChart, wattsChart } from './energy-charts.js';
import { ttftCurveChart, ttftOverTimeChart } from './latency-charts.js';
import { goodputChart, offeredChart, outcomesChart, servedChart, triesChart } from './load-charts.js';
import { attainmentChart, moneyChart, moneyPerTokenChart } from './money-charts.js';
import { kvChart, preemptionChart, queueChart } from './pool-charts.js';
import { blameChart, timelineChart } from './request-charts.js';

export interface ChartSection {
  readonly heading: string;
  readonly charts: readonly Chart[];
}

/** All charts of a report; empty where the run was not asked for detail. */
export function chartSections(summary: Summary): ChartSection[] {
  const input = chartInput(summary);
  if (input === null || input.tiers.length === 0) return [];
  const sections: { heading: string; charts: (Chart | null)[] }[] = [
    { heading: 'Waiting', charts: [ttftCurveChart(input), offeredChart(input), ttftOverTimeChart(input)] },
    {
      heading: 'Outcomes',
      charts: [
        outcomesChart(input),
        servedChart(input),
        goodputChart(input),
        attainmentChart(input),
        triesChart(input),
      ],
    },
    { heading: 'Blame', charts: [blameChart(input, 'ttft'), blameChart(input, 'e2e'), timelineChart(input)] },
    { heading: 'Machines', charts: [queueChart(input), kvChart(input), preemptionChart(input)] },
    {
      heading: 'Money and energy',
      charts: [moneyChart(input), moneyPerTokenChart(input), wattsChart(input), joulesChart(input)],
    },
  ];
  return sections.map(({ heading, charts }) => ({ heading, charts: charts.filter((chart) => chart !== null) }));
}
