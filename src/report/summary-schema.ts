import { z } from 'zod';
import { NODE_STATES } from '../models/node-state.js';
import { CAUSES, OUTCOMES } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';
import { SUMMARY_SCHEMA, type Summary } from '../sim/summary.js';

/**
 * The summary as a schema: what `tiersim report` checks before it believes a file, and what is published as JSON Schema.
 * Fields that a later version adds are let through. The compiler holds it against the type.
 */
export function readSummary(value: unknown): { readonly summary: Summary } | { readonly problem: string } {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema !== SUMMARY_SCHEMA) {
    return { problem: `it is not a ${SUMMARY_SCHEMA}${typeof schema === 'string' ? ` but a ${schema}` : ''}` };
  }
  const parsed = summarySchema.safeParse(value);
  // The value itself: its keys keep their order.
  if (parsed.success) return { summary: value as Summary };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}` };
}

/** JSON Schema of the summary, draft-7. */
export function summaryJsonSchema(): unknown {
  return z.toJSONSchema(summarySchema, { target: 'draft-7', io: 'input' });
}

const count = z.number().min(0);
const share = z.number().min(0).max(1).nullable();
const numbers = z.array(z.number());
const gaps = z.array(z.number().nullable());
const money = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('A decimal number.');
const outcome = z.enum(OUTCOMES);
const cause = z.enum(CAUSES);

const distribution = z
  .looseObject({
    mean: z.number().nullable(),
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
    max: z.number().nullable(),
    n: count,
    relativeError: z.number(),
  })
  .describe('Milliseconds; n = 0: the others are null. relativeError 0: exact.');

const offeredQuantiles = z
  .looseObject({
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  })
  .describe('Milliseconds, of all offered requests; null: fewer of them got a first token.');

const tier = z.looseObject({
  requests: count,
  attempts: count,
  retries: count,
  amplification: z.number().nullable(),
  outcomes: z.record(outcome, count),
  causes: z.record(z.string(), count),
  shedRate: share,
  requestShedRate: share,
  rateLimitedRate: share,
  expiredRate: share,
  evictedRate: share,
  downgradeRate: share,
  successRate: share,
  availability: share,
  availabilityAdmitted: share,
  ttftMs: distribution,
  requestTtftMs: distribution,
  offeredTtftMs: offeredQuantiles,
  tpotMs: distribution,
  itlMs: distribution,
  e2eMs: distribution,
  queueMs: distribution,
  chainE2eMs: distribution,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  wastedTokens: count,
  preemptions: count,
  evictions: count,
  recomputedTokens: count,
  outputTokPerSec: count,
  attainment: share,
  billed: money,
  cost: money.nullable(),
  margin: money.nullable(),
  usdPerMTok: z.number().nullable(),
  usdPerMOutTok: z.number().nullable(),
  energyKWh: z.number().nullable(),
  joulesPerOutputToken: z.number().nullable(),
  served: z.looseObject({ attempts: count, outputTokens: count, billed: money }),
});

const pool = z.looseObject({
  model: z.string(),
  hardware: z.string(),
  nodes: count,
  nodeHours: count,
  nodeHoursByState: z.record(z.enum(NODE_STATES), count),
  busyNodeHours: count,
  idleNodeHours: count,
  availability: share,
  attempts: count,
  inputTokens: count,
  outputTokens: count,
  steps: count,
  preemptions: count,
  prefixHitShare: share,
  meanRunning: count,
  meanWaiting: count,
  meanKvUse: count,
  busyShare: count,
  cost: money.nullable(),
  energyKWh: z.number().nullable(),
  meanWatts: z.number().nullable(),
  joulesPerOutputToken: z.number().nullable(),
  stepTimeSource: z.string(),
  powerSource: z.string(),
});

const energy = z
  .looseObject({
    joules: money,
    idleJoules: money,
    tiers: z.record(z.string(), money),
    pools: z.record(z.string(), z.looseObject({ joules: money, idleJoules: money })),
    hardware: z.record(
      z.string(),
      z.looseObject({ joules: money, outputTokens: count, joulesPerOutputToken: z.number().nullable() }),
    ),
    cost: z.looseObject({
      amount: money,
      currency: z.string(),
      perKWh: money,
      pue: z.number(),
      allInFactor: z.number().nullable(),
      isExtra: z.boolean(),
      assumed: z.array(z.string()),
    }),
  })
  .describe('Joules as decimal numbers: tiers and idle add up to the total.');

const series = z.looseObject({
  bucketSeconds: z.number().positive(),
  atSeconds: numbers,
  tiers: z.record(z.string(), z.looseObject({ sent: numbers, shed: numbers, ttftMeanMs: gaps })),
  pools: z.record(
    z.string(),
    z.looseObject({
      running: numbers,
      waiting: numbers,
      kvUse: numbers,
      watts: numbers,
      models: z
        .record(z.string(), z.looseObject({ running: numbers, waiting: numbers, kvUse: numbers }))
        .exactOptional()
        .describe('Of a pool of several models: its engines for each, from looks at the nodes.'),
    }),
  ),
  hardware: z.record(z.string(), z.looseObject({ watts: numbers })),
});

const blameBand = z.looseObject({
  fromShare: z.number(),
  toShare: z.number(),
  n: count,
  meanMs: z.number(),
  parts: z.looseObject({
    retries: z.number(),
    gateway: z.number(),
    behind: z.record(z.string(), z.number()),
    queue: z.number(),
    prefill: z.number(),
    sharing: z.number(),
    preemption: z.number(),
    decode: z.number(),
    chunks: z.number(),
  }),
});

const tierDetail = z.looseObject({
  ttftCurve: z.looseObject({ ms: numbers, share: numbers }),
  ttftOverTime: z.looseObject({ p50: gaps, p95: gaps, p99: gaps, n: numbers, relativeError: z.number() }),
  requestsOverTime: z.looseObject({ sent: numbers, good: numbers }),
  outcomesOverTime: z.array(z.looseObject({ outcome, cause, count: numbers })),
  servedAs: z.record(z.string(), count),
  attemptsByTry: numbers,
  blame: z.looseObject({ ttft: z.array(blameBand), e2e: z.array(blameBand), unanswered: blameBand.nullable() }),
});

const sampledAttempt = z.looseObject({
  attempt: count,
  servedAs: z.string(),
  outcome,
  cause,
  pool: z.string().nullable(),
  node: z.number().nullable(),
  sentMs: z.number(),
  atNodeMs: z.number().nullable(),
  scheduledMs: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  endMs: z.number(),
  outputTokens: count,
  preemptions: count,
});

/** Of the scenario only what reports look into; the rest is shown as it is. */
const scenario = z.looseObject({
  provider: z.looseObject({
    id: z.string(),
    asOf: z.string(),
  }),
  pools: z.array(
    z.looseObject({
      name: z.string(),
      hardware: z.string(),
      models: z.array(z.string()),
      stepTimeSource: z.string(),
    }),
  ),
}) as unknown as z.ZodType<Scenario>;

const detail = z.looseObject({
  scenario,
  command: z.string().nullable(),
  tiers: z.record(z.string(), tierDetail),
  pools: z.record(z.string(), z.looseObject({ preemptions: numbers })),
  samples: z.array(
    z.looseObject({
      request: count,
      tier: z.string(),
      class: z.string(),
      why: z.enum(['random', 'slowest']),
      sentMs: z.number(),
      promptTokens: count,
      attempts: z.array(sampledAttempt),
    }),
  ),
});

const rareSheds = z
  .looseObject({
    gapSeconds: count,
    meanPerSecond: count,
    tiers: z.record(
      z.string(),
      z.looseObject({
        attempts: count,
        shed: count,
        interval: z.looseObject({ low: count, high: count }).nullable(),
        upTo: count.nullable(),
        episodes: z.array(
          z.looseObject({
            fromSeconds: count,
            toSeconds: count,
            shed: count,
            perSecond: count,
            meanwhile: z.record(z.string(), z.looseObject({ attempts: count, shed: count })),
          }),
        ),
      }),
    ),
  })
  .describe(
    'Where a tier was shed in at most a hundredth of its attempts: spells of congestion and what the counts are worth.',
  );

const summarySchema: z.ZodType<Summary> = z.looseObject({
  schema: z.literal(SUMMARY_SCHEMA),
  scenario: z.looseObject({ name: z.string(), about: z.string(), hash: z.string(), seed: z.string() }),
  run: z.looseObject({
    version: z.string(),
    fingerprint: z.string(),
    requests: count,
    attempts: count,
    steps: count,
    simulatedSeconds: count,
    window: z.looseObject({ fromSeconds: z.number(), toSeconds: z.number() }),
    complete: z.boolean(),
  }),
  currency: z.string(),
  costCurrency: z.string().nullable(),
  tiers: z.record(z.string(), tier),
  total: tier,
  pools: z.record(z.string(), pool),
  accounts: z.record(
    z.string(),
    z.looseObject({ requests: count, attempts: count, rateLimited: count, billed: money }),
  ),
  invoice: z.array(
    z.looseObject({
      account: z.string().nullable(),
      tier: z.string(),
      model: z.string(),
      attempts: count,
      uncachedTokens: count,
      cachedTokens: count,
      outputTokens: count,
      imageTokens: count,
      fees: money,
      amount: money,
    }),
  ),
  energy,
  sla: z.looseObject({
    target: share,
    denominator: z.enum(['offered', 'admitted']),
    countedCauses: z.array(z.string()),
  }),
  series,
  targets: z.array(
    z.looseObject({
      target: z.string(),
      actual: z.number().nullable(),
      n: count,
      passed: z.boolean(),
      error: z.string().nullable(),
    }),
  ),
  warnings: z.array(z.string()),
  notes: z.array(z.string()),
  detail: detail.nullable(),
  rareSheds: rareSheds.exactOptional(),
  replications: z
    .looseObject({
      n: count,
      confidence: z.number(),
      intervals: z.record(z.string(), z.number()),
      fewer: z.record(z.string(), count),
    })
    .exactOptional(),
});
