import { stream } from '../../../src/sim/core/random.js';
import type { AttemptRecord } from '../../../src/sim/record.js';

/** A time in which attempts were shed, with no gap of a minute in it. */
export interface Episode {
  readonly fromUs: number;
  readonly toUs: number;
  readonly shed: number;
}

/** In the order in which they were sent. */
export function episodesOf(shed: readonly AttemptRecord[]): readonly Episode[] {
  const episodes: { fromUs: number; toUs: number; shed: number }[] = [];
  for (const { sentUs } of shed) {
    const last = episodes.at(-1);
    if (last !== undefined && sentUs - last.toUs < GAP_US) {
      last.toUs = sentUs;
      last.shed++;
    } else episodes.push({ fromUs: sentUs, toUs: sentUs, shed: 1 });
  }
  return episodes;
}

/**
 * Sheds come in bunches, so what varies is the number of episodes and how bad each is: both are drawn anew, and the 95 %
 * interval of the rate is that of 2,000 such histories.
 */
export function bootstrapRate(episodes: readonly Episode[], attempts: number): readonly [low: number, high: number] {
  const chance = stream('bootstrap', 1, 'episodes');
  const rates = Array.from({ length: 2000 }, () => {
    let shed = 0;
    // A binomial number of as many again on average; near enough to Poisson.
    for (let i = 0; i < 10 * episodes.length; i++) {
      if (chance.uniform() < 0.1) shed += episodes[Math.floor(chance.uniform() * episodes.length)]!.shed;
    }
    return shed / attempts;
  }).sort((a, b) => a - b);
  return [rates[50]!, rates[1949]!];
}

/** How many attempts without a single shed refute a shed rate as high as `rate`, at this level: (1 - rate)^n <= level. */
export function attemptsToRefute(rate: number, level: number): number {
  return Math.ceil(Math.log(level) / Math.log(1 - rate));
}

/** With none in n, the rate is below 3/n with 95 % confidence. */
export const ruleOfThree = (n: number): number => 3 / n;

const GAP_US = 60e6;
