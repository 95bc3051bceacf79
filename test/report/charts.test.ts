import { expect, it } from 'vitest';
import { formatCount } from '../../src/models/units.js';
import { CHART_SPECS, type Chart } from '../../src/report/chart.js';
import { chartSpecs } from '../../src/report/chart-specs.js';
import { chartSections } from '../../src/report/charts.js';
import { formatMs } from '../../src/report/format.js';
import type { BlameBand } from '../../src/sim/summary.js';
import { detailedSummary } from '../helpers/detailed-summary.js';
import { groupBy } from '../helpers/group-by.js';

/** What is drawn is what was computed: the rows of each chart against the summary they come from. */
const summary = detailedSummary();
const { detail, series } = summary;
const charts = chartSections(summary).flatMap((section) => section.charts);
const asked = Object.entries(summary.tiers).filter(([, tier]) => tier.attempts > 0);

function chart(id: string): Chart {
  const found = charts.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
}
const rowsOf = (id: string, view = 0) => chart(id).views[view]!.rows;
const sum = (values: readonly unknown[]): number => values.reduce((total: number, value) => total + Number(value), 0);

it('every question of the report has a chart, each with a heading, a note and a table', () => {
  expect(charts.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      ...['ttft-curve', 'offered', 'ttft-over-time', 'outcomes', 'served', 'tries', 'blame-ttft', 'blame-e2e'],
      ...['goodput', 'requests', 'queues', 'kv', 'preemptions', 'money', 'money-per-mtok'],
    ]),
  );
  for (const { heading, note, table, views } of charts) {
    expect(heading.length * note.length * views.length).toBeGreaterThan(0);
    expect(table.rows.length).toBeGreaterThan(0);
    for (const row of table.rows) expect(row).toHaveLength(table.head.length);
  }
});

