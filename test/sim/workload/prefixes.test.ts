import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/sim/core/random.js';
import { PrefixSampler } from '../../../src/sim/workload/prefixes.js';

describe('PrefixSampler', () => {
  it('takes a share of every prompt from one text, without a draw', () => {
    const source = stream('1', 0, 'prefixes');
    const prefixes = new PrefixSampler({ kind: 'share', share: 0.7 }, source);
    prefixes.draw(101);
    expect([prefixes.family, prefixes.sharedTokens]).toEqual([0, 70]);
    expect(source.uniform()).toBe(stream('1', 0, 'prefixes').uniform());
  });

  it.each([
    [0.29, 100, 29],
    [0.57, 100, 57],
    [1, 77, 77],
    [0, 77, 0],
    [0.999, 1, 0],
  ])('share %d of %i tokens is %i', (share, promptTokens, sharedTokens) => {
    const prefixes = new PrefixSampler({ kind: 'share', share }, stream('1', 0, 'prefixes'));
    prefixes.draw(promptTokens);
    expect(prefixes.sharedTokens).toBe(sharedTokens);
  });

  it('shares no more than the prompt with its family', () => {
    const prefixes = new PrefixSampler({ kind: 'families', families: 5, zipf: 1, tokens: 2000 }, stream('1', 0, 'p'));
    prefixes.draw(3000);
    expect(prefixes.sharedTokens).toBe(2000);
    prefixes.draw(1500);
    expect(prefixes.sharedTokens).toBe(1500);
  });

  it("draws families by Zipf's law", () => {
    const draws = 30_000;
    const prefixes = new PrefixSampler({ kind: 'families', families: 4, zipf: 1, tokens: 10 }, stream('1', 0, 'p'));
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < draws; draw++) {
      prefixes.draw(100);
      counts[prefixes.family]!++;
    }
    for (const [family, count] of counts.entries()) {
      const share = 12 / 25 / (family + 1);
      expect(Math.abs(count - share * draws)).toBeLessThan(4 * Math.sqrt(draws * share * (1 - share)));
    }
  });
});
