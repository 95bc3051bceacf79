import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatMoney, formatMs, formatNumber, formatShare } from '../../src/report/format.js';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.012345, '0.0123'],
    [4.5, '4.50'],
    [9.996, '10.0'],
    [99.96, '100'],
    [1234.5, '1,235'],
    [-0.5, '-0.500'],
  ])('shows %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatShare', () => {
  it.each([
    [0, '0 %'],
    [0.00001, '<0.01 %'],
    [0.00123, '0.12 %'],
    [0.0999, '9.99 %'],
    [0.5, '50.0 %'],
    [0.9996, '99.96 %'],
    [0.99999, '>99.99 %'],
    [1, '100 %'],
  ])('shows %d as %s', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('formatMs', () => {
  it('changes to seconds at ten seconds', () => {
    expect(formatMs(9_999)).toBe('9,999 ms');
    expect(formatMs(10_000)).toBe('10.0 s');
  });
});

describe('formatDuration', () => {
  it.each([
    [2.5, '2.5s'],
    [60, '1m'],
    [3_900, '1h 5m'],
    [14 * 86_400, '14d'],
    [0, '0s'],
  ])('shows %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('formatMoney', () => {
  it.each([
    ['0', '0.00'],
    ['1.5', '1.50'],
    ['-1234.565', '-1,234.57'],
    ['999.995', '1,000.00'],
    ['0.0123456', '0.0123'],
    ['0.00000099951', '0.000001000'],
    ['123456789012345678901234567890.125', '123,456,789,012,345,678,901,234,567,890.13'],
  ])('shows %s as %s', (decimal, text) => {
    expect(formatMoney(decimal)).toBe(text);
  });

  it('is never off by more than half a cent from 1 upwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 999_999_999_999 }), (micro) => {
        const shown = Number(
          formatMoney(`${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`).replaceAll(',', ''),
        );
        expect(Math.abs(shown - micro / 1e6)).toBeLessThanOrEqual(0.005 + 1e-9);
      }),
    );
  });
});
