import { describe, expect, it } from 'vitest';
import { findClient } from '../../src/models/clients.js';
import { answers } from '../../src/models/providers/build.js';
import { llmGateway } from '../../src/models/providers/llm-gateway.js';
import type { ClientPolicy } from '../../src/models/scenario.js';
import { Run } from '../../src/sim/simulate.js';
import {
  account,
  FLAT_STEP,
  fixed,
  pool,
  provider,
  runOf,
  SECOND_US,
  scenario,
  slots,
  tier,
  traced,
  traffic,
  vllm,
} from '../helpers/scenario.js';

/** Every step lasts a millisecond, so a request of n tokens holds its seat for n milliseconds. */
const MS = 1000;
const client = (overrides: Partial<ClientPolicy>): ClientPolicy => ({ ...findClient('none')!, ...overrides });
const waits = (us: number): ClientPolicy['backoff'] => ({ ...findClient('none')!.backoff, baseUs: us, maxUs: us });
const everyTier = (name: string) => [{ tier: name, value: 1 }];

describe('the way of one request', () => {
  it('is sent, scheduled, answered token by token and done', () => {
    const { records } = runOf({}, [traced([[0, 5, 3]])]);
    expect(records).toMatchObject([
      {
        request: 1,
        attempt: 1,
        outcome: 'completed',
        cause: 'none',
        status: 200,
        willRetry: false,
        pool: 'main',
        node: 0,
        sentUs: 0,
        scheduledUs: 0,
        firstTokenUs: MS,
        lastTokenUs: 3 * MS,
        endUs: 3 * MS,
        outputTokens: 3,
      },
    ]);
  });

  it('waits for a seat at its node', () => {
    const { records } = runOf({}, [
      traced([
        [0, 1, 10],
        [0.002, 1, 1],
      ]),
    ]);
    expect(records[1]).toMatchObject({ sentUs: 2 * MS, scheduledUs: 10 * MS, endUs: 11 * MS });
  });

  it('is cut short where its answer would leave the context', () => {
    const { records } = runOf({ pools: [pool({ engine: slots(1, { maxModelLen: 20 }) })] }, [traced([[0, 15, 50]])]);
    expect(records[0]).toMatchObject({ outcome: 'completed', outputTokens: 5 });
  });

  it('is cut short where the client declared a maximum', () => {
    const { records } = runOf({}, [traced([[0, 1, 50]], { maxTokens: 7 })]);
    expect(records[0]!.outputTokens).toBe(7);
  });

  it('is refused when its prompt does not fit, as a value and with a status', () => {
    const pools = [pool({ engine: slots(1, { maxModelLen: 20 }) })];
    const profile = provider({ answers: answers({ context_length: 400 }) });
    const { records } = runOf({ pools, provider: profile }, [traced([[0, 20, 1]])]);
    expect(records[0]).toMatchObject({ outcome: 'refused', cause: 'context_length', status: 400, node: -1, endUs: 0 });
  });

  it('goes to the pool whose context holds it when another is too small', () => {
    const pools = [
      pool({ name: 'short', engine: slots(9, { maxModelLen: 20 }) }),
      pool({ name: 'long', engine: slots(1, { maxModelLen: 2000 }) }),
    ];
    const { records } = runOf({ pools }, [
      traced([
        [0, 500, 1],
        [0, 500, 1],
        [0, 10, 1],
      ]),
    ]);
    expect(records.map((record) => record.pool)).toEqual(['long', 'long', 'short']);
  });
});

