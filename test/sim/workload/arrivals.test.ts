import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/sim/core/random.js';
import { arrivalProcess, thinkTimeUs } from '../../../src/sim/workload/arrivals.js';
import { drawn, kolmogorovSmirnov, meanOf, varianceOf } from '../core/statistics.js';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const MIDNIGHT_MS = Date.UTC(2026, 5, 1);

type Spec = Parameters<typeof arrivalProcess>[0];

function arrivalsUntil(spec: Spec, untilUs: number, seed = '1', startMs = MIDNIGHT_MS): number[] {
  const process = arrivalProcess(spec, stream(seed, 0, `arrivals/${spec.kind}`), startMs);
  const times: number[] = [];
  for (let timeUs = process.nextAfter(0); timeUs < untilUs; timeUs = process.nextAfter(timeUs)) times.push(timeUs);
  return times;
}

function countsPer(times: readonly number[], widthUs: number, untilUs: number): Float64Array {
  const counts = new Float64Array(Math.round(untilUs / widthUs));
  for (const timeUs of times) counts[Math.floor(timeUs / widthUs)]!++;
  return counts;
}

const gapsOf = (times: readonly number[]) =>
  Float64Array.from({ length: times.length - 1 }, (_, index) => times[index + 1]! - times[index]!);

/** Kurtosis of the gaps decides how well their variance is known. */
const RENEWALS: { spec: Spec; cv: number; kurtosis: number }[] = [
  { spec: { kind: 'poisson', perSecond: 40 }, cv: 1, kurtosis: 9 },
  { spec: { kind: 'gamma', perSecond: 40, cv: 3 }, cv: 3, kurtosis: 3 + 6 * 9 },
  { spec: { kind: 'gamma', perSecond: 40, cv: 0.5 }, cv: 0.5, kurtosis: 3 + 6 * 0.25 },
  // Weibull of shape 1/2: moments 2, 24, 720, 40320, so cv = sqrt(5) and the kurtosis is 87.72.
  { spec: { kind: 'weibull', perSecond: 40, cv: Math.sqrt(5) }, cv: Math.sqrt(5), kurtosis: 87.72 },
];

describe('renewal arrivals', () => {
  it.each(RENEWALS)('$spec.kind with cv $cv keeps its rate', ({ spec, cv }) => {
    const seconds = 1000;
    const count = arrivalsUntil(spec, seconds * SECOND).length;
    expect(Math.abs(count - 40 * seconds)).toBeLessThan(4 * cv * Math.sqrt(40 * seconds));
  });

  it.each(RENEWALS)('$spec.kind with cv $cv has gaps of that spread', ({ spec, cv, kurtosis }) => {
    const gaps = gapsOf(arrivalsUntil(spec, 1000 * SECOND));
    const variance = varianceOf(gaps) * (40 / SECOND) * (40 / SECOND);
    expect(Math.abs(variance - cv * cv)).toBeLessThan(4 * cv * cv * Math.sqrt((kurtosis - 1) / gaps.length));
  });

  it.each(RENEWALS)('$spec.kind with cv $cv keeps its rate from the first moment on', ({ spec }) => {
    const counts = Float64Array.from(
      { length: 3000 },
      (_, seed) => arrivalsUntil(spec, SECOND / 40, `start ${seed}`).length,
    );
    expect(Math.abs(meanOf(counts) - 1)).toBeLessThan(4 * Math.sqrt(varianceOf(counts) / counts.length));
  });

  it('of a gamma of cv 1 are those of a Poisson process', () => {
    const gaps = gapsOf(arrivalsUntil({ kind: 'gamma', perSecond: 10, cv: 1 }, 1000 * SECOND));
    expect(kolmogorovSmirnov(gaps, (x) => -Math.expm1((-10 * x) / SECOND))).toBeLessThan(1.95);
  });

  it('of cv 0 come at equal gaps', () => {
    const constant = arrivalsUntil({ kind: 'constant', perSecond: 7 }, 10 * SECOND);
    expect(arrivalsUntil({ kind: 'gamma', perSecond: 7, cv: 0 }, 10 * SECOND)).toEqual(constant);
    expect(arrivalsUntil({ kind: 'weibull', perSecond: 7, cv: 0 }, 10 * SECOND)).toEqual(constant);
  });
});

describe('constant arrivals', () => {
  it('come after each whole gap, rounded without drift', () => {
    const times = arrivalsUntil({ kind: 'constant', perSecond: 3 }, 1000 * SECOND + 1);
    expect(times.slice(0, 4)).toEqual([333_333, 666_667, 1_000_000, 1_333_333]);
    expect(times.length).toBe(3000);
    expect(times.at(-1)).toBe(1000 * SECOND);
  });

  it('come more often than once a microsecond without losing any', () => {
    const times = arrivalsUntil({ kind: 'constant', perSecond: 4 * SECOND }, 1001);
    expect(times.length).toBe(4001);
    expect(times.every((timeUs, index) => index === 0 || timeUs >= times[index - 1]!)).toBe(true);
  });
});

