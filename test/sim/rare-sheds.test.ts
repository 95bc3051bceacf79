import { describe, expect, it } from 'vitest';
import { stream } from '../../src/sim/core/random.js';
import { bootstrapRate, type RareInput, rareSheds } from '../../src/sim/rare-sheds.js';
import { ShedEpisodes } from '../../src/sim/shed-episodes.js';

const SECOND = 1_000_000;

function input(shed: number, attempts: number): RareInput {
  const episodes = new ShedEpisodes(2);
  for (let k = 0; k < shed; k++) {
    episodes.sent(0, k * 100 * SECOND);
    episodes.sent(1, k * 100 * SECOND);
    episodes.shed(0, k * 100 * SECOND);
  }
  const tiers = [
    { name: 'standard', attempts, shed },
    { name: 'priority', attempts: 6000, shed: 0 },
  ];
  return { episodes, tiers, windowUs: 1e6 * SECOND, seed: '1', run: 1 };
}

describe('rareSheds', () => {
  it('says nothing where nothing was shed, or much', () => {
    expect(rareSheds(input(0, 10_000))).toBeUndefined();
    expect(rareSheds(input(101, 10_000))).toBeUndefined();
    expect(rareSheds(input(100, 10_000))).toBeDefined();
  });

  it('bounds a count of none by three over the attempts', () => {
    const { tiers } = rareSheds(input(10, 10_000))!;
    expect(tiers['priority']).toEqual({ attempts: 6000, shed: 0, interval: null, upTo: 0.0005, episodes: [] });
    expect(tiers['standard']).toMatchObject({ shed: 10, upTo: null });
    expect(tiers['standard']!.episodes).toHaveLength(10);
  });

  it('gives the same interval again', () => expect(rareSheds(input(10, 10_000))).toEqual(rareSheds(input(10, 10_000))));
});

describe('bootstrapRate', () => {
  const interval = (episodes: readonly number[]) => bootstrapRate(episodes, 100_000, stream('1', 1, 'test'));

  it('is as wide as a Poisson count where each episode is one shed', () => {
    const { low, high } = interval(new Array<number>(100).fill(1));
    // 100 +- 1.96 x 10, and whole numbers.
    expect(low * 100_000).toBeGreaterThanOrEqual(79);
    expect(low * 100_000).toBeLessThanOrEqual(83);
    expect(high * 100_000).toBeGreaterThanOrEqual(118);
    expect(high * 100_000).toBeLessThanOrEqual(122);
  });

  it('is wider by the root of the size where the same sheds come in clumps', () => {
    const width = (episodes: readonly number[]): number => interval(episodes).high - interval(episodes).low;
    const [singly, inFours] = [width(new Array<number>(400).fill(1)), width(new Array<number>(100).fill(4))];
    expect(inFours / singly).toBeGreaterThan(1.85);
    expect(inFours / singly).toBeLessThan(2.15);
  });

  it('covers the true rate about as often as it says', () => {
    const worlds = stream('2', 1, 'worlds');
    const [mean, attempts] = [30, 1_000_000];
    let covered = 0;
    for (let world = 0; world < 300; world++) {
      const episodes: number[] = [];
      // A Poisson number of episodes of one to nine sheds, five in the mean.
      let rest = mean + Math.log(worlds.uniform());
      while (rest > 0) {
        episodes.push(1 + Math.floor(9 * worlds.uniform()));
        rest += Math.log(worlds.uniform());
      }
      const { low, high } = bootstrapRate(episodes, attempts, stream('2', world + 2, 'test'));
      if (low <= (mean * 5) / attempts && (mean * 5) / attempts <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.89);
    expect(covered / 300).toBeLessThan(0.985);
  });
});