describe('what happens at one microsecond', () => {
  it('a step sees what has arrived at its own boundary', () => {
    const { records } = runOf({ pools: [pool({ engine: slots(2) })] }, [
      traced([
        [0, 1, 5],
        [0.002, 1, 1],
      ]),
    ]);
    expect(records[1]).toMatchObject({ sentUs: 2 * MS, scheduledUs: 2 * MS });
  });

  it('requests of one instant are served in the order in which their classes stand in the file', () => {
    const late = traced([[0, 1, 1]], { name: 'late' });
    const early = traced([[0, 1, 1]], { name: 'early' });
    const { records } = runOf({}, [early, late]);
    expect(records.map((record) => [record.class, record.scheduledUs])).toEqual([
      ['early', 0],
      ['late', MS],
    ]);
  });

  it('an arrival at the end of the run never happens, one a microsecond before does', () => {
    const { records } = runOf({ durationUs: 5 * MS }, [
      traced([
        [0, 1, 1],
        [0.004999, 1, 1],
        [0.005, 1, 1],
      ]),
    ]);
    expect(records.map(({ sentUs }) => sentUs)).toEqual([0, 4999]);
  });

  it('what is first sent at the end of the warm-up counts, a microsecond before it does not', () => {
    const rows = traced([
      [0, 1, 1],
      [0.009999, 1, 1],
      [0.01, 1, 1],
    ]);
    const { summary } = runOf({ durationUs: 50 * MS, warmupUs: 10 * MS }, [rows]);
    expect(summary.total.requests).toBe(1);
    expect(summary.run.requests).toBe(3);
  });

  it('a client that runs out of patience at the microsecond of its first token is gone', () => {
    const hurried = client({ patienceUs: 3 * MS });
    const { records } = runOf({}, [
      traced(
        [
          [0, 1, 2],
          [0, 1, 5],
        ],
        { client: hurried },
      ),
    ]);
    // The second is scheduled at 2 ms and would have its first token at 3 ms.
    expect(records[1]).toMatchObject({ outcome: 'abandoned', cause: 'patience', firstTokenUs: -1, endUs: 3 * MS });
  });

  it('a node that goes down at the instant of an arrival does not get it', () => {
    const events = [{ atUs: 0, change: { kind: 'nodes' as const, pool: 'main', nodes: 0 } }];
    expect(runOf({ events }, [traced([[0, 1, 1]])]).records[0]).toMatchObject({
      outcome: 'failed',
      cause: 'unavailable',
    });
  });
});

