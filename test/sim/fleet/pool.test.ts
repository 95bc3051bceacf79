import { describe, expect, it } from 'vitest';
import { Pool } from '../../../src/sim/fleet/pool.js';
import { ALONE, slots, pool as spec, vllm } from '../../helpers/scenario.js';

/** Three tiers, the first two of one rank; a design rate of a token a microsecond and node. */
function made(overrides: Parameters<typeof spec>[0] = {}, used: readonly number[] = [0, 0, 0, 0]): Pool {
  const of = spec({ nodes: 2, engine: slots(4), ...overrides });
  const pool = new Pool(of, 0, ALONE, 4, [0, 0, 1], 1, (node) => used[node]!);
  open(pool, 2);
  return pool;
}

/** Exactly the first so many nodes get new work. */
function open(pool: Pool, nodes: number): void {
  for (let node = 0; node < pool.nodeCount; node++) pool.setOpen(node, node < nodes);
}

describe('Pool', () => {
  it('counts waiting and running of each node until they depart', () => {
    const pool = made();
    pool.enqueued(0, 1, 0, 10);
    pool.enqueued(0, 1, 0, 10);
    expect([pool.loadOf(0), pool.loadOf(1)]).toEqual([0, 2]);
    pool.scheduled(5, 1, 0, 10);
    expect(pool.loadOf(1)).toBe(2);
    pool.departed(9, 1, 0, 10, false);
    expect(pool.loadOf(1)).toBe(1);
  });

  it('predicts by the prompts queued at or above the own rank', () => {
    const pool = made();
    pool.enqueued(0, 0, 1, 600);
    pool.enqueued(0, 0, 2, 1000);
    expect(pool.predictTtftUs(0, 0)).toBe(300);
    expect(pool.predictTtftUs(0, 1)).toBe(300);
    expect(pool.predictTtftUs(0, 2)).toBe(800);
  });

  it('predicts by the queues of nodes that take work, not by those that drain', () => {
    const pool = made();
    pool.enqueued(0, 0, 0, 600);
    pool.enqueued(0, 1, 0, 1000);
    open(pool, 1);
    expect(pool.predictTtftUs(0, 0)).toBe(600);
    pool.departed(0, 1, 0, 1000, true);
    expect(pool.predictTtftUs(0, 0)).toBe(600);
    pool.enqueued(0, 1, 0, 200);
    open(pool, 2);
    expect(pool.predictTtftUs(0, 0)).toBe(400);
  });

  it('numbers its open nodes in order, whichever opened first', () => {
    const pool = made();
    pool.setOpen(3, true);
    pool.setOpen(0, false);
    pool.setOpen(2, true);
    const places = () => Array.from({ length: pool.activeNodes }, (_, nth) => pool.nodeAt(nth));
    expect(places()).toEqual([1, 2, 3]);
    pool.setOpen(0, true);
    pool.setOpen(2, false);
    pool.setOpen(2, false);
    expect(places()).toEqual([0, 1, 3]);
    expect([pool.leastLoadedNode, pool.leastLoad]).toEqual([0, 0]);
  });

  it('no longer predicts by what was scheduled or left the queue', () => {
    const pool = made();
    pool.enqueued(0, 0, 0, 600);
    pool.enqueued(0, 0, 0, 400);
    pool.scheduled(0, 0, 0, 600);
    pool.departed(0, 0, 0, 400, true);
    expect(pool.predictTtftUs(0, 0)).toBe(0);
  });

  it('does not say how much waits where it was told that nobody would ask', () => {
    const pool = new Pool(spec({ engine: vllm() }), 0, ALONE, 4, [0, 0, 1], null, () => 0, null, null);
    pool.setOpen(0, true);
    pool.enqueued(0, 0, 0, 600);
    pool.scheduled(0, 0, 0, 600);
    pool.departed(0, 0, 0, 600, false);
    expect([pool.loadOf(0), pool.waitingOf(0)]).toEqual([0, 0]);
    for (const ask of [() => pool.waitingTokensOf(0), () => pool.hasSpace(0, 1), () => pool.dispatchPressure(0)]) {
      expect(ask).toThrow('kept where it is asked for');
    }
  });

  it('presses by seats where memory never binds', () => {
    const pool = made();
    for (let i = 0; i < 3; i++) pool.enqueued(0, 1, 0, 10);
    expect([pool.dispatchPressure(0), pool.dispatchPressure(1)]).toEqual([0, 0.75]);
  });

  it('presses by KV in use and the prompts that will take more, where that is tighter than seats', () => {
    const engine = vllm({ kvBlocks: 101, maxNumSeqs: 100 });
    const pool = made({ engine }, [30, 0, 0, 0]);
    pool.enqueued(0, 0, 0, 16 * 5 + 1);
    expect(pool.dispatchPressure(0)).toBeCloseTo(0.36, 12);
    pool.scheduled(0, 0, 0, 16 * 5 + 1);
    expect(pool.dispatchPressure(0)).toBeCloseTo(0.3, 12);
    expect(pool.kvUseOf(0)).toBeCloseTo(0.3, 12);
  });

  it('offers only active nodes, and a node that comes back with the load it has', () => {
    const pool = made();
    pool.enqueued(0, 0, 0, 1);
    expect(pool.leastLoadedNode).toBe(1);
    open(pool, 1);
    expect([pool.leastLoadedNode, pool.leastLoad]).toEqual([0, 1]);
    pool.enqueued(0, 0, 0, 1);
    open(pool, 4);
    expect([pool.leastLoadedNode, pool.activeNodes]).toEqual([1, 4]);
    open(pool, 0);
    expect([pool.leastLoadedNode, pool.leastLoad]).toEqual([-1, Number.POSITIVE_INFINITY]);
  });
});
