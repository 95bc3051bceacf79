import type { TopLevelSpec } from 'vega-lite';
import type { ChartSpec } from './chart.js';

/**
 * The forms of drawing. Data, colours, ticks and sizes come from the page when it draws: here they are empty, so that
 * the specifications are the same for every report and can be compiled once.
 */
export function chartSpecs(): Readonly<Record<ChartSpec, TopLevelSpec>> {
  return {
    curve: curve(),
    band: band(),
    area: area(),
    line: line(),
    bars: bars(),
    parts: parts(),
    timeline: timeline(),
  };
}

/** As the page's own, so that Vega measures what is shown. */
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
const INK = 'var(--ink)';
const SOFT = 'var(--soft)';
const RULE = 'var(--rule)';

const MS_LABEL =
  "datum.value >= 60000 ? format(datum.value / 60000, '.3~g') + ' min' : datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : format(datum.value, '~g') + ' ms'";
const TIME_LABEL =
  "datum.value % 86400 === 0 && datum.value > 0 ? datum.value / 86400 + 'd' : datum.value % 3600 === 0 && datum.value > 0 ? datum.value / 3600 + 'h' : datum.value % 60 === 0 && datum.value > 0 ? datum.value / 60 + 'm' : datum.value + 's'";

function base(): object {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: null,
    width: 600,
    height: 200,
    // The page knows the room that axes need: finding it out would mean laying everything out twice.
    autosize: 'none',
    params: [
      { name: 'timeTicks', value: [] },
      { name: 'msTicks', value: [] },
    ],
    data: { name: 'rows' },
    config: {
      view: { stroke: null },
      font: FONT,
      axis: {
        labelColor: SOFT,
        titleColor: SOFT,
        gridColor: RULE,
        domainColor: RULE,
        tickColor: RULE,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: 'normal',
        labelPadding: 6,
        titlePadding: 8,
        tickSize: 0,
        domain: false,
      },
      axisY: { titleAngle: 0, titleAlign: 'left', titleAnchor: 'end', titleX: 0, titleY: -10, titleBaseline: 'bottom' },
      text: { color: INK, fontSize: 12 },
      // The drawing has a name and a table beside it; thousands of marks read out one by one help nobody.
      aria: false,
    },
  };
}

const COLOR = {
  field: 'series',
  type: 'nominal',
  scale: { domain: ['?'], range: ['?'] },
  legend: null,
} as const;

const TIME_X = {
  field: 'at',
  type: 'quantitative',
  title: null,
  scale: { nice: false, zero: false },
  axis: { values: { signal: 'timeTicks' }, labelExpr: TIME_LABEL, grid: false, labelFlush: true, labelOverlap: true },
};

function logMs(title: string, grid: boolean): object {
  return {
    type: 'quantitative',
    title,
    scale: { type: 'log', nice: false },
    axis: { values: { signal: 'msTicks' }, labelExpr: MS_LABEL, grid, labelFlush: false, labelOverlap: 'greedy' },
  };
}

/** Nothing to see: it makes room for the words behind the longest bar. */
const ROOM = {
  mark: { type: 'point', opacity: 0, size: 1, tooltip: null },
  encoding: { x: { field: 'room', type: 'quantitative' } },
};

/** Shares of offered attempts against time to first token, with the targets as flags. */
function curve(): TopLevelSpec {
  return {
    ...base(),
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2.2, clip: true },
        encoding: {
          x: { field: 'ms', ...logMs('time to first token', true) },
          y: {
            field: 'share',
            type: 'quantitative',
            title: null,
            scale: { domain: [0, 1] },
            axis: { format: '.0%', values: [0, 0.25, 0.5, 0.75, 0.9, 1] },
          },
          color: COLOR,
          strokeDash: {
            field: 'dash',
            type: 'nominal',
            scale: {
              domain: [0, 1, 2, 3],
              range: [
                [1, 0],
                [7, 3],
                [2, 2],
                [8, 3, 2, 3],
              ],
            },
            legend: null,
          },
        },
      },
      {
        data: { name: 'ends' },
        mark: { type: 'text', align: 'right', dy: -7, fontSize: 12, fontWeight: 600 },
        encoding: {
          x: { field: 'ms', type: 'quantitative' },
          y: { field: 'share', type: 'quantitative' },
          text: { field: 'label' },
          color: COLOR,
        },
      },
      {
        data: { name: 'marks' },
        mark: { type: 'rule', strokeWidth: 1.4, strokeDash: [3, 3], clip: true },
        encoding: {
          x: { field: 'ms', type: 'quantitative' },
          y: { field: 'zero', type: 'quantitative' },
          y2: { field: 'share' },
          color: COLOR,
        },
      },
      {
        data: { name: 'marks' },
        mark: { type: 'point', shape: 'triangle-left', filled: true, size: 90, opacity: 1 },
        encoding: {
          x: { field: 'ms', type: 'quantitative' },
          y: { field: 'share', type: 'quantitative' },
          color: COLOR,
          tooltip: [{ field: 'label', title: 'target' }],
        },
      },
      {
        data: { name: 'marks' },
        mark: { type: 'text', align: 'right', dx: -9, dy: 12, fontSize: 11 },
        encoding: {
          x: { field: 'ms', type: 'quantitative' },
          y: { field: 'share', type: 'quantitative' },
          text: { field: 'label' },
          color: COLOR,
        },
      },
    ],
  } as unknown as TopLevelSpec;
}