describe('work that is held at the gateway', () => {
  const hold = { maxQueued: null, maxWaitUs: 50 * MS, dispatchAtPressure: 0, asynchronous: false };
  const two = provider({
    tiers: [tier('urgent', { rank: 200, hold }), tier('flex', { rank: 100, hold }), tier('standard', { rank: 300 })],
  });

  it('is dispatched in order of rank, whatever the order of arrival', () => {
    const { records } = runOf({ provider: two }, [
      traced([[0, 1, 10]], { name: 'first', tiers: everyTier('standard') }),
      traced(
        [
          [0, 1, 2],
          [0.001, 1, 2],
        ],
        { name: 'flex', tiers: everyTier('flex') },
      ),
      traced(
        [
          [0, 1, 2],
          [0.002, 1, 2],
        ],
        { name: 'urgent', tiers: everyTier('urgent') },
      ),
    ]);
    const order = [...records]
      .sort((a, b) => a.scheduledUs - b.scheduledUs)
      .map((record) => [record.class, record.sentUs]);
    expect(order).toEqual([
      ['first', 0],
      ['urgent', 0],
      ['urgent', 2 * MS],
      ['flex', 0],
      ['flex', MS],
    ]);
  });

  it('goes out while the pressure of the pool is at most its own, and waits above it', () => {
    const half = provider({ tiers: [tier('standard'), tier('flex', { hold: { ...hold, dispatchAtPressure: 0.5 } })] });
    const { records } = runOf({ provider: half, pools: [pool({ engine: slots(4) })] }, [
      traced([[0, 1, 10]], { name: 'busy' }),
      traced(
        [
          [0, 1, 20],
          [0, 1, 20],
          [0, 1, 20],
        ],
        { name: 'flex', tiers: everyTier('flex') },
      ),
    ]);
    // One and two of four seats are a quarter and a half; three are too many until the first request is done.
    expect(records.filter((record) => record.class === 'flex').map(({ scheduledUs }) => scheduledUs)).toEqual([
      0,
      0,
      10 * MS,
    ]);
  });

  it('expires after exactly its longest wait', () => {
    const { records } = runOf({ provider: two }, [
      traced([[0, 1, 500]], { name: 'busy' }),
      traced(
        [
          [0, 1, 1],
          [0.003, 1, 1],
        ],
        { name: 'flex', tiers: everyTier('flex') },
      ),
    ]);
    expect(records.filter((record) => record.class === 'flex')).toMatchObject([
      { outcome: 'expired', cause: 'hold_expired', status: 503, node: -1, endUs: 50 * MS },
      { outcome: 'expired', endUs: 53 * MS },
    ]);
  });

  it('expires even when room comes at that very microsecond, and is served a microsecond before', () => {
    const outcomeFor = (maxWaitUs: number): string => {
      const profile = provider({ tiers: [tier('standard'), tier('flex', { hold: { ...hold, maxWaitUs } })] });
      const { records } = runOf({ provider: profile }, [
        traced([[0, 1, 50]], { name: 'busy' }),
        traced([[0, 1, 1]], { name: 'flex', tiers: everyTier('flex') }),
      ]);
      return records.find((record) => record.class === 'flex')!.outcome;
    };
    expect(outcomeFor(50 * MS)).toBe('expired');
    expect(outcomeFor(50 * MS + 1)).toBe('completed');
  });

  it('is left by clients without patience, and not by those of an asynchronous queue', () => {
    const outcomes = [false, true].map((asynchronous) => {
      const profile = provider({ tiers: [tier('standard'), tier('flex', { hold: { ...hold, asynchronous } })] });
      const { records } = runOf({ provider: profile }, [
        traced([[0, 1, 20]], { name: 'busy' }),
        traced([[0, 1, 100]], {
          name: 'flex',
          tiers: everyTier('flex'),
          client: client({ patienceUs: 10 * MS, timeoutUs: 60 * MS }),
        }),
      ]);
      return records.find((record) => record.class === 'flex')!;
    });
    expect(outcomes).toMatchObject([
      { outcome: 'abandoned', cause: 'patience', status: 0, endUs: 10 * MS, node: -1 },
      { outcome: 'completed', scheduledUs: 20 * MS },
    ]);
  });

  it('is dispatched when nodes are added', () => {
    const events = [{ atUs: 7 * MS, change: { kind: 'nodes' as const, pool: 'main', nodes: 2 } }];
    const { records } = runOf({ provider: two, events }, [
      traced([[0, 1, 100]], { name: 'busy' }),
      traced([[0, 1, 1]], { name: 'flex', tiers: everyTier('flex') }),
    ]);
    expect(records.find((record) => record.class === 'flex')).toMatchObject({ node: 1, scheduledUs: 7 * MS });
  });

  it('is dispatched when a client leaves a node', () => {
    const { records } = runOf({ provider: two }, [
      traced([[0, 1, 100]], { name: 'busy', client: client({ timeoutUs: 8500 }) }),
      traced([[0, 1, 1]], { name: 'flex', tiers: everyTier('flex') }),
    ]);
    expect(records.find((record) => record.class === 'flex')).toMatchObject({
      outcome: 'completed',
      scheduledUs: 9 * MS,
    });
  });

  it.each([
    ['expires', {}],
    ['loses patience', { patienceUs: 20 * MS }],
  ])('lets those behind go when the first, which fits nowhere else, %s', (_, limit) => {
    const pools = [pool({ name: 'short', engine: slots(1, { maxModelLen: 20 }) }), pool({ name: 'long' })];
    const { records } = runOf({ provider: two, pools }, [
      traced([[0, 500, 900]], { name: 'busy' }),
      traced([[0, 500, 1]], { name: 'long', tiers: everyTier('flex'), client: client(limit) }),
      traced([[0.001, 5, 1]], { name: 'short', tiers: everyTier('flex') }),
    ]);
    const behind = records.find((record) => record.class === 'short')!;
    expect(behind).toMatchObject({ outcome: 'completed', pool: 'short' });
    expect(behind.scheduledUs).toBe(records.find((record) => record.class === 'long')!.endUs);
  });

  it('spreads over all nodes under round-robin', () => {
    const { records } = runOf(
      {
        provider: two,
        pools: [pool({ nodes: 3 })],
        gateway: { router: 'round-robin', queueing: 'node', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
      },
      [
        traced(
          [
            [0, 1, 9],
            [0, 1, 9],
            [0, 1, 9],
          ],
          { tiers: everyTier('flex') },
        ),
      ],
    );
    expect(records.map(({ node }) => node)).toEqual([0, 1, 2]);
  });
});

describe('clients that try again', () => {
  const full = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });

  it('openai-node tries three times, a half and a whole second apart, each shortened by up to a quarter', () => {
    const { records, summary } = runOf({ provider: full }, [
      traced([[0, 1, 1]], { client: findClient('openai-node')! }),
    ]);
    expect(records.map(({ attempt, outcome, status, willRetry }) => [attempt, outcome, status, willRetry])).toEqual([
      [1, 'shed', 503, true],
      [2, 'shed', 503, true],
      [3, 'shed', 503, false],
    ]);
    const [first, second] = [records[1]!.sentUs - records[0]!.sentUs, records[2]!.sentUs - records[1]!.sentUs];
    expect(first).toBeGreaterThanOrEqual(0.375 * SECOND_US);
    expect(first).toBeLessThanOrEqual(0.5 * SECOND_US);
    expect(second).toBeGreaterThanOrEqual(0.75 * SECOND_US);
    expect(second).toBeLessThanOrEqual(SECOND_US);
    expect(summary.total).toMatchObject({ requests: 1, attempts: 3, shedRate: 1, requestShedRate: 1 });
  });

  it('wait as long as the server says', () => {
    const profile = { ...full, answers: answers({ overloaded: { status: 503, retryAfterUs: 3 * SECOND_US } }) };
    const { records } = runOf({ provider: profile }, [traced([[0, 1, 1]], { client: findClient('openai-node')! })]);
    expect(records.map(({ sentUs }) => sentUs)).toEqual([0, 3 * SECOND_US, 6 * SECOND_US]);
  });

  it('do not try again after a status that they take as final', () => {
    const profile = { ...full, answers: answers({ overloaded: 400 }) };
    const { records } = runOf({ provider: profile }, [traced([[0, 1, 1]], { client: findClient('openai-node')! })]);
    expect(records.length).toBe(1);
  });

  it('do not try again when they have lost patience, and do after their own timeout', () => {
    const again = client({ retries: 1, retryOn: [0], backoff: waits(MS) });
    const tries = [{ patienceUs: 5 * MS }, { timeoutUs: 5 * MS }].map((limit) => {
      const busy = traced([[0, 1, 500]], { name: 'busy' });
      return runOf({}, [busy, traced([[0, 1, 1]], { client: { ...again, ...limit } })]).records.filter(
        (r) => r.class === 'all',
      );
    });
    expect(tries[0]).toMatchObject([{ cause: 'patience', willRetry: false }]);
    expect(tries[1]).toMatchObject([
      { cause: 'timeout', willRetry: true, endUs: 5 * MS },
      { cause: 'timeout', willRetry: false, sentUs: 6 * MS, endUs: 11 * MS },
    ]);
  });

  it('count their time to first token from the first sending, backoff included', () => {
    const once = client({ retries: 1, retryOn: [503], backoff: waits(40 * MS) });
    const profile = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const { records, summary } = runOf({ provider: profile }, [
      traced([[0, 1, 20]], { name: 'busy' }),
      traced([[0, 1, 1]], { client: once }),
    ]);
    expect(records.at(-1)).toMatchObject({ attempt: 2, requestSentUs: 0, sentUs: 40 * MS, firstTokenUs: 41 * MS });
    expect(summary.total.requestTtftMs.max).toBe(41);
    expect(summary.total.ttftMs.max).toBe(1);
    expect(summary.total.requestShedRate).toBe(0);
  });

  it('that are still waiting to try again at the end are settled by their last attempt', () => {
    const slow = client({ retries: 1, retryOn: [503], backoff: waits(40 * MS) });
    const { summary } = runOf({ provider: full, durationUs: 20 * MS }, [traced([[0, 1, 1]], { client: slow })]);
    expect(summary.total).toMatchObject({ requests: 1, attempts: 1, requestShedRate: 1 });
  });
});

