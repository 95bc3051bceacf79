import { z } from 'zod';
import { queueing, router } from './schema-fleet.js';
import { byName, duration, money, name, notNegative, share, variant } from './schema-kit.js';
import { accountLimits, limit } from './schema-traffic.js';

const hold = z.strictObject({
  maxWait: duration.optional().describe('Expires after waiting this long.'),
  dispatchAtPressure: share.optional().describe("Dispatched while the pool's KV use is at most this."),
  asynchronous: z.boolean().optional().describe('A background job: the client holds no connection.'),
});

const tierOverride = z.strictObject({
  price: notNegative.optional().describe('Multiplies token prices, never fees.'),
  rank: z.number().optional().describe('Place in queues; bigger is more urgent.'),
  shedAbove: variant('a predicted time to first token such as 10s, or never', {
    scalar: z.union([z.literal('never'), duration], { error: () => 'a duration such as 10s, or never' }),
  })
    .optional()
    .describe('Shed on arrival when the predicted time to first token exceeds this.'),
  hold: z
    .union([z.literal(false), hold], { error: () => 'a mapping {maxWait, dispatchAtPressure, asynchronous}, or false' })
    .optional()
    .describe('Waits at the gateway until the pool has room; false: sent to a node on arrival.'),
  evictableBy: z.array(name).optional().describe('Tiers whose arrival may evict its running work.'),
  rpm: limit.optional().describe('Requests per minute of one account in this tier.'),
  limits: z.enum(['account', 'exempt']).optional().describe("Whether the account's limits apply."),
  path: z.enum(['standard', 'fast']).optional().describe('The kind of pool that serves it.'),
});
export type TierOverride = z.output<typeof tierOverride>;

const price = z.strictObject({
  input: money.describe('Per million input tokens.'),
  cached: money.optional().describe('Per million input tokens found in the prefix cache. Default: the input price.'),
  output: money.describe('Per million output tokens.'),
});

const prices = z.strictObject({
  ...price.shape,
  tiers: byName(price).optional().describe('Own prices of a tier; no multiplier applies to them.'),
});
export type PricesInput = z.output<typeof prices>;

const support = variant('true, false, downgrade or refuse', {
  scalar: z.union([z.boolean(), z.enum(['downgrade', 'refuse'])], {
    error: () => 'true (honoured), false, downgrade or refuse',
  }),
});

const overrides = z.strictObject({
  extends: name.default('neutral').describe('The built-in profile that the other keys change.'),
  endpoint: name.optional().describe('Surface of a profile that has several. Default: its first.'),
  currency: z.enum(['USD', 'CHF']).optional().describe("The profile's one currency."),
  defaultTier: name.optional().describe('The tier of requests that name none.'),
  tiers: byName(tierOverride).optional().describe('Changes to tiers, or further tiers.'),
  models: byName(byName(support)).optional().describe('By model and tier: is the tier honoured?'),
  prices: byName(prices).optional().describe('Token prices by model; * for any other model.'),
  limits: accountLimits.optional().describe('Limits of a named account.'),
  router: router.optional().describe('How a node is chosen.'),
  queueing: queueing.optional().describe('Where requests wait.'),
  status: byName(z.int().min(100).max(599)).optional().describe('Status sent for a cause such as overloaded.'),
  retryAfter: byName(duration).optional().describe('Retry-After sent with a refusal for this cause.'),
  billAbandoned: z.boolean().optional().describe('Whether a client that leaves after the first token pays.'),
});
export type ProviderOverrides = z.output<typeof overrides>;

export const provider = variant('the name of a profile, or {extends, ...}', { scalar: name, mapping: overrides });
export type ProviderInput = z.output<typeof provider>;
