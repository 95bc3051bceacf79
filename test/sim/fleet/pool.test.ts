import { describe, expect, it } from 'vitest';
import { Pool } from '../../../src/sim/fleet/pool.js';
import { slots, pool as spec, vllm } from '../../helpers/scenario.js';

/** Three tiers, the first two of one rank; a design rate of a token a microsecond and node. */
function made(overrides: Parameters<typeof spec>[0] = {}, used: readonly number[] = [0, 0, 0, 0]): Pool {
  const of = spec({ nodes: 2, engine: slots(4), ...overrides });
  return new Pool(of, 0, 0, 4, [0, 0, 1], 1, (node) => used[node]!);
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
    pool.setActive(1);
    expect(pool.predictTtftUs(0, 0)).toBe(600);
    pool.departed(0, 1, 0, 1000, true);
    expect(pool.predictTtftUs(0, 0)).toBe(600);
    pool.enqueued(0, 1, 0, 200);
    pool.setActive(2);
    expect(pool.predictTtftUs(0, 0)).toBe(400);
  });

  it('no longer predicts by what was scheduled or left the queue', () => {
    const pool = made();
    pool.enqueued(0, 0, 0, 600);
    pool.enqueued(0, 0, 0, 400);
    pool.scheduled(0, 0, 0, 600);
    pool.departed(0, 0, 0, 400, true);
    expect(pool.predictTtftUs(0, 0)).toBe(0);
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
    pool.setActive(1);
    expect([pool.leastLoadedNode, pool.leastLoad]).toEqual([0, 1]);
    pool.enqueued(0, 0, 0, 1);
    pool.setActive(4);
    expect([pool.leastLoadedNode, pool.activeNodes]).toEqual([1, 4]);
    pool.setActive(0);
    expect([pool.leastLoadedNode, pool.leastLoad]).toEqual([-1, Number.POSITIVE_INFINITY]);
  });
});
