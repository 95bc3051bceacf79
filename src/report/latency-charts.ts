import { formatCount, parseDurationUs } from '../models/units.js';
import type { Chart, ChartRow } from './chart.js';
import { type ChartInput, type ChartTier, cellText, tierLegend } from './chart-kit.js';
import { formatDuration, formatMs, formatShare } from './format.js';
import { printable } from './text-width.js';

/** TTFT over all that was offered: what was shed or expired keeps the curve from reaching the top. */
export function ttftCurveChart(input: ChartInput): Chart {
  const { tiers } = input;
  const slowest = Math.max(...tiers.map(({ detail }) => detail.ttftCurve.ms.at(-1) ?? 1));
  const rows = tiers.flatMap(({ name, detail }, dash) => {
    const { ms, share } = detail.ttftCurve;
    const points: ChartRow[] = ms.map((x, i) => ({
      series: name,
      tier: name,
      ms: shown(x),
      share: share[i] ?? 0,
      dash,
    }));
    // On to the edge: what has no first token by then never gets one.
    const last = share.at(-1);
    return last === undefined ? [] : [...points, { series: name, tier: name, ms: slowest, share: last, dash }];
  });
  return {
    id: 'ttft-curve',
    heading: 'How long until the first token',
    note: 'Share of all offered attempts that had their first token within a time. A curve that ends below 100 % lost the rest: shed, expired, abandoned or unfinished. Flags are targets.',
    spec: 'curve',
    views: [{ title: null, tier: null, rows, marks: targetMarks(input), ends: curveEnds(tiers, slowest), height: 340 }],
    legend: tierLegend(tiers),
    hasLegend: false,
    isOverTime: false,
    format: formatShare,
    table: curveTable(tiers),
    columns: 1,
  };
}

/** Words must not lie on one another: each at least so far below the one above, as a share of the height. */
const END_GAP = 0.05;

/** Each curve's name and where it ends, from the top down. */
function curveEnds(tiers: readonly ChartTier[], slowest: number): ChartRow[] {
  const ends = tiers.flatMap(({ name, detail }) => {
    const share = detail.ttftCurve.share.at(-1);
    return share === undefined ? [] : [{ name, share }];
  });
  let above = Number.POSITIVE_INFINITY;
  return ends
    .sort((a, b) => b.share - a.share)
    .map(({ name, share }) => {
      above = Math.min(share, above - END_GAP);
      return { series: name, tier: name, ms: slowest, share: above, label: `${name} ${formatShare(share)}` };
    });
}

/** A log axis has no zero. */
function shown(ms: number): number {
  return Math.max(ms, 0.1);
}

function curveTable(tiers: readonly ChartTier[]): Chart['table'] {
  const at = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
  return {
    head: ['share of offered attempts', ...tiers.map(({ name }) => name)],
    rows: [
      ...at.map((wanted) => [
        formatShare(wanted),
        ...tiers.map(({ detail }) => {
          const { ms, share } = detail.ttftCurve;
          const place = share.findIndex((value) => value >= wanted);
          return place < 0 ? 'never' : formatMs(ms[place] ?? 0);
        }),
      ]),
      ['got one at all', ...tiers.map(({ detail }) => formatShare(detail.ttftCurve.share.at(-1) ?? 0))],
    ],
  };
}

/** Targets that say something about TTFT: a percentile within a time, or a share within one. */
function targetMarks({ summary, tiers }: ChartInput): ChartRow[] {
  return summary.targets.flatMap(({ target }) => {
    const text = printable(target);
    const percentile = /^(.+)\.ttft\.p(50|90|95|99)\s*<=?\s*(\S+)$/.exec(text);
    const within = /^(.+)\.withinTtft\((\S+)\)\s*>=?\s*([\d.]+)%$/.exec(text);
    const [, scope, share, time] = percentile ?? (within === null ? [] : [within[0], within[1], within[3], within[2]]);
    const us = parseDurationUs(time ?? '');
    if (scope === undefined || !us.ok || !tiers.some(({ name }) => name === scope)) return [];
    const label = percentile === null ? `${share} % ≤ ${time}` : `p${share} < ${time}`;
    return [{ series: scope, tier: scope, ms: us.value / 1000, share: Number(share) / 100, zero: 0, label }];
  });
}

/** Percentiles of TTFT over the run, a drawing a tier on one common scale. */
export function ttftOverTimeChart(input: ChartInput): Chart {
  const { tiers, atSeconds } = input;
  return {
    id: 'ttft-over-time',
    heading: 'Time to first token over time',
    note: 'By the time of sending, on one common scale: thick line the median, filled up to p95, dashed p99. Where nothing is drawn no attempt got a first token.',
    spec: 'band',
    views: tiers.map(({ name, detail }) => {
      const { p50, p95, p99, n } = detail.ttftOverTime;
      const rows = atSeconds.map((at, i) => ({
        at,
        series: name,
        p50: orShown(p50[i]),
        p95: orShown(p95[i]),
        p99: orShown(p99[i]),
        n: n[i] ?? 0,
        value: p95[i] ?? null,
      }));
      return { title: name, tier: name, rows, marks: [], height: 150 };
    }),
    legend: tierLegend(tiers),
    hasLegend: false,
    isOverTime: true,
    format: (ms) => `p95 ${formatMs(ms)}`,
    table: {
      head: ['from', ...tiers.flatMap(({ name }) => [`${name} p50`, `${name} p95`, `${name} p99`, `${name} n`])],
      rows: atSeconds.map((at, i) => [
        formatDuration(at),
        ...tiers.flatMap(({ detail }) => {
          const { p50, p95, p99, n } = detail.ttftOverTime;
          const times = [p50, p95, p99].map((values) => cellText(values[i] ?? null, formatMs));
          return [...times, formatCount(n[i] ?? 0)];
        }),
      ]),
    },
    columns: tiers.length === 1 ? 1 : 2,
  };
}

function orShown(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : shown(ms);
}
