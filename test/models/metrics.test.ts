import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRICS, metricPath, parseMetric, parseMetricBound } from '../../src/models/metrics.js';

describe('metrics', () => {
  it('reads back every name of the list', () => {
    for (const name of METRIC_NAMES) expect([name, parseMetric(name).ok]).toEqual([name, true]);
  });

  it('names each metric once and says what it means in a sentence', () => {
    expect(new Set(METRICS.map((metric) => metric.name)).size).toBe(METRICS.length);
    for (const { definition } of METRICS) expect(definition).toMatch(/^[A-Z].*\.$/);
  });

  it('leads a percentile to its place in the summary', () => {
    const parsed = parseMetric('requestTtft.p95');
    expect(parsed.ok && metricPath(parsed.value, false)).toBe('requestTtftMs.p95');
  });

  it('has a place by served tier for what the summary groups so', () => {
    const paths = ['billed', 'attempts', 'shedRate', 'ttft.p95'].map((name) => {
      const parsed = parseMetric(name);
      return parsed.ok && metricPath(parsed.value, true);
    });
    expect(paths).toEqual(['served.billed', 'served.attempts', null, null]);
  });

  it('reads the duration in brackets', () => {
    const parsed = parseMetric('withinTtft(500ms)');
    expect(parsed.ok && parsed.value.argumentUs).toBe(500_000);
  });

  it.each([
    'ttft',
    'ttft.p96',
    'shedRate.p95',
    'withinTtft',
    'withinTtft(x)',
    'shedRate(1s)',
    'nope',
    '',
    'ttft.p95.max',
  ])('refuses "%s"', (text) => expect(parseMetric(text).ok).toBe(false));

  it.each([
    ['ms', '500ms', 500],
    ['ms', '1s', 1000],
    ['ms', '40', 40],
    ['share', '0.05%', 0.0005],
    ['currencyPerMillionTokens', '$0.40', 0.4],
    ['currency', '-2', -2],
    ['tokensPerSecond', '2000/s', 2000],
    ['count', '2k', 2000],
    ['joulesPerToken', '2.5J', 2.5],
  ] as const)('reads a bound in %s: %s', (unit, text, value) => {
    expect(parseMetricBound(unit, text)).toEqual({ ok: true, value });
  });

  it('refuses a bound of another unit', () => {
    expect(parseMetricBound('ms', '5%').ok).toBe(false);
    expect(parseMetricBound('share', '5s').ok).toBe(false);
    expect(parseMetricBound('count', '$5').ok).toBe(false);
  });
});
