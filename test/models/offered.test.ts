import { describe, expect, it } from 'vitest';
import { offeredRate } from '../../src/models/offered.js';
import type { Arrivals, TraceArrivals } from '../../src/models/scenario.js';
import type { RateTable, RequestTable } from '../../src/models/trace.js';
import { Streams } from '../../src/sim/core/random.js';
import { arrivalProcess } from '../../src/sim/workload/arrivals.js';

const HOUR_US = 3_600_000_000;
/** Wednesday, so that weeks are cut. */
const START_MS = Date.UTC(2026, 5, 3, 7);

const curves: readonly [string, Exclude<Arrivals, { kind: 'users' | 'trace' | 'clients' }>][] = [
  ['a rate', { kind: 'gamma', perSecond: 30, cv: 1 }],
  ['bursts', { kind: 'bursts', basePerSecond: 10, peakPerSecond: 90, everyUs: 7 * 60e6, forUs: 50e6 }],
  [
    'a profile',
    {
      kind: 'profile',
      points: [
        [10 * 60e6, 5],
        [HOUR_US, 60],
        [2 * HOUR_US, 20],
      ],
    },
  ],
  ['a day', { kind: 'daily', meanPerSecond: 30, peakToTrough: 5, peakAtUs: 15 * HOUR_US, cv: 1 }],
  [
    'a week',
    {
      kind: 'weekly',
      meanPerSecond: 3,
      peakToTrough: 3,
      peakAtUs: 14 * HOUR_US,
      dayFactors: [1.4, 1.2, 1.2, 1.2, 1.2, 0.5, 0.3],
      cv: 1,
    },
  ],
];

describe('the rate that arrivals offer', () => {
  it.each(curves)('is what comes: %s', (_name, arrivals) => {
    const span = {
      startMs: START_MS,
      fromUs: 20 * 60e6,
      toUs: arrivals.kind === 'weekly' ? 9 * 24 * HOUR_US : 3 * HOUR_US,
    };
    const process = arrivalProcess(arrivals, new Streams('1', 0).get('offered'), START_MS);
    let count = 0;
    for (let atUs = process.nextAfter(span.fromUs); atUs < span.toUs; atUs = process.nextAfter(atUs)) count++;
    const { meanPerSecond, peakPerSecond } = offeredRate(arrivals, span, null)!;
    const expected = (meanPerSecond * (span.toUs - span.fromUs)) / 1e6;
    expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(peakPerSecond).toBeGreaterThanOrEqual(meanPerSecond * 0.999);
  });

  it('of clients is the sum of their windows', () => {
    const window = (fromUs: number, perSecond: number) => ({ fromUs, perSecond, cv: 1, law: 'gamma' as const });
    const groups = [
      { count: 3, zipf: 1, windows: [window(0, 4)] },
      { count: 1, zipf: 0, windows: [window(HOUR_US / 2, 10)] },
    ];
    const rate = offeredRate({ kind: 'clients', groups }, { startMs: 0, fromUs: 0, toUs: HOUR_US }, null);
    expect(rate).toEqual({ meanPerSecond: 9, peakPerSecond: 14 });
  });

  it('of a closed loop, and of a trace that was not read, is not known', () => {
    const span = { startMs: 0, fromUs: 0, toUs: HOUR_US };
    expect(offeredRate({ kind: 'users', count: 5, thinkUs: 1 }, span, null)).toBeNull();
    expect(offeredRate(trace({}), span, null)).toBeNull();
  });

  it('of a trace is that of its rows, cut, sped up, scaled and looped', () => {
    // Two a second for 100 s.
    const table: RequestTable = { ...EMPTY, rows: 201, atUs: Float64Array.from({ length: 201 }, (_, n) => n * 5e5) };
    const offered = (changes: Partial<TraceArrivals>, toUs: number) =>
      offeredRate(trace(changes), { startMs: 0, fromUs: 0, toUs }, table)!.meanPerSecond;
    expect(offered({}, 50e6)).toBeCloseTo(2, 1);
    expect(offered({ fromUs: 20e6, toUs: 60e6 }, 40e6)).toBeCloseTo(2, 1);
    expect(offered({ speed: 3, scale: 2 }, 30e6)).toBeCloseTo(12, 0);
    expect(offered({}, 400e6)).toBeCloseTo(0.5, 1);
    expect(offered({ loop: true }, 400e6)).toBeCloseTo(2, 1);
  });

  it('of a table of rates is that of its windows', () => {
    const table: RateTable = {
      kind: 'rates',
      unit: 'requests',
      clients: [0, 30e6].map((fromUs, n) => ({
        label: String(n),
        windows: [{ fromUs, toUs: 90e6, perSecond: 4, cv: 1, law: 'gamma' }],
      })),
      endUs: 90e6,
      badRows: 0,
      sha256: '',
    };
    const rate = offeredRate(trace({}), { startMs: 0, fromUs: 0, toUs: 90e6 }, table)!;
    expect(rate.meanPerSecond).toBeCloseTo((90 * 4 + 60 * 4) / 90, 9);
    expect(rate.peakPerSecond).toBeCloseTo((60 * 4 + 30 * 4) / 60, 9);
  });
});

const EMPTY = {
  kind: 'requests',
  input: null,
  output: null,
  label: null,
  labels: [],
  blocks: null,
  badRows: 0,
  sha256: '',
} as const;

function trace(changes: Partial<TraceArrivals>): TraceArrivals {
  const source = { file: 'x', format: 'csv', columns: {}, timeUnit: null, rateUnit: null, maxBadRows: 0 } as const;
  return {
    kind: 'trace',
    ...source,
    speed: 1,
    scale: 1,
    fromUs: 0,
    toUs: null,
    loop: false,
    spreadUs: 0,
    tierOf: null,
    ...changes,
  };
}
