import jstat from 'jstat';
import { describe, expect, it } from 'vitest';
import { studentT95, twoSidedPoint } from '../../src/plan/student-t.js';

describe("Student's t", () => {
  it('agrees with jstat', () => {
    for (const degrees of [1, 2, 3, 4, 5, 6, 7, 9, 10, 19, 20, 29, 30, 99, 100, 999]) {
      for (const probability of [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]) {
        const expected = jstat.studentt.inv((1 + probability) / 2, degrees);
        expect(Math.abs(twoSidedPoint(probability, degrees) / expected - 1), `${probability} ${degrees}`).toBeLessThan(
          1e-6,
        );
      }
    }
  });

  it('has the values of printed tables', () => {
    expect(studentT95(1)).toBeCloseTo(12.7062, 4);
    expect(studentT95(4)).toBeCloseTo(2.7764, 4);
    expect(studentT95(9)).toBeCloseTo(2.262157, 6);
    expect(studentT95(100_000)).toBeCloseTo(1.96, 3);
  });
});
