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
});
