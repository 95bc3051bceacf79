import { describe, expect, it } from 'vitest';
import { Signal } from '../../../src/sim/gateway/signal.js';

const rules = (scrapeUs: number, averageUs: number, hysteresis: number) => ({ scrapeUs, averageUs, hysteresis });
const beyond = (signal: Signal, readings: readonly (readonly [atUs: number, level: number])[], bound = 10) =>
  readings.map(([atUs, level]) => signal.isBeyond(atUs, level, bound));

describe('Signal', () => {
  it('is nothing where a profile asks for nothing', () => {
    expect(Signal.of(rules(0, 0, 0))).toBeNull();
    for (const asked of [rules(1, 0, 0), rules(0, 1, 0), rules(0, 0, 0.1)]) expect(Signal.of(asked)).not.toBeNull();
  });

  it('stays as it was read until the next period, whatever happens meanwhile', () => {
    const signal = new Signal(rules(100, 0, 0));
    const seen = beyond(signal, [
      [0, 5],
      [50, 99],
      [100, 99],
      [199, 0],
      [200, 0],
    ]);
    expect(seen).toEqual([false, false, true, true, false]);
  });

  it('compares the mean of the readings of so long', () => {
    const signal = new Signal(rules(100, 300, 0));
    const seen = beyond(signal, [
      [0, 0],
      [100, 18],
      [200, 18],
      [300, 18],
      [400, 0],
      [500, 0],
    ]);
    // Means: 0, 9, 12, 18, 12, 6.
    expect(seen).toEqual([false, false, true, true, true, false]);
  });

  it('takes the mean over ten readings where no period is given', () => {
    const signal = new Signal(rules(0, 1000, 0));
    expect(
      beyond(signal, [
        [0, 20],
        [99, 0],
        [100, 0],
        [1000, 0],
      ]),
    ).toEqual([true, true, false, false]);
  });

  it('goes on shedding until the signal is well below the threshold', () => {
    const signal = new Signal(rules(0, 0, 0.2));
    const seen = beyond(signal, [
      [0, 9],
      [1, 11],
      [2, 9],
      [3, 8],
      [4, 9],
    ]);
    expect(seen).toEqual([false, true, true, false, false]);
  });

  it('without a period is read whenever somebody asks, also twice at one instant', () => {
    const seen = beyond(new Signal(rules(0, 0, 0.5)), [
      [7, 9],
      [7, 11],
      [7, 5],
    ]);
    expect(seen).toEqual([false, true, false]);
  });

  it('takes readings out of the mean when they are as old as it is long, and not before', () => {
    const signal = new Signal(rules(10, 20, 0));
    const seen = beyond(signal, [
      [0, 30],
      [15, 0],
      [20, 0],
      [30, 30],
    ]);
    // Means: 30; 15; what was read at 0 is gone; of 15 at 30 still there.
    expect(seen).toEqual([true, true, false, false]);
    expect(beyond(signal, [[35, 99]])).toEqual([false]);
    expect(beyond(signal, [[40, 30]])).toEqual([true]);
  });

  it('knows when its next reading could say something else', () => {
    const signal = new Signal(rules(100, 300, 0));
    expect(signal.nextUs(0)).toBe(Number.POSITIVE_INFINITY);
    signal.isBeyond(150, 5, 10);
    // All readings are as the signal is.
    expect(signal.nextUs(150)).toBe(Number.POSITIVE_INFINITY);
    signal.isBeyond(160, 6, 10);
    expect([signal.nextUs(160), signal.nextUs(199), signal.nextUs(200)]).toEqual([200, 200, 300]);
    signal.isBeyond(200, 6, 10);
    expect(signal.nextUs(200)).toBe(300);
    const plain = new Signal(rules(0, 0, 0.1));
    plain.isBeyond(5, 1, 10);
    plain.isBeyond(6, 2, 10);
    expect(plain.nextUs(6)).toBe(Number.POSITIVE_INFINITY);
  });
});
