import { z } from 'zod';
import { CLIENT_NAMES } from '../models/clients.js';
import { GAP_LAWS, RATE_UNITS, TIME_UNITS, TRACE_FORMATS } from '../models/trace.js';
import { LLM_NAMES } from './schema-fleet.js';
import {
  byName,
  duration,
  forms,
  latency,
  length,
  money,
  name,
  nameSuchAs,
  notNegative,
  positive,
  rate,
  share,
  variant,
  wait,
  weight,
  wholeFrom,
} from './schema-kit.js';
import { accountLimits, limiters } from './schema-limits.js';

const cv = notNegative.describe('Coefficient of variation of the gaps; 1 is Poisson, more is burstier.');

const law = z.enum(GAP_LAWS);
const clientCv = cv.max(1000);

const clientGroup = z.strictObject({
  count: wholeFrom(1, 100_000).default(1).describe('Clients of the group.'),
  rate: rate.optional().describe('Rate of the whole group.'),
  zipf: notNegative.default(0).describe('How unequal they are: the n-th has a share of the rate like n^-zipf.'),
  cv: clientCv.default(1),
  law: law.default('gamma').describe('Of the gaps of each client.'),
  windows: z
    .array(z.strictObject({ from: duration, rate, cv: clientCv.optional(), law: law.optional() }))
    .optional()
    .describe('Instead of rate: how it changes, each from a time on; what a window leaves out is as in the group.'),
});
export type ClientGroupInput = z.output<typeof clientGroup>;

export const arrivals = forms('arrivals', rate, {
  poisson: z.strictObject({ poisson: rate }),
  constant: z.strictObject({ constant: rate }),
  gamma: z.strictObject({ gamma: z.strictObject({ rate, cv }) }),
  weibull: z.strictObject({ weibull: z.strictObject({ rate, cv: cv.min(0.001).max(1000) }) }),
  bursts: z.strictObject({
    bursts: z.strictObject({
      base: rate.describe('Rate between bursts.'),
      peak: rate.describe('Rate in a burst.'),
      every: duration.describe('Period; each opens with its burst.'),
      for: duration.describe('Length of a burst.'),
    }),
  }),
  profile: z.strictObject({
    profile: z.array(z.tuple([duration, rate])).describe('Points [time, rate], linear between them.'),
  }),
  daily: z.strictObject({
    daily: z.strictObject({
      mean: rate.describe('Mean rate over a day.'),
      peakToTrough: z.number().min(1).describe('Highest over lowest rate of the sinusoid.'),
      peakAt: duration.prefault('15h').describe('Time of day of the peak, UTC.'),
      cv: cv.default(1),
    }),
  }),
  weekly: z.strictObject({
    weekly: z.strictObject({
      mean: rate.describe('Mean rate over a week.'),
      peakToTrough: z.number().min(1).default(1).describe('Highest over lowest rate of each day.'),
      peakAt: duration.prefault('15h').describe('Time of day of the peak, UTC.'),
      weekend: weight.optional().describe('Rate of Saturdays and Sundays over that of the other days. Default: 100%.'),
      days: z
        .tuple([notNegative, notNegative, notNegative, notNegative, notNegative, notNegative, notNegative])
        .optional()
        .describe('Weights of the days from Monday to Sunday, instead of weekend.'),
      cv: cv.default(1),
    }),
  }),
  clients: z.strictObject({
    clients: variant('a group of clients {count, rate, zipf, cv, law}, or a list of groups', {
      mapping: clientGroup,
      list: z.array(clientGroup),
    }),
  }),
  users: z.strictObject({
    users: z.strictObject({
      count: wholeFrom(1, 1_000_000).describe('Users in a closed loop.'),
      thinkTime: duration.describe('Mean pause of a user after any final outcome.'),
    }),
  }),
  load: z.strictObject({
    load: weight.describe('Poisson at this share of the computed capacity of the pools it can reach.'),
  }),
});

