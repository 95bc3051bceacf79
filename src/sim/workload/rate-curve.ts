import { invariant } from '../core/invariant.js';

/**
 * An arrival rate over time, told by its inverse: the time (microseconds, with fraction) at which so many arrivals
 * are expected since t = 0; Infinity when that never comes. Asked with counts that never decrease.
 */
export interface RateCurve {
  timeUs(expected: number): number;
}

export function constantRate(perSecond: number): RateCurve {
  return { timeUs: (expected) => (perSecond === 0 ? Infinity : (expected / perSecond) * SECOND_US) };
}

interface BurstShape {
  readonly basePerSecond: number;
  readonly peakPerSecond: number;
  readonly everyUs: number;
  readonly forUs: number;
}

/** Each period opens with its burst: `forUs` at the peak rate, the rest at the base rate. */
export function burstRate({ basePerSecond, peakPerSecond, everyUs, forUs }: BurstShape): RateCurve {
  invariant(forUs <= everyUs, 'a burst is no longer than its period', undefined, forUs);
  const inBurst = (peakPerSecond * forUs) / SECOND_US;
  const inPeriod = inBurst + (basePerSecond * (everyUs - forUs)) / SECOND_US;
  return {
    timeUs(expected) {
      if (inPeriod === 0) return Infinity;
      const periods = Math.floor(expected / inPeriod);
      const left = Math.max(0, expected - periods * inPeriod);
      if (left < inBurst) return periods * everyUs + (left / peakPerSecond) * SECOND_US;
      // With no base rate, only rounding leads here: the end of the burst.
      const afterBurstUs = basePerSecond === 0 ? 0 : ((left - inBurst) / basePerSecond) * SECOND_US;
      return periods * everyUs + forUs + afterBurstUs;
    },
  };
}

/**
 * Linear between the points; the first rate holds before the first point, the last one after the last. Two points at
 * the same time are a jump.
 */
export function profileRate(points: readonly (readonly [atUs: number, perSecond: number])[]): RateCurve {
  const first = points[0];
  const last = points.at(-1);
  invariant(first !== undefined && last !== undefined, 'a rate profile has a point');
  const corners = first[0] > 0 ? [[0, first[1]] as const, ...points] : points;
  const expectedAt = expectedAtCorners(corners);
  let segment = 0;
  return {
    timeUs(expected) {
      while (segment < corners.length - 1 && expectedAt[segment + 1]! <= expected) segment++;
      const [fromUs, perSecond] = corners[segment]!;
      const left = expected - expectedAt[segment]!;
      const next = corners[segment + 1];
      const risePerUs = next === undefined ? 0 : (next[1] - perSecond) / (next[0] - fromUs);
      return fromUs + timeToExpectUs(left, perSecond, risePerUs);
    },
  };
}

/** Arrivals expected up to each corner. */
function expectedAtCorners(corners: readonly (readonly [atUs: number, perSecond: number])[]): Float64Array {
  const expectedAt = new Float64Array(corners.length);
  for (let index = 1; index < corners.length; index++) {
    const [fromUs, fromRate] = corners[index - 1]!;
    const [toUs, toRate] = corners[index]!;
    invariant(toUs >= fromUs, 'the points of a rate profile are in order', undefined, toUs);
    expectedAt[index] = expectedAt[index - 1]! + (0.5 * (fromRate + toRate) * (toUs - fromUs)) / SECOND_US;
  }
  return expectedAt;
}

/**
 * The root x of (rate x + rise x^2 / 2) / second = expected, where the rate changes by `risePerUs` each microsecond.
 * This form of the quadratic formula does not cancel and holds for a rise of 0.
 */
function timeToExpectUs(expected: number, ratePerSecond: number, risePerUs: number): number {
  if (expected === 0) return 0;
  const product = expected * SECOND_US;
  const root = Math.sqrt(Math.max(0, ratePerSecond * ratePerSecond + 2 * risePerUs * product));
  return (2 * product) / (ratePerSecond + root);
}

interface DailyShape {
  readonly meanPerSecond: number;
  readonly peakToTrough: number;
  /** Microseconds after midnight UTC. */
  readonly peakAtUs: number;
}

/**
 * mean * (1 + a cos(2 pi (t - peak) / day)) with a = (r - 1) / (r + 1) for a peak-to-trough ratio r. Whole days are
 * linear; within a day the cumulative rate is inverted by Newton's method inside a shrinking bracket.
 */
