import { describe, expect, it } from 'vitest';
import {
  vllm as engine,
  FLAT_POWER,
  FLAT_STEP,
  pool,
  runOf,
  SECOND_US,
  slots,
  traced,
} from '../../helpers/scenario.js';

const MS = 1000;
/** Model m takes a millisecond a step, model n two. */
const SLOWER = { ...FLAT_STEP, basePs: 2e9 };
const precision = { weights: 'bf16', kv: 'bf16' } as const;

function shared(overrides: Parameters<typeof pool>[0] = {}, seats: readonly [number, number] = [4, 4]) {
  const other = { model: 'n', precision, stepTime: SLOWER, stepTimeSource: 'test', power: FLAT_POWER };
  return pool({
    models: ['m', 'n'],
    engine: slots(seats[0]),
    others: [{ ...other, engine: slots(seats[1]) }],
    ...overrides,
  });
}

const of = (model: string, rows: Parameters<typeof traced>[0]) => traced(rows, { name: model, model });
const TOO_LONG = [0, 2_000_000, 1] as const;

function run(pools: readonly ReturnType<typeof pool>[], rows: Parameters<typeof traced>[0], others: typeof rows) {
  const ran = runOf({ pools, durationUs: 10 * SECOND_US }, [
    of('m', [TOO_LONG, ...rows]),
    of('n', [TOO_LONG, ...others]),
  ]);
  return { ...ran, records: ran.records.filter(({ outcome }) => outcome !== 'refused') };
}

describe('several models of one pool', () => {
  it('have step times of their own while they are alone', () => {
    const { records } = run([shared()], [[0, 1, 10]], [[0.1, 1, 10]]);
    expect(records.map(({ sentUs, endUs }) => (endUs - sentUs) / MS)).toEqual([10, 20]);
  });

  it('share the time of their node while both work, from the next step of each on', () => {
    // The first step of m was begun alone. Then m takes 2 ms a step and n 4 ms, until m is done at 1 + 9 x 2 = 19 ms.
    const { records } = run([shared()], [[0, 1, 10]], [[0.0005, 1, 10]]);
    const [m, n] = records.map(({ endUs }) => endUs / MS);
    expect(m).toBe(19);
    // Five steps of n have begun by then, the fifth ends at 20.5 ms; the other five are alone again.
    expect(n).toBe(0.5 + 5 * 4 + 5 * 2);
  });

  it('have seats of their own, and queues that the gateway tells apart', () => {
    const both = run([shared({}, [1, 1])], [[0, 1, 10]], [[0.0005, 1, 10]]);
    expect(both.records.map(({ sentUs, scheduledUs }) => scheduledUs - sentUs)).toEqual([0, 0]);
    const one = run(
      [shared({ nodes: 2 }, [1, 1])],
      [
        [0, 1, 50],
        [0.001, 1, 50],
      ],
      [[0.002, 1, 5]],
    );
    // Two of m are at both nodes; n goes to the first one, where its own engine has nobody.
    expect(one.records.map(({ node }) => node)).toEqual([0, 1, 0]);
  });

  it('are one machine to the meters: it is busy, paid and drawing once', () => {
    const { summary } = run([shared()], [[0, 1, 1000]], [[0, 1, 1000]]);
    const alone = run([pool({ engine: slots(4) })], [[0, 1, 1000]], []).summary;
    const { main } = summary.pools;
    expect(main).toMatchObject({ model: 'm, n', attempts: 2, nodeHours: alone.pools['main']!.nodeHours });
    // A second of one and two of the other, whatever the order.
    expect(main!.busyNodeHours * 3600).toBeCloseTo(3, 1);
    expect(main!.meanRunning * 10).toBeGreaterThan(4);
  });

  it('have KV memory of their own', () => {
    const small = engine({ kvBlocks: 11, maxModelLen: 160, maxNumSeqs: 4, prefixCaching: false });
    const other = { model: 'n', precision, stepTime: SLOWER, stepTimeSource: 'test', power: FLAT_POWER };
    const both = pool({ models: ['m', 'n'], engine: small, others: [{ ...other, engine: small }] });
    const { records } = run(
      [both],
      [
        [0, 100, 10],
        [0, 100, 10],
      ],
      [[0, 100, 10]],
    );
    const waits = (name: string) =>
      records.filter((one) => one.class === name).map(({ scheduledUs }) => scheduledUs > 0);
    expect([waits('m'), waits('n')]).toEqual([[false, true], [false]]);
  });

  it('break and come back together', () => {
    const events = [
      { atUs: 0.1 * SECOND_US, change: { kind: 'down', pool: 'main', nodes: 1 } } as const,
      { atUs: SECOND_US, change: { kind: 'down', pool: 'main', nodes: 0 } } as const,
    ];
    const classes = [of('m', [TOO_LONG, [0, 1, 1000], [2, 1, 5]]), of('n', [TOO_LONG, [0, 1, 1000], [2, 1, 5]])];
    const { records } = runOf({ pools: [shared()], durationUs: 10 * SECOND_US, events }, classes);
    const fates = records
      .filter(({ outcome }) => outcome !== 'refused')
      .map(({ outcome, cause }) => `${outcome} ${cause}`);
    expect(fates.toSorted()).toEqual(['completed none', 'completed none', 'failed node_down', 'failed node_down']);
  });
});
