import { describe, expect, it } from 'vitest';
import { rareShedNotes } from '../../src/report/rare-sheds.js';
import type { RareEpisode, Summary } from '../../src/sim/summary.js';

const episode = (seconds: number, priority: number): RareEpisode => ({
  fromSeconds: 100,
  toSeconds: 100 + seconds,
  shed: 3,
  perSecond: 5,
  meanwhile: {
    standard: { attempts: 9, shed: 3 },
    ...(priority === 0 ? {} : { priority: { attempts: priority, shed: 0 } }),
  },
});

function notes(episodes: readonly RareEpisode[]): string[] {
  const rareSheds = {
    gapSeconds: 60,
    meanPerSecond: 2,
    tiers: {
      priority: { attempts: 30_000, shed: 0, interval: null, upTo: 0.0001, episodes: [] },
      standard: {
        attempts: 10_000,
        shed: 3 * episodes.length,
        interval: { low: 0.0003, high: 0.0012 },
        upTo: null,
        episodes,
      },
    },
  };
  return rareShedNotes({ rareSheds } as unknown as Summary);
}

describe('what rare sheds are worth', () => {
  it('is not said where there are none', () => expect(rareShedNotes({} as Summary)).toEqual([]));

  it('is said by episodes, their lengths and their load', () => {
    const [, , standard] = notes([episode(1, 4), episode(2, 0), episode(90, 6)]);
    expect(standard).toBe(
      'standard: 9 of 10,000 attempts shed (0.0900 %, 95 % 0.0300 % to 0.120 % by episodes) in 3 episodes of sheds less than 1m apart, 2s long in the middle and 1m 30s at most; at the first shed the load of the last minute was 2.50 times the mean; too few episodes for that interval to be trusted',
    );
  });

  it('is said of a tier of which none was shed, all in all and while another was being shed', () => {
    expect(notes([episode(1, 4), episode(2, 0), episode(90, 6)]).slice(0, 2)).toEqual([
      'priority: none of 30,000 attempts shed: at most 0.0100 % by the rule of three, which takes sheds for independent',
      'priority: 10 of them came while standard was being shed, in 2 of 3 episodes: there at most 30.0 %, and in at most 100 % of such episodes',
    ]);
    expect(notes([episode(1, 0)])[1]).toBe('priority was never tried while standard was being shed');
  });

  it('leaves the warning out where there are enough episodes', () => {
    expect(notes(new Array<RareEpisode>(10).fill(episode(1, 1)))[2]).not.toContain('too few');
  });
});
