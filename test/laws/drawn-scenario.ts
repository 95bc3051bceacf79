import fc from 'fast-check';
import { UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import { type Autoscale, type Operations, type Outage, STEADY, type Takeover } from '../../src/models/operations.js';
import type { Cause } from '../../src/models/outcome.js';
import type { Eviction, Hold, ProviderProfile, RouterName, TierProfile } from '../../src/models/provider.js';
import { support } from '../../src/models/providers/build.js';
import type {
  Account,
  Arrivals,
  ClientPolicy,
  Pool,
  Scenario,
  Sessions,
  SharedPrefix,
  TimelineEvent,
  TrafficClass,
} from '../../src/models/scenario.js';
import {
  account,
  exponential,
  FLAT_STEP,
  fixed,
  limiters,
  pool,
  provider,
  SECOND_US,
  scenario,
  slots,
  tier,
  traffic,
  vllm,
} from '../helpers/scenario.js';

/**
 * Small scenarios with everything on or off by chance: what a law must hold for. Numbers are drawn so that trouble is
 * usual: KV memory for a few requests, queues longer than patience, limits below the load, nodes that come and go.
 */
export function drawnScenario(): fc.Arbitrary<Scenario> {
  const skeleton = fc.record({
    seed: fc.nat({ max: 1_000_000 }),
    durationSeconds: fc.integer({ min: 4, max: 14 }),
    warmupShare: fc.constantFrom(0, 0, 0.3),
    drain: fc.boolean(),
    router: fc.constantFrom<RouterName>(
      'round-robin',
      'least-loaded',
      'power-of-two',
      'weighted',
      'prefix-affinity',
      'cheapest-first',
      'coolest-first',
    ),
    spareSlotFilter: fc.constantFrom(false, false, true),
    replicas: fc.constantFrom(1, 1, 1, 3),
    stalenessUs: fc.constantFrom(0, 0, 0, 500_000),
    queueing: fc.constantFrom<'node' | 'gateway'>('node', 'node', 'node', 'gateway'),
    profile: profiles(),
    pools: fc.tuple(pools('a'), fc.option(pools('b'), { nil: null })),
    modelsOfA: fc.constantFrom(1, 1, 2),
    takeover: fc.constantFrom(false, false, true).chain((isOn) => (isOn ? takeovers() : fc.constant(null))),
    draining: fc.constantFrom(null, null, 'move' as const),
    accounts: fc.tuple(accounts('first'), fc.option(accounts('second'), { nil: null })),
    classes: fc.tuple(classes('one'), fc.option(classes('two'), { nil: null })),
    events: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), changes()), { maxLength: 4 }),
    queued: fc.constantFrom(0, 0, 1, 12),
    cacheFill: fc.constantFrom(0, 0, 0.4),
  });
  return skeleton.map(({ seed, durationSeconds, warmupShare, queued, cacheFill, ...drawn }) => {
    const durationUs = durationSeconds * SECOND_US;
    const waiting = present(drawn.classes)
      .map((one) => ({ class: one.name, requests: waitingOf(one, queued) }))
      .filter(({ requests }) => requests > 0);
    return scenario({
      seed: String(seed),
      durationUs,
      warmupUs: Math.round(warmupShare * durationUs),
      drain: drawn.drain,
      initial: { queued: waiting, cacheFill },
      provider: drawn.profile,
      pools: present(drawn.pools).map((one, i) => {
        const drains = drawn.draining === null ? one : withOperations(one, { draining: drawn.draining });
        if (i === 1) return drawn.takeover === null ? drains : taking(drains, drawn.takeover);
        return drawn.modelsOfA === 2 ? withOther(drains) : drains;
      }),
      gateway: {
        router: drawn.router,
        queueing: drawn.queueing,
        spareSlotFilter: drawn.spareSlotFilter,
        replicas: drawn.replicas,
        stalenessUs: drawn.stalenessUs,
      },
      accounts: present(drawn.accounts).map((one) => ({
        ...one,
        limiters: [...one.limiters, ...drawn.profile.limiters],
      })),
      traffic: present(drawn.classes).map((one, i) => ({
        ...one,
        model: i === 1 && drawn.modelsOfA === 2 ? 'n' : one.model,
        account: present(drawn.accounts).some(({ name }) => name === one.account) ? one.account : null,
      })),
      events: drawn.events.map(([at, change]): TimelineEvent => ({ atUs: Math.floor(at * durationUs), change })),
    });
  });
}