describe('arrivalProcess', () => {
  it('is silent at rate 0', () => {
    const process = arrivalProcess({ kind: 'poisson', perSecond: 0 }, stream('1', 0, 'a'), 0);
    expect(process.nextAfter(0)).toBe(Infinity);
  });

  it('gives whole microseconds', () => {
    const spec: Spec = { kind: 'daily', meanPerSecond: 5, peakToTrough: 3, peakAtUs: 0, cv: 2 };
    expect(arrivalsUntil(spec, 200 * SECOND).every(Number.isInteger)).toBe(true);
  });

  it('skips what lies before the time asked for', () => {
    const spec: Spec = { kind: 'poisson', perSecond: 10 };
    const all = arrivalsUntil(spec, 100 * SECOND);
    const process = arrivalProcess(spec, stream('1', 0, 'arrivals/poisson'), MIDNIGHT_MS);
    expect(process.nextAfter(50 * SECOND)).toBe(all.find((timeUs) => timeUs >= 50 * SECOND));
  });
});

describe('bursts', () => {
  const spec: Spec = {
    kind: 'bursts',
    basePerSecond: 2,
    peakPerSecond: 25,
    everyUs: 360 * SECOND,
    forUs: 60 * SECOND,
  };
  const periods = 20;

  it('come at the peak rate in the opening minute and at the base rate after', () => {
    const times = arrivalsUntil(spec, periods * 360 * SECOND);
    const inBurst = times.filter((timeUs) => timeUs % (360 * SECOND) < 60 * SECOND).length;
    const between = times.length - inBurst;
    expect(Math.abs(inBurst - 25 * 60 * periods)).toBeLessThan(4 * Math.sqrt(25 * 60 * periods));
    expect(Math.abs(between - 2 * 300 * periods)).toBeLessThan(4 * Math.sqrt(2 * 300 * periods));
  });

  it('come only in their windows when there is no base rate', () => {
    const times = arrivalsUntil({ ...spec, basePerSecond: 0 }, periods * 360 * SECOND);
    expect(times.length).toBeGreaterThan(20_000);
    expect(times.filter((timeUs) => timeUs % (360 * SECOND) > 60 * SECOND)).toEqual([]);
  });
});

describe('a profile', () => {
  it('brings each interval its number of arrivals', () => {
    const points: [number, number][] = [
      [0, 10],
      [100 * SECOND, 80],
      [200 * SECOND, 80],
      [300 * SECOND, 0],
    ];
    const counts = countsPer(arrivalsUntil({ kind: 'profile', points }, 400 * SECOND), 50 * SECOND, 400 * SECOND);
    const expected = [1375, 3125, 4000, 4000, 3000, 1000, 0, 0];
    for (const [index, count] of counts.entries()) {
      expect(Math.abs(count - expected[index]!)).toBeLessThanOrEqual(4 * Math.sqrt(expected[index]!));
    }
  });
});

describe('a daily curve', () => {
  const days = 10;
  const daily = (cv: number): Spec => ({
    kind: 'daily',
    meanPerSecond: 0.1,
    peakToTrough: 4,
    peakAtUs: 15 * HOUR,
    cv,
  });

  it.each([1, 2])('has its sinusoid, peak hour and mean with cv %d', (cv) => {
    const counts = new Float64Array(24);
    for (const timeUs of arrivalsUntil(daily(cv), days * DAY)) counts[Math.floor((timeUs % DAY) / HOUR)]!++;
    for (const [hour, count] of counts.entries()) {
      const expected = days * 360 * (1 + 0.6 * Math.cos((2 * Math.PI * (hour + 0.5 - 15)) / 24));
      expect(Math.abs(count - expected)).toBeLessThan(4.5 * cv * Math.sqrt(expected));
    }
    const peak = counts[14]! + counts[15]!;
    const trough = counts[2]! + counts[3]!;
    expect(Math.abs(peak / trough - 4)).toBeLessThan(4 * 4 * cv * Math.sqrt(1 / peak + 1 / trough));
  });

  it('starts at the clock time of t = 0', () => {
    const halves = (startHour: number) =>
      countsPer(arrivalsUntil(daily(1), DAY, '1', MIDNIGHT_MS + startHour * 3_600_000), 12 * HOUR, DAY);
    // From the peak on, both halves of the day are alike; from six hours before it, the first is 2.24 times busier.
    const fromPeak = halves(15);
    const fromMorning = halves(9);
    expect(Math.abs(fromPeak[0]! - fromPeak[1]!)).toBeLessThan(4 * Math.sqrt(8640));
    expect(fromMorning[0]! / fromMorning[1]!).toBeGreaterThan(2.24 * 0.9);
    expect(fromMorning[0]! / fromMorning[1]!).toBeLessThan(2.24 * 1.1);
  });

  it.each([1, 2])('of cv %d scatters by cv^2 times the mean', (cv) => {
    const flat: Spec = { kind: 'daily', meanPerSecond: 10, peakToTrough: 1, peakAtUs: 0, cv };
    const counts = countsPer(arrivalsUntil(flat, 4000 * SECOND), 10 * SECOND, 4000 * SECOND);
    const dispersion = varianceOf(counts) / meanOf(counts);
    expect(Math.abs(dispersion / (cv * cv) - 1)).toBeLessThan(4 * Math.sqrt(2 / counts.length));
  });
});

describe('thinkTimeUs', () => {
  it('is exponential in whole microseconds', () => {
    const source = stream('1', 0, 'think');
    const values = drawn(20_000, () => thinkTimeUs(8 * SECOND, source));
    expect(values.every(Number.isInteger)).toBe(true);
    expect(kolmogorovSmirnov(values, (x) => -Math.expm1(-x / (8 * SECOND)))).toBeLessThan(1.95);
  });
});
