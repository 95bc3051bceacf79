import type { AccountLimits } from '../provider.js';

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
