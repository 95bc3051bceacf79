import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingWindow } from '../../../src/sim/gateway/sliding-window.js';

describe('SlidingWindow', () => {
  it('takes amounts up to its limit and no more', () => {
    const window = new SlidingWindow(3, 60);
    window.charge(0, 2);
    expect(window.fits(1, 1)).toBe(true);
    expect(window.fits(1, 2)).toBe(false);
  });

  it('forgets a charge after exactly its length, not a microsecond before', () => {
    const window = new SlidingWindow(1, 60);
    window.charge(100, 1);
    expect(window.fits(159, 1)).toBe(false);
    expect(window.fits(160, 1)).toBe(true);
  });

  it('slides: charges leave one by one, as they came', () => {
    const window = new SlidingWindow(2, 60);
    window.charge(0, 1);
    window.charge(30, 1);
    expect(window.fits(60, 1)).toBe(true);
    expect(window.fits(60, 2)).toBe(false);
    expect(window.fits(90, 2)).toBe(true);
  });

  it('remembers a charge beyond the limit, which output tokens may make', () => {
    const window = new SlidingWindow(10, 60);
    window.charge(0, 25);
    expect(window.fits(59, 1)).toBe(false);
    expect(window.fits(60, 10)).toBe(true);
  });

  it('agrees with a plain list of charges however many there are', () => {
    const charges = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 5 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(charges, (steps) => {
        const window = new SlidingWindow(40, 100);
        const charged: [number, number][] = [];
        let nowUs = 0;
        for (const [waitUs, amount] of steps) {
          nowUs += waitUs;
          const held = charged.filter(([at]) => at > nowUs - 100).reduce((sum, [, by]) => sum + by, 0);
          const fits = window.fits(nowUs, amount);
          expect(fits).toBe(held + amount <= 40);
          if (!fits) continue;
          window.charge(nowUs, amount);
          charged.push([nowUs, amount]);
        }
      }),
      { seed: 20_261_121 },
    );
  });
});
