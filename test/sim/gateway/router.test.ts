import { describe, expect, it } from 'vitest';
import type { RouterName } from '../../../src/models/provider.js';
import { stream } from '../../../src/sim/core/random.js';
import { type Choice, makeRouter, type PoolView, type Router } from '../../../src/sim/gateway/router.js';

/** A pool that is nothing but the loads of its nodes. */
function view(name: string, loads: readonly number[], kvUse = 0) {
  const leastLoad = Math.min(Number.POSITIVE_INFINITY, ...loads);
  return {
    name,
    activeNodes: loads.length,
    nodeAt: (nth: number) => nth,
    loadOf: (node: number) => loads[node]!,
    leastLoadedNode: loads.indexOf(leastLoad),
    leastLoad,
    kvUseOf: () => kvUse,
  };
}

type View = PoolView & { readonly name: string };

function picks(router: Router, groups: readonly (readonly View[])[], times = 1): string[] {
  const choice: Choice<View> = { pool: view('none', []), node: -1 };
  return Array.from({ length: times }, () => (router(groups, choice) ? `${choice.pool.name}${choice.node}` : 'none'));
}

const make = (name: RouterName): Router => makeRouter(name, stream('router', 1, 'test'));
const ALL: readonly RouterName[] = ['round-robin', 'least-loaded', 'power-of-two', 'weighted'];

describe.each(ALL)('the %s router', (name) => {
  it('stays in the first group that has an active node', () => {
    const groups = [[view('a', [])], [view('b', [99])], [view('c', [0])]];
    expect(picks(make(name), groups, 5)).toEqual(['b0', 'b0', 'b0', 'b0', 'b0']);
  });

  it('finds nothing where no node is active', () => {
    expect(picks(make(name), [[view('a', [])], []])).toEqual(['none']);
  });

  it('only ever picks nodes that exist', () => {
    const groups = [[view('a', [3, 0, 2]), view('b', []), view('c', [1])]];
    for (const pick of picks(make(name), groups, 50)) expect(['a0', 'a1', 'a2', 'c0']).toContain(pick);
  });
});

describe('the round-robin router', () => {
  it('takes the nodes of all pools of a group in turn', () => {
    expect(picks(make('round-robin'), [[view('a', [9, 9]), view('b', [0])]], 6)).toEqual([
      'a0',
      'a1',
      'b0',
      'a0',
      'a1',
      'b0',
    ]);
  });
});

describe.each(['least-loaded', 'weighted'] as const)('the %s router', (name) => {
  it('takes the shortest queue of a group, whichever pool it is in', () => {
    expect(picks(make(name), [[view('a', [4, 2]), view('b', [7, 1])]])).toEqual(['b1']);
  });

  it('breaks ties by KV pressure, then by the order of the file', () => {
    expect(picks(make(name), [[view('a', [1], 0.5), view('b', [1], 0.4)]])).toEqual(['b0']);
    expect(picks(make(name), [[view('a', [1], 0.5), view('b', [1], 0.5)]])).toEqual(['a0']);
  });

  it('prefers a shorter queue to less KV pressure', () => {
    expect(picks(make(name), [[view('a', [2], 0), view('b', [1], 0.9)]])).toEqual(['b0']);
  });

  it('takes a preferred group with a longer queue before a less preferred one that is idle', () => {
    expect(picks(make(name), [[view('a', [50])], [view('b', [0])]])).toEqual(['a0']);
  });
});

describe('the power-of-two router', () => {
  it('never takes the busiest of three, unless it drew it twice', () => {
    const counts = new Map<string, number>();
    for (const pick of picks(make('power-of-two'), [[view('a', [9, 0, 5])]], 9000)) {
      counts.set(pick, (counts.get(pick) ?? 0) + 1);
    }
    // Of nine equally likely pairs five hold node 1, one is the busiest twice, three are what is left.
    expect(counts.get('a1')! / 9000).toBeCloseTo(5 / 9, 1);
    expect(counts.get('a2')! / 9000).toBeCloseTo(3 / 9, 1);
    expect(counts.get('a0')! / 9000).toBeCloseTo(1 / 9, 1);
  });
});