/** Percentiles over time of one tier: from the median to p95 filled, p99 dashed. */
function band(): TopLevelSpec {
  const y = logMs('', true);
  return {
    ...base(),
    encoding: { x: TIME_X, color: COLOR },
    layer: [
      {
        mark: { type: 'area', opacity: 0.22, interpolate: 'monotone', clip: true },
        encoding: { y: { field: 'p50', ...y, title: null }, y2: { field: 'p95' } },
      },
      {
        mark: { type: 'line', strokeWidth: 1.2, strokeDash: [3, 3], interpolate: 'monotone', clip: true },
        encoding: { y: { field: 'p99', type: 'quantitative' } },
      },
      {
        mark: { type: 'line', strokeWidth: 1, opacity: 0.8, interpolate: 'monotone', clip: true },
        encoding: { y: { field: 'p95', type: 'quantitative' } },
      },
      {
        mark: { type: 'line', strokeWidth: 2.2, interpolate: 'monotone', clip: true },
        encoding: { y: { field: 'p50', type: 'quantitative' } },
      },
    ],
  } as unknown as TopLevelSpec;
}

/** Amounts over time, stacked. */
function area(): TopLevelSpec {
  return {
    ...base(),
    mark: { type: 'area', interpolate: 'step-after', opacity: 0.92, clip: true },
    encoding: {
      x: TIME_X,
      y: { field: 'value', type: 'quantitative', title: null, stack: 'zero', axis: { tickCount: 4, format: '~s' } },
      color: COLOR,
      order: { field: 'order', type: 'quantitative' },
    },
  } as unknown as TopLevelSpec;
}

/** Values over time, side by side. */
function line(): TopLevelSpec {
  return {
    ...base(),
    mark: { type: 'line', interpolate: 'monotone', strokeWidth: 2, clip: true },
    encoding: {
      x: TIME_X,
      y: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: { zero: true, domainMin: 0 },
        axis: { tickCount: 4, format: '~s' },
      },
      color: COLOR,
    },
  } as unknown as TopLevelSpec;
}

/** One bar a series within each category. */
function bars(): TopLevelSpec {
  return {
    ...base(),
    encoding: {
      y: {
        field: 'category',
        type: 'nominal',
        sort: null,
        title: null,
        axis: { labelColor: INK, labelLimit: 160 },
        scale: { paddingInner: 0.3 },
      },
      yOffset: { field: 'slot', type: 'nominal', sort: null },
      x: { field: 'value', type: 'quantitative', title: null, axis: { tickCount: 5, format: '~s' } },
    },
    layer: [
      {
        mark: { type: 'bar', cornerRadiusEnd: 2 },
        encoding: { color: COLOR, tooltip: [{ field: 'series' }, { field: 'label' }] },
      },
      { mark: { type: 'text', align: 'left', dx: 5, fontSize: 11 }, encoding: { text: { field: 'label' } } },
      ROOM,
    ],
  } as unknown as TopLevelSpec;
}

/** The parts of a whole, one bar a category, all of the same length. */
function parts(): TopLevelSpec {
  return {
    ...base(),
    mark: { type: 'bar', height: { band: 0.72 } },
    encoding: {
      y: { field: 'category', type: 'nominal', sort: null, title: null, axis: { labelColor: INK, labelLimit: 230 } },
      x: {
        field: 'value',
        type: 'quantitative',
        stack: 'normalize',
        title: null,
        axis: { format: '.0%', tickCount: 4 },
      },
      color: COLOR,
      order: { field: 'order', type: 'quantitative' },
      tooltip: [
        { field: 'series', title: 'part' },
        { field: 'label', title: 'time' },
      ],
    },
  } as unknown as TopLevelSpec;
}

/** Requests from their first sending, one a line, and what they were doing. */
function timeline(): TopLevelSpec {
  return {
    ...base(),
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.6 } },
        encoding: {
          y: {
            field: 'category',
            type: 'nominal',
            sort: null,
            title: null,
            axis: { labelFontSize: 11, labelLimit: 90 },
          },
          x: {
            field: 'from',
            type: 'quantitative',
            title: null,
            axis: { values: { signal: 'msTicks' }, labelExpr: MS_LABEL },
          },
          x2: { field: 'to' },
          color: COLOR,
          tooltip: [
            { field: 'series', title: 'doing' },
            { field: 'label', title: 'for' },
          ],
        },
      },
      {
        data: { name: 'marks' },
        mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: SOFT },
        encoding: {
          y: { field: 'category', type: 'nominal', sort: null },
          x: { field: 'to', type: 'quantitative' },
          text: { field: 'label' },
        },
      },
      { data: { name: 'marks' }, ...ROOM },
    ],
  } as unknown as TopLevelSpec;
}
