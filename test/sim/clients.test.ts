import { describe, expect, it } from 'vitest';
import type { ProviderProfile } from '../../src/models/provider.js';
import { answers } from '../../src/models/providers/build.js';
import type { ClientPolicy, TrafficClass } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import {
  fixed,
  pool,
  provider,
  runOf,
  SECOND_US,
  slots,
  type TracedClass,
  tier,
  traced,
  traffic,
} from '../helpers/scenario.js';

const BACKOFF = {
  growth: 'exponential',
  baseUs: SECOND_US,
  factor: 1,
  extraUs: 0,
  maxUs: SECOND_US,
  jitter: 0,
} as const;

function client(overrides: Partial<ClientPolicy>): ClientPolicy {
  return { ...traffic().client, retries: 3, backoff: BACKOFF, retryOn: [503], ...overrides };
}

/** Three tiers; only the last, the dearest, lets anything in. */
const LADDER = provider({
  tiers: [
    tier('flex', { admission: { kind: 'queue-depth', shedAbove: 0 } }),
    tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } }),
    tier('priority', { rank: 1 }),
  ],
});

function tries(escalate: readonly string[], first = 'flex') {
  const tiers = [{ tier: first, value: 1 }];
  return runOf({ durationUs: 20 * SECOND_US, provider: LADDER }, [
    traced([[0, 1, 5]], { tiers, client: client({ escalate }) }),
  ]);
}

describe('escalation', () => {
  it('asks for one tier after the other, beginning at the own', () => {
    const asked = (...args: Parameters<typeof tries>) => tries(...args).records.map(({ tierAsked }) => tierAsked);
    expect(asked(['flex', 'standard', 'priority'])).toEqual(['flex', 'standard', 'priority']);
    expect(asked(['flex', 'flex', 'priority'])).toEqual(['flex', 'flex', 'priority']);
    expect(asked(['flex', 'standard', 'priority'], 'standard')).toEqual(['standard', 'priority']);
    expect(asked(['flex', 'standard'])).toEqual(['flex', 'standard', 'standard', 'standard']);
    expect(asked(['standard', 'priority'])).toEqual(['flex', 'flex', 'flex', 'flex']);
  });

  it('groups attempts by the tier they asked for and the request by its first', () => {
    const { summary } = tries(['flex', 'standard', 'priority']);
    const { flex, standard, priority } = summary.tiers;
    expect([flex, standard, priority].map((of) => [of?.requests, of?.attempts, of?.retries])).toEqual([
      [1, 1, 0],
      [0, 1, 1],
      [0, 1, 1],
    ]);
    expect([flex?.successRate, flex?.requestTtftMs.n, priority?.requestTtftMs.n, priority?.ttftMs.n]).toEqual([
      1, 1, 0, 1,
    ]);
    expect(summary.total).toMatchObject({ requests: 1, attempts: 3, retries: 2, amplification: 3 });
  });
});

describe('a retry budget', () => {
  const shedding = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
  const rows = Array.from({ length: 40 }, (_, i) => [i * 0.1, 1, 5] as const);

  it('keeps the retries of the class below its share of the requests', () => {
    const run = (budget: number | null) =>
      runOf({ durationUs: 30 * SECOND_US, provider: shedding }, [traced(rows, { client: client({ budget }) })]).summary
        .total;
    expect(run(null)).toMatchObject({ requests: 40, retries: 120, amplification: 4 });
    expect(run(0.1)).toMatchObject({ requests: 40, retries: 4, amplification: 1.1 });
    expect(run(0)).toMatchObject({ requests: 40, retries: 0, amplification: 1 });
  });
});

