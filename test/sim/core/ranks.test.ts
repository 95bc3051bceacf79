import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeCounts, type Values } from '../../../src/sim/core/range-counts.js';
import { Ranks } from '../../../src/sim/core/ranks.js';

const whole = fc.oneof(fc.nat(5), fc.nat(100_000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

function counted(parts: readonly Values[]): RangeCounts {
  const counts = new RangeCounts();
  for (const part of parts) counts.add(part);
  return counts;
}

function expectAllRanks(parts: readonly number[][], order: (ranks: number[]) => number[] = (ranks) => ranks): void {
  const sorted = parts.flat().sort((a, b) => a - b);
  // As samples are kept: short where that is possible, and some parts of them long, some short.
  const long = parts.map((part) => Float64Array.from(part));
  const short = parts.map((part) =>
    part.every((value) => value < 2 ** 32) ? Uint32Array.from(part) : Float64Array.from(part),
  );
  for (const kept of [long, short]) {
    const counts = counted(kept);
    const ranks = new Ranks(kept, counts);
    expect(ranks.n).toBe(sorted.length);
    expect(counts.max).toBe(sorted.at(-1) ?? 0);
    expect(counts.sum.toBigInt()).toBe(sorted.reduce((sum, value) => sum + BigInt(value), 0n));
    for (const rank of order(sorted.map((_, i) => i))) expect(ranks.at(rank)).toBe(sorted[rank]);
  }
}

describe('Ranks', () => {
  it('knows the value of every rank, asked in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(whole, { maxLength: 60 }), { maxLength: 4 }), (parts) => {
        expectAllRanks(parts);
        expectAllRanks(parts, (ranks) => ranks.reverse());
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['many in a narrow range beside one far away', (i: number) => (i === 0 ? 1e12 : 3_000_000 + ((i * 7919) % 4001))],
    ['many in a range that is counted', (i: number) => (i * 7919) % 40_009],
    ['all alike', () => 77],
  ])('knows the value of every rank among %s', (_, pick) => {
    const values = Array.from({ length: 20_000 }, (__, i) => pick(i));
    expectAllRanks([values.slice(0, 9000), values.slice(9000)]);
  });

  it('knows them from its members, however they were asked before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(whole, { maxLength: 60 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        fc.boolean(),
        (groups, shares, areAskedBefore) => {
          const parts = groups.map((group) => Float64Array.from(group));
          const members = parts.map((part) => new Ranks([part], counted([part])));
          if (areAskedBefore) for (const member of members) member.prepare([0.5]);
          const counts = new RangeCounts();
          for (const part of parts) counts.addAll(counted([part]));
          const all = new Ranks(parts, counts, members);
          all.prepare(shares);
          const sorted = groups.flat().sort((a, b) => a - b);
          expect(sorted.map((_, rank) => all.at(rank))).toEqual(sorted);
          expect([all.n, counts.max]).toEqual([sorted.length, sorted.at(-1) ?? 0]);
          for (const [i, group] of groups.entries()) {
            const own = [...group].sort((a, b) => a - b);
            expect(own.map((_, rank) => members[i]!.at(rank))).toEqual(own);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leaves the parts as they are', () => {
    const part = Float64Array.of(5, 1, 3);
    new Ranks([part], counted([part])).at(1);
    expect([...part]).toEqual([5, 1, 3]);
  });
});