describe('clients that leave', () => {
  it('pay for what they saw; what is made until the abort arrives is wasted, and the seat stays taken', () => {
    const leaves = client({ timeoutUs: 50 * MS, abortLagUs: 20 * MS });
    const { records, summary } = runOf({ durationUs: SECOND_US }, [
      traced([[0, 3, 1000]], { name: 'leaver', client: leaves }),
      traced(
        [
          [0, 1, 1],
          [0.001, 1, 1],
        ],
        { name: 'behind' },
      ),
    ]);
    // The steps that end at 50 and 70 ms come after leaving and aborting of the same microsecond.
    expect(records[0]).toMatchObject({
      outcome: 'abandoned',
      cause: 'timeout',
      status: 0,
      outputTokens: 69,
      wastedTokens: 20,
      lastTokenUs: 69 * MS,
      endUs: 70 * MS,
      billedPico: 3 * 1e6 + 49 * 2e6,
    });
    expect(records[1]!.scheduledUs).toBe(70 * MS);
    expect(summary.total).toMatchObject({ outputTokens: 51, wastedTokens: 20 });
    expect(summary.total.served.outputTokens).toBe(51);
  });

  it('pay nothing before the first token', () => {
    const { records } = runOf({}, [
      traced([[0, 1, 500]], { name: 'busy' }),
      traced([[0, 1, 1]], { client: client({ timeoutUs: 9 * MS, abortLagUs: 20 * SECOND_US }) }),
    ]);
    expect(records.at(-1)).toMatchObject({ outcome: 'abandoned', outputTokens: 1, wastedTokens: 1, billedPico: 0 });
  });

  it('pay nothing where the profile says so', () => {
    const free = provider({ billing: { ...provider().billing, abandoned: 'nothing' } });
    const { records } = runOf({ provider: free }, [traced([[0, 1, 500]], { client: client({ timeoutUs: 9 * MS }) })]);
    expect(records[0]).toMatchObject({ outcome: 'abandoned', outputTokens: 8, billedPico: 0 });
  });

  it('are abandoned even when the node finishes before it hears of it', () => {
    const leaves = client({ timeoutUs: 5 * MS, abortLagUs: SECOND_US });
    const { records, summary } = runOf({}, [traced([[0, 1, 8]], { client: leaves })]);
    expect(records[0]).toMatchObject({ outcome: 'abandoned', outputTokens: 8, wastedTokens: 4, endUs: 8 * MS });
    expect(summary.total.e2eMs.n).toBe(0);
  });

  it('did not see a first token that came after they had left', () => {
    const { summary } = runOf({}, [
      traced([[0, 1, 10]], { name: 'busy' }),
      traced([[0, 1, 5]], { client: client({ patienceUs: 11 * MS, abortLagUs: 3 * MS }) }),
    ]);
    // Its first token would come at 11 ms, the microsecond in which it leaves.
    expect(summary.total.ttftMs.n).toBe(1);
    expect(summary.series.tiers['standard']!.ttftMeanMs[0]).toBe(1);
  });

  it('abort nobody else when their node was done before the abort came', () => {
    const leaves = client({ timeoutUs: 5 * MS, abortLagUs: 100 * MS });
    const { records } = runOf({}, [
      traced([[0, 1, 8]], { name: 'leaver', client: leaves }),
      traced(
        [
          [0.01, 1, 500],
          [0.011, 1, 1],
        ],
        { name: 'after' },
      ),
    ]);
    expect(records.map(({ outcome }) => outcome)).toEqual(['abandoned', 'completed', 'completed']);
  });

  it('keep their place under the concurrency limit until the abort has arrived', () => {
    const leaves = client({ timeoutUs: 5 * MS, abortLagUs: 10 * MS });
    const { records, summary } = runOf({ accounts: [account('acme', { concurrency: 1 })] }, [
      traced(
        [
          [0, 1, 99],
          [0.014, 1, 1],
          [0.016, 1, 1],
        ],
        { account: 'acme', client: leaves },
      ),
    ]);
    expect(records.map(({ outcome }) => outcome)).toEqual(['abandoned', 'rateLimited', 'completed']);
    expect(records[1]).toMatchObject({ cause: 'rate_limited', status: 429, endUs: 14 * MS });
    expect(summary.accounts['acme']).toMatchObject({ requests: 3, attempts: 3, rateLimited: 1 });
  });
});

