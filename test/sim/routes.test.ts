import { describe, expect, it } from 'vitest';
import { support } from '../../src/models/providers/build.js';
import type { Scenario } from '../../src/models/scenario.js';
import { Pool } from '../../src/sim/fleet/pool.js';
import { Limiters } from '../../src/sim/gateway/limiters.js';
import { Routes } from '../../src/sim/routes.js';
import { ALONE, account, pool, provider, scenario, tier, traffic } from '../helpers/scenario.js';

function built(overrides: Partial<Scenario>) {
  const made = scenario(overrides);
  const pools = made.pools.map(
    (spec, i) =>
      new Pool(
        spec,
        i,
        ALONE,
        spec.nodes,
        made.provider.tiers.map(() => 0),
        1,
        () => 0,
      ),
  );
  const table = new Routes(made, pools, new Limiters(0));
  const routes = made.traffic.map((_, ofClass) => made.provider.tiers.map((_tier, tier) => table.of(ofClass, tier)));
  const { lines } = table;
  const names = (ofClass: number, ofTier: number) =>
    routes[ofClass]![ofTier]!.groups.map((group) => group.map(({ spec }) => spec.name));
  return { table, routes, lines, names };
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

  it('has one line a model and tier, whichever class it comes from', () => {
    const flexOf = (name: string, model: string) => traffic({ name, model, tiers: [{ tier: 'flex', value: 1 }] });
    const { routes, lines } = built({
      provider: provider({ tiers }),
      pools: [pool({ models: ['m', 'n'] })],
      traffic: [flexOf('a', 'm'), flexOf('b', 'm'), flexOf('c', 'n')],
    });
    expect(routes.map((ofClass) => ofClass[2]!.line)).toEqual([0, 0, 1]);
    expect(routes[0]![1]!.line).toBe(-1);
    expect(lines).toMatchObject([
      { model: 'm', tier: 2, rank: 1, maxWaitUs: 9, route: { isAsynchronous: true } },
      { model: 'n', tier: 2 },
    ]);
    expect(routes[0]![2]!.dispatchAtPressure).toBe(0.6);
  });

  it("spares exempt tiers the account's limits", () => {
    const { routes } = built({
      provider: provider({ tiers: [tier('standard'), tier('background', { limits: 'exempt' })] }),
      accounts: [account('acme', { rpm: 5 })],
      traffic: [traffic({ account: 'acme' }), traffic({ name: 'others' })],
    });
    expect(routes.map((ofClass) => ofClass.map(({ limiters }) => limiters !== null))).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  describe('by the engine of the pool', () => {
    const sglang = pool({ name: 'sglang', engine: { ...pool().engine, name: 'sglang' } });
    const vllmPool = pool({ name: 'vllm', engine: { ...pool().engine, name: 'vllm' } });
    const rules = (answer: 'downgrade' | 'refuse') => {
      return provider({ tiers, support: [support('priority', answer, { engineTierSupport: 'rolling-out' })] });
    };

    it('offers a tier on the pools whose engine knows tiers only', () => {
      expect(built({ provider: rules('downgrade'), pools: [sglang, vllmPool] }).names(0, 0)).toEqual([['vllm']]);
    });

    it('answers as the rule says where no such pool is left', () => {
      const { routes } = built({ provider: rules('downgrade'), pools: [sglang] });
      expect(routes[0]![0]).toMatchObject({ tierServed: 1, refusal: null });
      expect(built({ provider: rules('refuse'), pools: [sglang] }).routes[0]![0]!.refusal).toBe('unsupported_tier');
    });
  });

  it('takes the first rule that matches: model, api and endpoint', () => {
    const profile = provider({
      tiers,
      endpoint: 'regional',
      support: [
        support('priority', 'honour', { model: 'm', api: 'chat', endpoint: 'regional' }),
        support('priority', 'forbid'),
        support('flex', 'forbid', { endpoint: 'global' }),
      ],
    });
    const { routes } = built({ provider: profile, traffic: [traffic(), traffic({ name: 'b', api: 'completions' })] });
    expect(routes.map((ofClass) => ofClass.map(({ refusal }) => refusal))).toEqual([
      [null, null, null],
      ['forbidden_tier', null, null],
    ]);
  });

  it('forbids background work to accounts that were not let in to it', () => {
    const { routes } = built({
      provider: provider({ tiers }),
      accounts: [account('in'), { ...account('out'), background: false }].map((one, i) => ({
        ...one,
        background: i === 0,
      })),
      traffic: [traffic({ account: 'in' }), traffic({ name: 'b', account: 'out' }), traffic({ name: 'c' })],
    });
    expect(routes.map((ofClass) => ofClass[2]!.refusal)).toEqual([null, 'forbidden_tier', null]);
  });

  it('changes its rules while the run goes on, and keeps its queues and counters', () => {
    const made = scenario({
      provider: provider({ tiers, support: [support('priority', 'downgrade')] }),
      accounts: [account('acme', { rpm: 1 })],
      traffic: [traffic({ account: 'acme' })],
    });
    const { table } = built(made);
    expect(table.of(0, 0).tierServed).toBe(1);
    expect(table.of(0, 1).limiters!.admit(0, 1)).toBeNull();
    table.change({ kind: 'support', model: 'm', tier: 'priority', answer: 'honour' });
    expect(table.of(0, 0).tierServed).toBe(0);
    expect(table.of(0, 1).limiters!.admit(0, 1)).not.toBeNull();
    expect(table.lines).toHaveLength(1);
  });
});