export function dailyRate({ meanPerSecond, peakToTrough, peakAtUs }: DailyShape, startMs: number): RateCurve {
  invariant(peakToTrough >= 1, 'a peak is no lower than its trough', undefined, peakToTrough);
  const swing = (peakToTrough - 1) / (peakToTrough + 1);
  const startOfDayMs = Math.floor(startMs / DAY_MS) * DAY_MS;
  const peakUs = peakAtUs - (startMs - startOfDayMs) * 1000;
  const perDay = (meanPerSecond * DAY_US) / SECOND_US;
  return {
    timeUs(expected) {
      if (perDay === 0) return Infinity;
      const days = Math.floor(expected / perDay);
      const meanUs = ((expected - days * perDay) / meanPerSecond) * SECOND_US;
      return days * DAY_US + timeWithinDayUs(meanUs, swing, peakUs);
    },
  };
}

interface WeeklyShape extends DailyShape {
  /** Monday to Sunday, 1 in the mean. */
  readonly dayFactors: readonly number[];
}

/** The daily curve times the factor of the day (UTC), so that the whole week has the mean asked for. */
export function weeklyRate(shape: WeeklyShape, startMs: number): RateCurve {
  const { meanPerSecond, peakToTrough, peakAtUs, dayFactors } = shape;
  const swing = (peakToTrough - 1) / (peakToTrough + 1);
  const startDay = Math.floor(startMs / DAY_MS);
  const sinceMidnightUs = (startMs - startDay * DAY_MS) * 1000;
  // 1970-01-01 was a Thursday.
  const weekday = (startDay + 3) % 7;
  /** Microseconds at the mean rate of day 0 up to time t of that day, by which days are cut where the run begins. */
  const flatUs = (timeUs: number): number =>
    timeUs + (swing / DAY_OMEGA) * (Math.sin(DAY_OMEGA * (timeUs - peakAtUs)) + Math.sin(DAY_OMEGA * peakAtUs));
  const skipped = flatUs(sinceMidnightUs) * dayFactors[weekday]!;
  const ends = [0];
  for (let day = 0; day < 7; day++) ends.push(ends[day]! + dayFactors[(weekday + day) % 7]! * DAY_US);
  return {
    timeUs(expected) {
      if (meanPerSecond === 0) return Infinity;
      // Counted from the midnight before the start.
      const target = (expected / meanPerSecond) * SECOND_US + skipped;
      const weeks = Math.floor(target / (7 * DAY_US));
      const inWeek = target - weeks * 7 * DAY_US;
      let day = 0;
      while (day < 6 && ends[day + 1]! <= inWeek) day++;
      const factor = dayFactors[(weekday + day) % 7]!;
      const meanUs = factor === 0 ? 0 : (inWeek - ends[day]!) / factor;
      return (weeks * 7 + day) * DAY_US + timeWithinDayUs(meanUs, swing, peakAtUs) - sinceMidnightUs;
    },
  };
}

/** The root t of t + (a / w) (sin(w (t - peak)) + sin(w peak)) = `meanUs`, with w = 2 pi / day; 0 <= t <= one day. */
function timeWithinDayUs(meanUs: number, swing: number, peakUs: number): number {
  const depthUs = swing / DAY_OMEGA;
  const target = meanUs - depthUs * Math.sin(DAY_OMEGA * peakUs);
  let low = 0;
  let high = DAY_US;
  let timeUs = meanUs;
  while (high - low > INVERSION_ERROR_US) {
    const angle = DAY_OMEGA * (timeUs - peakUs);
    const excessUs = timeUs + depthUs * Math.sin(angle) - target;
    if (excessUs > 0) high = timeUs;
    else low = timeUs;
    const next = timeUs - excessUs / (1 + swing * Math.cos(angle));
    if (Math.abs(next - timeUs) <= INVERSION_ERROR_US) return next;
    timeUs = next > low && next < high ? next : 0.5 * (low + high);
  }
  return timeUs;
}

const SECOND_US = 1_000_000;
const DAY_MS = 86_400_000;
const DAY_US = 86_400_000_000;
const DAY_OMEGA = (2 * Math.PI) / DAY_US;

/** Far below the whole microsecond to which arrivals are rounded; doubles resolve a day to 1.5e-5. */
const INVERSION_ERROR_US = 0.001;
