import { describe, expect, it } from 'vitest';
import { poolRows, seriesRows, tierRows } from '../../src/report/summary-rows.js';
import { summary } from './summary-fixture.js';

/** Rows as objects by column name. */
function named(rows: readonly (readonly unknown[])[]): Record<string, unknown>[] {
  const [header = [], ...rest] = rows;
  return rest.map((row) => Object.fromEntries(header.map((name, index) => [String(name), row[index]])));
}

describe('tierRows', () => {
  it('gives a row a tier and one for the total', () => {
    expect(named(tierRows(summary())).map((row) => row['tier'])).toEqual(['standard', 'priority', 'flex', 'total']);
  });

  it('spreads outcomes and distributions over columns', () => {
    const [standard] = named(tierRows(summary()));
    expect(standard).toMatchObject({
      'outcome.shed': 2_350,
      'ttftMs.p95': 410.5,
      'ttftMs.n': 23_651,
      billed: '1.562500000000',
    });
  });

  it('leaves cells empty for a tier without attempts', () => {
    const flex = named(tierRows(summary()))[2];
    expect(flex).toMatchObject({ shedRate: null, 'ttftMs.p50': null, 'ttftMs.n': 0 });
  });
});

describe('poolRows', () => {
  it('holds every field of a pool', () => {
    const [llama] = named(poolRows(summary()));
    const { nodeHoursByState, ...plain } = summary().pools['llama']!;
    const hours = Object.entries(nodeHoursByState).map(([state, value]) => [`nodeHours.${state}`, value]);
    expect(llama).toEqual({ pool: 'llama', ...plain, ...Object.fromEntries(hours) });
  });
});

describe('seriesRows', () => {
  it('gives a row a bucket with a column for every series', () => {
    const rows = named(seriesRows(summary()));
    expect(rows).toHaveLength(120);
    expect(rows[2]).toMatchObject({ atSeconds: 20, 'tier.standard.sent': 1600, 'pool.llama.running': 2 });
  });

  it('rounds and leaves empty what was not measured', () => {
    const rows = named(seriesRows(summary()));
    expect(rows[0]).toMatchObject({ 'tier.standard.ttftMeanMs': 900.123, 'tier.flex.ttftMeanMs': null });
  });
});
