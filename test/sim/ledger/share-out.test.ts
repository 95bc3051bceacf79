import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOut } from '../../../src/sim/ledger/share-out.js';

describe('shareOut', () => {
  it('is proportional; the largest share, of equal ones the first, takes what rounding leaves', () => {
    expect(shareOut(100n, [1n, 3n])).toEqual([25n, 75n]);
    expect(shareOut(10n, [1n, 2n, 2n])).toEqual([2n, 4n, 4n]);
    expect(shareOut(11n, [1n, 2n, 2n])).toEqual([2n, 5n, 4n]);
  });

  it('gives nobody anything where all weights are nothing', () => {
    expect(shareOut(7n, [0n, 0n])).toEqual([0n, 0n]);
    expect(shareOut(7n, [])).toEqual([]);
  });

  it('adds up, and no part is off by more than one for each other part', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 30n),
        fc.array(fc.bigInt(0n, 10n ** 20n), { minLength: 1 }),
        (whole, weights) => {
          const parts = shareOut(whole, weights);
          const sum = weights.reduce((a, b) => a + b, 0n);
          if (sum === 0n) return;
          expect(parts.reduce((a, b) => a + b, 0n)).toBe(whole);
          for (const [i, part] of parts.entries()) {
            const exact = (whole * weights[i]!) / sum;
            expect(part - exact >= 0n && part - exact < BigInt(weights.length)).toBe(true);
          }
        },
      ),
      { seed: 20_261_125 },
    );
  });
});
