import { describe, expect, it } from 'vitest';
import {
  burstRate,
  constantRate,
  dailyRate,
  profileRate,
  type RateCurve,
} from '../../../src/sim/workload/rate-curve.js';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const MIDNIGHT_MS = Date.UTC(2026, 5, 1);

/** Largest distance between expected counts and the integral of `perSecond` up to the times the curve gives for them. */
function inversionError(curve: RateCurve, perSecond: (timeUs: number) => number, untilUs: number): number {
  const steps = 200_000;
  const stepUs = untilUs / steps;
  const integral = new Float64Array(steps + 1);
  for (let step = 0; step < steps; step++) {
    integral[step + 1] = integral[step]! + (perSecond((step + 0.5) * stepUs) * stepUs) / SECOND;
  }
  let error = 0;
  for (let share = 0.001; share < 0.999; share += 0.0013) {
    const expected = share * integral[steps]!;
    const position = curve.timeUs(expected) / stepUs;
    const step = Math.floor(position);
    const integrated = integral[step]! + (position - step) * (integral[step + 1]! - integral[step]!);
    error = Math.max(error, Math.abs(integrated - expected) / integral[steps]!);
  }
  return error;
}

describe('constantRate', () => {
  it('expects three arrivals a second', () => {
    expect(constantRate(3).timeUs(6)).toBe(2 * SECOND);
  });

  it('never expects an arrival at rate 0', () => {
    expect(constantRate(0).timeUs(1e-9)).toBe(Infinity);
  });
});

describe('burstRate', () => {
  const shape = { basePerSecond: 20, peakPerSecond: 120, everyUs: 600 * SECOND, forUs: 60 * SECOND };

  it('opens each period with its burst', () => {
    const curve = burstRate(shape);
    expect(curve.timeUs(3600)).toBe(30 * SECOND);
    expect(curve.timeUs(7200)).toBe(60 * SECOND);
    expect(curve.timeUs(7200 + 20)).toBe(61 * SECOND);
    expect(curve.timeUs(7200 + 540 * 20 + 120)).toBe(601 * SECOND);
  });

  it('inverts the integral of its rate', () => {
    const rate = (timeUs: number) => (timeUs % shape.everyUs < shape.forUs ? 120 : 20);
    expect(inversionError(burstRate(shape), rate, 3000 * SECOND)).toBeLessThan(1e-9);
  });

  it('lets nothing come between bursts without a base rate', () => {
    const curve = burstRate({ ...shape, basePerSecond: 0 });
    for (let expected = 0.1; expected < 30_000; expected += 77.7) {
      expect(curve.timeUs(expected) % shape.everyUs).toBeLessThanOrEqual(shape.forUs);
    }
  });

  it('lets nothing come during the burst when its rate is 0', () => {
    const curve = burstRate({ ...shape, peakPerSecond: 0 });
    expect(curve.timeUs(1)).toBeCloseTo(60 * SECOND + SECOND / 20, 6);
    for (let expected = 0; expected < 50_000; expected += 540 * 2) {
      expect(curve.timeUs(expected) % shape.everyUs).toBeGreaterThanOrEqual(shape.forUs);
    }
  });

  it('never expects an arrival when both rates are 0', () => {
    expect(burstRate({ ...shape, basePerSecond: 0, peakPerSecond: 0 }).timeUs(0.1)).toBe(Infinity);
  });
});

describe('profileRate', () => {
  it('is linear between the points and holds the last rate', () => {
    const curve = profileRate([
      [0, 10],
      [10 * SECOND, 30],
    ]);
    // 10 t + t^2 arrivals after t seconds.
    expect(curve.timeUs(10 * 4 + 16)).toBeCloseTo(4 * SECOND, 6);
    expect(curve.timeUs(200)).toBeCloseTo(10 * SECOND, 6);
    expect(curve.timeUs(200 + 90)).toBeCloseTo(13 * SECOND, 6);
  });

  it('holds the first rate before the first point', () => {
    expect(profileRate([[10 * SECOND, 4]]).timeUs(8)).toBe(2 * SECOND);
  });

  it('inverts the integral of its rate through rise, fall, pause and jump', () => {
    const points: [number, number][] = [
      [0, 0],
      [100 * SECOND, 50],
      [200 * SECOND, 0],
      [300 * SECOND, 0],
      [300 * SECOND, 80],
      [400 * SECOND, 80],
    ];
    const rate = (timeUs: number) => {
      const seconds = timeUs / SECOND;
      if (seconds < 100) return seconds / 2;
      if (seconds < 200) return 100 - seconds / 2;
      return seconds < 300 ? 0 : 80;
    };
    expect(inversionError(profileRate(points), rate, 400 * SECOND)).toBeLessThan(1e-9);
  });

  it('ends when the last rate is 0', () => {
    const curve = profileRate([
      [0, 10],
      [10 * SECOND, 0],
    ]);
    expect(curve.timeUs(49.999)).toBeLessThan(10 * SECOND);
    expect(curve.timeUs(50.001)).toBe(Infinity);
  });
});

describe('dailyRate', () => {
  const shape = { meanPerSecond: 40, peakToTrough: 4, peakAtUs: 15 * HOUR };

  it('inverts the integral of its sinusoid over two days', () => {
    const rate = (timeUs: number) => 40 * (1 + 0.6 * Math.cos((2 * Math.PI * (timeUs - 15 * HOUR)) / DAY));
    expect(inversionError(dailyRate(shape, MIDNIGHT_MS), rate, 2 * DAY)).toBeLessThan(1e-9);
  });

  it('places the peak by the clock of the day on which t = 0 falls', () => {
    const atNine = dailyRate(shape, MIDNIGHT_MS + 9 * 3_600_000);
    const rate = (timeUs: number) => 40 * (1 + 0.6 * Math.cos((2 * Math.PI * (timeUs - 6 * HOUR)) / DAY));
    expect(inversionError(atNine, rate, DAY)).toBeLessThan(1e-9);
  });

  it('holds for steep days', () => {
    const curve = dailyRate({ ...shape, peakToTrough: 1000 }, MIDNIGHT_MS);
    const swing = 999 / 1001;
    const rate = (timeUs: number) => 40 * (1 + swing * Math.cos((2 * Math.PI * (timeUs - 15 * HOUR)) / DAY));
    expect(inversionError(curve, rate, DAY)).toBeLessThan(1e-9);
  });

  it('is the mean over any whole day', () => {
    const curve = dailyRate(shape, MIDNIGHT_MS);
    expect(curve.timeUs(40 * 86_400 * 14)).toBeCloseTo(14 * DAY, 3);
  });

  it('is constant when peak and trough are equal', () => {
    const curve = dailyRate({ ...shape, peakToTrough: 1 }, MIDNIGHT_MS);
    expect(curve.timeUs(40 * 1000)).toBeCloseTo(1000 * SECOND, 3);
  });
});
