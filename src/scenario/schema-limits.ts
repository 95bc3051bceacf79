import { z } from 'zod';
import { type Parsed, parseCount } from '../models/units.js';
import { byName, duration, name, notNegative, quantity, share, variant } from './schema-kit.js';

/** null: none, the limit is lifted. */
export const limit = quantity(
  'a whole number such as 6000 or 3.6M, or none',
  (input): Parsed<number | null> => (input === 'none' ? { ok: true, value: null } : parseCount(input)),
);

const limitKeys = {
  rpm: limit.optional().describe('Requests per minute.'),
  tpm: limit.optional().describe('Tokens per minute, input and output together.'),
  inputTpm: limit.optional().describe('Input tokens per minute.'),
  uncachedInputTpm: limit.optional().describe('Input tokens per minute that no prefix cache held.'),
  outputTpm: limit.optional().describe('Output tokens per minute.'),
  concurrency: limit.optional().describe('Requests at a time.'),
  daily: limit.optional().describe('Tokens per day, UTC.'),
};

/** The usual limits by name; anything else is a limiter. */
export const accountLimits = z.strictObject({
  ...limitKeys,
  tiers: byName(z.strictObject(limitKeys)).optional().describe('Limits of one tier.'),
});
export type LimitsInput = z.output<typeof accountLimits>;
export const LIMIT_KEYS = Object.keys(limitKeys) as (keyof typeof limitKeys)[];

const slidingOrFixed = variant('a duration such as 1m (sliding), or {fixed: 1d}', {
  scalar: duration,
  mapping: z.strictObject({ fixed: duration.describe('Windows that begin at whole multiples since midnight UTC.') }),
});

const limiterKeys = z.strictObject({
  unit: z
    .enum(['requests', 'tokens', 'inputTokens', 'uncachedInputTokens', 'outputTokens', 'concurrency'])
    .optional()
    .describe('What is counted. Default: requests.'),
  limit: limit
    .optional()
    .describe('How much of it in a window; of a ramp: the rate per minute that is always allowed.'),
  window: slidingOrFixed.optional().describe('Sliding, or fixed to the clock. Default: 1m.'),
  ramp: z
    .strictObject({
      start: limit.optional().describe('Rate per minute allowed at the start. Default: the limit.'),
      growth: share.describe('How much above its mean of the last period the rate may rise.'),
      period: duration.describe('The period.'),
    })
    .optional()
    .describe('Limits how fast the rate per minute may rise, instead of a window.'),
  per: z
    .array(z.enum(['account', 'model', 'tier']))
    .optional()
    .describe('What has a counter of its own.'),
  tiers: z.array(name).optional().describe('Tiers that it counts. Default: all that are not exempt.'),
  models: z.array(name).optional().describe('Models that it counts. Default: all.'),
  weights: byName(notNegative).optional().describe('What one unit of a tier counts. Default: 1.'),
  overLimit: variant('reject, or {downgrade: TIER}', {
    scalar: z.enum(['reject']),
    mapping: z.strictObject({ downgrade: name.describe('Tried again as this tier.') }),
  })
    .optional()
    .describe('What happens beyond the limit. Default: reject.'),
  cause: z
    .enum(['rate_limited', 'quota_exhausted', 'ramp_limited'])
    .optional()
    .describe('The cause that decides the status sent.'),
});
export type LimiterInput = z.output<typeof limiterKeys>;

export const limiters = byName(
  variant('none, or a limiter {unit, limit, ...}', { scalar: z.enum(['none']), mapping: limiterKeys }),
);
export type LimitersInput = z.output<typeof limiters>;