const bounds = {
  min: length.optional().describe('No length below this.'),
  max: length.optional().describe('No length above this.'),
};

export const lengths = forms('a number of tokens or a distribution', length, {
  exponential: z.strictObject({ exponential: z.number().min(1).describe('Mean number of tokens.'), ...bounds }),
  lognormal: z.strictObject({
    lognormal: z.strictObject({ mean: positive, p95: positive }),
    ...bounds,
  }),
  uniform: z.strictObject({ uniform: z.tuple([length, length]), ...bounds }),
  histogram: z.strictObject({
    histogram: z.array(z.tuple([length, notNegative])).describe('Pairs [tokens, weight].'),
    ...bounds,
  }),
});

const trace = z.strictObject({
  file: name.describe('Path relative to the scenario file; plain or gzip.'),
  format: z.enum(TRACE_FORMATS).describe('Layout of the rows, see docs/traces.md.'),
  columns: byName(name)
    .optional()
    .describe('Our column to theirs: time, input, output, tier; for rates, each tier or label to its column.'),
  timeUnit: z.enum(TIME_UNITS).optional().describe("Unit of numbers in the time column. Default: the format's."),
  rateUnit: z.enum(RATE_UNITS).optional().describe("Unit of the columns of a table of rates. Default: the format's."),
  tiers: byName(name)
    .optional()
    .describe(
      'What stands in the tier column, or over a column of rates, to the tier it asks for; others are left out.',
    ),
  maxBadRows: wholeFrom(0)
    .default(0)
    .describe('So many unreadable rows are left out and counted; one more is an error.'),
  speed: positive.max(1e6).default(1).describe('2 plays the trace twice as fast.'),
  scale: positive
    .max(1000)
    .default(1)
    .describe('2 plays each row twice, 0.5 half of them by chance; rates are multiplied by it.'),
  from: duration.prefault('0m').describe('Rows before this time are left out.'),
  to: duration.optional().describe('Rows from this time on are left out. Default: none.'),
  loop: z.boolean().default(false).describe('Whether the trace begins anew at its end.'),
  spread: duration
    .optional()
    .describe('Rows of one instant are spread at random over so long. Default: 3s for mooncake, else 0s.'),
});

const tier = variant('a tier or a mix of tiers such as {standard: 80%, priority: 20%}', {
  scalar: name,
  mapping: byName(weight),
});

const sharedPrefix = variant('a share such as 70%, or {families, zipf, length}', {
  scalar: share,
  mapping: z.strictObject({
    families: wholeFrom(1, 1_000_000).describe('How many prefixes there are.'),
    zipf: notNegative.default(1).describe('Exponent of their popularity.'),
    length: length.describe('Tokens of each prefix.'),
  }),
});

const sessions = z.strictObject({
  turns: lengths.default(1).describe('Turns of a conversation, a number or a distribution.'),
  thinkTime: duration.prefault('0s').describe('Mean pause between turns (exponential).'),
  hops: lengths
    .default(1)
    .describe(
      'Calls of a turn: an agent sends the next when it has the answer to the last. A number or a distribution.',
    ),
  toolTime: duration.prefault('0s').describe('Mean pause between the calls of a turn (exponential).'),
  context: z
    .enum(['grows', 'fresh'])
    .default('grows')
    .describe('Whether a prompt repeats all that was said before; then `input` is what each call adds.'),
});

