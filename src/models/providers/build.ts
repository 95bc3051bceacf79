import type { AccountLimits, TierProfile } from '../provider.js';

/** Currency units per million tokens as whole pico-units per token. */
export const perMillion = (amount: number): number => Math.round(amount * 1_000_000);

export const seconds = (n: number): number => n * 1_000_000;
export const minutes = (n: number): number => n * 60_000_000;
export const hours = (n: number): number => n * 3_600_000_000;

export const ACCOUNT_UNLIMITED: AccountLimits = {
  requestsPerMinute: null,
  inputTokensPerMinute: null,
  outputTokensPerMinute: null,
  concurrency: null,
};

/** A tier that is let in always, waits at its node, costs the model's price and is limited by its account. */
export function tier(name: string, rank: number, differences: Partial<TierProfile>): TierProfile {
  return {
    name,
    rank,
    priceMultiplier: 1,
    admission: { kind: 'none' },
    hold: null,
    evictableBy: [],
    limits: 'account',
    requestsPerMinute: null,
    path: 'standard',
    ...differences,
  };
}
