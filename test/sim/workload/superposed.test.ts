import { describe, expect, it } from 'vitest';
import type { ClientGroup } from '../../../src/models/scenario.js';
import type { RateTable, RateWindow } from '../../../src/models/trace.js';
import { stream } from '../../../src/sim/core/random.js';
import {
  type ClientRates,
  clientsOf,
  clientsOfTable,
  type Playback,
  SuperposedArrivals,
} from '../../../src/sim/workload/superposed.js';

const SECOND_US = 1_000_000;

function window(overrides: Partial<RateWindow> = {}): RateWindow {
  return { fromUs: 0, toUs: Number.POSITIVE_INFINITY, perSecond: 1, cv: 1, law: 'gamma', ...overrides };
}

/** Times and senders of what comes before the horizon. */
function arrivals(
  clients: readonly ClientRates[],
  seconds: number,
  options: Partial<Playback> = {},
): [number, number][] {
  const playback = { speed: 1, scale: 1, fromUs: 0, toUs: Number.POSITIVE_INFINITY, loop: false };
  const process = new SuperposedArrivals(
    clients,
    { ...playback, horizonUs: seconds * SECOND_US, ...options },
    (client) => stream('7', 1, `client/${client}`),
  );
  const all: [number, number][] = [];
  for (;;) {
    const atUs = process.nextArrivalUs();
    if (atUs >= seconds * SECOND_US) return all;
    all.push([atUs, process.client]);
  }
}

function cvOf(times: readonly number[]): number {
  const gaps = times.slice(1).map((at, i) => at - times[i]!);
  const mean = gaps.reduce((sum, gapUs) => sum + gapUs, 0) / gaps.length;
  const variance = gaps.reduce((sum, gapUs) => sum + (gapUs - mean) * (gapUs - mean), 0) / gaps.length;
  return Math.sqrt(variance) / mean;
}

describe('SuperposedArrivals', () => {
  it.each([
    ['gamma', 0.5],
    ['gamma', 3],
    ['weibull', 0.5],
    ['weibull', 3],
  ] as const)('one client of the law %s has rate 20/s and CV %d', (law, cv) => {
    const times = arrivals([{ windows: [window({ perSecond: 20, cv, law })] }], 20_000).map(([at]) => at);
    expect(times.length / 20_000 / 20).toBeCloseTo(1, 1.5);
    expect(cvOf(times) / cv).toBeCloseTo(1, 1);
  });

  it('come in order, each client at its own rate', () => {
    const all = arrivals(
      [2, 5, 0, 13].map((perSecond) => ({ windows: [window({ perSecond })] })),
      5000,
    );
    expect(all.map(([at]) => at)).toEqual(all.map(([at]) => at).toSorted((a, b) => a - b));
    const counts = [0, 0, 0, 0];
    for (const [, client] of all) counts[client]!++;
    for (const [client, perSecond] of [2, 5, 0, 13].entries()) {
      expect(Math.abs(counts[client]! - perSecond * 5000)).toBeLessThan(4 * Math.sqrt(perSecond * 5000) + 1);
    }
  });

  it('of many even clients are nearly Poisson, whatever the law of each', () => {
    const clients = Array.from({ length: 400 }, () => ({
      windows: [window({ perSecond: 0.05, cv: 3, law: 'weibull' as const })],
    }));
    const few = arrivals(
      clients.slice(0, 1).map(({ windows: [one] }) => ({ windows: [{ ...one!, perSecond: 20 }] })),
      2000,
    );
    const many = arrivals(clients, 2000);
    expect(cvOf(few.map(([at]) => at))).toBeGreaterThan(2.5);
    expect(cvOf(many.map(([at]) => at))).toBeLessThan(1.3);
  });

  it('follow their windows: rates, pauses, the law and CV of each', () => {
    const windows = [
      window({ toUs: 1000 * SECOND_US, perSecond: 4, cv: 0 }),
      window({ fromUs: 3000 * SECOND_US, toUs: 5000 * SECOND_US, perSecond: 20, cv: 2, law: 'weibull' }),
    ];
    const times = arrivals([{ windows }], 9000).map(([at]) => at / SECOND_US);
    const first = times.filter((at) => at < 1000);
    const last = times.filter((at) => at >= 3000);
    expect([first.length, first.length + last.length]).toEqual([3999, times.length]);
    expect(last.length / 40_000).toBeCloseTo(1, 1);
    expect(Math.max(...times)).toBeLessThan(5000);
    expect(cvOf(last)).toBeCloseTo(2, 0.5);
  });

  it('can be played faster, scaled, cut and in a loop', () => {
    const windows = [
      window({ toUs: 100 * SECOND_US, perSecond: 40 }),
      window({ fromUs: 100 * SECOND_US, toUs: 200 * SECOND_US, perSecond: 0.001 }),
    ];
    const count = (options: Partial<Playback>, seconds = 1000): number =>
      arrivals([{ windows }], seconds, options).length;
    const within = (actual: number, expected: number): void => expect(actual / expected).toBeCloseTo(1, 0.9);
    within(count({}), 4000);
    within(count({ speed: 2 }, 50), 4000);
    within(count({ scale: 0.5 }), 2000);
    within(count({ fromUs: 50 * SECOND_US }), 2000);
    within(count({ toUs: 25 * SECOND_US }), 1000);
    within(count({ toUs: 200 * SECOND_US, loop: true }), 5 * 4000);
    expect(count({ toUs: 200 * SECOND_US, loop: true, scale: 1e-12 })).toBe(0);
  });

  it('are the same of one client whoever else there is', () => {
    const one = { windows: [window({ cv: 3 })] };
    const others = Array.from({ length: 20 }, () => ({ windows: [window({ perSecond: 3 })] }));
    const alone = arrivals([one], 1000).map(([at]) => at);
    expect(
      arrivals([one, ...others], 1000)
        .filter(([, client]) => client === 0)
        .map(([at]) => at),
    ).toEqual(alone);
  });
});

describe('clientsOf', () => {
  const group: ClientGroup = { count: 3, zipf: 1, windows: [{ fromUs: 0, perSecond: 11, cv: 2, law: 'gamma' }] };

  it("shares a group's rate out by Zipf's law", () => {
    expect(clientsOf([group]).map(({ windows }) => windows[0]!.perSecond)).toEqual(
      [6, 3, 2].map((part) => expect.closeTo(part, 9)),
    );
    expect(clientsOf([{ ...group, zipf: 0 }]).map(({ windows }) => windows[0]!.perSecond)).toEqual(
      [1, 1, 1].map(() => expect.closeTo(11 / 3, 9)),
    );
  });

  it('ends each window where the next begins', () => {
    const windows = [0, 60].map((at) => ({ fromUs: at * SECOND_US, perSecond: 1, cv: 1, law: 'gamma' as const }));
    expect(clientsOf([{ count: 1, zipf: 0, windows }])[0]!.windows.map(({ toUs }) => toUs)).toEqual([
      60e6,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

describe('clientsOfTable', () => {
  it('turns prompt tokens a second into requests of the mean length', () => {
    const table: RateTable = {
      kind: 'rates',
      unit: 'promptTokens',
      clients: [{ label: 'a', windows: [window({ perSecond: 5000 })] }],
      endUs: 1,
      badRows: 0,
      sha256: '',
    };
    expect(clientsOfTable(table, 250)[0]!.windows[0]!.perSecond).toBe(20);
    expect(clientsOfTable({ ...table, unit: 'requests' }, 250)[0]!.windows[0]!.perSecond).toBe(5000);
  });
});
