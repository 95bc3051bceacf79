import { z } from 'zod';
import { PROVIDER_NAMES } from '../models/providers.js';
import { queueing, router } from './schema-fleet.js';
import {
  byName,
  duration,
  forms,
  length,
  money,
  name,
  nameSuchAs,
  notNegative,
  positive,
  share,
  variant,
  wholeFrom,
} from './schema-kit.js';
import { accountLimits, limit, limiters } from './schema-limits.js';

const queueBounds = {
  maxWait: duration.optional().describe('Expires after waiting this long.'),
  maxQueued: wholeFrom(0).optional().describe('More than so many of one model and tier do not wait.'),
};

const hold = z.strictObject({
  ...queueBounds,
  dispatchAtPressure: share.optional().describe("Dispatched while the pool's KV use is at most this."),
  asynchronous: z.boolean().optional().describe('A background job: the client holds no connection.'),
});

const until = z.union([z.literal('never'), duration], { error: () => 'a duration such as 10s, or never' });

const admission = forms('none, or a kind of admission with its threshold', z.enum(['none']), {
  'predicted-ttft': z.strictObject({
    'predicted-ttft': duration.describe('Turned away when the predicted time to first token exceeds this.'),
  }),
  'queue-depth': z.strictObject({
    'queue-depth': wholeFrom(0).describe('Turned away when its node already holds so many.'),
  }),
  'kv-pressure': z.strictObject({ 'kv-pressure': share.describe("Turned away when its node's KV use exceeds this.") }),
  'vllm-queue-caps': z.strictObject({
    'vllm-queue-caps': z.strictObject({
      requests: wholeFrom(0).optional().describe('Requests that may wait at a node.'),
      tokens: wholeFrom(0).optional().describe('Prompt tokens that may wait at a node.'),
    }),
  }),
  holdback: z.strictObject({ holdback: share.describe("Share of a node's room kept for tiers that hold back less.") }),
});
export type AdmissionInput = z.output<typeof admission>;

const eviction = z.strictObject({
  by: z.array(name).optional().describe('Tiers whose arrival may evict its running work.'),
  when: z.enum(['before-first-token', 'any-time']).optional().describe('Until when it may happen.'),
  outcome: z.enum(['requeue', 'fail']).optional().describe('Back to its place at the gateway, or the end.'),
  minRun: duration.optional().describe('Not before it has been at its node for so long.'),
  maxTimes: wholeFrom(1).optional().describe('Left alone after so many evictions. Default: any number.'),
});

const sentAnswer = z.strictObject({
  status: z.int().min(100).max(599).optional().describe('HTTP status.'),
  type: name.optional().describe('Field of the error body.'),
  code: name.optional().describe('Field of the error body.'),
  message: name.optional().describe('Field of the error body.'),
  retryAfter: variant('a duration, until-room or none', {
    scalar: z.union([z.enum(['until-room', 'none']), duration], { error: () => 'a duration, until-room or none' }),
  })
    .optional()
    .describe('Retry-After; until-room: the time after which the limiter would let it in.'),
  shouldRetry: z.boolean().optional().describe('The header x-should-retry. Default: not sent.'),
});

const answer = z.strictObject({
  ...sentAnswer.shape,
  slaCounted: z.boolean().optional().describe('Whether it counts as a failure under the promise of availability.'),
});
export type AnswerInput = z.output<typeof answer>;

const tierOverride = z.strictObject({
  price: notNegative.optional().describe('Multiplies token prices, never fees.'),
  priceByModel: byName(notNegative).optional().describe('The multiplier of a model where it has another one.'),
  rank: z.number().optional().describe('Place in queues; bigger is more urgent.'),
  path: z.enum(['standard', 'fast']).optional().describe('The kind of pool that serves it.'),
  shedAbove: variant('a predicted time to first token such as 10s, or never', { scalar: until })
    .optional()
    .describe('Short for admission: {predicted-ttft: ...}.'),
  admission: admission.optional().describe('When it is turned away for want of capacity.'),
  onNoCapacity: variant('shed, wait, or {downgrade: TIER}', {
    scalar: z.enum(['shed', 'wait']),
    mapping: z.strictObject({ downgrade: name.describe('Served and billed as this tier.') }),
  })
    .optional()
    .describe('What happens to what admission turns away.'),
  hold: variant('a mapping {maxWait, dispatchAtPressure, asynchronous}, or false', {
    scalar: z.literal(false),
    mapping: hold,
  })
    .optional()
    .describe('Waits at the gateway until the pool has room; false: sent to a node on arrival.'),
  queue: z.strictObject(queueBounds).optional().describe('Bounds of the wait at the gateway of a tier not held.'),
  evictableBy: z.array(name).optional().describe('Short for eviction: {by: ...}.'),
  eviction: variant('a mapping {by, when, outcome, minRun, maxTimes}, or false', {
    scalar: z.literal(false),
    mapping: eviction,
  })
    .optional()
    .describe('How its work makes room for others.'),
  reservable: z.boolean().optional().describe('Whether pools may reserve slots for it.'),
  rpm: limit.optional().describe('Requests per minute of one account in this tier.'),
  limits: z.enum(['account', 'exempt']).optional().describe('exempt: meets only the limiters that name it.'),
  answers: byName(sentAnswer)
    .optional()
    .describe('By cause, where those who asked for this tier are told something else.'),
});
export type TierOverride = z.output<typeof tierOverride>;