describe('what the server sends with a refusal', () => {
  const heeding = { heedsShouldRetry: true, retryAfterMaxUs: 60 * SECOND_US } as const;
  const shed = (name: string) => tier(name, { admission: { kind: 'queue-depth', shedAbove: 0 } });
  const told = (of: Partial<ProviderProfile>, policy: Partial<ClientPolicy> = {}) =>
    runOf({ durationUs: 30 * SECOND_US, provider: provider({ tiers: [shed('standard')], ...of }) }, [
      traced([[0, 1, 5]], { client: client({ retries: 2, ...heeding, ...policy }) }),
    ]).records;
  const sentAt = (records: readonly AttemptRecord[]) => records.map(({ sentUs }) => sentUs / SECOND_US);

  it('is heeded: x-should-retry speaks before the status', () => {
    const says = (status: number, shouldRetry: boolean | null, policy: Partial<ClientPolicy> = {}) =>
      told({ answers: answers({ overloaded: { status, shouldRetry } }) }, policy).length;
    expect([says(503, null), says(503, true), says(503, false)]).toEqual([3, 3, 1]);
    expect([says(400, null), says(400, true), says(400, false)]).toEqual([1, 3, 1]);
    expect([says(503, false, { heedsShouldRetry: false }), says(400, true, { heedsShouldRetry: false })]).toEqual([
      3, 1,
    ]);
  });

  it('is what the tier is told that this try asked for', () => {
    const sent = (shouldRetry: boolean) => answers({ overloaded: { status: 503, shouldRetry } });
    const tiers = [
      { ...shed('flex'), answers: sent(true) },
      { ...shed('standard'), answers: sent(false) },
    ];
    const asked = told({ tiers }, { escalate: ['flex', 'standard'] }).map(({ tierAsked }) => tierAsked);
    expect(asked).toEqual(['standard']);
    const { records } = runOf({ durationUs: 30 * SECOND_US, provider: provider({ tiers }) }, [
      traced([[0, 1, 5]], {
        tiers: [{ tier: 'flex', value: 1 }],
        client: client({ ...heeding, escalate: ['flex', 'standard'] }),
      }),
    ]);
    expect(records.map(({ tierAsked }) => tierAsked)).toEqual(['flex', 'standard']);
  });

  it('says how long to wait, try by try; without it the client goes by its own backoff', () => {
    const hinted = (retryAfterUs: number | null) =>
      told({ answers: answers({ overloaded: { status: 503, retryAfterUs } }) });
    expect(sentAt(hinted(5 * SECOND_US))).toEqual([0, 5, 10]);
    expect(sentAt(hinted(null))).toEqual([0, 1, 2]);
  });

  it("does not come with the client's own timeout", () => {
    const slow = { ...client({ ...heeding, retries: 1, retryOn: [0], timeoutUs: SECOND_US }) };
    const { records } = runOf(
      {
        durationUs: 30 * SECOND_US,
        provider: provider({ answers: answers({ timeout: { status: 504, shouldRetry: false } }) }),
      },
      [traced([[0, 1, 5000]], { client: slow })],
    );
    expect(records.map(({ cause, status }) => [cause, status])).toEqual([
      ['timeout', 0],
      ['timeout', 0],
    ]);
  });
});

describe('a client that tries again', () => {
  const closed = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
  /** Of a request that is sent at 20 s, after another. */
  const sentAt = (policy: Partial<ClientPolicy>) => {
    const rows = [0, 20].map((at) => [at, 1, 5] as const);
    const { records } = runOf({ durationUs: 40 * SECOND_US, provider: closed }, [
      traced(rows, { client: client(policy) }),
    ]);
    return records.filter(({ request }) => request === 2).map(({ sentUs }) => sentUs / SECOND_US - 20);
  };

  it('gives up after so many tries, or so long after the first sending', () => {
    expect(sentAt({ retries: 0 })).toEqual([0]);
    expect(sentAt({ retries: 2 })).toEqual([0, 1, 2]);
    expect(sentAt({ retries: 9, retryForUs: 2 * SECOND_US })).toEqual([0, 1, 2, 3]);
  });

  it('may do so at once', () => {
    expect(sentAt({ backoff: { ...BACKOFF, baseUs: 0 } })).toEqual([0, 0, 0, 0]);
  });

  it('says with each try whether it will, and does not when its budget is spent', () => {
    const { records } = runOf({ durationUs: 30 * SECOND_US, provider: closed }, [
      traced([[0, 1, 5]], { client: client({ retries: 2 }) }),
      traced([[0, 1, 5]], { name: 'poor', client: client({ budget: 0 }) }),
    ]);
    const willRetry = (name: string) => records.filter((one) => one.class === name).map((one) => one.willRetry);
    expect([willRetry('all'), willRetry('poor')]).toEqual([[true, true, false], [false]]);
  });

  it('waits longer from try to try', () => {
    const backoff = { ...BACKOFF, factor: 2, maxUs: 100 * SECOND_US };
    expect(sentAt({ backoff })).toEqual([0, 1, 3, 7]);
  });

  it('draws its jitter from a stream of its class, whatever other classes do', () => {
    const jittery = client({ backoff: { ...BACKOFF, jitter: 0.5 } });
    const waits = (...others: readonly TracedClass[]) =>
      runOf({ durationUs: 30 * SECOND_US, provider: closed }, [traced([[0, 1, 5]], { client: jittery }), ...others])
        .records.filter((record) => record.class === 'all')
        .map(({ sentUs }) => sentUs);
    const alone = waits();
    expect(new Set(alone).size).toBe(4);
    expect(waits(traced([[0, 1, 5]], { name: 'other', client: jittery }))).toEqual(alone);
  });
});