function withOperations(one: Pool, overrides: Partial<Operations>): Pool {
  return { ...one, operations: { ...one.operations, ...overrides } };
}

/** Beyond its own nodes, of which it may have none, it takes some of the pool `a`. */
function taking(one: Pool, { nodes, ...overrides }: DrawnTakeover): Pool {
  return { ...withOperations(one, overrides), nodes };
}

interface DrawnTakeover extends Pick<Operations, 'autoscale'> {
  readonly nodes: number;
  readonly takesFrom: Takeover;
}

function takeovers(): fc.Arbitrary<DrawnTakeover> {
  return fc.record({
    nodes: fc.constantFrom(0, 0, 1),
    autoscale: autoscaler().map((drawn): Autoscale => ({ ...drawn, signal: 'running', target: 0.3, max: 3 })),
    takesFrom: fc.record({
      pool: fc.constant('a'),
      nodesForOne: fc.constantFrom(1, 1, 2),
      keep: fc.constant(1),
      switchUs: fc.constantFrom(0, 300_000),
      backUs: fc.constantFrom(0, 500_000),
    }),
  });
}

/** A conversation begins with its first request, and no user of a closed loop has two. */
function waitingOf({ arrivals, sessions }: TrafficClass, requests: number): number {
  if (sessions !== null) return 0;
  return arrivals.kind === 'users' ? Math.min(requests, arrivals.count) : requests;
}

/** The pool's nodes serve a second, slower model with less memory too. */
function withOther(one: Pool): Pool {
  const { precision, engine, stepTimeSource, power } = one;
  const stepTime = { ...one.stepTime, basePs: 2 * one.stepTime.basePs };
  const small = engine.kvBlocks === UNLIMITED_KV_BLOCKS ? engine : { ...engine, kvBlocks: 40 };
  return {
    ...one,
    models: [...one.models, 'n'],
    others: [{ model: 'n', precision, engine: small, stepTime, stepTimeSource, power }],
  };
}

function present<T>(items: readonly (T | null)[]): T[] {
  return items.filter((item): item is T => item !== null);
}

const seconds = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(low * SECOND_US), max: Math.round(high * SECOND_US) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

/** What an embedding makes. */
export const NO_OUTPUT = { kind: 'fixed', tokens: 0, min: 0, max: null } as const;

export const TIERS = ['priority', 'standard', 'flex'] as const;

function profiles(): fc.Arbitrary<ProviderProfile> {
  return fc
    .record({
      tiers: fc.tuple(tiers('priority', 300), tiers('standard', 200), tiers('flex', 100)),
      signal: fc.constantFrom(
        { scrapeUs: 0, averageUs: 0, hysteresis: 0 },
        { scrapeUs: 0, averageUs: 0, hysteresis: 0 },
        { scrapeUs: 300_000, averageUs: 900_000, hysteresis: 0.2 },
      ),
      abandoned: fc.constantFrom('emitted' as const, 'nothing' as const),
      retryAfterUs: fc.constantFrom<Partial<Record<Cause, number>>>(
        {},
        { overloaded: 1_500_000 },
        { rate_limited: 700_000 },
      ),
      support: fc.constantFrom<ProviderProfile['support']>(
        [],
        [support('priority', 'downgrade')],
        [support('flex', 'refuse')],
      ),
      rpm: fc.tuple(...TIERS.map(() => maybe(fc.integer({ min: 5, max: 60 })))),
    })
    .map(({ abandoned, retryAfterUs, rpm, ...drawn }) => {
      const base = provider();
      const sent = Object.entries(retryAfterUs).map(([cause, us]) => {
        return [cause, { ...base.answers[cause as Cause]!, retryAfterUs: us }] as const;
      });
      return provider({
        ...drawn,
        tiers: [...drawn.tiers],
        limiters: limiters(Object.fromEntries(TIERS.map((name, i) => [`${name}.rpm`, rpm[i]!]))),
        answers: { ...base.answers, ...Object.fromEntries(sent) },
        billing: { ...base.billing, abandoned },
      });
    });
}