const price = z.strictObject({
  input: money.describe('Per million input tokens.'),
  cached: money.optional().describe('Per million input tokens found in the prefix cache. Default: the input price.'),
  output: money.describe('Per million output tokens.'),
});

const row = z.strictObject({
  ...price.shape,
  image: money.optional().describe('Per million output tokens that are part of an image. Default: the output price.'),
  longContext: z
    .strictObject({ above: length.describe('Prompt tokens above which these prices hold.'), ...price.shape })
    .optional()
    .describe('Prices of requests with longer prompts.'),
});
export type PriceInput = z.output<typeof row>;

const prices = z.strictObject({
  ...row.shape,
  tiers: byName(row).optional().describe('Own prices of a tier; no multiplier applies to them.'),
});
export type PricesInput = z.output<typeof prices>;

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export const dayNumber = (day: (typeof DAYS)[number]): number => DAYS.indexOf(day);

const clock = z.strictObject({
  factor: positive.describe('Multiplies token prices.'),
  models: z.array(name).optional().describe('Default: all.'),
  days: z.array(z.enum(DAYS)).optional().describe('Days of the week, UTC. Default: all.'),
  from: duration.describe('Time of day, UTC, such as 1h or 16h.'),
  to: duration.describe('Time of day, UTC; earlier than from: on the next day.'),
});
export type ClockInput = z.output<typeof clock>;

export const SUPPORT_ANSWERS = ['bill-only', 'downgrade', 'ignore', 'refuse', 'forbid'] as const;

const support = variant('true, false, bill-only, downgrade, ignore, refuse or forbid', {
  scalar: z.union([z.boolean(), z.enum(SUPPORT_ANSWERS)], {
    error: () => 'true (honoured), false, bill-only, downgrade, ignore, refuse or forbid',
  }),
});

export type SupportInput = z.output<typeof support>;

const supportRule = z.strictObject({
  tier: name.describe('The tier asked for.'),
  model: name.optional().describe('Default: any.'),
  api: z.enum(['chat', 'completions', 'embeddings']).optional().describe('Default: any.'),
  endpoint: name.optional().describe('Surface of the profile. Default: any.'),
  engine: z
    .enum(['yes', 'rolling-out', 'none'])
    .optional()
    .describe("By the engine's support of tiers: pools with such an engine do not offer the tier. Default: any."),
  answer: z.enum(['honour', ...SUPPORT_ANSWERS]).describe('What happens.'),
});
export type SupportRuleInput = z.output<typeof supportRule>;

const payer = z.enum(['emitted', 'nothing']);

const overrides = z.strictObject({
  extends: nameSuchAs(PROVIDER_NAMES).default('neutral').describe('The built-in profile that the other keys change.'),
  endpoint: name.optional().describe('Surface of a profile that has several. Default: its first.'),
  currency: z.enum(['USD', 'CHF']).optional().describe("The profile's one currency."),
  defaultTier: name.optional().describe('The tier of requests that name none.'),
  tiers: byName(tierOverride).optional().describe('Changes to tiers, or further tiers.'),
  models: byName(byName(support)).optional().describe('By model and tier: is the tier honoured?'),
  support: z
    .array(supportRule)
    .optional()
    .describe("Further rules, before the profile's; the first that matches counts."),
  prices: byName(prices).optional().describe('Token prices by model; * for any other model.'),
  clock: z.array(clock).optional().describe('Price factors by time of day; the first that matches counts.'),
  limits: accountLimits.optional().describe('Limits of a named account, in short.'),
  limiters: limiters.optional().describe('Limiters by name, in full; without per: [account] they count everyone.'),
  signal: z
    .strictObject({
      scrape: duration.optional().describe('Signals are read every so often. Default: 0s, at each decision.'),
      average: duration.optional().describe('Admission compares the mean over so long. Default: 0s, the last reading.'),
      hysteresis: share.optional().describe('Shedding ends this far below its threshold. Default: 0.'),
    })
    .optional()
    .describe('How admission reads the fleet.'),
  router: router.optional().describe('How a node is chosen.'),
  spareSlotFilter: z.boolean().optional().describe('Pools without a free seat are passed over while another has one.'),
  queueing: queueing.optional().describe('Where requests wait.'),
  status: byName(z.int().min(100).max(599)).optional().describe('Short for answers: {CAUSE: {status: ...}}.'),
  retryAfter: byName(duration).optional().describe('Short for answers: {CAUSE: {retryAfter: ...}}.'),
  answers: byName(answer).optional().describe('What is sent for a cause such as overloaded.'),
  billing: z
    .strictObject({
      abandoned: payer.optional().describe('The client left after the first token.'),
      evicted: payer.optional().describe('Thrown out after the first token.'),
      failed: payer.optional().describe('The node failed after the first token.'),
    })
    .optional()
    .describe('Who pays for streams that break off: emitted (prompt and what reached the client) or nothing.'),
  billAbandoned: z.boolean().optional().describe('Short for billing: {abandoned: ...}.'),
  sla: z
    .strictObject({
      target: share.optional().describe('Promised availability.'),
      denominator: z.enum(['offered', 'admitted']).optional().describe('Of all attempts, or of those let in.'),
    })
    .optional()
    .describe('The promise of availability.'),
});
export type ProviderOverrides = z.output<typeof overrides>;

export const provider = variant('the name of a profile, or {extends, ...}', {
  scalar: nameSuchAs(PROVIDER_NAMES),
  mapping: overrides,
});
export type ProviderInput = z.output<typeof provider>;
