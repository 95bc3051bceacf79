import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEADY } from '../../src/models/operations.js';
import type { Scenario } from '../../src/models/scenario.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, picoOf, ran, TIMEOUT_MS } from './run.js';

const NODES = 4;

/** Drawn scenarios in which one pool takes nodes of the other, and no node comes from elsewhere or goes off. */
function closedFleet(): fc.Arbitrary<Scenario> {
  return drawnScenario()
    .filter(({ pools }) => pools[1]?.operations.takesFrom !== undefined)
    .map((drawn) => {
      const [lender, borrower] = drawn.pools as readonly [Scenario['pools'][number], Scenario['pools'][number]];
      const { outages, healthCheckUs, draining } = lender.operations;
      const { nodesForOne } = borrower.operations.takesFrom!;
      const price = { costCurrency: 'USD', tierWeights: null, tiers: null } as const;
      const steady = { ...STEADY, outages, healthCheckUs, ...(draining === undefined ? {} : { draining }) };
      return {
        ...drawn,
        pools: [
          { ...lender, ...price, nodes: NODES, costPicoPerHour: 3e12, operations: steady },
          {
            ...borrower,
            ...price,
            nodes: 0,
            costPicoPerHour: 3e12 * nodesForOne,
            operations: { ...borrower.operations, warmPool: null },
          },
        ],
        events: drawn.events.filter(({ change }) => change.kind !== 'nodes'),
      };
    });
}

const hours = (drawn: Scenario): number => (drawn.durationUs - drawn.warmupUs) / 3.6e9;
/** Node hours of a pool in every state but off. */
const present = (drawn: Scenario, name: string): number => {
  const { off, ...others } = ran(drawn).summary.pools[name]!.nodeHoursByState;
  return Object.values(others).reduce((a, b) => a + b, 0);
};

describe('nodes that are taken over', { timeout: TIMEOUT_MS }, () => {
  it('are counted once: the hours of both pools add up to those of the machines, and so does what they cost', () => {
    let taken = 0;
    fc.assert(
      fc.property(closedFleet(), (drawn) => {
        const { nodesForOne } = drawn.pools[1]!.operations.takesFrom!;
        const [a, b] = [present(drawn, 'a'), present(drawn, 'b')];
        if (b > 0) taken++;
        expect(a + b * nodesForOne).toBeCloseTo(NODES * hours(drawn), 12);
        const { cost } = ran(drawn).summary.total;
        const expected = 3e12 * NODES * hours(drawn);
        expect(Number(picoOf(cost!)) / expected).toBeCloseTo(1, 9);
      }),
      DRAWS,
    );
    expect(taken).toBeGreaterThan(DRAWS.numRuns / 4);
  });

  it('serve on: what was waiting at a node that drains by moving is answered elsewhere', () => {
    let moved = 0;
    fc.assert(
      fc.property(closedFleet(), (drawn) => {
        const steady = drawn.pools.map((pool) => ({
          ...pool,
          operations: { ...pool.operations, outages: [], downNodes: 0, draining: 'move' as const },
        }));
        const { summary, records } = ran({ ...drawn, pools: steady, events: [] });
        expect(records.length).toBe(summary.run.attempts);
        for (const { cause } of records) expect(cause).not.toBe('node_down');
        moved += Object.values(summary.tiers).reduce((sum, tier) => sum + tier.recomputedTokens, 0);
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 2 },
    );
    expect(moved).toBeGreaterThan(0);
  });
});
