import { describe, expect, it } from 'vitest';
import type { ClientPolicy, Slo } from '../../src/models/scenario.js';
import { account, pool, provider, runOf, slots, tier, traced, traffic } from '../helpers/scenario.js';

const MS = 1000;
const client = (overrides: Partial<ClientPolicy>): ClientPolicy => ({ ...traffic().client, ...overrides });
const waits = (us: number): ClientPolicy['backoff'] => ({ ...traffic().client.backoff, baseUs: us, maxUs: us });

describe('latencies', () => {
  it('time per output token leaves the first out, and a single token has none', () => {
    const { summary } = runOf({}, [
      traced([
        [0, 1, 5],
        [1, 1, 1],
      ]),
    ]);
    expect(summary.total.tpotMs).toMatchObject({ n: 1, mean: 1 });
  });

  it('queueing ends with the first step', () => {
    const { summary } = runOf({}, [
      traced([
        [0, 1, 5],
        [0.001, 1, 1],
      ]),
    ]);
    expect(summary.total.queueMs).toMatchObject({ n: 2, max: 4, mean: 2 });
  });

  it('of all offered requests counts those without a first token as never', () => {
    const rows = Array.from({ length: 100 }, () => [0, 1, 1] as const);
    const { summary } = runOf({ pools: [pool({ engine: slots(1) })] }, [
      traced(rows, { client: client({ patienceUs: 96.5 * MS }) }),
    ]);
    const { requestTtftMs, offeredTtftMs } = summary.total;
    expect(requestTtftMs).toMatchObject({ n: 96, p95: 91.25 });
    expect(offeredTtftMs.p50).toBeCloseTo(50.5, 9);
    expect(offeredTtftMs.p95).toBeCloseTo(95.05, 9);
    expect(offeredTtftMs.p99).toBeNull();
    // Nobody is missing: the same to the last bit.
    const { requestTtftMs: all, offeredTtftMs: same } = runOf({}, [traced([[0, 1, 5]])]).summary.total;
    expect(same).toEqual({ p50: all.p50, p90: all.p90, p95: all.p95, p99: all.p99 });
  });

  it('an empty sample has no figures and no error bound', () => {
    const { summary } = runOf({
      durationUs: MS,
      traffic: [traffic({ arrivals: { kind: 'constant', perSecond: 0.001 } })],
    });
    expect(summary.total.ttftMs).toEqual({
      mean: null,
      p50: null,
      p90: null,
      p95: null,
      p99: null,
      max: null,
      n: 0,
      relativeError: 0,
    });
    expect(summary.total).toMatchObject({ shedRate: null, successRate: null, attainment: null });
  });
});

describe('the slo of a request', () => {
  /** One request: ttft 1 ms, ten tokens a millisecond apart, e2e 10 ms. */
  const attainment = (slo: Slo): number | null => runOf({}, [traced([[0, 1, 10]], { slo })]).summary.total.attainment;
  const none = { ttftUs: null, tpotUs: null, e2eUs: null };

  it('is met with every bound inclusive', () => {
    expect(attainment({ ttftUs: MS, tpotUs: MS, e2eUs: 10 * MS })).toBe(1);
    expect(attainment({ ...none, ttftUs: MS - 1 })).toBe(0);
    expect(attainment({ ...none, tpotUs: MS - 1 })).toBe(0);
    expect(attainment({ ...none, e2eUs: 10 * MS - 1 })).toBe(0);
  });

  it('is judged from the first sending, and over all offered requests', () => {
    const profile = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const slo = { ...none, ttftUs: 30 * MS };
    const again = client({ retries: 1, retryOn: [503], backoff: waits(30 * MS) });
    const { summary } = runOf({ provider: profile }, [
      traced([[0, 1, 20]], { name: 'busy', slo }),
      // Shed, then served at 30 ms: a millisecond too late.
      traced([[0, 1, 1]], { name: 'late', slo, client: again }),
      traced([[0, 1, 1]], { name: 'shed', slo }),
      traced([[0, 1, 1]], { name: 'unbound' }),
    ]);
    expect(summary.total.attainment).toBeCloseTo(1 / 3, 12);
  });
});

