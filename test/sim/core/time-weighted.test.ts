import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import { TimeWeighted } from '../../../src/sim/core/time-weighted.js';

describe('TimeWeighted', () => {
  it('integrates a value that changes in steps', () => {
    const running = new TimeWeighted();
    running.set(10, 4);
    running.add(20, -1);
    running.add(20, 2);
    expect(running.value).toBe(5);
    expect(running.integralUntil(23)).toBe(4 * 10 + 5 * 3);
    expect(running.meanUntil(23)).toBe(55 / 23);
  });

  it('gives the same integral however often it is asked', () => {
    const running = new TimeWeighted();
    running.set(0, 3);
    for (let nowUs = 0; nowUs < 100; nowUs += 7) running.integralUntil(nowUs);
    expect(running.integralUntil(100)).toBe(300);
  });

  it('forgets the warm-up but keeps the value', () => {
    const running = new TimeWeighted();
    running.set(0, 1000);
    running.set(50, 2);
    running.reset(100);
    expect(running.integralUntil(110)).toBe(20);
    expect(running.meanUntil(110)).toBe(2);
  });

  it('has mean 0 over no time', () => {
    const running = new TimeWeighted();
    running.set(5, 3);
    running.reset(9);
    expect(running.meanUntil(9)).toBe(0);
  });

  it('stays exact beyond 2^53', () => {
    const blocks = new TimeWeighted();
    const twoWeeksUs = 1_209_600_000_000;
    blocks.set(0, 30_001);
    blocks.set(twoWeeksUs - 1, 0);
    expect(blocks.integralUntil(twoWeeksUs)).toBe(Number(30_001n * BigInt(twoWeeksUs - 1)));
    blocks.set(twoWeeksUs, 1);
    blocks.reset(twoWeeksUs + 1);
    expect(blocks.integralUntil(twoWeeksUs + 3)).toBe(2);
  });

  it('refuses a step back in time', () => {
    const running = new TimeWeighted();
    running.set(10, 1);
    expect(() => running.set(9, 2)).toThrow(InvariantError);
  });
});