export const client = variant('a client such as openai-node, or {retries, backoff, ...}', {
  scalar: nameSuchAs(CLIENT_NAMES),
  mapping: z.strictObject({
    extends: nameSuchAs(CLIENT_NAMES).optional().describe('A named client whose policy the other keys change.'),
    retries: wholeFrom(0).optional().describe('Tries after the first. Default: 0.'),
    backoff: z
      .strictObject({
        base: wait.prefault('500ms').describe('First wait.'),
        factor: z.number().min(1).default(2).describe('Each further wait is this many times the one before.'),
        max: wait.prefault('8s').describe('No wait above this.'),
        jitter: share.prefault('25%').describe('Share of the wait by which it may be shortened at random.'),
      })
      .optional()
      .describe('Waits between tries.'),
    retryOn: z.array(z.int().min(100).max(599)).optional().describe('Statuses that are tried again.'),
    retryAfterMax: duration.optional().describe('A Retry-After up to this is obeyed. Default: 60s.'),
    timeout: duration.optional().describe('Longest wait for the last token. Default: none.'),
    patience: duration.optional().describe('Longest wait for the first token. Default: none.'),
    heedShouldRetry: z
      .boolean()
      .optional()
      .describe("Whether the server's x-should-retry decides before the status does. Default: true."),
    budget: share
      .optional()
      .describe(
        'Retries of the class stay below this share of its requests: a token bucket of ten seconds. Default: no limit.',
      ),
    escalate: z
      .array(name)
      .min(1)
      .optional()
      .describe("Tiers asked one after the other by successive tries, from the request's own on; the last one stays."),
    abortLag: duration.optional().describe('Time between leaving and the abort reaching the node. Default: 0s.'),
  }),
});

const fees = byName(
  variant('an amount of money, or {price, share}', {
    scalar: money,
    mapping: z.strictObject({
      price: money.describe('Flat fee.'),
      share: share.prefault('100%').describe('Share of the requests that pay it.'),
    }),
  }),
);

export const trafficClass = z.strictObject({
  name: name.describe('Name of the class, unique.'),
  account: name.optional().describe('The account that sends it. Default: many customers, no account limits.'),
  model: nameSuchAs(LLM_NAMES).optional().describe('The model asked for. Default: the only model of the fleet.'),
  api: z.enum(['chat', 'completions', 'embeddings']).default('chat').describe('The endpoint called.'),
  tier: tier
    .optional()
    .describe("One tier, or a mix drawn once per request. Default: the account's, else the profile's."),
  arrivals: arrivals.optional().describe('When requests come; this or a trace.'),
  trace: trace.optional().describe('Recorded arrivals and lengths; this or arrivals.'),
  input: lengths.optional().describe('Prompt tokens. Default with a trace: from its rows.'),
  output: lengths.optional().describe('Output tokens. Default with a trace: from its rows.'),
  maxTokens: length.optional().describe('What the client declares to the gateway. Default: nothing.'),
  sharedPrefix: sharedPrefix.optional().describe('What prompts have in common. Default: nothing.'),
  sessions: sessions.optional().describe('Conversations of several turns. Default: single requests.'),
  client: client.optional().describe('What the client does when refused or kept waiting. Default: no retries.'),
  slo: z
    .strictObject({
      ttft: latency.optional().describe('Limit to the first token.'),
      tpot: latency.optional().describe('Limit to the mean time per output token after the first.'),
      e2e: latency.optional().describe('Limit to the last token.'),
    })
    .optional()
    .describe('What a request must meet to count in goodput and attainment.'),
  imageOutput: share
    .optional()
    .describe(
      "Share of the output tokens that are part of images. Default: all where the model's price has an image rate, else none.",
    ),
  fees: fees.optional().describe('Flat fees beside the tokens, by name.'),
});
export type TrafficInput = z.output<typeof trafficClass>;
export type LengthsInput = z.output<typeof lengths>;
export type ArrivalsInput = z.output<typeof arrivals>;

export const account = z.strictObject({
  name: name.describe('Name of the account, unique.'),
  limits: accountLimits.optional().describe("Limits, key by key over the profile's; none lifts one."),
  limiters: limiters.optional().describe("Further limiters by name, key by key over the profile's."),
  defaultTier: name.optional().describe("The tier of requests that name none. Default: the profile's."),
  background: z.boolean().default(false).describe('Whether the account may send background work.'),
});
export type AccountInput = z.output<typeof account>;
