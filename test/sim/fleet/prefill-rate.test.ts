import { describe, expect, it } from 'vitest';
import { PrefillRate } from '../../../src/sim/fleet/prefill-rate.js';

/** Ten tokens a millisecond and node by design. */
const DESIGN = 0.01;
const MEMORY_US = 1_000_000;

describe('PrefillRate', () => {
  it('predicts by the design rate before there was a queue', () => {
    const rate = new PrefillRate(DESIGN, MEMORY_US);
    expect(rate.predictUs(0, 1000, 1)).toBe(100_000);
    expect(rate.predictUs(0, 1000, 4)).toBe(25_000);
  });

  it('predicts nothing to wait for where nothing is queued', () => {
    expect(new PrefillRate(DESIGN, MEMORY_US).predictUs(0, 0, 1)).toBe(0);
  });

  it('learns a slower rate while there is a queue', () => {
    const rate = new PrefillRate(DESIGN, MEMORY_US);
    rate.setBacklogged(0, 1);
    // Two tokens a millisecond for ten times its memory.
    for (let us = 1000; us <= 10 * MEMORY_US; us += 1000) rate.scheduled(us, 2);
    expect(rate.predictUs(10 * MEMORY_US, 2000, 1) / 1e6).toBeCloseTo(1, 2);
  });

  it('measures per node: two nodes with a queue that take twice as much are as fast each', () => {
    const rate = new PrefillRate(DESIGN, MEMORY_US);
    rate.setBacklogged(0, 2);
    for (let us = 1000; us <= 10 * MEMORY_US; us += 1000) rate.scheduled(us, 4);
    expect(rate.predictUs(10 * MEMORY_US, 2000, 1) / 1e6).toBeCloseTo(1, 2);
  });

  it('does not take idle time for slowness', () => {
    const rate = new PrefillRate(DESIGN, MEMORY_US);
    rate.setBacklogged(0, 1);
    rate.setBacklogged(1000, 0);
    const before = rate.predictUs(1000, 1000, 1);
    expect(rate.predictUs(3600e6, 1000, 1)).toBe(before);
  });
});
