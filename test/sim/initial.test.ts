import { describe, expect, it } from 'vitest';
import { STEADY } from '../../src/models/operations.js';
import type { Initial } from '../../src/models/scenario.js';
import {
  account,
  fixed,
  limiters,
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

const MS = 1000;
const waiting = (requests: number): Initial => ({ queued: [{ class: 'all', requests }], cacheFill: 0 });

describe('requests that wait at the start', () => {
  const one = traffic({ arrivals: { kind: 'constant', perSecond: 1 }, output: fixed(10) });

  it('are sent at t = 0, before all others, and are worked off in order', () => {
    const { records } = runOf({ durationUs: 2 * SECOND_US, initial: waiting(3), traffic: [one] });
    expect(records.map(({ sentUs, scheduledUs }) => [sentUs / MS, scheduledUs / MS]).slice(0, 4)).toEqual([
      [0, 0],
      [0, 10],
      [0, 20],
      [1000, 1000],
    ]);
  });

  it('move no later request', () => {
    const drawn = {
      ...one,
      arrivals: { kind: 'poisson', perSecond: 5 } as const,
      input: { ...fixed(1), kind: 'exponential', mean: 50 } as const,
    };
    const facts = (initial: Initial) =>
      runOf({ durationUs: 20 * SECOND_US, initial, traffic: [drawn] })
        .records.filter(({ sentUs }) => sentUs > 0)
        .map(({ sentUs, promptTokens }) => [sentUs, promptTokens]);
    expect(facts(waiting(40))).toEqual(facts(waiting(1)));
    expect(facts(waiting(40)).length).toBeGreaterThan(50);
  });

  it('were let in before: they meet no limit and no admission', () => {
    const strict = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const owner = { ...account('acme'), limiters: limiters({ rpm: 1 }) };
    const { records } = runOf({
      durationUs: 3 * SECOND_US,
      initial: waiting(5),
      provider: strict,
      accounts: [owner],
      traffic: [{ ...one, account: 'acme' }],
    });
    expect(records.slice(0, 5).map(({ outcome }) => outcome)).toEqual(new Array(5).fill('completed'));
    expect(records.slice(5).map(({ outcome }) => outcome)).toEqual(['completed', 'rateLimited']);
  });

  it('of a closed loop are those of its users', () => {
    const loop = traffic({ arrivals: { kind: 'users', count: 4, thinkUs: 0 }, output: fixed(10) });
    const { records } = runOf({
      durationUs: SECOND_US,
      initial: waiting(4),
      traffic: [loop],
      pools: [pool({ engine: slots(9) })],
    });
    expect(records.filter(({ sentUs }) => sentUs === 0)).toHaveLength(4);
    expect(records.filter(({ outcome }) => outcome !== 'completed').length).toBeLessThanOrEqual(4);
  });

  it('wait in the line of a tier that is held', () => {
    const hold = { maxQueued: null, maxWaitUs: 25 * MS, dispatchAtPressure: 0, asynchronous: false };
    const held = provider({ tiers: [tier('standard', { hold })] });
    const { summary } = runOf({ durationUs: SECOND_US, initial: waiting(5), provider: held, traffic: [one] });
    expect(summary.total.outcomes).toMatchObject({ completed: 3, expired: 2 });
  });
});

describe('caches that are filled at the start', () => {
  const prefix = { kind: 'families', families: 10, zipf: 1, tokens: 160 } as const;
  const hits = (cacheFill: number, kvBlocks = 10_001): (number | null)[] => {
    const load = traffic({
      arrivals: { kind: 'constant', perSecond: 20 },
      input: fixed(320),
      output: fixed(2),
      prefix,
    });
    const { records } = runOf({
      durationUs: 10 * SECOND_US,
      initial: { queued: [], cacheFill },
      pools: [pool({ engine: vllm({ kvBlocks }) })],
      traffic: [load],
    });
    return records.filter(({ outcome }) => outcome === 'completed').map(({ cachedTokens }) => cachedTokens);
  };

  it('hit from the first request on, if the fill holds all texts', () => {
    expect(hits(0)[0]).toBe(0);
    expect(new Set(hits(0.01))).toEqual(new Set([160]));
  });

  it('hold the most popular texts where it does not hold all', () => {
    const misses = (found: readonly (number | null)[]) => found.filter((tokens) => tokens === 0).length;
    // Room for five of the ten texts.
    expect(misses(hits(0))).toBe(10);
    expect(misses(hits(0.005))).toBe(5);
  });

  it('are cold on nodes that are not up yet', () => {
    const load = traffic({ arrivals: { kind: 'constant', perSecond: 2 }, input: fixed(320), output: fixed(2), prefix });
    const coldStart = { ...STEADY.coldStart, loadUs: SECOND_US };
    const { records } = runOf({
      durationUs: 3 * SECOND_US,
      initial: { queued: [], cacheFill: 0.5 },
      pools: [pool({ engine: vllm(), operations: { ...STEADY, initialNodes: 0, coldStart } })],
      traffic: [load],
    });
    expect(records.map(({ outcome, cachedTokens }) => [outcome, cachedTokens])[0]).toEqual(['failed', 0]);
    expect(records.find(({ outcome }) => outcome === 'completed')?.cachedTokens).toBe(0);
  });
});

it('an empty start is what a scenario without the block has', () => {
  const { initial } = scenario();
  expect(initial).toEqual({ queued: [], cacheFill: 0 });
  expect(runOf({}, [traced([[0, 1, 5]])]).records).toHaveLength(1);
});
