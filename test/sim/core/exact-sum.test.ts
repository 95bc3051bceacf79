import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from '../../../src/sim/core/exact-sum.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 4_503_599_627_370_496, -4_503_599_627_370_496),
);
const limb = fc.oneof(fc.integer(), fc.integer({ min: -4_503_599_627_370_495, max: 4_503_599_627_370_495 }));

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

describe('ExactSum', () => {
  it('agrees with BigInt on any whole numbers', () => {
    fc.assert(
      fc.property(fc.array(whole), (values) => {
        const expected = values.reduce((sum, value) => sum + BigInt(value), 0n);
        expect(sumOf(values).toBigInt()).toBe(expected);
        expect(sumOf(values).toNumber() + 0).toBe(Number(expected));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('agrees with BigInt on any products', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(limb, limb)), (products) => {
        const sum = new ExactSum();
        for (const [value, times] of products) sum.addProduct(value, times);
        expect(sum.toBigInt()).toBe(products.reduce((all, [value, times]) => all + BigInt(value) * BigInt(times), 0n));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('gives the same double in any order and grouping', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 2 }), fc.nat(), (values, cut) => {
        const middle = cut % values.length;
        const parts = sumOf(values.slice(middle));
        parts.addSum(sumOf(values.slice(0, middle)));
        expect(parts.toNumber() + 0).toBe(sumOf(values.toReversed()).toNumber() + 0);
        expect(parts.toBigInt()).toBe(sumOf(values).toBigInt());
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('counts the last unit where a double cannot', () => {
    const sum = sumOf([Number.MAX_SAFE_INTEGER, 1, 1]);
    expect(BigInt(Number.MAX_SAFE_INTEGER + 1 + 1)).toBe(9_007_199_254_740_992n);
    expect(sum.toBigInt()).toBe(9_007_199_254_740_993n);
  });

  it('refuses fractions and numbers that are already inexact', () => {
    expect(() => new ExactSum().add(0.5)).toThrow(InvariantError);
    expect(() => new ExactSum().add(9_007_199_254_740_992)).toThrow(InvariantError);
    expect(() => new ExactSum().addProduct(1e20, 1)).toThrow(InvariantError);
  });
});
