import type { Detail, Series, Summary, TierDetail, TierSummary } from '../sim/summary.js';
import type { ChartRow, LegendEntry, Table } from './chart.js';
import { formatDuration } from './format.js';
import { tierColor } from './palette.js';
import { printable } from './text-width.js';

/** What charts are built from, names made safe to show and tiers that nobody asked for left out. */
export interface ChartInput {
  readonly summary: Summary;
  readonly detail: Detail;
  readonly tiers: readonly ChartTier[];
  readonly pools: readonly ChartPool[];
  readonly atSeconds: readonly number[];
  readonly bucketSeconds: number;
}

export interface ChartTier {
  /** In the summary. */
  readonly key: string;
  readonly name: string;
  readonly color: string;
  /** Place in the profile. */
  readonly index: number;
  readonly summary: TierSummary;
  readonly detail: TierDetail;
  readonly series: Series['tiers'][string];
}

export interface ChartPool {
  readonly name: string;
  readonly series: Series['pools'][string];
  readonly preemptions: readonly number[];
}

/** null: the run was not asked for detail. */
export function chartInput(summary: Summary): ChartInput | null {
  const { detail, series } = summary;
  if (detail === null) return null;
  const tiers = Object.entries(summary.tiers).flatMap(([key, tier], index): ChartTier[] => {
    const tierDetail = detail.tiers[key];
    const tierSeries = series.tiers[key];
    if (tier.attempts === 0 || tierDetail === undefined || tierSeries === undefined) return [];
    const name = printable(key);
    return [{ key, name, color: tierColor(index), index, summary: tier, detail: tierDetail, series: tierSeries }];
  });
  const pools = Object.entries(series.pools).map(([key, poolSeries]) => {
    return { name: printable(key), series: poolSeries, preemptions: detail.pools[key]?.preemptions ?? [] };
  });
  return { summary, detail, tiers, pools, atSeconds: series.atSeconds, bucketSeconds: series.bucketSeconds };
}

export function tierLegend(tiers: readonly ChartTier[]): LegendEntry[] {
  return tiers.map(({ name, color }) => ({ series: name, color, tier: name }));
}

/** One row a moment and series. */
export function timeRows(
  { atSeconds }: ChartInput,
  series: string,
  values: readonly (number | null)[],
  more: ChartRow = {},
): ChartRow[] {
  return atSeconds.map((at, bucket) => ({ at, series, value: values[bucket] ?? null, ...more }));
}

/** One line a moment, one column a series. */
export function timeTable(
  { atSeconds }: ChartInput,
  columns: readonly (readonly [head: string, values: readonly (number | null)[]])[],
  format: (value: number) => string,
): Table {
  return {
    head: ['from', ...columns.map(([head]) => head)],
    // Written when somebody looks: few readers open every table.
    get rows() {
      return atSeconds.map((at, bucket) => [
        formatDuration(at),
        ...columns.map(([, values]) => cellText(values[bucket] ?? null, format)),
      ]);
    },
  };
}

export function cellText(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

/** How long each bucket was in fact: the last one may be cut short. */
export function bucketLengths({ summary, atSeconds, bucketSeconds }: ChartInput): number[] {
  const end = summary.run.simulatedSeconds;
  return atSeconds.map((at) => Math.max(1e-6, Math.min(bucketSeconds, end - at)));
}
