import { describe, expect, it } from 'vitest';
import { recordColumns, recordRow } from '../../src/report/record-rows.js';
import type { AttemptRecord } from '../../src/sim/record.js';

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
