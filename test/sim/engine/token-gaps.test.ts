import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_RELATIVE_ERROR } from '../../../src/sim/core/buckets.js';
import { Histogram } from '../../../src/sim/core/histogram.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';
import type { TokenRun } from '../../../src/sim/engine/node-engine.js';
import { TokenGaps } from '../../../src/sim/engine/token-gaps.js';

const TIERS = 3;

function counted(runs: readonly TokenRun[]): TokenGaps {
  const gaps = new TokenGaps(TIERS);
  gaps.isOpen = true;
  for (const run of runs) gaps.add(run);
  return gaps;
}

/** The same, gap by gap. */
function singly(runs: readonly TokenRun[], tier: number): Histogram {
  const histogram = new Histogram();
  for (const { counts, from, firstPs, slopePs, steps } of runs) {
    for (let step = 0; step < steps; step++) histogram.addMany(firstPs + slopePs * step, counts[from + tier] ?? 0);
  }
  return histogram;
}

/** Every rank, so that no value is in a bucket next to its own. */
function answers(histogram: Histogram): unknown {
  const { count, min, max, mean } = histogram;
  const ranks = Array.from({ length: count }, (_, rank) => histogram.quantile(count === 1 ? 0 : rank / (count - 1)));
  return { count, min, max, mean, ranks };
}

describe('gaps between tokens', () => {
  it('counts runs of steps as their gaps one by one, for each tier', () => {
    const drawn = fc.record<TokenRun>({
      counts: fc.array(fc.nat(4), { maxLength: TIERS }),
      from: fc.nat(2),
      firstPs: fc.oneof(fc.constant(0), fc.nat(300), fc.nat(), fc.integer({ min: 0, max: 1e12 })),
      slopePs: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(100_000), fc.integer({ min: 0, max: 1e10 })),
      steps: fc.integer({ min: 1, max: 100 }),
    });
    // What stands before the counts is none of them.
    const run = drawn.map((one) => ({ ...one, counts: [...new Array<number>(one.from).fill(9), ...one.counts] }));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
        const gaps = counted(runs);
        for (let tier = 0; tier < TIERS; tier++) {
          expect(answers(gaps.histogram(tier))).toEqual(answers(singly(runs, tier)));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('counts a run that begins or ends at the bound of a bucket', () => {
    const growth = (1 + HISTOGRAM_RELATIVE_ERROR) / (1 - HISTOGRAM_RELATIVE_ERROR);
    for (let power = 500; power < 2000; power += 97) {
      const bound = Math.floor(Math.exp(power * Math.log(growth)));
      for (const firstPs of [bound - 3, bound - 1, bound, bound + 1]) {
        for (const steps of [1, 2, 3, 4, 5]) {
          const run = { counts: [2], from: 0, firstPs, slopePs: 1, steps };
          expect(answers(counted([run]).histogram(0))).toEqual(answers(singly([run], 0)));
        }
      }
    }
  });

  it('keeps the mean exact beyond 2^53', () => {
    const run = { counts: [1_000_001, 0, 3], from: 0, firstPs: 4_503_599_627_370_001, slopePs: 0, steps: 1 };
    const gaps = counted([run, run, { ...run, firstPs: 1 }]);
    const mean = (2n * 4_503_599_627_370_001n + 1n) / 3n;
    expect(gaps.histogram(0).mean).toBe(Number(mean));
    expect(gaps.histogram(2).mean).toBe(Number(mean));
    expect(gaps.histogram(1).mean).toBeNull();
  });

  it('says how many there are, and counts them only while it is open', () => {
    const gaps = new TokenGaps(TIERS);
    const run = { counts: [2, 0, 1], from: 0, firstPs: 7, slopePs: 1, steps: 5 };
    expect(gaps.add(run)).toBe(15);
    gaps.isOpen = true;
    expect(gaps.add(run)).toBe(15);
    gaps.isOpen = false;
    expect(gaps.add(run)).toBe(15);
    expect([0, 1, 2].map((tier) => gaps.histogram(tier).count)).toEqual([10, 0, 5]);
  });

  it('refuses a gap that is negative', () => {
    expect(() => counted([{ counts: [1], from: 0, firstPs: -1, slopePs: 0, steps: 1 }])).toThrow(InvariantError);
  });
});