describe('timers of a client', () => {
  const patient = (limits: Partial<ClientPolicy>, output: number) =>
    runOf({ durationUs: 30 * SECOND_US }, [traced([[0, 1, output]], { client: client({ ...limits, retries: 0 }) })])
      .records[0]!;

  it('end with what they wait for: patience with the first token, the timeout with the last', () => {
    const limits = { patienceUs: 100_000, timeoutUs: 1_000_000 };
    expect(patient(limits, 999)).toMatchObject({ outcome: 'completed', cause: 'none' });
    expect(patient(limits, 1001)).toMatchObject({ outcome: 'abandoned', cause: 'timeout', endUs: 1_000_000 });
  });

  it('are set for every try: who has lost patience does not come back, who was timed out does', () => {
    const behind = (limits: Partial<ClientPolicy>) =>
      runOf({ durationUs: 30 * SECOND_US }, [
        traced([[0, 1, 5000]], { name: 'busy' }),
        traced([[0, 1, 5]], { client: client({ ...limits, retries: 1, retryOn: [0] }) }),
      ])
        .records.filter((record) => record.class === 'all')
        .map(({ cause, willRetry, endUs }) => [cause, willRetry, endUs / SECOND_US]);
    expect(behind({ patienceUs: SECOND_US })).toEqual([['patience', false, 1]]);
    expect(behind({ timeoutUs: SECOND_US })).toEqual([
      ['timeout', true, 1],
      ['timeout', false, 3],
    ]);
  });

  it('of a request that is over meet no other that takes its place', () => {
    const rows = [0, 0.09, 0.18].map((at) => [at, 1, 80] as const);
    const { records } = runOf({ durationUs: 30 * SECOND_US }, [
      traced(rows, { client: client({ patienceUs: 100_000, timeoutUs: 100_000 }) }),
    ]);
    expect(records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed']);
  });
});

describe('users of a closed loop', () => {
  const users = (count: number, thinkUs: number): TrafficClass['arrivals'] => ({ kind: 'users', count, thinkUs });
  const sentBy = (overrides: Partial<TrafficClass>, seats = 4, of = provider()) =>
    runOf({
      durationUs: SECOND_US,
      provider: of,
      pools: [pool({ engine: slots(seats) })],
      traffic: [traffic({ output: fixed(100), client: client({ retries: 0 }), ...overrides })],
    }).records;

  it('send one request after the other, each user its own', () => {
    const records = sentBy({ arrivals: users(1, 0) });
    const pauses = records.slice(1).map(({ sentUs }, index) => sentUs - records[index]!.endUs);
    expect([Math.min(...pauses) >= 0, Math.max(...pauses) <= 1]).toEqual([true, true]);
    expect([records.length, sentBy({ arrivals: users(3, 0) }).length]).toEqual([10, 30]);
  });

  it('think also after a refusal, once the last try is over', () => {
    const closed = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 0 } })] });
    const short = { ...BACKOFF, baseUs: 10_000, maxUs: 10_000 };
    const records = sentBy({ arrivals: users(1, 50_000), client: client({ retries: 1, backoff: short }) }, 4, closed);
    const requests = records.at(-1)!.request;
    // The end of the run cuts the last one off.
    expect(records.filter(({ request }) => request < requests)).toHaveLength(2 * (requests - 1));
    expect(requests).toBeGreaterThan(5);
  });
});
