import { describe, expect, it } from 'vitest';
import { type Operations, STEADY } from '../../../src/models/operations.js';
import type { Scenario } from '../../../src/models/scenario.js';
import {
  fixed,
  pool,
  provider,
  runOf,
  SECOND_US,
  slots,
  type TraceRow,
  tier,
  traced,
  traffic,
} from '../../helpers/scenario.js';

/** Every step lasts a millisecond, so a request of n tokens holds its seat for n milliseconds. */
const MS = 1000;

describe('a fast pool that has no node of its own', () => {
  const fast = provider({ tiers: [tier('standard'), tier('fast', { path: 'fast' })] });
  const takes: Operations = {
    ...STEADY,
    takesFrom: { pool: 'shared', nodesForOne: 1, keep: 1, switchUs: 2 * SECOND_US, backUs: SECOND_US },
    autoscale: {
      ...{ signal: 'running', target: 1, min: 0, max: 2 },
      ...{ intervalUs: SECOND_US, averageUs: 0, lagUs: 0, cooldownUs: 5 * SECOND_US },
    },
  };
  const fleet: Partial<Scenario> = {
    durationUs: 90 * SECOND_US,
    provider: fast,
    pools: [
      pool({ name: 'shared', nodes: 2, engine: slots(2) }),
      pool({ name: 'turbo', nodes: 0, engine: slots(2), path: 'fast', operations: takes }),
    ],
  };
  /** One request for fast, at 50 s. */
  const one = traffic({
    name: 'fast',
    tiers: [{ tier: 'fast', value: 1 }],
    arrivals: { kind: 'constant', perSecond: 1 / 50 },
    output: fixed(100),
  });
  const run = (shared: readonly TraceRow[], pools = fleet.pools!) => {
    const standard = traced(shared, { name: 'standard' });
    return runOf({ ...fleet, pools, traffic: [standard.spec, one] }, [standard]);
  };

  it('is given one when the first request comes, as soon as that has finished its work, and gives it back', () => {
    const { records, summary } = run([
      [0, 1, 100],
      [49, 1, 1500],
      [49, 1, 4000],
      [70, 1, 100],
      [70, 1, 100],
    ]);
    expect(records.every(({ outcome }) => outcome === 'completed')).toBe(true);
    const asked = records.filter(({ tierAsked }) => tierAsked === 'fast');
    // Until 53 s the node works for standard, then come two seconds for the switch and one step.
    expect(asked.map(({ sentUs, firstTokenUs }) => [sentUs / MS, firstTokenUs / MS])).toEqual([[50_000, 55_001]]);
    const { shared: lender, turbo } = summary.pools;
    expect(turbo!.nodeHoursByState.starting * 3600).toBeCloseTo(2, 9);
    expect(lender!.nodeHoursByState.starting * 3600).toBeCloseTo(1, 9);
    expect((lender!.nodeHours + turbo!.nodeHours) * 3600).toBeCloseTo(2 * 90, 9);
    // Those at 70 s find both nodes at home again.
    expect(records.filter(({ sentUs }) => sentUs === 70 * SECOND_US).map(({ node }) => node)).toEqual([0, 1]);
  });

  it('waits when the shared fleet has none to spare', () => {
    const pools = [{ ...fleet.pools![0]!, nodes: 1 }, fleet.pools![1]!];
    const { records } = run([[0, 1, 100]], pools);
    expect(records.map(({ outcome }) => outcome)).toEqual(['completed', 'unfinished']);
  });
});

describe('the work of a node that is to take no more', () => {
  /** Two nodes of one seat, each with one that runs; two more wait, one at each. At 1 s one node is given up. */
  const rows: readonly TraceRow[] = [
    [0, 1, 3000],
    [0, 1, 5000],
    [0, 1, 100],
    [0, 1, 100],
  ];
  const run = (operations: Partial<Operations>, queueing: 'node' | 'gateway' = 'node') =>
    runOf(
      {
        durationUs: 30 * SECOND_US,
        pools: [pool({ nodes: 2, engine: slots(1), operations: { ...STEADY, ...operations } })],
        gateway: { router: 'least-loaded', queueing, spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
        events: [{ atUs: SECOND_US, change: { kind: 'nodes', pool: 'main', nodes: 1 } }],
      },
      [traced(rows)],
    );
  const ends = (ran: ReturnType<typeof run>) => ran.records.map(({ node, lastTokenUs }) => [node, lastTokenUs / MS]);

  it('finishes there', () => {
    expect(ends(run({}))).toEqual([
      [0, 3000],
      [1, 5000],
      [0, 3100],
      [1, 5100],
    ]);
  });

  it('goes to another node where it has not begun to answer, if it is to move', () => {
    const moved = run({ draining: 'move' });
    expect(ends(moved)).toEqual([
      [0, 3000],
      [1, 5000],
      [0, 3100],
      [0, 3200],
    ]);
    expect(moved.records.map(({ evictions, outcome }) => [evictions, outcome])).toEqual(
      rows.map(() => [0, 'completed']),
    );
  });

  it('goes to its place in the line where work waits at the gateway', () => {
    expect(ends(run({ draining: 'move' }, 'gateway'))[3]).toEqual([0, 3200]);
  });

  it('also moves off a node whose outage is announced', () => {
    const outage = { when: { kind: 'planned', atUs: SECOND_US }, forUs: SECOND_US, slowdown: null } as const;
    const outages = [{ ...outage, domain: { kind: 'nodes', nodes: 1 }, noticeUs: SECOND_US } as const];
    const ran = (operations: Partial<Operations>) =>
      runOf(
        {
          durationUs: 30 * SECOND_US,
          pools: [pool({ nodes: 2, engine: slots(1), operations: { ...STEADY, outages, ...operations } })],
        },
        [traced(rows)],
      ).records.map(({ outcome }) => outcome);
    // The first node breaks at 2 s, with the first request running on it and the third waiting.
    expect(ran({})).toEqual(['failed', 'completed', 'failed', 'completed']);
    expect(ran({ draining: 'move' })).toEqual(['failed', 'completed', 'completed', 'completed']);
  });
});

describe('a pool that sleeps and starts in no time', () => {
  it('serves the first request at once', () => {
    const operations: Operations = {
      ...STEADY,
      autoscale: {
        ...{ signal: 'running', target: 1, min: 0, max: 1 },
        ...{ intervalUs: 15 * SECOND_US, averageUs: 0, lagUs: 0, cooldownUs: 5 * SECOND_US },
      },
    };
    const { records } = runOf({ durationUs: 60 * SECOND_US, pools: [pool({ nodes: 0, operations })] }, [
      traced([
        [0, 1, 10],
        [20, 1, 10],
      ]),
    ]);
    expect(records.map(({ sentUs, firstTokenUs }) => (firstTokenUs - sentUs) / MS)).toEqual([1, 1]);
  });
});
