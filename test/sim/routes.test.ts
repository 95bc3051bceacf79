import { describe, expect, it } from 'vitest';
import { support } from '../../src/models/providers/build.js';
import type { Scenario } from '../../src/models/scenario.js';
import { Pool } from '../../src/sim/fleet/pool.js';
import { AccountLimiter } from '../../src/sim/gateway/account-limiter.js';
import { buildRoutes } from '../../src/sim/routes.js';
import { pool, provider, scenario, tier, traffic } from '../helpers/scenario.js';

const limiter = new AccountLimiter([], []);

function built(overrides: Partial<Scenario>) {
  const made = scenario(overrides);
  const pools = made.pools.map(
    (spec, i) =>
      new Pool(
        spec,
        i,
        0,
        spec.nodes,
        made.provider.tiers.map(() => 0),
        1,
        () => 0,
      ),
  );
  const { routes, holds } = buildRoutes(made, pools, () => limiter);
  const names = (ofClass: number, ofTier: number) =>
    routes[ofClass]![ofTier]!.groups.map((group) => group.map(({ spec }) => spec.name));
  return { routes, holds, names };
}

const hold = { maxWaitUs: 9, maxQueued: null, dispatchAtPressure: 0.6, asynchronous: true };
const tiers = [tier('priority', { rank: 3 }), tier('standard', { rank: 2 }), tier('flex', { rank: 1, hold })];

describe('buildRoutes', () => {
  it('takes the pools that have the model, the path and the tier', () => {
    const { names } = built({
      provider: provider({ tiers: [...tiers, tier('fast', { path: 'fast' })] }),
      pools: [
        pool({ name: 'all' }),
        pool({ name: 'other', models: ['other'] }),
        pool({ name: 'few', tiers: ['priority'] }),
        pool({ name: 'quick', path: 'fast' }),
      ],
    });
    expect([names(0, 0), names(0, 1), names(0, 3)]).toEqual([[['all', 'few']], [['all']], [['quick']]]);
  });

  it('groups pools by weight, heaviest first, and leaves weight zero and unnamed tiers out', () => {
    const weights = (priority: number) => [{ tier: 'priority', value: priority }];
    const { names, routes } = built({
      provider: provider({ tiers }),
      pools: [
        pool({ name: 'one', tierWeights: weights(1) }),
        pool({ name: 'none', tierWeights: weights(0) }),
        pool({ name: 'ten', tierWeights: weights(10) }),
        pool({ name: 'ten too', tierWeights: weights(10) }),
      ],
    });
    expect(names(0, 0)).toEqual([['ten', 'ten too'], ['one']]);
    expect(names(0, 1)).toEqual([]);
    expect(routes[0]![1]!.refusal).toBe('unsupported_tier');
  });

  it('a pool without weights stands beside those of weight one', () => {
    const { names } = built({
      pools: [pool({ name: 'a' }), pool({ name: 'b', tierWeights: [{ tier: 'standard', value: 1 }] })],
    });
    expect(names(0, 0)).toEqual([['a', 'b']]);
  });

  it('downgrades to the default tier, or refuses, where the profile says so for the model', () => {
    const profile = provider({
      tiers,
      support: [
        support('priority', 'downgrade', { model: 'm' }),
        support('flex', 'refuse', { model: 'm' }),
        support('standard', 'refuse', { model: 'another' }),
      ],
    });
    const { routes } = built({ provider: profile });
    expect(routes[0]!.map(({ tierServed, refusal }) => [tierServed, refusal])).toEqual([
      [1, null],
      [1, null],
      [2, 'unsupported_tier'],
    ]);
  });

  it('has one hold queue a model and tier, whichever class it comes from', () => {
    const flexOf = (name: string, model: string) => traffic({ name, model, tiers: [{ tier: 'flex', value: 1 }] });
    const { routes, holds } = built({
      provider: provider({ tiers }),
      pools: [pool({ models: ['m', 'n'] })],
      traffic: [flexOf('a', 'm'), flexOf('b', 'm'), flexOf('c', 'n')],
    });
    expect(routes.map((ofClass) => ofClass[2]!.holdQueue)).toEqual([0, 0, 1]);
    expect(routes[0]![1]!.holdQueue).toBe(-1);
    expect(holds).toMatchObject([
      { model: 'm', tier: 2, rank: 1, maxWaitUs: 9, isAsynchronous: true },
      { model: 'n', tier: 2 },
    ]);
    expect(routes[0]![2]!.dispatchAtPressure).toBe(0.6);
  });

  it("spares exempt tiers the account's limits", () => {
    const { routes } = built({
      provider: provider({ tiers: [tier('standard'), tier('background', { limits: 'exempt' })] }),
    });
    expect(routes[0]!.map((route) => route.limiter)).toEqual([limiter, null]);
  });
});
