import { describe, expect, it } from 'vitest';
import { sustainableRequestsPerSecond } from '../../src/models/capacity.js';
import { fleetLoad } from '../../src/models/fleet-load.js';
import { scenarioOf, scenarioText } from '../scenario/fixture.js';

const fleet = (...rest: readonly string[]) =>
  ['fleet:', ...rest.map((more, n) => `  - {name: p${n}, model: llama-3.1-8b, hardware: h100, ${more}}`)].join('\n');
const traffic = (...rest: readonly string[]) =>
  [
    'traffic:',
    ...rest.map((more, n) => `  - {name: c${n}, model: llama-3.1-8b, input: 500, output: 100, ${more}}`),
  ].join('\n');
const loadOf = (pools: string, classes: string) => {
  const scenario = scenarioOf(scenarioText({ fleet: pools, traffic: classes }));
  return { scenario, ...fleetLoad(scenario, new Map()) };
};

describe('the load of a fleet', () => {
  it('is the rate over what the nodes sustain', () => {
    const { scenario, pools } = loadOf(fleet('nodes: 3'), traffic('arrivals: 60/s'));
    const one = sustainableRequestsPerSecond(scenario.pools[0]!, 500, 100);
    expect(pools[0]!.meanUse).toBeCloseTo(60 / (3 * one), 9);
    expect(pools[0]!.parts).toEqual([
      { name: 'c0', isClosed: false, requestsPerSecond: expect.closeTo(60, 9), nodePerSecond: one },
    ]);
  });

  it('is spread as evenly as the pools allow', () => {
    // Only c0 may go to p1, so it leaves p0 to c1 as far as that evens out.
    const pools = fleet('nodes: 1, tiers: [standard, priority]', 'nodes: 1, tiers: [standard]');
    const even = loadOf(pools, traffic('arrivals: 10/s', 'arrivals: 4/s, tier: priority'));
    expect(even.pools[0]!.meanUse).toBeCloseTo(even.pools[1]!.meanUse, 6);
    const uneven = loadOf(pools, traffic('arrivals: 2/s', 'arrivals: 10/s, tier: priority'));
    expect(uneven.pools[0]!.parts.map(({ name }) => name)).toEqual(['c1']);
    expect(uneven.pools[1]!.parts.map(({ name }) => name)).toEqual(['c0']);
  });

  it('counts the calls of sessions and what their prompts repeat', () => {
    const { classes } = loadOf(fleet('nodes: 1'), traffic('arrivals: 1/s, sessions: {turns: 4}'));
    expect(classes[0]!.requests!.meanPerSecond).toBeCloseTo(4, 9);
    // Prompts of 500, 1,100, 1,700 and 2,300 tokens, of which 500 are new each time.
    expect(classes[0]!.work).toMatchObject({ promptTokens: 1400, cachedTokens: 900 });
  });

  it('takes shared prefixes out of the cache where there is one', () => {
    const cached = loadOf(fleet('nodes: 1'), traffic('arrivals: 5/s, sharedPrefix: 60%'));
    const plain = loadOf(
      fleet('nodes: 1, engine: {prefixCaching: false}'),
      traffic('arrivals: 5/s, sharedPrefix: 60%'),
    );
    expect(cached.classes[0]!.work!.cachedTokens).toBeCloseTo(300, 9);
    expect(cached.pools[0]!.meanUse).toBeLessThan(plain.pools[0]!.meanUse);
    expect(plain.pools[0]!.meanUse).toBeCloseTo(
      5 / sustainableRequestsPerSecond(plain.scenario.pools[0]!, 500, 100),
      9,
    );
  });

  it('of a closed loop is at most users over thinking and the fastest answer', () => {
    const { classes, pools } = loadOf(fleet('nodes: 1'), traffic('arrivals: {users: {count: 30, thinkTime: 10s}}'));
    expect(classes[0]!.isClosed).toBe(true);
    expect(classes[0]!.requests!.meanPerSecond).toBeLessThan(3);
    expect(classes[0]!.requests!.meanPerSecond).toBeGreaterThan(2.5);
    expect(pools[0]!.meanUse).toBeGreaterThan(0);
  });

  it('is held against all nodes that an autoscaler may bring', () => {
    const small = loadOf(fleet('nodes: 1'), traffic('arrivals: 20/s')).pools[0]!;
    const grown = loadOf(
      fleet('nodes: 1, autoscale: {signal: running, target: 20, min: 1, max: 4}'),
      traffic('arrivals: 20/s'),
    ).pools[0]!;
    expect(grown.nodes).toBe(4);
    expect(grown.meanUse).toBeCloseTo(small.meanUse / 4, 9);
  });
});
