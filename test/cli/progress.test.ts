import { describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress.js';

describe('progressLine', () => {
  it('tells percent, simulated time, pace and time left', () => {
    const line = progressLine('four-tiers', { nowUs: 600e6, endUs: 2_400e6, requests: 12_000 }, 5);
    expect(line).toBe('four-tiers  25 %  10m of 40m  2,400 requests/s  about 15s left');
  });

  it('never shows more than 100 %, though a drained run goes on beyond its duration', () => {
    expect(progressLine('x', { nowUs: 61e6, endUs: 60e6, requests: 1 }, 1)).toContain('100 %');
  });

  it('is defined before anything has happened', () => {
    expect(progressLine('x', { nowUs: 0, endUs: 60e6, requests: 0 }, 0)).toBe('x  0 %  0s of 1m  0 requests/s');
  });
});
