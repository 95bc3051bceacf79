import { describe, expect, it } from 'vitest';
import { FixedWindow } from '../../../src/sim/gateway/fixed-window.js';
import { Places } from '../../../src/sim/gateway/places.js';
import { Ramp } from '../../../src/sim/gateway/ramp.js';
import { SlidingWindow } from '../../../src/sim/gateway/sliding-window.js';

const MINUTE = 60_000_000;
/** Half a minute into a window. */
const START = 10 * MINUTE + 30_000_000;

describe('a counter is reached when it holds its limit, not before and not only beyond', () => {
  it.each([
    ['places', () => new Places(3)],
    ['a fixed window', () => new FixedWindow(3, MINUTE, START)],
    ['a sliding window', () => new SlidingWindow(3, MINUTE)],
    ['a ramp', () => new Ramp(3, 0, 0, MINUTE)],
  ])('%s', (_name, make) => {
    const counter = make();
    counter.charge(0, 2);
    expect(counter.isReached(0)).toBe(false);
    counter.charge(0, 1);
    expect(counter.isReached(0)).toBe(true);
    counter.charge(0, 1);
    expect(counter.isReached(0)).toBe(true);
  });
});

describe('a counter says when there is room', () => {
  it('at once where there is, at the end of the fixed window where there is not, never for more than the limit', () => {
    const counter = new FixedWindow(3, MINUTE, START);
    expect(counter.fitsAtUs(5, 3)).toBe(5);
    counter.charge(5, 1);
    expect(counter.fitsAtUs(5, 3)).toBe(MINUTE / 2);
    expect(counter.fitsAtUs(5, 4)).toBe(Number.POSITIVE_INFINITY);
  });

  it('when what is in the way has left the minute of a ramp', () => {
    const counter = new Ramp(3, 0, 0, 10 * MINUTE);
    counter.charge(7, 2);
    expect(counter.fitsAtUs(9, 1)).toBe(9);
    expect(counter.fitsAtUs(9, 2)).toBe(7 + MINUTE);
    expect(counter.fitsAtUs(9, 4)).toBe(Number.POSITIVE_INFINITY);
  });

  it('and a full limit fits once a sliding window is empty', () => {
    const counter = new SlidingWindow(3, MINUTE);
    counter.charge(4, 3);
    expect(counter.fitsAtUs(5, 0)).toBe(5);
    expect(counter.fitsAtUs(5, 3)).toBe(4 + MINUTE);
  });
});

it('a sliding window remembers any number of instants in order, and those that come at once as one', () => {
  const counter = new SlidingWindow(1e9, 1000);
  for (let at = 0; at < 5000; at++) {
    counter.charge(at, 1);
    counter.charge(at, 2);
    expect(counter.held(at)).toBe(3 * Math.min(at + 1, 1000));
  }
  expect(counter.held(5999)).toBe(0);
  expect(counter.held(9000)).toBe(0);
});
