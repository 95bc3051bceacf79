import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dailyRate, weeklyRate } from '../../../src/sim/workload/rate-curve.js';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** A Monday. */
const MONDAY_MS = Date.UTC(2026, 5, 1);
const EVEN = [1, 1, 1, 1, 1, 1, 1];
const WEEKEND = [1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5];

function curve(dayFactors: readonly number[], startMs = MONDAY_MS, peakToTrough = 4) {
  return weeklyRate({ meanPerSecond: 2, peakToTrough, peakAtUs: 15 * HOUR_US, dayFactors }, startMs);
}

/** Arrivals expected by a time, by bisection of the inverse. */
function expectedAt(of: ReturnType<typeof curve>, timeUs: number): number {
  let low = 0;
  let high = 4 * timeUs * 2e-6 + 10;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (of.timeUs(middle) < timeUs) low = middle;
    else high = middle;
  }
  return low;
}

describe('weeklyRate', () => {
  it('is the daily curve where all days are alike, wherever the run begins', () => {
    for (const startMs of [MONDAY_MS, MONDAY_MS + 5 * 86_400_000 + 7 * 3_600_000]) {
      const daily = dailyRate({ meanPerSecond: 2, peakToTrough: 4, peakAtUs: 15 * HOUR_US }, startMs);
      for (const expected of [0, 1, 1000, 150_000, 172_800, 400_000, 2_000_000]) {
        expect(curve(EVEN, startMs).timeUs(expected)).toBeCloseTo(daily.timeUs(expected), -1);
      }
    }
  });

  it('has the mean asked for over a week, and the factor of each day over the day', () => {
    expect(curve(WEEKEND).timeUs(2 * 7 * 86_400)).toBeCloseTo(7 * DAY_US, -1);
    for (const [day, factor] of WEEKEND.entries()) {
      const ofDay = expectedAt(curve(WEEKEND), (day + 1) * DAY_US) - expectedAt(curve(WEEKEND), day * DAY_US);
      expect(ofDay / (2 * 86_400)).toBeCloseTo(factor, 6);
    }
  });

  it('knows which day the run begins on, and at what hour', () => {
    const saturdayNoonMs = MONDAY_MS + 5.5 * 86_400_000;
    const fromNoon = expectedAt(curve(WEEKEND, saturdayNoonMs, 1), DAY_US / 2);
    expect(fromNoon).toBeCloseTo(2 * 0.5 * 43_200, 3);
    const untilMondayNoon = expectedAt(curve(WEEKEND, saturdayNoonMs, 1), 2 * DAY_US);
    expect(untilMondayNoon).toBeCloseTo(2 * (0.5 * 1.5 + 1.2 * 0.5) * 86_400, 3);
  });

  it('has nothing on a day without weight', () => {
    const quiet = curve([7 / 5, 7 / 5, 7 / 5, 7 / 5, 7 / 5, 0, 0]);
    const friday = expectedAt(quiet, 5 * DAY_US);
    expect(quiet.timeUs(friday + 1e-6)).toBeGreaterThanOrEqual(5 * DAY_US - 1e5);
    expect(quiet.timeUs(friday + 1)).toBeGreaterThan(7 * DAY_US);
  });

  it('never goes back in time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 13 * 86_400 }),
        fc.array(fc.double({ min: 0.001, max: 5000, noNaN: true })),
        (startS, steps) => {
          const of = curve(WEEKEND, MONDAY_MS + startS * 1000);
          let expected = 0;
          let before = of.timeUs(0);
          expect(before).toBeGreaterThanOrEqual(-0.01);
          for (const step of steps) {
            expected += step;
            const now = of.timeUs(expected);
            expect(now).toBeGreaterThanOrEqual(before);
            before = now;
          }
        },
      ),
    );
  });
});
