import { describe, expect, it } from 'vitest';
import { TraceReplay, type TraceRows } from '../../../src/sim/workload/trace-rows.js';

const ROWS: TraceRows = {
  atUs: Float64Array.of(0, 10, 10, 25, 40),
  input: Int32Array.of(1, 2, 3, 4, 5),
  output: Int32Array.of(1, 1, 1, 1, 1),
};

function times(replay: TraceReplay): [number, number][] {
  const all: [number, number][] = [];
  for (let at = replay.nextArrivalUs(); at !== Number.POSITIVE_INFINITY; at = replay.nextArrivalUs())
    all.push([at, replay.row]);
  return all;
}

describe('TraceReplay', () => {
  it('replays every row in order at its time', () => {
    expect(times(new TraceReplay(ROWS, 1, 0, null))).toEqual([
      [0, 0],
      [10, 1],
      [10, 2],
      [25, 3],
      [40, 4],
    ]);
  });

  it('begins with the first row at or after `from`, at that time zero, and ends before `to`', () => {
    expect(times(new TraceReplay(ROWS, 1, 10, 40))).toEqual([
      [0, 1],
      [0, 2],
      [15, 3],
    ]);
  });

  it('is as many times as fast as asked, on whole microseconds', () => {
    expect(times(new TraceReplay(ROWS, 2, 0, null)).map(([at]) => at)).toEqual([0, 5, 5, 13, 20]);
  });

  it('has nothing beyond the trace', () => {
    expect(times(new TraceReplay(ROWS, 1, 41, null))).toEqual([]);
  });
});
