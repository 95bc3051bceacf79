import { describe, expect, it } from 'vitest';
import type { Scenario, Target } from '../../src/models/scenario.js';
import { capacity, headroom } from '../../src/plan/capacity.js';
import { inProcess } from '../../src/plan/executor.js';
import { simulate } from '../../src/sim/simulate.js';
import { exponential, fixed, pool, provider, SECOND_US, scenario, slots, tier, traffic } from '../helpers/scenario.js';
import { waitInManyServers } from '../theory/formulas.js';
import { subjectOf } from './subject.js';

/** Mean service of one second: a thousand steps of a millisecond. */
const SERVERS = 8;
function manyServers(perSecond: number, targets: readonly Target[]): Scenario {
  return scenario({
    durationUs: 1500 * SECOND_US,
    warmupUs: 100 * SECOND_US,
    pools: [pool({ engine: slots(SERVERS) })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond }, input: fixed(1), output: exponential(1000) })],
    targets,
  });
}

function target(scope: string, metric: string, below: number): Target {
  return {
    text: `${scope}.${metric} < ${below}`,
    scope,
    served: false,
    metric,
    above: null,
    below: { value: below, inclusive: false },
  };
}

/** The arrival rate at which M/M/c waits so long in the mean. */
function rateOfWait(servers: number, wait: number): number {
  let [low, high] = [0, servers];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (waitInManyServers(servers, middle, 1) < wait) low = middle;
    else high = middle;
  }
  return low;
}

describe('capacity', { timeout: 120_000 }, () => {
  it('of M/M/c is the rate at which Erlang C reaches the target, and seats bind', async () => {
    const found = await capacity(
      subjectOf(manyServers(3, [target('standard', 'queue.mean', 500)])),
      { runs: 4, tolerance: 0.03 },
      inProcess,
    );
    const [limit] = found.limits;
    const expected = rateOfWait(SERVERS, 0.5) / 3;
    expect(limit!.state).toBe('found');
    expect(Math.abs(limit!.searched! / expected - 1)).toBeLessThan(0.05);
    expect(limit!.interval!.low).toBeLessThan(expected);
    expect(limit!.interval!.high).toBeGreaterThan(expected * 0.98);
    expect(limit!.factor!).toBeLessThanOrEqual(limit!.searched!);
    expect(limit!.binding).toMatchObject({ pool: 'main', resource: 'seats' });
    expect(limit!.offeredPerSecond! / 3 / limit!.factor!).toBeCloseTo(1, 1);
    expect(limit!.missedBeyond).toEqual(['standard.queue.mean < 500']);
  });

  it('is what an exhaustive search finds, and holds in runs that nobody searched with', async () => {
    const spec = manyServers(4, [target('standard', 'queue.p95', 800)]);
    const found = await capacity(subjectOf(spec), { runs: 3, tolerance: 0.04 }, inProcess);
    const holds = (factor: number, runs: readonly number[]): boolean => {
      const scaled = {
        ...spec,
        traffic: spec.traffic.map((one) => ({ ...one, arrivals: { kind: 'poisson' as const, perSecond: 4 * factor } })),
      };
      const each = runs.map((run) => simulate(scaled, { version: '', hash: '', run }).tiers['standard']!.queueMs.p95!);
      return each.reduce((a, b) => a + b) / each.length < 800;
    };
    const { searched, factor } = found.limits[0]!;
    const grid = Array.from({ length: 12 }, (_, i) => 1.2 + 0.05 * i);
    const held = grid.map((f) => holds(f, [1, 2, 3]));
    const highest = grid[held.indexOf(false) - 1]!;
    expect(Math.abs(searched! - highest)).toBeLessThan(0.09);
    expect(holds(factor!, [4, 5, 6])).toBe(true);
  });

  it('says of a target that it is beyond reach, never met, or cannot be judged', async () => {
    const two = provider({ tiers: [tier('standard'), tier('flex')] });
    const spec = {
      ...manyServers(3, [
        target('standard', 'tpot.p95', 2),
        target('standard', 'tpot.p95', 0.5),
        target('flex', 'ttft.p95', 500),
      ]),
      provider: two,
      durationUs: 200 * SECOND_US,
    };
    const { limits } = await capacity(subjectOf(spec), { runs: 1, tolerance: 0.1 }, inProcess);
    expect(limits.map(({ state }) => state)).toEqual(['beyond', 'never', 'unjudged']);
    expect(limits.map(({ factor }) => factor === null)).toEqual([false, true, true]);
  });

  it('notices a target that is met again at a higher load', async () => {
    const text = 'total.usdPerMTok';
    const money: Target = {
      text,
      scope: 'total',
      served: false,
      metric: 'usdPerMTok',
      above: null,
      below: { value: 0.2, inclusive: false },
    };
    const spec = { ...manyServers(3, [money]), durationUs: 200 * SECOND_US };
    const found = await capacity(subjectOf(spec), { runs: 1, tolerance: 0.1 }, inProcess);
    const costs = found.tried.map(({ met }) => met[0]);
    expect(costs).toContain(false);
    expect(found.limits[0]!.state === 'never' || found.limits[0]!.notMonotone !== null).toBe(true);
  });
});

describe('headroom', { timeout: 120_000 }, () => {
  it('is what is left of the rate of Erlang C once the others have theirs', async () => {
    const base = manyServers(4, [target('standard', 'queue.mean', 500)]);
    const spec = {
      ...base,
      traffic: [
        { ...base.traffic[0]!, name: 'app' },
        { ...base.traffic[0]!, name: 'batch', arrivals: { kind: 'poisson' as const, perSecond: 1 } },
      ],
    };
    const found = await headroom(
      subjectOf(spec),
      { kind: 'class', name: 'batch' },
      { runs: 4, tolerance: 0.03 },
      inProcess,
    );
    const [limit] = found.limits;
    const expected = rateOfWait(SERVERS, 0.5) - 4;
    expect(limit!.interval!.low).toBeLessThan(expected);
    expect(limit!.interval!.high).toBeGreaterThan(expected * 0.97);
    expect(Math.abs(limit!.searched! - expected)).toBeLessThan(0.25);
    expect(limit!.partPerSecond! / limit!.factor!).toBeCloseTo(1, 1);
  });
});
