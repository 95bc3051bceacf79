import { describe, expect, it } from 'vitest';
import { type Operations, STEADY } from '../../../src/models/operations.js';
import { pool, provider, runOf, SECOND_US, slots, type TraceRow, tier, traced } from '../../helpers/scenario.js';

/** Every step lasts a millisecond, so a request of n tokens holds its seat for n milliseconds. */
const MS = 1000;
const asleep = (overrides: Partial<Operations> = {}): Operations => ({
  ...STEADY,
  coldStart: { ...STEADY.coldStart, loadUs: 10 * SECOND_US },
  autoscale: {
    ...{ signal: 'running', target: 1, min: 0, max: 3 },
    ...{ intervalUs: SECOND_US, averageUs: 60 * SECOND_US, lagUs: 0, cooldownUs: 30 * SECOND_US },
  },
  ...overrides,
});
const rows: readonly TraceRow[] = [
  [0, 1, 100],
  [1, 1, 100],
  [100, 1, 100],
];
const run = (operations: Operations, nodes = 0) =>
  runOf({ durationUs: 200 * SECOND_US, pools: [pool({ nodes, engine: slots(4), operations })] }, [traced(rows)]);

describe('a pool that is scaled to zero', () => {
  it('is woken by the first request, which waits for the cold start with those that come meanwhile', () => {
    const { records, summary } = run(asleep());
    expect(records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed']);
    expect(records.map(({ firstTokenUs, sentUs }) => (firstTokenUs - sentUs) / MS)).toEqual([10_001, 9_001, 10_001]);
    // Asleep again for the cooldown after 10.1 s, woken at 100 s: twice started.
    expect(summary.pools['main']!.nodeHoursByState.starting * 3600).toBeCloseTo(20, 6);
    expect(summary.pools['main']!.nodeHours * 3600).toBeLessThan(100);
  });

  it('goes to sleep although its average never comes to nothing, and draws nothing then', () => {
    const { summary } = run(asleep(), 1);
    const { off, idle } = summary.pools['main']!.nodeHoursByState;
    expect(off * 3600).toBeGreaterThan(2 * 200 + 60);
    expect(idle).toBeGreaterThan(0);
  });

  it('starts from a warm pool in the time that takes', () => {
    const warmPool = { nodes: 1, startUs: 2 * SECOND_US, costPicoPerHour: null };
    const { records } = run(asleep({ warmPool }));
    expect(records.map(({ firstTokenUs, sentUs }) => (firstTokenUs - sentUs) / MS)).toEqual([2001, 1001, 2001]);
  });

  it('lets those who wait go when their tier waits no longer', () => {
    const hurried = provider({ tiers: [tier('standard', { queue: { maxWaitUs: 3 * SECOND_US, maxQueued: 1 } })] });
    const { records } = runOf(
      {
        durationUs: 50 * SECOND_US,
        provider: hurried,
        pools: [pool({ nodes: 0, engine: slots(4), operations: asleep() })],
      },
      [traced(rows.slice(0, 2))],
    );
    expect(records.map(({ outcome }) => outcome)).toEqual(['expired', 'shed']);
  });
});
