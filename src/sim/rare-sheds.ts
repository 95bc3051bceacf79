import { type RandomStream, stream } from './core/random.js';
import { EPISODE_GAP_US, type ShedEpisode, type ShedEpisodes } from './shed-episodes.js';

/** What rare sheds come down to, in a run in which some tier was shed in at most a hundredth of its attempts. */
export interface RareSheds {
  /** Sheds less than this apart belong to one episode. */
  readonly gapSeconds: number;
  /** Attempts per second of all tiers, mean of the counted window. */
  readonly meanPerSecond: number;
  /** Tiers with counted attempts that were shed rarely or never. */
  readonly tiers: Readonly<Record<string, RareTier>>;
}

export interface RareTier {
  readonly attempts: number;
  readonly shed: number;
  /** 95 % of the shed rate, from resampled episodes; null: nothing was shed. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Of nothing shed: what the rate may still be, 3 / attempts, if sheds came singly (95 %). null: some were. */
  readonly upTo: number | null;
  readonly episodes: readonly RareEpisode[];
}

export interface RareEpisode {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly shed: number;
  /** Attempts per second of all tiers in the minute before the first shed. */
  readonly perSecond: number;
  /** By tier, between the first and the last shed: attempts and sheds. */
  readonly meanwhile: Readonly<Record<string, { readonly attempts: number; readonly shed: number }>>;
}

/** Above this share sheds are not rare: the rate itself says enough. */
const RARE_MAX = 0.01;
const RESAMPLES = 2000;
const ONE_OVER_E = 0.36787944117144233;

export interface RareInput {
  readonly episodes: ShedEpisodes;
  readonly tiers: readonly { readonly name: string; readonly attempts: number; readonly shed: number }[];
  readonly windowUs: number;
  readonly seed: string;
  readonly run: number;
}

/** undefined: no tier was shed, or none rarely. */
export function rareSheds({ episodes, tiers, windowUs, seed, run }: RareInput): RareSheds | undefined {
  const rare = tiers.flatMap((tier, index) => {
    const own = episodes.byTier[index];
    return tier.attempts === 0 || tier.shed > RARE_MAX * tier.attempts || !own ? [] : [{ ...tier, own }];
  });
  if (rare.every(({ shed }) => shed === 0)) return undefined;
  const names = tiers.map(({ name }) => name);
  const attempts = tiers.reduce((sum, tier) => sum + tier.attempts, 0);
  return {
    gapSeconds: EPISODE_GAP_US / 1e6,
    meanPerSecond: windowUs === 0 ? 0 : attempts / (windowUs / 1e6),
    tiers: Object.fromEntries(
      rare.map((tier) => {
        const sheds = tier.own.map(({ shed }) => shed);
        const result: RareTier = {
          attempts: tier.attempts,
          shed: tier.shed,
          interval:
            tier.shed === 0
              ? null
              : bootstrapRate(sheds, tier.attempts, stream(seed, run, `shed-episodes/${tier.name}`)),
          upTo: tier.shed === 0 ? 3 / tier.attempts : null,
          episodes: tier.own.map((episode) => rareEpisode(episode, names)),
        };
        return [tier.name, result];
      }),
    ),
  };
}

/**
 * The middle 95 % of resampled rates. Each episode comes as often as a Poisson variable of mean 1 says, so that their
 * number varies as well as their sizes: resampling single attempts would take a spell for as many independent events.
 */
export function bootstrapRate(
  shedByEpisode: readonly number[],
  attempts: number,
  source: RandomStream,
): { readonly low: number; readonly high: number } {
  const rates: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let shed = 0;
    for (const own of shedByEpisode) shed += own * poissonOfOne(source);
    rates.push(Math.min(1, shed / attempts));
  }
  rates.sort((a, b) => a - b);
  return { low: rates[Math.floor(0.025 * RESAMPLES)]!, high: rates[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

/** By inversion. */
function poissonOfOne(source: RandomStream): number {
  let rest = source.uniform() - ONE_OVER_E;
  let term = ONE_OVER_E;
  let k = 0;
  while (rest > 0 && k < 20) {
    k++;
    term /= k;
    rest -= term;
  }
  return k;
}

function rareEpisode(episode: ShedEpisode, names: readonly string[]): RareEpisode {
  const { firstUs, lastUs, shed, perSecond, sent, shedByTier } = episode;
  const tested = names.map((name, tier) => [name, { attempts: sent[tier]!, shed: shedByTier[tier]! }] as const);
  return {
    fromSeconds: firstUs / 1e6,
    toSeconds: lastUs / 1e6,
    shed,
    perSecond,
    meanwhile: Object.fromEntries(tested.filter(([, { attempts }]) => attempts > 0)),
  };
}