describe('tiers', () => {
  it('a tier that a model does not have is served and billed as the default, as at LLM Gateway', () => {
    const model = 'gemini-3-pro-image-preview';
    const { records, summary } = runOf({ provider: llmGateway, pools: [pool({ models: [model] })] }, [
      traced([[0, 100, 10]], { model, tiers: everyTier('priority') }),
    ]);
    expect(records[0]).toMatchObject({
      tierAsked: 'priority',
      tierServed: 'standard',
      outcome: 'completed',
      billedPico: 100 * 2_000_000 + 10 * 12_000_000,
    });
    expect(summary.tiers['priority']).toMatchObject({ attempts: 1, downgradeRate: 1, served: { attempts: 0 } });
    expect(summary.tiers['standard']).toMatchObject({ attempts: 0, served: { attempts: 1, outputTokens: 10 } });
  });

  it('a tier that no pool serves is refused', () => {
    const profile = provider({ tiers: [tier('standard'), tier('fast', { path: 'fast' })] });
    const { records } = runOf({ provider: profile }, [traced([[0, 1, 1]], { tiers: everyTier('fast') })]);
    expect(records[0]).toMatchObject({ outcome: 'refused', cause: 'unsupported_tier', status: 400, tierServed: '' });
  });

  it('the urgent go first at the node', () => {
    const profile = provider({ tiers: [tier('priority', { rank: 9 }), tier('standard', { rank: 1 })] });
    const { records } = runOf({ provider: profile, pools: [pool({ engine: vllm({ maxNumSeqs: 1 }) })] }, [
      traced(
        [
          [0, 1, 5],
          [0.001, 1, 5],
        ],
        { name: 'plain' },
      ),
      traced(
        [
          [0, 1, 5],
          [0.002, 1, 5],
        ],
        { name: 'urgent', tiers: everyTier('priority') },
      ),
    ]);
    const order = [...records].sort((a, b) => a.scheduledUs - b.scheduledUs).map((record) => record.class);
    expect(order).toEqual(['urgent', 'urgent', 'plain', 'plain']);
  });

  it('standard is shed before priority: only a queue beyond both thresholds sheds both', () => {
    const profile = provider({
      tiers: [
        tier('priority', { rank: 9, admission: { kind: 'predicted-ttft', shedAboveUs: 200 * MS } }),
        tier('standard', { rank: 1, admission: { kind: 'predicted-ttft', shedAboveUs: 50 * MS } }),
      ],
    });
    const engine = vllm({ maxNumSeqs: 4, maxNumBatchedTokens: 100, prefixCaching: false });
    const stepTime = { ...FLAT_STEP, basePs: 0, prefillTokenPs: 1e7 };
    const mix = [
      { tier: 'priority', value: 0.5 },
      { tier: 'standard', value: 0.5 },
    ];
    const load = traffic({
      tiers: mix,
      arrivals: { kind: 'poisson', perSecond: 1200 },
      input: fixed(100),
      output: fixed(1),
    });
    const { summary } = runOf({
      durationUs: 5 * SECOND_US,
      provider: profile,
      pools: [pool({ engine, stepTime })],
      traffic: [load],
    });
    expect(summary.tiers['standard']!.shedRate).toBeGreaterThan(0.1);
    expect(summary.tiers['priority']!.shedRate).toBe(0);
  });

  it('a weighted router goes by weight first, and never where the weight is zero', () => {
    const weights = (value: number) => [{ tier: 'standard', value }];
    const pools = [
      pool({ name: 'spare', tierWeights: weights(1), nodes: 5 }),
      pool({ name: 'best', tierWeights: weights(100) }),
      pool({ name: 'never', tierWeights: weights(0), nodes: 50 }),
    ];
    const events = [{ atUs: 20 * MS, change: { kind: 'nodes' as const, pool: 'best', nodes: 0 } }];
    const { records } = runOf(
      {
        pools,
        events,
        gateway: { router: 'weighted', queueing: 'node', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
      },
      [
        traced([
          [0, 1, 5],
          [0, 1, 5],
          [0, 1, 5],
          [0.03, 1, 5],
          [0.03, 1, 5],
        ]),
      ],
    );
    expect(records.map((record) => record.pool)).toEqual(['best', 'best', 'best', 'spare', 'spare']);
  });
});

describe('nodes that come and go', () => {
  const nodes = (atMs: number, count: number) => ({
    atUs: atMs * MS,
    change: { kind: 'nodes' as const, pool: 'main', nodes: count },
  });

  it('those above the new number finish what they have and get nothing new', () => {
    const { records, summary } = runOf({ durationUs: 100 * MS, pools: [pool({ nodes: 2 })], events: [nodes(5, 1)] }, [
      traced([
        [0, 1, 20],
        [0, 1, 20],
        [0.006, 1, 1],
        [0.007, 1, 1],
      ]),
    ]);
    expect(records.map(({ node, outcome }) => [node, outcome])).toEqual([
      [0, 'completed'],
      [1, 'completed'],
      [0, 'completed'],
      [0, 'completed'],
    ]);
    // Node 1 is paid for until it has drained at 20 ms.
    expect(summary.pools['main']!.nodeHours * 3600).toBeCloseTo(0.12, 9);
  });

  it('without any the service is unavailable, and with the first it is back', () => {
    const { records } = runOf({ events: [nodes(5, 0), nodes(10, 1)] }, [
      traced([
        [0, 1, 1],
        [0.006, 1, 1],
        [0.01, 1, 1],
      ]),
    ]);
    expect(records.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['completed', 200],
      ['failed', 503],
      ['completed', 200],
    ]);
  });

  it('a drained node that comes back is taken as loaded as it is', () => {
    const { records } = runOf({ pools: [pool({ nodes: 2 })], events: [nodes(2, 1), nodes(4, 2)] }, [
      traced([
        [0, 1, 3],
        [0, 1, 50],
        [0.005, 1, 50],
        [0.006, 1, 1],
      ]),
    ]);
    expect(records.map(({ node }) => node)).toEqual([0, 1, 0, 0]);
  });
});

