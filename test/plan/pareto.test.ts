import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../src/plan/pareto.js';

describe('the Pareto front', () => {
  it('holds exactly the points that no other beats', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(fc.option(point), { maxLength: 30 }), (points) => {
        const front = new Set(paretoFront(points));
        for (const [place, one] of points.entries()) {
          if (one === null) {
            expect(front.has(place)).toBe(false);
            continue;
          }
          const isBeaten = points.some((other, at) => {
            if (other === null || at === place) return false;
            const isNoWorse = other[0] <= one[0] && other[1] <= one[1];
            const isEqual = other[0] === one[0] && other[1] === one[1];
            return isNoWorse && (!isEqual || at < place);
          });
          expect(front.has(place)).toBe(!isBeaten);
        }
      }),
    );
  });
});
