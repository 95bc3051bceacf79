import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundLogTicks, roundTicks, tickText } from '../../src/report/round-ticks.js';

describe('round ticks', () => {
  it('are round and lie between the ends', () => {
    expect(roundTicks(17, 93)).toEqual([20, 40, 60, 80]);
    expect(roundTicks(-3, 60)).toEqual([0, 20, 40, 60]);
    expect(roundTicks(0.12, 0.47)).toEqual([0.2, 0.3, 0.4]);
    expect(roundLogTicks(70, 20_000)).toEqual([100, 300, 1000, 3000, 10_000]);
    expect(roundLogTicks(0.8, 3)).toEqual([1, 2]);
    expect(roundLogTicks(1e-6, 1e9)).toEqual([1e-4, 1, 1e4, 1e8]);
    expect(roundTicks(5, 5)).toEqual([5]);
  });

  it('are from two to five, in order, whatever the ends', () => {
    const end = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(end, fc.double({ min: 1.05, max: 1e6, noNaN: true }), (low, times) => {
        for (const ticks of [roundTicks(low, low * times), roundLogTicks(low, low * times)]) {
          expect(ticks.length).toBeLessThanOrEqual(5);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.every((tick) => tick >= low * 0.999999 && tick <= low * times * 1.000001)).toBe(true);
          expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('are said shortly', () => {
    expect([0.30000000000000004, 20, 1500].map(tickText)).toEqual(['0.3', '20', '1,500']);
  });
});
