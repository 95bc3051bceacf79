import { describe, expect, it } from 'vitest';
import type { RouterName } from '../../../src/models/provider.js';
import { stream } from '../../../src/sim/core/random.js';
import type { Offer } from '../../../src/sim/gateway/offer.js';
import { type Choice, makeRouter, type PoolView, type Router } from '../../../src/sim/gateway/router.js';

/** A pool that is nothing but the loads of its nodes, and what one of them or each has of its KV in use. */
function view(name: string, loads: readonly number[], kvUse: number | readonly number[] = 0, cost: number | null = 1) {
  const leastLoad = Math.min(Number.POSITIVE_INFINITY, ...loads);
  const kvUseOf = (node: number): number => (typeof kvUse === 'number' ? kvUse : kvUse[node]!);
  const least = loads.flatMap((load, node) => (load === leastLoad ? [node] : []));
  return {
    name,
    activeNodes: loads.length,
    nodeAt: (nth: number) => nth,
    loadOf: (node: number) => loads[node]!,
    leastLoadedNode: loads.indexOf(leastLoad),
    leastLoad,
    kvUseOf,
    leastPressedNode: () => [...least].sort((a, b) => kvUseOf(a) - kvUseOf(b) || a - b)[0]!,
    seats: 10,
    costPicoPerHour: cost,
    watts: cost ?? 0,
  };
}

const OFFER: Offer = {
  request: 1,
  sentUs: 0,
  class: 0,
  tierAsked: 0,
  promptTokens: 10,
  sharedTokens: 0,
  sharedFamily: 0,
};

type View = PoolView & { readonly name: string };

function picks(router: Router, groups: readonly (readonly View[])[], times = 1, offer = OFFER): string[] {
  const choice: Choice<View> = { pool: view('none', []), node: -1 };
  return Array.from({ length: times }, () =>
    router(groups, choice, offer) ? `${choice.pool.name}${choice.node}` : 'none',
  );
}

const make = (name: RouterName): Router => makeRouter(name, stream('router', 1, 'test'));
const ALL: readonly RouterName[] = [
  'round-robin',
  'least-loaded',
  'power-of-two',
  'weighted',
  'prefix-affinity',
  'cheapest-first',
  'coolest-first',
];

const SHARED: Offer = { ...OFFER, sharedTokens: 5, sharedFamily: 3 };

describe.each(ALL)('the %s router', (name) => {
  it.each([OFFER, SHARED])('stays in the first group that has an active node (%#)', (offer) => {
    for (const load of [2, 99]) {
      const groups = [[view('a', [])], [view('b', [load])], [view('c', [0])]];
      expect(picks(make(name), groups, 5, offer)).toEqual(['b0', 'b0', 'b0', 'b0', 'b0']);
    }
  });

  it.each([OFFER, SHARED])('finds nothing where no node is active (%#)', (offer) => {
    expect(picks(make(name), [[view('a', [])], []], 1, offer)).toEqual(['none']);
  });

  it.each([OFFER, SHARED])('only ever picks nodes that exist (%#)', (offer) => {
    const groups = [[view('a', [3, 0, 2]), view('b', []), view('c', [1])]];
    for (const pick of picks(make(name), groups, 50, offer)) expect(['a0', 'a1', 'a2', 'c0']).toContain(pick);
  });
});