describe('a closed loop', () => {
  const users = (count: number, thinkUs: number) => ({ kind: 'users' as const, count, thinkUs });

  it('has never more requests under way than users', () => {
    const load = traffic({ arrivals: users(3, 20 * MS), output: fixed(30) });
    const { records, summary } = runOf({
      durationUs: 10 * SECOND_US,
      traffic: [load],
      pools: [pool({ engine: slots(9) })],
    });
    const changes = records.flatMap(({ sentUs, endUs }) => [[sentUs, 1] as const, [endUs, -1] as const]);
    let now = 0;
    let most = 0;
    for (const [, by] of changes.sort(([a, aBy], [b, bBy]) => a - b || aBy - bBy)) most = Math.max(most, (now += by));
    expect(most).toBe(3);
    // Thirty tokens and twenty milliseconds of thought: about twenty rounds a second and user, less a step to get in.
    expect(summary.total.requests).toBeGreaterThan(0.9 * 3 * 20 * 10);
    expect(summary.total.requests).toBeLessThan(1.1 * 3 * 20 * 10);
  });

  it('thinks after any final outcome, and not between the tries of one request', () => {
    const again = client({ retries: 2, retryOn: [503], backoff: waits(10 * MS) });
    const full = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
    const load = traffic({ arrivals: users(1, 50 * MS), client: again });
    const { records } = runOf({ durationUs: 10 * SECOND_US, provider: full, traffic: [load] });
    expect(records.length).toBeGreaterThan(100);
    for (const [i, record] of records.entries()) {
      if (i === 0) continue;
      const sincePreviousUs = record.sentUs - records[i - 1]!.sentUs;
      if (record.attempt > 1) expect(sincePreviousUs).toBe(10 * MS);
      else expect(records[i - 1]!.attempt).toBe(3);
    }
  });

  it('goes on after a user has left an answer half way', () => {
    const load = traffic({ arrivals: users(1, 10 * MS), output: fixed(500), client: client({ timeoutUs: 40 * MS }) });
    const { records } = runOf({ durationUs: 10 * SECOND_US, traffic: [load] });
    expect(records.length).toBeGreaterThan(100);
    expect(records.slice(0, -1).every(({ cause }) => cause === 'timeout')).toBe(true);
  });

  it('goes on when users do not think and are refused at once', () => {
    const full = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
    const load = traffic({ arrivals: users(1, 0) });
    const { summary } = runOf({ durationUs: 1000, provider: full, traffic: [load] });
    expect(summary.run.requests).toBe(999);
  });

  it('asks for nothing new while the run drains', () => {
    const load = traffic({ arrivals: users(2, 10 * MS), output: fixed(40) });
    const { records } = runOf({ durationUs: 300 * MS, drain: true, traffic: [load] });
    expect(Math.max(...records.map(({ sentUs }) => sentUs))).toBeLessThan(300 * MS);
    expect(records.every(({ outcome }) => outcome === 'completed')).toBe(true);
  });
});

