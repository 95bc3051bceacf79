import { describe, expect, it } from 'vitest';
import { kneeOf } from '../../src/plan/knee.js';

describe('the knee of a curve', () => {
  it('of the time in M/M/1 lies where its slope is that of the chord', () => {
    // y = 1 / (1 - x) between a and b: 1 - knee = sqrt((1 - a) (1 - b)).
    const [a, b] = [0.1, 0.96];
    const points = Array.from({ length: 1000 }, (_, i) => a + ((b - a) * i) / 999).map((x) => ({ x, y: 1 / (1 - x) }));
    expect(kneeOf(points)!.x).toBeCloseTo(1 - Math.sqrt((1 - a) * (1 - b)), 2);
  });

  it('is the last flat point before a jump, whatever the order of the points', () => {
    const points = [1, 2, 3, 4, 5, 6].map((x) => ({ x, y: x <= 4 ? 10 + x : 1000 * x }));
    expect(kneeOf(points)).toEqual({ x: 4, y: 14 });
    expect(kneeOf(points.toReversed())).toEqual({ x: 4, y: 14 });
  });

  it('is not seen in a straight line, a falling one, or in three points', () => {
    const line = [1, 2, 3, 4, 5].map((x) => ({ x, y: 3 * x }));
    expect(kneeOf(line)).toBeNull();
    expect(kneeOf(line.map(({ x, y }) => ({ x, y: -y })))).toBeNull();
    expect(
      kneeOf([
        { x: 1, y: 1 },
        { x: 2, y: 1 },
        { x: 3, y: 99 },
      ]),
    ).toBeNull();
  });
});
