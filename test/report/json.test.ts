import { describe, expect, it } from 'vitest';
import { safeJson, summaryJson } from '../../src/report/json.js';
import { printable } from '../../src/report/text-width.js';
import { summary } from './summary-fixture.js';

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
