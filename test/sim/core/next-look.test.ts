import { expect, it } from 'vitest';
import { nextLookUs } from '../../../src/sim/core/next-look.js';

it('looks after a millisecond, then after twice as long each time, and at the end', () => {
  const looks: number[] = [];
  for (let nowUs = 0; nowUs < 10_000; ) {
    nowUs = nextLookUs(nowUs, 10_000);
    looks.push(nowUs);
  }
  expect(looks).toEqual([1000, 2000, 4000, 8000, 10_000]);
});

it('never looks later than at the end', () => {
  expect([nextLookUs(0, 3), nextLookUs(70_000_000, 120_000_000)]).toEqual([3, 120_000_000]);
  expect(nextLookUs(5000, Number.POSITIVE_INFINITY)).toBe(10_000);
});
