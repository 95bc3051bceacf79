import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDurationUs,
  formatPico,
  parseBandwidth,
  parseBytes,
  parseCount,
  parseDurationUs,
  parseMoney,
  parseRatePerSecond,
  parseShare,
  parseWatts,
} from '../../src/models/units.js';

const value = <T>(parsed: { ok: true; value: T } | { ok: false; reason: string }): T | string =>
  parsed.ok ? parsed.value : `reason: ${parsed.reason}`;

describe('durations', () => {
  it.each([
    ['250ms', 250_000],
    ['30s', 30_000_000],
    ['10m', 600_000_000],
    ['2h', 7_200_000_000],
    ['14d', 1_209_600_000_000],
    ['1h 30m', 5_400_000_000],
    ['0.1s', 100_000],
    ['1.1ms', 1100],
    ['5us', 5],
    ['0m', 0],
  ])('reads %s', (text, us) => expect(value(parseDurationUs(text))).toBe(us));

  it('takes a bare number in the unit it is told', () => {
    expect(value(parseDurationUs(1.5))).toBe(1_500_000);
    expect(value(parseDurationUs(40, 1000))).toBe(40_000);
  });

  it.each(['', '5', 's', '5 parsecs', '-5s', '1h30', '5e3s', 'NaN', '10S'])('refuses "%s"', (text) => {
    expect(parseDurationUs(text).ok).toBe(false);
  });

  it('refuses what a whole number of microseconds cannot hold', () => {
    expect(parseDurationUs('999999999d').ok).toBe(false);
    expect(parseDurationUs(Number.POSITIVE_INFINITY).ok).toBe(false);
    expect(parseDurationUs(-1).ok).toBe(false);
  });

  it('prints so that the same microseconds are read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (us) => {
        expect(value(parseDurationUs(formatDurationUs(us)))).toBe(us);
      }),
    );
  });

  it.each([
    [0, '0s'],
    [250_000, '250ms'],
    [1_500_000, '1.5s'],
    [5_400_000_000, '1h 30m'],
    [1_209_600_000_000, '14d'],
    [60_000_001, '1m 0.000001s'],
  ])('prints %d', (us, text) => expect(formatDurationUs(us)).toBe(text));
});

describe('rates, amounts and shares', () => {
  it.each([
    ['40/s', 40],
    ['300/min', 5],
    ['2k/h', 2000 / 3600],
    ['0.2/s', 0.2],
    ['86400/d', 1],
  ])('reads the rate %s', (text, perSecond) => expect(value(parseRatePerSecond(text))).toBe(perSecond));

  it.each(['40', '40/x', '/s', '-1/s', '40/s/s', ''])('refuses the rate "%s"', (text) => {
    expect(parseRatePerSecond(text).ok).toBe(false);
  });

  it('tells GiB from GB', () => {
    expect(value(parseBytes('80GiB'))).toBe(80 * 1024 * 1024 * 1024);
    expect(value(parseBytes('80GB'))).toBe(80e9);
    expect(value(parseBytes(80))).toBe(value(parseBytes('80GiB')));
    expect(parseBytes('80 apples').ok).toBe(false);
  });

  it('reads bandwidths and watts', () => {
    expect(value(parseBandwidth('3.35TB/s'))).toBe(3.35e12);
    expect(value(parseBandwidth(900))).toBe(900e9);
    expect(value(parseWatts('1.2kW'))).toBe(1200);
    expect(value(parseWatts(350))).toBe(350);
    expect(parseWatts('350V').ok).toBe(false);
  });

  it('reads 5% as 0.05 and refuses what is no share of a whole', () => {
    expect(value(parseShare('5%'))).toBe(0.05);
    expect(value(parseShare(0.05))).toBe(0.05);
    for (const text of ['101%', '-1%', '1.5', 'five', '']) expect(parseShare(text).ok).toBe(false);
  });

  it.each([
    ['512', 512],
    ['2k', 2000],
    ['1.1k', 1100],
    ['3.6M', 3_600_000],
    ['70.6B', 70_600_000_000],
  ])('reads the count %s', (text, count) => expect(value(parseCount(text))).toBe(count));

  it('refuses a count that is not whole or not there', () => {
    for (const text of ['1.5', '-3', 'k', '', '1.0001k']) expect(parseCount(text).ok).toBe(false);
  });
});

describe('money', () => {
  it.each([
    ['$2.50', 'USD', 2_500_000_000_000n],
    ['CHF 2.50', 'CHF', 2_500_000_000_000n],
    ['2.50 CHF', 'CHF', 2_500_000_000_000n],
    ['0.07', null, 70_000_000_000n],
    ['$0.000000000001', 'USD', 1n],
    ['1e-7', null, 100_000n],
  ])('reads %s exactly', (text, currency, pico) => expect(value(parseMoney(text))).toEqual({ currency, pico }));

  it('reads a number as its decimal text says, not as its binary digits', () => {
    expect(value(parseMoney(0.1))).toEqual({ currency: null, pico: 100_000_000_000n });
    expect(value(parseMoney(1e-7))).toEqual({ currency: null, pico: 100_000n });
  });

  it.each(['$', '2,50', '$2.50 CHF', '-1', '€5', '$1e-13', '1..2', '', '$1e13', '$1e300'])('refuses "%s"', (text) => {
    expect(parseMoney(text).ok).toBe(false);
  });

  it('prints so that the same amount is read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (pico) => {
        expect(value(parseMoney(formatPico(pico)))).toEqual({ currency: null, pico });
      }),
    );
  });

  it.each([
    [0n, '0.00'],
    [2_500_000_000_000n, '2.50'],
    [40_000_000n, '0.00004'],
    [-1n, '-0.000000000001'],
    [123_456_000_000_000_000_000n, '123456000.00'],
  ])('prints %d', (pico, text) => expect(formatPico(pico)).toBe(text));
});

it('puts commas between thousands', () => {
  expect([0, 999, 1000, 1_234_567, -1234].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567', '-1,234']);
});
