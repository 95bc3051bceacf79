import { describe, expect, it } from 'vitest';
import {
  poolRows,
  recordColumns,
  recordRow,
  safeJson,
  seriesRows,
  summaryJson,
  tierRows,
} from '../../src/report/export.js';
import { printable } from '../../src/report/text-width.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { summary } from './summary-fixture.js';

const record: AttemptRecord = {
  request: 4,
  attempt: 1,
  willRetry: false,
  class: 'chat',
  account: '',
  model: 'llama-3.1-8b',
  tierAsked: 'flex',
  tierServed: 'flex',
  outcome: 'abandoned',
  cause: 'patience',
  status: 0,
  pool: 'main',
  node: -1,
  requestSentUs: 0,
  sentUs: 1_500_000,
  scheduledUs: -1,
  firstTokenUs: -1,
  lastTokenUs: -1,
  endUs: 11_500_000,
  promptTokens: 900,
  cachedTokens: 0,
  outputTokens: 0,
  wastedTokens: 0,
  preemptions: 0,
  evictions: 0,
  billedPico: 0,
  session: 0,
};

/** Rows as objects by column name. */
function named(rows: readonly (readonly unknown[])[]): Record<string, unknown>[] {
  const [header = [], ...rest] = rows;
  return rest.map((row) => Object.fromEntries(header.map((name, index) => [String(name), row[index]])));
}

describe('summaryJson', () => {
  it('holds every field of the summary, the schema first', () => {
    const value = summary();
    const parsed = JSON.parse(summaryJson(value)) as object;
    expect(Object.keys(parsed).sort()).toEqual(Object.keys(value).sort());
    expect(Object.keys(parsed)[0]).toBe('schema');
  });

  it('does not depend on the order in which the summary was built', () => {
    const value = summary();
    const reversed = Object.fromEntries(Object.entries(value).reverse()) as unknown as typeof value;
    expect(summaryJson(reversed)).toBe(summaryJson(value));
  });

  it('rounds fractions to nine significant digits and leaves whole numbers and money alone', () => {
    expect(JSON.parse(safeJson({ a: 0.1 + 0.2, b: 123_456_789_012, c: '0.300000000001', d: Number.NaN }))).toEqual({
      a: 0.3,
      b: 123_456_789_012,
      c: '0.300000000001',
      d: null,
    });
  });

  it('escapes what could steer a terminal', () => {
    const text = safeJson({ name: '\u001B[2J\u009B2J\u202E' });
    for (const line of text.split('\n')) expect(printable(line)).toBe(line);
    expect(JSON.parse(text)).toEqual({ name: '\u001B[2J\u009B2J\u202E' });
  });
});

describe('recordRow', () => {
  it('has a cell for each column, and a column for each field of the record', () => {
    expect(recordRow(record)).toHaveLength(recordColumns.length);
    expect([...recordColumns].sort()).toEqual(Object.keys(record).sort());
  });

  it('puts each value under its name', () => {
    const row = recordRow(record);
    const cells = Object.fromEntries(recordColumns.map((name, index) => [name, row[index]]));
    expect(cells).toMatchObject({
      request: 4,
      tierAsked: 'flex',
      outcome: 'abandoned',
      sentUs: 1_500_000,
      promptTokens: 900,
    });
  });

  it('leaves a cell empty where a thing did not happen', () => {
    const row = recordRow(record);
    const cells = Object.fromEntries(recordColumns.map((name, index) => [name, row[index]]));
    expect(cells).toMatchObject({ status: null, node: null, scheduledUs: null, firstTokenUs: null, requestSentUs: 0 });
  });
});

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
