import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortWhole } from '../../../src/sim/core/sort-whole.js';

const sorted = (values: readonly number[]): number[] => {
  const array = Float64Array.from(values);
  sortWhole(array, Math.max(0, ...values));
  return [...array];
};

describe('sortWhole', () => {
  it('sorts few and many, small and large, as the built-in sort does', () => {
    const lengths = fc.constantFrom(0, 1, 5, 4095, 4096, 5000);
    const largest = fc.constantFrom(1, 2047, 2048, 4_194_303, 4_294_967_295, 4_294_967_296, 2 ** 52);
    fc.assert(
      fc.property(lengths, largest, fc.integer({ min: 1, max: 1_000_000 }), (length, max, seed) => {
        let state = seed;
        const values = Array.from({ length }, () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return Math.floor((state / 2 ** 32) * (max + 1));
        });
        if (length > 0) values[0] = max;
        expect(sorted(values)).toEqual([...values].sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  });
});
