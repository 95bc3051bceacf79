import { describe, expect, it } from 'vitest';
import { sparkline, sumByGroups } from '../../src/report/sparkline.js';

describe('sparkline', () => {
  it('rises from the lowest mark to the full block', () => {
    expect(sparkline([0, 1, 4, 8])).toBe('▁▁▄█');
  });

  it('leaves a gap where there is nothing to measure', () => {
    expect(sparkline([1, null, 1])).toBe('█ █');
  });

  it('is flat where everything is zero', () => {
    expect(sparkline([0, 0])).toBe('▁▁');
  });
});

describe('sumByGroups', () => {
  it('sums neighbours and leaves the rest to the last', () => {
    expect(sumByGroups([1, 2, 3, 4, 5], 2)).toEqual([3, 7, 5]);
  });

  it('changes nothing in groups of one', () => {
    expect(sumByGroups([3, 1], 1)).toEqual([3, 1]);
  });
});