function tiers(name: string, rank: number): fc.Arbitrary<TierProfile> {
  const hold: fc.Arbitrary<Hold> = fc.record({
    maxWaitUs: seconds(0.5, 20),
    maxQueued: fc.constant(null),
    dispatchAtPressure: fc.constantFrom(0, 0.3, 0.8),
    asynchronous: fc.boolean(),
  });
  const admission: fc.Arbitrary<TierProfile['admission']> = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ kind: 'none' as const }) },
    seconds(0.05, 5).map((shedAboveUs) => ({ kind: 'predicted-ttft' as const, shedAboveUs })),
    fc.integer({ min: 0, max: 6 }).map((shedAbove) => ({ kind: 'queue-depth' as const, shedAbove })),
    fc.constantFrom(0.2, 0.7).map((shedAbove) => ({ kind: 'kv-pressure' as const, shedAbove })),
    fc.constantFrom(0.2, 0.6).map((share) => ({ kind: 'holdback' as const, share })),
    fc.constantFrom(1, 4).map((requests) => ({ kind: 'vllm-queue-caps' as const, requests, tokens: 500 })),
  );
  return fc
    .record({
      rank: fc.constantFrom(rank, rank, 200),
      priceMultiplier: fc.constantFrom(0.5, 1, 1.5),
      admission,
      hold: maybe(hold),
      onNoCapacity: fc.constantFrom<TierProfile['onNoCapacity']>({ do: 'shed' }, { do: 'shed' }, { do: 'wait' }),
      queue: fc.record({ maxWaitUs: maybe(seconds(0.5, 10)), maxQueued: maybe(fc.integer({ min: 0, max: 5 })) }),
      eviction: maybe(evictions(name)),
      limits: fc.constantFrom('account' as const, 'account' as const, 'exempt' as const),
    })
    .map((drawn) => tier(name, drawn));
}

function changes(): fc.Arbitrary<TimelineEvent['change']> {
  const pool = 'a';
  const nodes = fc.integer({ min: 0, max: 3 });
  return fc.oneof(
    nodes.map((count) => ({ kind: 'nodes' as const, pool, nodes: count })),
    nodes.map((count) => ({ kind: 'down' as const, pool, nodes: count })),
    nodes.map((count) => ({ kind: 'slowNodes' as const, pool, nodes: count })),
    fc.constantFrom(1, 1.5, 3).map((factor) => ({ kind: 'slowFactor' as const, pool, factor })),
  );
}

/** Half of the pools are steady; in the others nodes take time to start, break, slow down and are taken away. */
function operations(): fc.Arbitrary<Operations> {
  const outage: fc.Arbitrary<Outage> = fc.record({
    when: fc.oneof(
      seconds(1, 8).map((everyUs) => ({ kind: 'random' as const, everyUs })),
      // Some at an instant at which steps of round lengths end.
      fc
        .oneof(seconds(0, 12), fc.constantFrom(1_000_000, 2_400_000))
        .map((atUs) => ({ kind: 'planned' as const, atUs })),
    ),
    forUs: seconds(0.1, 3),
    domain: fc.oneof(
      fc.constantFrom(1, 1, 2).map((nodes) => ({ kind: 'nodes' as const, nodes })),
      fc.constantFrom({ kind: 'pool' as const }, { kind: 'zone' as const }),
    ),
    slowdown: fc.constantFrom(null, null, 1.7, 4),
    noticeUs: fc.constantFrom(0, 0, 300_000),
  });
  const trouble = fc.record({
    initialNodes: fc.constant(null),
    coldStart: fc.constantFrom(0, 0, 700_000).map((loadUs) => ({ ...STEADY.coldStart, loadUs })),
    minimumBilledUs: fc.constantFrom(0, 2_000_000),
    warmPool: maybe(fc.constant({ nodes: 1, startUs: 100_000, costPicoPerHour: 1e12 })),
    zone: maybe(fc.constant('west')),
    healthCheckUs: fc.constantFrom(0, 500_000, 2_000_000),
    downNodes: fc.constantFrom(0, 0, 1),
    slow: fc.constantFrom({ nodes: 0, factor: 1 }, { nodes: 1, factor: 2 }),
    outages: fc.array(outage, { minLength: 1, maxLength: 3 }),
    autoscale: maybe(autoscaler()),
  });
  return fc.oneof(fc.constant(STEADY), trouble);
}

