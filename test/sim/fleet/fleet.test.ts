import { describe, expect, it } from 'vitest';
import { findClient } from '../../../src/models/clients.js';
import { STEADY } from '../../../src/models/operations.js';
import type { ClientPolicy } from '../../../src/models/scenario.js';
import { fixed, pool, runOf, SECOND_US, slots, type TraceRow, traced, traffic, vllm } from '../../helpers/scenario.js';

const MS = 1000;

describe('what a pool measures', () => {
  it('running, waiting and busy are averages over the counted window', () => {
    const { summary } = runOf({ durationUs: 100 * MS, warmupUs: 50 * MS }, [
      traced([
        [0, 1, 75],
        [0, 1, 10],
      ]),
    ]);
    // Of 50 ms counted one runs and one waits for 25 ms, then the other runs alone for 10 ms.
    expect(summary.pools['main']).toMatchObject({ meanRunning: 0.7, meanWaiting: 0.5, busyShare: 0.7 });
  });

  it('who hangs at a broken node waits, until the gateway knows or the client leaves', () => {
    const outage = { when: { kind: 'planned', atUs: SECOND_US }, forUs: 90 * SECOND_US, slowdown: null } as const;
    const outages = [{ ...outage, domain: { kind: 'pool' }, noticeUs: 0 } as const];
    const rows: readonly TraceRow[] = [
      [0, 1, 10],
      [2, 1, 10],
      [3, 1, 10],
    ];
    const run = (client: ClientPolicy) =>
      runOf(
        {
          durationUs: 20 * SECOND_US,
          pools: [pool({ operations: { ...STEADY, outages, healthCheckUs: 10 * SECOND_US } })],
        },
        [traced(rows, { client })],
      );
    // The node breaks at 1 s and is looked at at 10 s: two hang there for 8 s and 7 s of 20 s.
    const patient = run(findClient('none')!);
    expect(patient.records.map(({ outcome }) => outcome)).toEqual(['completed', 'failed', 'failed']);
    expect(patient.summary.pools['main']!.meanWaiting).toBeCloseTo(15 / 20, 9);
    const impatient = run({ ...findClient('none')!, timeoutUs: 2 * SECOND_US });
    expect(impatient.records.map(({ outcome }) => outcome)).toEqual(['completed', 'abandoned', 'abandoned']);
    expect(impatient.summary.pools['main']!.meanWaiting).toBeCloseTo(4 / 20, 9);
  });

  it('tokens, steps and attempts are those of the counted window', () => {
    const { summary } = runOf({ durationUs: 100 * MS, warmupUs: 50 * MS }, [
      traced([
        [0, 7, 80],
        [0.06, 9, 5],
      ]),
    ]);
    expect(summary.pools['main']).toMatchObject({ attempts: 1, inputTokens: 9, outputTokens: 30 + 5 + 1, steps: 36 });
  });

  it('an idle pool measures nothing and costs its hours', () => {
    const pools = [pool(), pool({ name: 'idle', nodes: 3 })];
    const { summary } = runOf(
      {
        durationUs: 36 * SECOND_US,
        pools,
        gateway: { router: 'weighted', queueing: 'node', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
      },
      [traced([[0, 1, 5]])],
    );
    expect(summary.pools['idle']).toMatchObject({
      meanRunning: 0,
      busyShare: 0,
      steps: 0,
      nodeHours: 0.03,
      cost: '0.06',
    });
  });

  it('has memory looked at in turns where it has many nodes, and finds as much of it in use', () => {
    const use = (nodes: number, sent: number, lengths = 1): { mean: number; series: readonly number[] } => {
      const { summary } = runOf(
        { durationUs: 2 * SECOND_US, pools: [pool({ nodes, engine: vllm({ kvBlocks: 1001 }) })] },
        [traced(Array.from({ length: sent }, (_, i) => [0, 1600, 1000 - 17 * (i % lengths)] as const))],
      );
      return { mean: summary.pools['main']!.meanKvUse, series: summary.series.pools['main']!.kvUse };
    };
    // 64 nodes are all looked at each time, of 150 every third one, one after the other.
    expect(use(150, 150)).toEqual(use(64, 64));
    const [many, few] = [use(150, 600, 49), use(60, 240, 49)];
    expect(few.mean).toBeGreaterThan(0.1);
    expect(many.mean / few.mean).toBeCloseTo(1, 1);
  });

  it('finds as much memory in use where nearly all nodes of a large pool are off, or some', () => {
    const use = (nodes: number, wanted: number): readonly number[] => {
      const { summary } = runOf(
        {
          durationUs: 2 * SECOND_US,
          pools: [pool({ nodes, engine: vllm({ kvBlocks: 101 }) })],
          events: [{ atUs: 0, change: { kind: 'nodes', pool: 'main', nodes: wanted } }],
        },
        [traced(Array.from({ length: wanted }, () => [0.1, 800, 700] as const))],
      );
      return summary.series.pools['main']!.kvUse;
    };
    const all = use(10, 10);
    expect(Math.max(...all)).toBeGreaterThan(0.9);
    expect(use(300, 1)).toEqual(all);
    expect(use(300, 100)).toEqual(all);
  });

  it('common prefixes are hits once the first has been computed', () => {
    const load = traffic({
      arrivals: { kind: 'constant', perSecond: 10 },
      input: fixed(160),
      output: fixed(2),
      prefix: { kind: 'share', share: 0.5 },
    });
    const { records, summary } = runOf({
      durationUs: 2 * SECOND_US,
      pools: [pool({ engine: vllm() })],
      traffic: [load],
    });
    expect(records.map(({ cachedTokens }) => cachedTokens)).toEqual([0, ...records.slice(1).map(() => 80)]);
    expect(summary.pools['main']!.prefixHitShare).toBeCloseTo((80 * 18) / (160 * 19), 12);
    // Cached prompt tokens have a price of their own.
    expect(records[1]!.billedPico).toBe(80 * 1e6 + 80 * 1e5 + 2 * 2e6);
  });

  it('classes do not share their texts', () => {
    const of = (name: string) =>
      traffic({
        name,
        arrivals: { kind: 'constant', perSecond: 1 },
        input: fixed(160),
        output: fixed(2),
        prefix: { kind: 'share', share: 0.5 },
      });
    const { records } = runOf({
      durationUs: 1.5 * SECOND_US,
      pools: [pool({ engine: vllm() })],
      traffic: [of('a'), of('b')],
    });
    expect(records.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0]);
  });

  it('preemptions stand in the record, the tier and the pool', () => {
    const engine = vllm({ kvBlocks: 41, maxModelLen: 640, prefixCaching: false });
    const { records, summary } = runOf({ pools: [pool({ engine })] }, [
      traced([
        [0, 300, 300],
        [0.001, 300, 300],
      ]),
    ]);
    expect(records.map(({ preemptions }) => preemptions)).toEqual([0, 1]);
    expect(summary.total.preemptions).toBe(1);
    expect(summary.pools['main']!.preemptions).toBe(1);
    expect(records.every(({ outcome, outputTokens }) => outcome === 'completed' && outputTokens === 300)).toBe(true);
  });

  it('gaps between tokens are pooled over all attempts, in the window', () => {
    const { summary } = runOf({ durationUs: 100 * MS, pools: [pool({ engine: slots(2) })] }, [
      traced([
        [0, 1, 11],
        [0, 1, 21],
      ]),
    ]);
    expect(summary.total.itlMs.n).toBe(30);
    expect(summary.total.itlMs.mean).toBeCloseTo(1, 9);
  });
});
