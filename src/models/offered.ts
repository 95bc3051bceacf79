import type { Arrivals, TraceArrivals } from './scenario.js';
import type { RateTable, RequestTable, TraceTable } from './trace.js';

/** How many requests, or conversations, come in a second; null: nobody can say before the run. */
export interface OfferedRate {
  readonly meanPerSecond: number;
  /** Of the busiest moment. */
  readonly peakPerSecond: number;
}

/** A stretch of simulated time, and what the clock says at t = 0. */
export interface Span {
  readonly startMs: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * What the arrivals bring within the span. A closed loop (`users`) has no rate of its own: null. A trace needs its table,
 * and comes from the run's beginning on, so its mean is over [0, toUs).
 */
export function offeredRate(arrivals: Arrivals, span: Span, table: TraceTable | null): OfferedRate | null {
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
    case 'gamma':
    case 'weibull':
      return { meanPerSecond: arrivals.perSecond, peakPerSecond: arrivals.perSecond };
    case 'bursts': {
      const expected = burstsUpTo(arrivals, span.toUs) - burstsUpTo(arrivals, span.fromUs);
      const meanPerSecond = expected / ((span.toUs - span.fromUs) / 1e6);
      return { meanPerSecond, peakPerSecond: Math.max(arrivals.peakPerSecond, arrivals.basePerSecond) };
    }
    case 'profile':
    case 'daily':
    case 'weekly':
    case 'clients':
      return sampled((atUs) => rateAt(arrivals, atUs, span.startMs), span);
    case 'users':
      return null;
    case 'trace':
      return table === null ? null : traceRate(arrivals, table, span.toUs);
  }
}

/** Enough for the third digit of any curve that a report would show. */
const SAMPLES = 4096;

function sampled(rate: (atUs: number) => number, { fromUs, toUs }: Span): OfferedRate {
  let sum = 0;
  let peakPerSecond = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const perSecond = rate(fromUs + ((toUs - fromUs) * (sample + 0.5)) / SAMPLES);
    sum += perSecond;
    peakPerSecond = Math.max(peakPerSecond, perSecond);
  }
  return { meanPerSecond: sum / SAMPLES, peakPerSecond };
}

function burstsUpTo(bursts: Extract<Arrivals, { kind: 'bursts' }>, atUs: number): number {
  const { basePerSecond, peakPerSecond, everyUs, forUs } = bursts;
  const upTo = (inPeriodUs: number): number => {
    const burstUs = Math.min(inPeriodUs, forUs);
    return (burstUs * peakPerSecond + (inPeriodUs - burstUs) * basePerSecond) / 1e6;
  };
  const periods = Math.floor(atUs / everyUs);
  return periods * upTo(everyUs) + upTo(atUs - periods * everyUs);
}

type Curve = Extract<Arrivals, { kind: 'profile' | 'daily' | 'weekly' | 'clients' }>;

function rateAt(curve: Curve, atUs: number, startMs: number): number {
  switch (curve.kind) {
    case 'profile':
      return linear(curve.points, atUs);
    case 'clients':
      return curve.groups.reduce((sum, { windows }) => {
        return sum + (windows.findLast(({ fromUs }) => fromUs <= atUs)?.perSecond ?? 0);
      }, 0);
    case 'daily':
    case 'weekly': {
      const sinceEpochUs = startMs * 1000 + atUs;
      const swing = (curve.peakToTrough - 1) / (curve.peakToTrough + 1);
      const angle = (2 * Math.PI * (sinceEpochUs - curve.peakAtUs)) / DAY_US;
      // 1970-01-01 was a Thursday.
      const weekday = (Math.floor(sinceEpochUs / DAY_US) + 3) % 7;
      const ofDay = curve.kind === 'daily' ? 1 : curve.dayFactors[weekday]!;
      return curve.meanPerSecond * ofDay * (1 + swing * Math.cos(angle));
    }
  }
}

const DAY_US = 86_400_000_000;

function linear(points: readonly (readonly [atUs: number, perSecond: number])[], atUs: number): number {
  const after = points.findIndex(([pointUs]) => pointUs > atUs);
  const next = points[after] ?? points.at(-1)!;
  const last = after < 0 ? next : (points[after - 1] ?? next);
  const width = next[0] - last[0];
  return width === 0 ? next[1] : last[1] + ((next[1] - last[1]) * (atUs - last[0])) / width;
}

/** In requests; of a table in prompt tokens: in tokens. */
function traceRate(arrivals: TraceArrivals, table: TraceTable, toUs: number): OfferedRate {
  const { fromUs, speed, scale } = arrivals;
  const endUs = table.kind === 'requests' ? (table.atUs[table.rows - 1] ?? 0) : table.endUs;
  const cutUs = Math.min(arrivals.toUs ?? endUs, endUs);
  const lengthUs = Math.max(1, cutUs - fromUs);
  // Whole rounds of a loop look alike; without one nothing comes after the trace.
  const playedUs = arrivals.loop ? lengthUs : Math.min(lengthUs, toUs * speed);
  const share = arrivals.loop ? 1 : Math.min(1, lengthUs / (toUs * speed));
  const factor = speed * scale;
  const played =
    table.kind === 'rates' ? windowsBetween(table, fromUs, playedUs) : rowsBetween(table, fromUs, fromUs + playedUs);
  return {
    meanPerSecond: (played.arrivals / (playedUs / 1e6)) * factor * share,
    peakPerSecond: (played.mostAMinute / 60) * factor,
  };
}

interface Played {
  readonly arrivals: number;
  readonly mostAMinute: number;
}

function windowsBetween({ clients }: RateTable, startUs: number, lengthUs: number): Played {
  const minutes = new Float64Array(Math.ceil(lengthUs / MINUTE_US));
  for (const window of clients.flatMap(({ windows }) => windows)) {
    const [fromUs, toUs] = [Math.max(0, window.fromUs - startUs), Math.min(lengthUs, window.toUs - startUs)];
    for (let minute = Math.floor(fromUs / MINUTE_US); minute * MINUTE_US < toUs; minute++) {
      const inMinuteUs = Math.min(toUs, (minute + 1) * MINUTE_US) - Math.max(fromUs, minute * MINUTE_US);
      minutes[minute]! += (window.perSecond * inMinuteUs) / 1e6;
    }
  }
  return {
    arrivals: minutes.reduce((sum, count) => sum + count, 0),
    mostAMinute: minutes.reduce((most, count) => Math.max(most, count), 0),
  };
}

function rowsBetween({ atUs, rows }: RequestTable, fromUs: number, toUs: number): Played {
  let arrivals = 0;
  let mostAMinute = 0;
  let minute = -1;
  let inMinute = 0;
  for (let row = 0; row < rows; row++) {
    const at = atUs[row]!;
    if (at < fromUs || at > toUs) continue;
    arrivals++;
    const ofRow = Math.floor(at / MINUTE_US);
    inMinute = ofRow === minute ? inMinute + 1 : 1;
    minute = ofRow;
    mostAMinute = Math.max(mostAMinute, inMinute);
  }
  return { arrivals, mostAMinute };
}

const MINUTE_US = 60_000_000;