it('no series has more than 300 points, and every row has a colour', () => {
  for (const { views, legend } of charts) {
    const known = new Set(legend.map(({ series: name }) => name));
    for (const { rows } of views) {
      const counts = new Map<unknown, number>();
      for (const row of rows) {
        const name = `${row['category'] ?? ''}/${row['series']}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
        expect(known.has(String(row['series']))).toBe(true);
      }
      expect(Math.max(0, ...counts.values())).toBeLessThanOrEqual(300);
    }
  }
});

it('the curve holds the points of the summary, and goes on flat to the edge', () => {
  for (const [name] of asked) {
    const rows = rowsOf('ttft-curve').filter((row) => row['series'] === name);
    const { ms, share } = detail.tiers[name]!.ttftCurve;
    expect(rows.slice(0, -1).map((row) => [row['ms'], row['share']])).toEqual(ms.map((x, i) => [x, share[i]]));
    expect(rows.at(-1)?.['share']).toBe(share.at(-1));
  }
});

it('offered load and outcomes over time add up to all attempts', () => {
  const { atSeconds, bucketSeconds } = series;
  const seconds = (at: unknown): number => Math.min(bucketSeconds, summary.run.simulatedSeconds - Number(at));
  const attempts = (id: string): number =>
    sum(chart(id).views.flatMap(({ rows }) => rows.map((row) => Number(row['value']) * seconds(row['at']))));
  expect(attempts('offered')).toBeCloseTo(summary.run.attempts, 6);
  expect(attempts('outcomes')).toBeCloseTo(summary.run.attempts, 6);
  expect(rowsOf('offered')).toHaveLength(atSeconds.length * asked.length);
});

it('goodput and what is not good add up to the requests sent', () => {
  asked.forEach(([name], view) => {
    const { sent, good } = detail.tiers[name]!.requestsOverTime;
    const rows = rowsOf('goodput', view).slice(0, sent.length - 1);
    const { bucketSeconds } = series;
    for (const [i, row] of rows.entries()) expect(Number(row['value']) * bucketSeconds).toBeCloseTo(good[i]!, 6);
    expect(sum(sent)).toBeGreaterThan(sum(good));
  });
});

it('percentiles over time are those of the detail', () => {
  for (const [index, [name]] of asked.entries()) {
    const { p50, p95, p99 } = detail.tiers[name]!.ttftOverTime;
    const rows = rowsOf('ttft-over-time', index);
    expect(rows.map((row) => [row['p50'], row['p95'], row['p99']])).toEqual(p50.map((ms, i) => [ms, p95[i], p99[i]]));
  }
});

it('asked against served counts every attempt once', () => {
  for (const [name, tier] of asked) {
    expect(sum(rowsOf('served').flatMap((row) => (row['category'] === name ? [row['value']] : [])))).toBe(
      tier.attempts,
    );
    expect(sum(rowsOf('tries').flatMap((row) => (row['category'] === name ? [row['value']] : [])))).toBe(tier.attempts);
  }
});

it('blame splits the mean time of each group without a rest', () => {
  for (const until of ['ttft', 'e2e'] as const) {
    for (const [index, [name]] of asked.entries()) {
      const { blame } = detail.tiers[name]!;
      const bands: BlameBand[] = [...blame[until], ...(until === 'ttft' && blame.unanswered ? [blame.unanswered] : [])];
      const groups = groupBy(rowsOf(`blame-${until}`, index), (row) => row['category']);
      const sums = [...groups.values()].map((rows) => sum(rows.map((row) => row['value'])));
      expect(sums.map((ms) => ms.toFixed(6))).toEqual(
        bands.filter(({ meanMs }) => meanMs > 0).map(({ meanMs }) => meanMs.toFixed(6)),
      );
    }
  }
});

it('the lines of sampled requests cover their time without gaps', () => {
  for (const [index, [name]] of asked.entries()) {
    const samples = detail.samples.filter(({ tier }) => tier === name);
    const rows = rowsOf('requests', index);
    for (const sample of samples) {
      const own = rows.filter((row) => String(row['category']).split(' ')[0] === `#${sample.request}`);
      const length = (sample.attempts.at(-1)?.endMs ?? 0) - sample.sentMs;
      expect(sum(own.map((row) => Number(row['to']) - Number(row['from'])))).toBeCloseTo(length, 6);
    }
  }
});

it('money is that of the tiers, and pools are those of the series', () => {
  for (const [name, tier] of asked) {
    const of = (series: string) => rowsOf('money').find((row) => row['category'] === name && row['series'] === series);
    expect(of('revenue')?.['value']).toBe(Number(tier.billed));
    expect(of('hardware')?.['value']).toBe(Number(tier.cost));
    expect(of('margin')?.['value']).toBe(Number(tier.margin));
  }
  const pool = series.pools['main']!;
  const running = rowsOf('queues').filter((row) => row['series'] === 'running');
  expect(running.map((row) => row['value'])).toEqual(pool.running);
  expect(rowsOf('kv').map((row) => row['value'])).toEqual(pool.kvUse.map((share) => share * 100));
  expect(rowsOf('preemptions').map((row) => row['value'])).toEqual(detail.pools['main']!.preemptions);
});

it('tables say the same', () => {
  const { head, rows } = chart('ttft-over-time').table;
  const { p95, n } = detail.tiers['priority']!.ttftOverTime;
  const column = head.indexOf('priority p95');
  expect(rows.map((row) => [row[column], row[head.indexOf('priority n')]])).toEqual(
    p95.map((ms, i) => [ms === null ? '–' : formatMs(ms), formatCount(n[i]!)]),
  );
});

it('flags stand where the targets say', () => {
  const targets = [
    { target: 'priority.ttft.p95 < 1s', actual: 1, n: 1, passed: true, error: null },
    { target: 'standard.withinTtft(500ms) > 99.5%', actual: 1, n: 1, passed: true, error: null },
    { target: 'standard.shedRate < 1%', actual: 0, n: 1, passed: true, error: null },
  ];
  const [first] = chartSections({ ...summary, targets }).flatMap((section) => section.charts);
  expect(first!.views[0]!.marks.map(({ series: name, ms, share }) => [name, ms, share])).toEqual([
    ['priority', 1000, 0.95],
    ['standard', 500, 0.995],
  ]);
});

it('there is a form of drawing for every name, and no chart without detail', () => {
  expect(Object.keys(chartSpecs()).sort()).toEqual([...CHART_SPECS].sort());
  expect(chartSections({ ...summary, detail: null })).toEqual([]);
});