function evictions(name: string): fc.Arbitrary<Eviction> {
  return fc.record({
    by: fc.constant(TIERS.slice(0, (TIERS as readonly string[]).indexOf(name))),
    when: fc.constantFrom('before-first-token' as const, 'any-time' as const),
    outcome: fc.constantFrom('requeue' as const, 'requeue' as const, 'fail' as const),
    minRunUs: fc.constantFrom(0, 0, 200_000),
    maxTimes: fc.constantFrom(null, 1, 2),
  });
}

function autoscaler(): fc.Arbitrary<Autoscale> {
  return fc.record({
    signal: fc.constantFrom('running' as const, 'queue' as const, 'kv' as const, 'ttft' as const),
    target: fc.constantFrom(0.3, 1, 3),
    min: fc.constant(1),
    max: fc.constantFrom(3, 5),
    intervalUs: fc.constantFrom(500_000, 2_000_000),
    averageUs: fc.constantFrom(0, 1_000_000),
    lagUs: fc.constantFrom(0, 700_000),
    cooldownUs: fc.constantFrom(0, 3_000_000),
  });
}

function pools(name: string): fc.Arbitrary<Pool> {
  const engine = fc.oneof(
    fc.integer({ min: 1, max: 6 }).map((seats) => slots(seats)),
    fc
      .record({
        policy: fc.constantFrom('fcfs' as const, 'priority' as const),
        maxNumSeqs: fc.integer({ min: 1, max: 24 }),
        maxNumBatchedTokens: fc.constantFrom(64, 256, 2048),
        // Room for the longest sequence, 512 tokens in blocks of 16, and for a few more at most.
        kvBlocks: fc.oneof(
          { weight: 2, arbitrary: fc.integer({ min: 33, max: 120 }) },
          fc.constant(UNLIMITED_KV_BLOCKS),
        ),
        prefixCaching: fc.boolean(),
        longPrefillThreshold: fc.constantFrom(0, 0, 40),
        async: fc.boolean(),
        reserveFullSequence: fc.boolean(),
      })
      .map((drawn) => vllm({ maxModelLen: 512, ...drawn })),
  );
  return fc
    .record({
      engine,
      nodes: fc.integer({ min: 1, max: 3 }),
      stepMs: fc.constantFrom(8, 30),
      tierWeights: maybe(fc.tuple(...TIERS.map(() => fc.constantFrom(0, 1, 100)))),
      tiers: fc.constantFrom(null, null, ['priority', 'standard']),
      reservedSlots: fc.constantFrom<Pool['reservedSlots']>(
        [],
        [],
        [{ tier: 'priority', value: 1 }],
        [
          { tier: 'priority', value: 1 },
          { tier: 'standard', value: 1 },
        ],
      ),
      costPicoPerHour: maybe(fc.constant(2e12)),
      operations: operations(),
    })
    .map(({ stepMs, tierWeights, ...drawn }) =>
      pool({
        name,
        ...drawn,
        stepTime: { ...FLAT_STEP, basePs: stepMs * 1e9, prefillTokenPs: 2e8, sequencePs: 5e8, kvTokenPs: 1234 },
        tierWeights: tierWeights?.map((value, i) => ({ tier: TIERS[i]!, value })) ?? null,
      }),
    );
}

function accounts(name: string): fc.Arbitrary<Account> {
  return fc
    .record({
      rpm: maybe(fc.integer({ min: 5, max: 60 })),
      inputTpm: maybe(fc.integer({ min: 500, max: 5000 })),
      outputTpm: maybe(fc.integer({ min: 200, max: 3000 })),
      concurrency: maybe(fc.integer({ min: 1, max: 12 })),
    })
    .map((limits) => ({ ...account(name, limits), background: true }));
}