describe('the least-loaded router', () => {
  it('compares the pressure of the nodes that it would take', () => {
    const groups = [[view('a', [1, 5], [0.5, 0]), view('b', [5, 1], [0.9, 0.4]), view('c', [1], 0.4)]];
    expect(picks(make('least-loaded'), groups)).toEqual(['b1']);
  });

  it('takes within a pool the first of equally loaded nodes, whatever their pressure', () => {
    expect(picks(make('least-loaded'), [[view('a', [1, 1], [0.5, 0.3])]])).toEqual(['a0']);
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
    expect(picks(make(name), [[view('a', [4, 1]), view('b', [7, 2])]])).toEqual(['a1']);
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
  it('draws from all pools of a group', () => {
    const seen = new Set(picks(make('power-of-two'), [[view('a', [1, 1]), view('b', []), view('c', [1])]], 200));
    expect([...seen].sort()).toEqual(['a0', 'a1', 'c0']);
  });

  it('chooses among the nodes of one pool as among those of several', () => {
    const one = picks(make('power-of-two'), [[view('a', [9, 0, 5, 2, 5])]], 500);
    const several = picks(make('power-of-two'), [[view('a', [9, 0]), view('b', [5, 2, 5])]], 500);
    const names = new Map([
      ['a2', 'b0'],
      ['a3', 'b1'],
      ['a4', 'b2'],
    ]);
    expect(one.map((pick) => names.get(pick) ?? pick)).toEqual(several);
  });

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

describe('weighted, as siati sorts: weight, then queue depth, then pressure', () => {
  const backend = (name: string, load: number, kvUse: number) => view(name, [load], kvUse);

  it('takes the heaviest group even with the longer queue', () => {
    expect(picks(make('weighted'), [[backend('heavy', 9, 0.9)], [backend('light', 0, 0)]])).toEqual(['heavy0']);
  });

  it('breaks ties of weight by the queue, and those of the queue by pressure', () => {
    expect(picks(make('weighted'), [[backend('a', 3, 0), backend('b', 2, 0.9)]])).toEqual(['b0']);
    expect(picks(make('weighted'), [[backend('a', 2, 0.8), backend('b', 2, 0.3)]])).toEqual(['b0']);
    expect(picks(make('weighted'), [[backend('a', 2, 0.3), backend('b', 2, 0.3)]])).toEqual(['a0']);
  });

  it('takes of nodes with equal queues the least pressed one', () => {
    expect(picks(make('weighted'), [[view('a', [2, 1, 1, 1], [0, 0.5, 0.3, 0.3])]])).toEqual(['a2']);
    const groups = [[view('a', [1, 1], [0.5, 0.3]), view('b', [3, 1], [0, 0.2]), view('c', [1], 0.2)]];
    expect(picks(make('weighted'), groups)).toEqual(['b1']);
  });

  it('with the filter for spare slots passes over pools without one, while another has one', () => {
    const filtered = makeRouter('weighted', stream('router', 1, 'test'), true);
    const full = backend('heavy', 10, 0);
    expect(picks(filtered, [[full], [backend('light', 9, 0)]])).toEqual(['light0']);
    expect(picks(filtered, [[full], [backend('light', 10, 0)]])).toEqual(['heavy0']);
    expect(picks(filtered, [[full, backend('beside', 2, 0)], [backend('light', 0, 0)]])).toEqual(['beside0']);
    const inTurn = makeRouter('round-robin', stream('router', 1, 'test'), true);
    expect(picks(inTurn, [[full, backend('a', 2, 0), backend('b', 9, 0)]], 4)).toEqual(['a0', 'b0', 'a0', 'b0']);
  });
});

describe('cheapest and coolest first', () => {
  it.each(['cheapest-first', 'coolest-first'] as const)('%s fills the lowest first, then the next', (name) => {
    const dear = view('dear', [0], 0, 5);
    expect(picks(make(name), [[dear, view('cheap', [9], 0, 2)]])).toEqual(['cheap0']);
    expect(picks(make(name), [[dear, view('cheap', [10], 0, 2)]])).toEqual(['dear0']);
    expect(picks(make(name), [[view('dear', [12], 0, 5), view('cheap', [11], 0, 2)]])).toEqual(['cheap0']);
    expect(picks(make(name), [[view('dear', [11], 0, 5), view('cheap', [12], 0, 2)]])).toEqual(['dear0']);
  });

  it.each(['cheapest-first', 'coolest-first'] as const)('%s takes of equals the less loaded', (name) => {
    const of = (...loads: readonly number[]) => loads.map((load, i) => view('abc'[i]!, [9, load], 0, 2));
    expect(picks(make(name), [of(3, 2, 2)])).toEqual(['b1']);
    expect(picks(make(name), [of(2, 3)])).toEqual(['a1']);
    expect(picks(make(name), [[view('low', [9], 0, 1), ...of(3, 2)]])).toEqual(['low0']);
  });

  it.each(['cheapest-first', 'coolest-first'] as const)('%s stays in a preferred group that is full', (name) => {
    expect(picks(make(name), [[view('a', [12, 11])], [view('b', [0])]])).toEqual(['a1']);
    expect(picks(make(name), [[view('a', [])], [view('dear', [0], 0, 5), view('cheap', [4], 0, 2)]])).toEqual([
      'cheap0',
    ]);
  });

  it('each go by their own figure, and a price that is not known is the dearest', () => {
    const [cheap, cool] = [
      { ...view('cheap', [0], 0, 1), watts: 9 },
      { ...view('cool', [0], 0, 9), watts: 1 },
    ];
    const both = [[cheap, cool]];
    expect([picks(make('cheapest-first'), both), picks(make('coolest-first'), both)]).toEqual([['cheap0'], ['cool0']]);
    expect(picks(make('cheapest-first'), [[view('free', [0], 0, null), cool]])).toEqual(['cool0']);
  });
});

describe('prefix affinity', () => {
  const at = (sharedFamily: number): Offer => ({ ...OFFER, sharedTokens: 100, sharedFamily });
  const nodeOf = (family: number, loads: readonly number[]): number => {
    const choice: Choice<View> = { pool: view('none', []), node: -1 };
    make('prefix-affinity')([[view('a', loads)]], choice, at(family));
    return choice.node;
  };
  const idle = (nodes: number): number[] => new Array<number>(nodes).fill(0);

  it('sends one text to one node and spreads texts over all', () => {
    expect(nodeOf(7, idle(8))).toBe(nodeOf(7, idle(8)));
    const counts = idle(8);
    for (let family = 0; family < 8000; family++) counts[nodeOf(family, idle(8))]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('moves few texts when a node is added', () => {
    const families = Array.from({ length: 2000 }, (_, family) => family);
    const moved = families.filter((family) => nodeOf(family, idle(9)) !== nodeOf(family, idle(8)));
    expect(moved.length / families.length).toBeCloseTo(1 / 9, 1);
    for (const family of moved) expect(nodeOf(family, idle(9))).toBe(8);
  });

  it('leaves a node that is much busier than the least loaded one', () => {
    const node = nodeOf(3, idle(4));
    const busy = (load: number): number[] => idle(4).map((_, i) => (i === node ? load : 0));
    expect(nodeOf(3, busy(4))).toBe(node);
    expect(nodeOf(3, busy(5))).not.toBe(node);
  });

  it('measures busy against a least loaded node that is busy itself', () => {
    const node = nodeOf(3, idle(4));
    const busy = (load: number): number[] => idle(4).map((_, i) => (i === node ? load : 8));
    // A quarter more than eight, and four.
    expect(nodeOf(3, busy(14))).toBe(node);
    expect(nodeOf(3, busy(15))).not.toBe(node);
  });

  it('tells the texts of one class from those of another', () => {
    const nodesOf = (place: number) =>
      Array.from({ length: 50 }, (_, family) => {
        const choice: Choice<View> = { pool: view('none', []), node: -1 };
        make('prefix-affinity')([[view('a', idle(8))]], choice, { ...at(family), class: place });
        return choice.node;
      });
    expect(nodesOf(0)).toEqual(nodesOf(0));
    expect(nodesOf(0)).not.toEqual(nodesOf(1));
  });

  it('keeps a text at its node whichever pool of the group that is in', () => {
    const choice: Choice<View> = { pool: view('none', []), node: -1 };
    const seen = new Set<string>();
    for (let family = 0; family < 100; family++) {
      const route = (): string => {
        make('prefix-affinity')([[view('a', [2, 2]), view('b', []), view('c', [1])]], choice, at(family));
        return `${choice.pool.name}${choice.node}`;
      };
      const first = route();
      expect(route()).toBe(first);
      seen.add(first);
    }
    expect([...seen].sort()).toEqual(['a0', 'a1', 'c0']);
  });

  it('takes the least loaded node for prompts that have nothing in common', () => {
    for (const least of [0, 1, 2]) {
      const loads = idle(3).map((_, node) => (node === least ? 1 : 2));
      expect(picks(make('prefix-affinity'), [[view('a', loads)]])).toEqual([`a${least}`]);
    }
  });
});
