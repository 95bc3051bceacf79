import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestTable } from '../../../src/models/trace.js';
import { stream } from '../../../src/sim/core/random.js';
import { type ReplayOptions, TraceReplay } from '../../../src/sim/workload/trace-replay.js';

function tableOf(atUs: readonly number[], overrides: Partial<RequestTable> = {}): RequestTable {
  const ones = new Int32Array(atUs.length).fill(1);
  return {
    kind: 'requests',
    rows: atUs.length,
    atUs: Float64Array.from(atUs),
    input: ones,
    output: ones,
    label: null,
    labels: [],
    blocks: null,
    badRows: 0,
    sha256: '',
    ...overrides,
  };
}

const TABLE = tableOf([0, 10, 10, 25, 40]);

function replay(options: Partial<ReplayOptions> = {}, table = TABLE): TraceReplay {
  const all = { speed: 1, scale: 1, fromUs: 0, toUs: Number.POSITIVE_INFINITY, loop: false, horizonUs: 1e15 };
  return new TraceReplay(
    table,
    { ...all, spreadUs: 0, isPlayed: null, ...options },
    { scale: stream('1', 1, 'scale'), spread: stream('1', 1, 'spread'), copies: stream('1', 1, 'copies') },
  );
}

function times(from: TraceReplay, most = 100): [number, number][] {
  const all: [number, number][] = [];
  for (let at = from.nextArrivalUs(); at !== Number.POSITIVE_INFINITY && all.length < most; at = from.nextArrivalUs())
    all.push([at, from.row]);
  return all;
}

describe('TraceReplay', () => {
  it('replays every row in order at its time', () => {
    expect(times(replay())).toEqual([
      [0, 0],
      [10, 1],
      [10, 2],
      [25, 3],
      [40, 4],
    ]);
  });

  it('begins with the first row at or after `from`, at that time zero, and ends before `to`', () => {
    expect(times(replay({ fromUs: 10, toUs: 40 }))).toEqual([
      [0, 1],
      [0, 2],
      [15, 3],
    ]);
  });

  it('is as many times as fast as asked, on whole microseconds', () => {
    expect(times(replay({ speed: 2 })).map(([at]) => at)).toEqual([0, 5, 5, 13, 20]);
  });

  it('has nothing beyond the trace, nor beyond the horizon', () => {
    expect(times(replay({ fromUs: 41 }))).toEqual([]);
    expect(times(replay({ horizonUs: 25 }))).toHaveLength(3);
    expect(times(replay({ loop: true, horizonUs: 100, scale: 1e-9 }))).toEqual([]);
  });

  it('loops with its mean gap after the last row, or at `to`', () => {
    expect(times(replay({ loop: true, horizonUs: 100 })).map(([at]) => at)).toEqual([
      0, 10, 10, 25, 40, 50, 60, 60, 75, 90,
    ]);
    expect(times(replay({ loop: true, fromUs: 10, toUs: 30, horizonUs: 36 }))).toEqual([
      [0, 1],
      [0, 2],
      [15, 3],
      [20, 1],
      [20, 2],
      [35, 3],
    ]);
  });

  it('leaves out the rows of labels that are not played', () => {
    const table = tableOf([0, 10, 20], { label: Int32Array.of(0, 1, 0), labels: ['a', 'b'] });
    expect(times(replay({ isPlayed: [true, false] }, table))).toEqual([
      [0, 0],
      [20, 2],
    ]);
  });

  it('spreads what shares an instant evenly over its tick, and leaves the rest where it is', () => {
    const instants = Array.from({ length: 20_000 }, (_, i) => Math.floor(i / 10) * 3_000_000);
    const spread = times(replay({ spreadUs: 3_000_000 }, tableOf([...instants, 6e9 + 5])), 30_000);
    const within = spread.slice(0, -1).map(([at]) => (at % 3_000_000) / 3_000_000);
    const mean = within.reduce((sum, share) => sum + share, 0) / within.length;
    expect(mean).toBeCloseTo(0.5, 1.9);
    expect(spread.at(-1)).toEqual([6e9 + 5, 20_000]);
    expect(spread.map(([at]) => at)).toEqual(spread.map(([at]) => at).toSorted((a, b) => a - b));
    // Never beyond the next instant.
    expect(Math.max(...times(replay({ spreadUs: 3_000_000 }, tableOf([0, 0, 0, 100]))).map(([at]) => at))).toBe(100);
  });

  it('plays each row as often as asked in the mean, in order, the first time at its own instant', () => {
    const table = tableOf(Array.from({ length: 20_000 }, (_, i) => i * 100));
    for (const scale of [0.25, 1, 2.5]) {
      const played = times(replay({ scale }, table), 100_000);
      expect(played.length / 20_000 / scale).toBeCloseTo(1, 1.5);
      expect(played.every(([at, row]) => at >= row * 100 && at <= (row + 1) * 100)).toBe(true);
    }
    expect(times(replay({ scale: 3 }, table), 6).filter(([at, row]) => at === row * 100)).toHaveLength(2);
  });

  it('leaves first times where they are, however often rows are played', () => {
    const table = tableOf(Array.from({ length: 200 }, (_, i) => Math.floor(i / 5) * 1000));
    const firsts = (scale: number): number[] => {
      const from = replay({ scale, spreadUs: 1000 }, table);
      const at: number[] = [];
      for (let atUs = from.nextArrivalUs(); atUs !== Number.POSITIVE_INFINITY; atUs = from.nextArrivalUs())
        if (from.copy === 0) at.push(atUs);
      return at;
    };
    expect(firsts(1)).toHaveLength(200);
    expect(firsts(2.3)).toEqual(firsts(1));
  });

  it('never goes back in time', () => {
    const options = fc.record({
      scale: fc.constantFrom(0.5, 1, 2.7),
      spreadUs: fc.constantFrom(0, 7, 1000),
      speed: fc.constantFrom(1, 0.3, 4),
      loop: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 2, maxLength: 30 }), options, (gaps, drawn) => {
        let atUs = 0;
        const table = tableOf(gaps.map((gapUs) => (atUs += gapUs)));
        const all = times(replay({ ...drawn, horizonUs: 1000, toUs: atUs + 5 }, table), 500).map(([at]) => at);
        expect(all).toEqual(all.toSorted((a, b) => a - b));
      }),
    );
  });
});