function classes(name: string): fc.Arbitrary<TrafficClass> {
  const arrivals: fc.Arbitrary<Arrivals> = fc.oneof(
    fc.integer({ min: 1, max: 12 }).map((perSecond) => ({ kind: 'poisson' as const, perSecond })),
    fc.integer({ min: 1, max: 8 }).map((perSecond) => ({ kind: 'gamma' as const, perSecond, cv: 3 })),
    fc.integer({ min: 2, max: 20 }).map((peakPerSecond) => {
      return { kind: 'bursts' as const, basePerSecond: 1, peakPerSecond, everyUs: 5e6, forUs: 1e6 };
    }),
    fc.record({
      kind: fc.constant('users' as const),
      count: fc.integer({ min: 1, max: 10 }),
      thinkUs: fc.constantFrom(200_000, 2_000_000),
    }),
  );
  const prefix: fc.Arbitrary<SharedPrefix | null> = fc.oneof(
    fc.constant(null),
    fc.constant({ kind: 'share' as const, share: 0.7 }),
    fc.constant({ kind: 'families' as const, families: 3, zipf: 1.1, tokens: 96 }),
  );
  const sessions: fc.Arbitrary<Sessions> = fc.record({
    turns: fc.constantFrom(fixed(1), fixed(3), exponential(2)),
    hops: fc.constantFrom(fixed(1), fixed(4)),
    thinkUs: fc.constantFrom(0, 400_000),
    toolUs: fc.constantFrom(0, 0, 50_000),
    context: fc.constantFrom('grows' as const, 'grows' as const, 'fresh' as const),
  });
  return fc
    .record({
      arrivals,
      account: fc.constantFrom('first', 'first', 'second', null),
      mix: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 3 })),
      meanInput: fc.integer({ min: 5, max: 250 }),
      meanOutput: fc.integer({ min: 1, max: 80 }),
      maxTokens: maybe(fc.integer({ min: 1, max: 100 })),
      prefix,
      sessions: fc.option(sessions, { nil: null, freq: 3 }),
      api: fc.constantFrom('chat' as const, 'chat' as const, 'chat' as const, 'embeddings' as const),
      client: clients(),
      fees: fc.constantFrom([], [{ name: 'request', pico: 1_000_000_000, share: 1 }]),
      slo: maybe(fc.constant({ ttftUs: 800_000, tpotUs: 60_000, e2eUs: 5_000_000 })),
    })
    .map(({ mix, meanInput, meanOutput, api, ...drawn }) =>
      traffic({
        name,
        api,
        ...drawn,
        tiers: TIERS.map((of, i) => ({ tier: of, value: mix[i]! })).filter(({ value }) => value > 0),
        // Some prompts are beyond the context of 512.
        input: { kind: 'exponential', mean: meanInput, min: 1, max: 600 },
        output: api === 'embeddings' ? NO_OUTPUT : exponential(meanOutput),
      }),
    );
}

function clients(): fc.Arbitrary<ClientPolicy> {
  return fc
    .record({
      retries: fc.constantFrom(0, 0, 2, 5),
      timeoutUs: maybe(seconds(0.2, 6)),
      patienceUs: maybe(seconds(0.05, 2)),
      abortLagUs: fc.constantFrom(0, 1, 400_000, 3_000_000),
      jitter: fc.constantFrom(0, 0.25),
      retryAfterMaxUs: fc.constantFrom(0, 60_000_000),
      budget: fc.constantFrom(null, null, 0.1, 0.5),
      escalate: fc.constantFrom<readonly string[]>(
        [],
        [],
        ['flex', 'standard', 'priority'],
        ['flex', 'flex', 'standard'],
      ),
    })
    .map(({ jitter, ...drawn }) => ({
      ...traffic().client,
      ...drawn,
      backoff: { growth: 'exponential' as const, baseUs: 300_000, factor: 2, extraUs: 0, maxUs: 5_000_000, jitter },
      retryOn: [0, 429],
      retryFromStatus: 500,
    }));
}
