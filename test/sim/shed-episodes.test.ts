import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EPISODE_GAP_US, EPISODES_MAX, ShedEpisodes } from '../../src/sim/shed-episodes.js';

const SECOND = 1_000_000;

describe('ShedEpisodes', () => {
  it('makes one episode of sheds less than a minute apart', () => {
    const episodes = new ShedEpisodes(1);
    for (const second of [10, 40, 69, 200]) {
      episodes.sent(0, second * SECOND);
      episodes.shed(0, second * SECOND);
    }
    const [first, second] = episodes.byTier[0]!;
    expect([first!.firstUs, first!.lastUs, first!.shed]).toEqual([10 * SECOND, 69 * SECOND, 3]);
    expect([second!.firstUs, second!.lastUs, second!.shed]).toEqual([200 * SECOND, 200 * SECOND, 1]);
  });

  it('counts what the tiers sent and lost between first and last shed, both included', () => {
    const episodes = new ShedEpisodes(2);
    const send = (tier: number, second: number, isShed = false): void => {
      episodes.sent(tier, second * SECOND);
      if (isShed) episodes.shed(tier, second * SECOND);
    };
    send(1, 9);
    send(0, 10, true);
    send(1, 11);
    send(1, 12, true);
    send(0, 13, true);
    send(1, 14);
    const [standard] = episodes.byTier[0]!;
    expect([...standard!.sent]).toEqual([2, 2]);
    expect([...standard!.shedByTier]).toEqual([2, 1]);
    const [priority] = episodes.byTier[1]!;
    expect([...priority!.sent]).toEqual([0, 1]);
  });

  it('takes the load of the minute before the first shed, from whole minutes in proportion', () => {
    const episodes = new ShedEpisodes(1);
    for (let second = 0; second < 240; second++) episodes.sent(0, second * SECOND);
    episodes.sent(0, 270 * SECOND);
    episodes.shed(0, 270 * SECOND);
    // Half of the minute before, at one a second, and one of this minute.
    expect(episodes.byTier[0]![0]!.perSecond).toBeCloseTo((0.5 * 60 + 1) / 60, 12);
  });

  it('forgets the minute before when nothing came for longer', () => {
    const episodes = new ShedEpisodes(1);
    for (let second = 0; second < 60; second++) episodes.sent(0, second * SECOND);
    episodes.sent(0, 600 * SECOND);
    episodes.shed(0, 600 * SECOND);
    expect(episodes.byTier[0]![0]!.perSecond).toBeCloseTo(1 / 60, 12);
  });

  it('gives up where sheds are not rare', () => {
    const episodes = new ShedEpisodes(1);
    for (let k = 0; k <= EPISODES_MAX; k++) episodes.shed(0, k * EPISODE_GAP_US);
    expect(episodes.byTier[0]).toBeNull();
  });

  it('loses no shed, and keeps episodes apart by a minute', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 * SECOND }), { maxLength: 60 }), (gaps) => {
        const episodes = new ShedEpisodes(1);
        let nowUs = 0;
        for (const gap of gaps) {
          nowUs += gap;
          episodes.sent(0, nowUs);
          episodes.shed(0, nowUs);
        }
        const found = episodes.byTier[0]!;
        expect(found.reduce((total, { shed }) => total + shed, 0)).toBe(gaps.length);
        for (const [k, episode] of found.entries()) {
          expect(episode.sent[0]).toBe(episode.shed);
          if (k > 0) expect(episode.firstUs - found[k - 1]!.lastUs).toBeGreaterThanOrEqual(EPISODE_GAP_US);
        }
      }),
    );
  });
});