describe('requests and attempts', () => {
  it('rates are over attempts, success and requestShedRate over requests', () => {
    const profile = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const again = client({ retries: 1, retryOn: [503], backoff: waits(10 * MS) });
    const { summary } = runOf({ provider: profile }, [
      traced([[0, 1, 15]], { name: 'busy' }),
      traced(
        [
          [0, 1, 1],
          [0.006, 1, 1],
        ],
        { client: again },
      ),
    ]);
    // The first of the two is shed twice, the second once and served at 16 ms.
    expect(summary.total).toMatchObject({
      requests: 3,
      attempts: 5,
      shedRate: 0.6,
      successRate: 2 / 3,
      requestShedRate: 1 / 3,
    });
    expect(summary.total.causes).toEqual({ overloaded: 3 });
  });

  it('requests of the warm-up leave no trace in the counts, whenever they end', () => {
    const { summary } = runOf({ warmupUs: 10 * MS }, [
      traced([
        [0, 1, 50],
        [0.009, 1, 1],
      ]),
    ]);
    expect(summary.total).toMatchObject({ requests: 0, attempts: 0, outputTokens: 0, billed: '0.00' });
    expect(summary.run).toMatchObject({ requests: 2, attempts: 2 });
    // The pool did work in the window all the same.
    expect(summary.pools['main']!.outputTokens).toBe(41 + 1);
  });
});

describe('accounts', () => {
  it('count their own requests, attempts, refusals and bills', () => {
    const { summary } = runOf(
      { accounts: [account('a', { rpm: 2 }), account('b', { rpm: 2 })], pools: [pool({ engine: slots(9) })] },
      [
        traced(
          [
            [0, 1, 1],
            [0.001, 1, 1],
            [0.002, 1, 1],
          ],
          { name: 'one', account: 'a' },
        ),
        traced([[0, 1, 1]], { name: 'two', account: 'b' }),
        traced(
          [
            [0, 1, 1],
            [0, 1, 1],
            [0, 1, 1],
          ],
          { name: 'three' },
        ),
      ],
    );
    expect(summary.accounts).toEqual({
      a: { requests: 3, attempts: 3, rateLimited: 1, billed: '0.000006' },
      b: { requests: 1, attempts: 1, rateLimited: 0, billed: '0.000003' },
    });
    expect(summary.total.outcomes).toMatchObject({ completed: 6, rateLimited: 1 });
  });
});

describe('fees', () => {
  it('are paid once, by what completes', () => {
    const fees = [{ name: 'request', pico: 5_000_000, share: 1 }];
    const { records } = runOf({ durationUs: 20 * MS }, [
      traced(
        [
          [0, 1, 5],
          [0.001, 1, 500],
        ],
        { fees },
      ),
    ]);
    expect(records.map(({ outcome, billedPico }) => [outcome, billedPico])).toEqual([
      ['completed', 1e6 + 5 * 2e6 + 5_000_000],
      ['unfinished', 0],
    ]);
  });
});

describe('the series', () => {
  it('count by the bucket of the sending and average the pools over theirs', () => {
    const profile = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const { summary } = runOf({ durationUs: 3_000_000, provider: profile }, [
      traced([
        [0, 1, 15],
        [0.001, 1, 1],
        [0.0101, 1, 1],
        [2.995, 1, 1],
      ]),
    ]);
    const { series } = summary;
    expect(series.bucketSeconds).toBe(0.01);
    expect(series.atSeconds.length).toBe(300);
    expect(series.tiers['standard']!.sent.slice(0, 3)).toEqual([2, 1, 0]);
    expect(series.tiers['standard']!.shed.slice(0, 3)).toEqual([1, 1, 0]);
    expect(series.tiers['standard']!.ttftMeanMs.slice(0, 2)).toEqual([1, null]);
    expect(series.tiers['standard']!.sent[299]).toBe(1);
    expect(series.pools['main']!.running.slice(0, 3)).toEqual([1, 0.5, 0]);
    for (const list of Object.values(series.pools['main']!)) expect(list.length).toBe(300);
  });
});
