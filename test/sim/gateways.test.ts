import { describe, expect, it } from 'vitest';
import type { Gateway, Scenario } from '../../src/models/scenario.js';
import {
  account,
  exponential,
  limiters,
  pool,
  provider,
  runOf,
  SECOND_US,
  slots,
  tier,
  traced,
  traffic,
} from '../helpers/scenario.js';

const MS = 1000;
const gateway = (replicas: number, stalenessUs: number, rest: Partial<Gateway> = {}): Pick<Scenario, 'gateway'> => ({
  gateway: { router: 'least-loaded', queueing: 'node', spareSlotFilter: false, replicas, stalenessUs, ...rest },
});
/** All in one instant, each on its node for so long. */
const burst = (requests: number, tokens: number) =>
  traced(Array.from({ length: requests }, () => [0, 1, tokens] as const));
const nodesOf = (overrides: Partial<Scenario>, requests = 4) => {
  const pools = [pool({ nodes: 2, engine: slots(8) })];
  return runOf({ pools, durationUs: 10 * SECOND_US, ...overrides }, [burst(requests, 100)]).records.map(
    ({ node }) => node,
  );
};

describe('gateways side by side', () => {
  it('each know what they sent themselves, and not what the others did', () => {
    expect(nodesOf(gateway(1, SECOND_US))).toEqual([0, 1, 0, 1]);
    expect(nodesOf(gateway(4, SECOND_US))).toEqual([0, 0, 0, 0]);
    expect(nodesOf(gateway(2, SECOND_US))).toEqual([0, 0, 1, 1]);
  });

  it('see what the others sent when they look again', () => {
    const classes = [
      traced([
        [0, 1, 5000],
        [0.5, 1, 5000],
        [1.2, 1, 5000],
        [1.3, 1, 5000],
      ]),
    ];
    const pools = [pool({ nodes: 3, engine: slots(8) })];
    const at = (stalenessUs: number) =>
      runOf({ pools, durationUs: 10 * SECOND_US, ...gateway(2, stalenessUs) }, classes).records.map(({ node }) => node);
    expect(at(100 * MS)).toEqual([0, 1, 2, 0]);
    // Both looked before the first request and never again.
    expect(at(1000 * SECOND_US)).toEqual([0, 0, 1, 1]);
  });

  it('make a stale fleet herd: the same load waits longer behind nodes that looked idle', () => {
    const load = traffic({ arrivals: { kind: 'poisson', perSecond: 60 }, output: exponential(100) });
    const pools = [pool({ nodes: 10, engine: slots(1) })];
    const mean = (stalenessUs: number) => {
      const { summary } = runOf({ durationUs: 100 * SECOND_US, pools, traffic: [load], ...gateway(8, stalenessUs) });
      return summary.total.queueMs.mean!;
    };
    const [fresh, stale] = [mean(0), mean(SECOND_US)];
    expect(stale).toBeGreaterThan(3 * fresh);
  });

  it('take turns like one gateway where the view is fresh', () => {
    const load = traffic({ arrivals: { kind: 'poisson', perSecond: 60 }, output: exponential(100) });
    const pools = [pool({ nodes: 10, engine: slots(1) })];
    const records = (replicas: number) =>
      runOf({ durationUs: 20 * SECOND_US, pools, traffic: [load], ...gateway(replicas, 0) }).records;
    expect(records(5)).toEqual(records(1));
  });

  it('keep limits in one place', () => {
    const owner = { ...account('acme'), limiters: limiters({ rpm: 3 }) };
    const { records } = runOf({ ...gateway(4, SECOND_US), accounts: [owner] }, [
      { ...burst(8, 1), spec: { ...burst(8, 1).spec, account: 'acme' } },
    ]);
    expect(records.filter(({ outcome }) => outcome === 'rateLimited')).toHaveLength(5);
  });

  it('do not hold what a node has room for, whatever they saw', () => {
    const hold = { maxQueued: null, maxWaitUs: 5 * SECOND_US, dispatchAtPressure: 0, asynchronous: false };
    const held = provider({ tiers: [tier('standard', { hold })] });
    const classes = [
      traced([
        [0, 1, 10],
        [0.5, 1, 10],
      ]),
    ];
    const { records } = runOf({ provider: held, durationUs: 10 * SECOND_US, ...gateway(1, 2 * SECOND_US) }, classes);
    // The gateway still sees the first at the node, which has long been idle.
    expect(records.map(({ scheduledUs }) => scheduledUs / MS)).toEqual([0, 500]);
  });

  it('shed by what they see', () => {
    const strict = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const outcomes = (stalenessUs: number) =>
      runOf({ provider: strict, durationUs: 10 * SECOND_US, ...gateway(1, stalenessUs) }, [
        traced([
          [0, 1, 10],
          [0.5, 1, 10],
        ]),
      ]).records.map(({ outcome }) => outcome);
    expect(outcomes(0)).toEqual(['completed', 'completed']);
    expect(outcomes(2 * SECOND_US)).toEqual(['completed', 'shed']);
  });
});
