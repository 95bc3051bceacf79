import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { exponential, pool, SECOND_US, scenario, slots, traffic } from '../helpers/scenario.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, ran, TIMEOUT_MS } from './run.js';

describe('outages', { timeout: TIMEOUT_MS }, () => {
  it('fail nothing where no node breaks', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const breaks =
          drawn.events.some(({ change }) => change.kind === 'down') ||
          drawn.pools.some(({ operations }) => operations.downNodes > 0 || operations.outages.length > 0);
        const broken = ran(drawn).records.filter(({ cause }) => cause === 'node_down');
        if (!breaks) expect(broken).toEqual([]);
        // What breaks was at a node, and the tokens that it had made are lost.
        for (const record of broken) expect(record).toMatchObject({ outcome: 'failed', status: 503, billedPico: 0 });
        for (const { wastedTokens, outputTokens, node } of broken) {
          expect([wastedTokens, node >= 0]).toEqual([outputTokens, true]);
        }
      }),
      DRAWS,
    );
  });

  it('leave every place in one state at any time: node hours by state add up to places x the window', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const { summary } = ran(drawn);
        const windowHours = (drawn.durationUs - drawn.warmupUs) / 3.6e9;
        for (const { name, nodes, operations } of drawn.pools) {
          const asked = drawn.events.map(({ change }) => {
            return change.kind === 'nodes' && change.pool === name ? change.nodes : 0;
          });
          const places = Math.max(nodes, operations.autoscale?.max ?? 0, ...asked) + (operations.warmPool?.nodes ?? 0);
          const hours = Object.values(summary.pools[name]!.nodeHoursByState);
          expect(Math.min(...hours)).toBeGreaterThanOrEqual(0);
          expect(hours.reduce((a, b) => a + b, 0)).toBeCloseTo(places * windowHours, 12);
        }
      }),
      DRAWS,
    );
  });

  it('come when they come: neither load nor policy moves one, and they move no arrival', () => {
    const at = (perSecond: number, withOutages: boolean): Scenario => {
      const steady = pool({ nodes: 4, engine: slots(4) });
      const when = { kind: 'random', everyUs: 20 * SECOND_US } as const;
      const outage = { when, forUs: 4e6, domain: { kind: 'nodes', nodes: 2 }, slowdown: null, noticeUs: 0 } as const;
      const operations = { ...steady.operations, outages: withOutages ? [outage] : [] };
      return scenario({
        durationUs: 200 * SECOND_US,
        pools: [{ ...steady, operations }],
        traffic: [traffic({ arrivals: { kind: 'poisson', perSecond }, output: exponential(300) })],
      });
    };
    const hours = (perSecond: number) => ran(at(perSecond, true)).summary.pools['main']!.nodeHoursByState.down;
    expect(hours(1)).toBeGreaterThan(0);
    expect(hours(30)).toBe(hours(1));
    const sent = (withOutages: boolean) =>
      ran(at(5, withOutages)).records.map(({ request, sentUs, promptTokens }) => [request, sentUs, promptTokens]);
    const byRequest = (a: readonly number[], b: readonly number[]) => a[0]! - b[0]!;
    expect(sent(true).sort(byRequest)).toEqual(sent(false).sort(byRequest));
  });

  it('keep the availability that their means promise', () => {
    const when = { kind: 'random', everyUs: 90 * SECOND_US } as const;
    const outage = { when, forUs: 10e6, domain: { kind: 'nodes', nodes: 1 }, slowdown: null, noticeUs: 0 } as const;
    const base = pool({ nodes: 50 });
    const { summary } = ran(
      scenario({
        durationUs: 5000 * SECOND_US,
        pools: [{ ...base, operations: { ...base.operations, outages: [outage] } }],
        traffic: [traffic({ arrivals: { kind: 'constant', perSecond: 0.001 } })],
      }),
    );
    // An infinite server queue of repairs at each node: up with probability exp(-10/90), some 2,800 outages.
    expect(summary.pools['main']!.availability).toBeGreaterThan(Math.exp(-10 / 90) - 0.01);
    expect(summary.pools['main']!.availability).toBeLessThan(Math.exp(-10 / 90) + 0.01);
  });
});
