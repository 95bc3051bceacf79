/** A chart as plain values: what is drawn, and the same as a table. The page adds ink only. */
export interface Chart {
  readonly id: string;
  readonly heading: string;
  /** What it shows, in a sentence or two. */
  readonly note: string;
  readonly spec: ChartSpec;
  readonly views: readonly ChartView[];
  readonly legend: readonly LegendEntry[];
  /** False: the drawings name their colours themselves. Default true. */
  readonly hasLegend?: boolean;
  /** The horizontal axis is the time of the run. */
  readonly isOverTime: boolean;
  /** Of the vertical axis, where it is fixed. */
  readonly domain?: readonly [number, number];
  readonly format: (value: number) => string;
  readonly table: Table;
  /** Side by side on a wide page: 1, 2 or 3 drawings a row. */
  readonly columns: 1 | 2 | 3;
}

/** One drawing; charts that would be crowded have one a tier or pool. */
export interface ChartView {
  readonly title: string | null;
  /** Hidden with that tier; null: shows several, or none. */
  readonly tier: string | null;
  readonly rows: readonly ChartRow[];
  /** Marks beside the data, such as targets. */
  readonly marks: readonly ChartRow[];
  readonly height: number;
  /** Words at the ends of curves. */
  readonly ends?: readonly ChartRow[];
}

export type ChartRow = Readonly<Record<string, string | number | boolean | null>>;

export interface LegendEntry {
  /** As the rows name it in `series`. */
  readonly series: string;
  readonly color: string;
  /** Hidden with that tier. */
  readonly tier: string | null;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The forms of drawing there are; each is a Vega-Lite specification that is compiled when the package is built. */
export const CHART_SPECS = ['curve', 'band', 'area', 'line', 'bars', 'parts', 'timeline'] as const;
export type ChartSpec = (typeof CHART_SPECS)[number];
