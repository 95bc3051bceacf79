import { charts } from 'compiled-charts';
import { View } from 'vega';
import type { Chart, ChartRow, ChartSpec, ChartView } from '../report/chart.js';
import type { TierFilter } from './tier-filter.js';
import { tooltip } from './tooltip.js';

const NARROW = 520;

/** Expressions have become functions when the package was built; each runs with the functions that it may call. */
const EXPRESSIONS = {
  operator: bound,
  parameter: bound,
  encode: bound,
};

function bound({ functions }: { functions: object }, { run }: { run: () => unknown }): () => unknown {
  return run.bind(functions);
}

/** One Vega view: a chart's compiled form with its rows, colours and ticks. */
export class Drawing {
  readonly view: View;
  private readonly msRange: readonly [number, number] | null;
  private readonly rows: ChartRow[];
  private readonly marks: ChartRow[];
  /** The end of a timeline; 0: it is none. */
  private readonly longestMs: number;
  private readonly ends: readonly ChartRow[];

  constructor(
    private readonly chart: Chart,
    drawn: ChartView,
    readonly place: HTMLElement,
    label: string,
    /** Seconds. */
    private readonly until: number,
    private readonly filter: TierFilter,
    yDomain: readonly [number, number] | null,
    private readonly room: Room,
    /** Pixels. */
    private width: number,
  ) {
    this.rows = [...drawn.rows];
    this.marks = [...drawn.marks];
    this.ends = drawn.ends ?? [];
    this.msRange = yDomain ?? rangeOf(this.rows);
    this.longestMs = Math.max(0, ...this.rows.map(({ to }) => (typeof to === 'number' ? to : 0)));
    const series = chart.legend.map((entry) => entry.series);
    const hasSlots = !drawn.rows.some(({ slot }) => slot === '');
    this.view = new View(charts[chart.spec], { expr: EXPRESSIONS, renderer: 'svg', container: place, hover: false })
      .description(label)
      .tooltip(tooltip)
      .height(drawn.height)
      .padding(room)
      .signal('colorDomain', series)
      .signal(
        'colorRange',
        chart.legend.map(({ color }) => color),
      )
      .signal('slots', hasSlots ? series : [''])
      .signal('yDomain', chart.domain ?? yDomain);
    this.fill();
    this.draw();
  }

  /** The rows of the tiers that are shown. */
  fill(): void {
    const isShown = (row: ChartRow): boolean => this.filter.shows(row['tier']);
    this.view.data(
      'rows',
      this.rows.filter(isShown).map((row) => ({ ...row })),
    );
    if (this.chart.spec === 'curve')
      this.view.data(
        'ends',
        this.ends.filter(isShown).map((row) => ({ ...row })),
      );
    if (this.chart.spec === 'curve' || this.chart.spec === 'timeline') {
      this.view.data(
        'marks',
        this.marks.filter(isShown).map((row) => ({ ...row })),
      );
    }
  }

  /** Draws anew where the width has changed. */
  resize(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.draw();
  }

  draw(): void {
    const width = Math.max(160, this.width);
    if (this.chart.isOverTime) this.view.signal('timeTicks', timeTicks(this.until, width < NARROW ? 4 : 8));
    if (this.msRange !== null) this.view.signal('msTicks', msTicks(this.msRange));
    if (this.chart.spec === 'timeline')
      this.view.signal('msTicks', linearMsTicks(this.longestMs, width < NARROW ? 3 : 5));
    this.view.width(width - this.room.left - this.room.right);
    this.view.run();
    // The place around it has the name; what is inside would be read out as loose numbers.
    this.place.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  }

  /** Where a moment lies, in pixels from the left edge of the place; null: not drawn over time. */
  xOf(at: number): number {
    return this.room.left + (this.view.scale('x') as (at: number) => number)(at);
  }

  atOf(x: number): number {
    const scale = this.view.scale('x') as unknown as { invert(x: number): number };
    return scale.invert(x - this.room.left);
  }
}

/** What lies around the plot, in pixels: the axes' words. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The same for all drawings of a chart, and for all charts over time, so that one moment lies at one place. */
export function roomFor({ spec, views }: Chart): Room {
  const below = 21;
  if (spec === 'curve') return { left: OF_NUMBERS, right: 4, top: 18, bottom: 40 };
  const font = CATEGORY_FONTS[spec];
  if (font === undefined) return { left: OF_NUMBERS, right: 4, top: 10, bottom: below };
  const words = new Set(views.flatMap(({ rows }) => rows.map(({ category }) => String(category))));
  const widest = Math.max(0, ...[...words].map((word) => textWidth(word, font.size)));
  return { left: Math.ceil(Math.min(font.limit, widest)) + 10, right: 5, top: 4, bottom: below };
}

/** Room for `500 ms`. */
const OF_NUMBERS = 55;

/** As the specifications have them. */
const CATEGORY_FONTS: Partial<Record<ChartSpec, { readonly size: number; readonly limit: number }>> = {
  bars: { size: 12, limit: 160 },
  parts: { size: 12, limit: 230 },
  timeline: { size: 11, limit: 90 },
};

let paper: CanvasRenderingContext2D | null = null;
let family = '';

function textWidth(text: string, size: number): number {
  if (paper === null) {
    paper = document.createElement('canvas').getContext('2d');
    family = getComputedStyle(document.body).fontFamily;
  }
  if (paper === null) return text.length * size * 0.55;
  paper.font = `${size}px ${family}`;
  return paper.measureText(text).width;
}

/** Of the times on a logarithmic axis; null: there is none. */
function rangeOf(rows: readonly ChartRow[]): readonly [number, number] | null {
  const values = rows.flatMap(({ ms }) => (typeof ms === 'number' ? [ms] : []));
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

/** Round in minutes above a minute, powers of ten below. */
const MS_TICKS = [0.1, 1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 360_000_000];

function msTicks([low, high]: readonly [number, number]): number[] {
  return MS_TICKS.filter((ms) => ms >= low && ms <= high);
}

/** Round times on a linear axis. */
function linearMsTicks(longestMs: number, most: number): number[] {
  const step = MS_STEPS.find((ms) => longestMs / ms <= most);
  if (step === undefined) return timeTicks(longestMs / 1000, most).map((seconds) => 1000 * seconds);
  return Array.from({ length: Math.floor(longestMs / step) + 1 }, (_, i) => i * step);
}

const MS_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** Round moments, at most so many. */
function timeTicks(until: number, most: number): number[] {
  const step = STEPS.find((seconds) => until / seconds <= most) ?? Math.ceil(until / most / 604_800) * 604_800;
  return Array.from({ length: Math.floor(until / step) + 1 }, (_, i) => i * step);
}