describe('the end of a run', () => {
  it('cuts what is under way: unfinished, in no e2e figure, with a first token where one came', () => {
    const { records, summary } = runOf({ durationUs: 10 * MS }, [
      traced([
        [0, 1, 100],
        [0.001, 1, 1],
      ]),
    ]);
    expect(records).toMatchObject([
      { outcome: 'unfinished', cause: 'run_ended', status: 0, outputTokens: 9, billedPico: 0, endUs: 10 * MS },
      { outcome: 'unfinished', scheduledUs: -1, outputTokens: 0, endUs: 10 * MS },
    ]);
    expect(summary.total).toMatchObject({ attempts: 2, ttftMs: { n: 1 }, e2eMs: { n: 0 }, successRate: 0 });
  });

  it('lets what is under way finish when it drains, and measures the fleet in the window only', () => {
    const { records, summary } = runOf({ durationUs: 10 * MS, drain: true }, [
      traced([
        [0, 1, 100],
        [0.001, 1, 1],
      ]),
    ]);
    expect(records.map(({ outcome, endUs }) => [outcome, endUs])).toEqual([
      ['completed', 100 * MS],
      ['completed', 101 * MS],
    ]);
    expect(summary.pools['main']).toMatchObject({ outputTokens: 9, meanRunning: 1, busyShare: 1 });
    expect(summary.run.simulatedSeconds).toBe(0.01);
  });

  it('comes early when asked: incomplete, what is in flight unfinished, all covered up to there', () => {
    const spec = traffic({ arrivals: { kind: 'constant', perSecond: 100 }, output: fixed(200) });
    const run = new Run(scenario({ durationUs: 10 * SECOND_US, traffic: [spec] }), { version: 'test', hash: '' });
    run.advance(95 * MS);
    const summary = run.summary();
    expect(summary.run).toMatchObject({ complete: false, requests: 9 });
    // As far as it was taken, wherever the last event lies.
    expect(summary.run.simulatedSeconds).toBe(0.095);
    expect(summary.total.outcomes).toMatchObject({ unfinished: 9, completed: 0 });
    expect(run.done).toBe(true);
    run.advance(Number.POSITIVE_INFINITY);
    expect(run.summary()).toEqual(summary);
  });

  it('interrupted within the warm-up nothing is counted, in the pools neither', () => {
    const spec = traffic({ arrivals: { kind: 'constant', perSecond: 100 }, output: fixed(5) });
    const made = scenario({ durationUs: 10 * SECOND_US, warmupUs: SECOND_US, traffic: [spec] });
    const run = new Run(made, { version: 'test', hash: '' });
    run.advance(500 * MS);
    const { total, pools } = run.summary();
    expect(total).toMatchObject({ requests: 0, attempts: 0 });
    expect(pools['main']).toMatchObject({ attempts: 0, outputTokens: 0, steps: 0, nodeHours: 0 });
  });

  it('is reached by slices as by one go, with the same events', () => {
    const made = scenario({
      durationUs: 20 * SECOND_US,
      traffic: [traffic({ client: client({ timeoutUs: 60 * SECOND_US }) })],
    });
    const sliced = new Run(made, { version: 'test', hash: '' });
    for (let atUs = 0; atUs <= made.durationUs; atUs += 777_777) sliced.advance(atUs);
    sliced.advance(made.durationUs);
    const whole = new Run(made, { version: 'test', hash: '' });
    whole.advance(Number.POSITIVE_INFINITY);
    expect(sliced.done).toBe(true);
    expect(sliced.eventCount).toBe(whole.eventCount);
    expect(sliced.summary()).toEqual(whole.summary());
    // Timers that were still pending belong to no run.
    expect(whole.nowUs).toBe(made.durationUs);
  });
});
