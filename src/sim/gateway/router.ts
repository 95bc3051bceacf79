import type { RouterName } from '../../models/provider.js';
import type { RandomStream } from '../core/random.js';

/**
 * What a router may know of a pool: how loaded its nodes are, in waiting + running requests. Never a request's
 * true length, and nothing that a real gateway could not scrape.
 */
export interface PoolView {
  /** How many nodes take new work. */
  readonly activeNodes: number;
  /** The nth of them, counted from 0. */
  nodeAt(nth: number): number;
  loadOf(node: number): number;
  /** The least loaded active node; equal loads go to the lower number. */
  readonly leastLoadedNode: number;
  readonly leastLoad: number;
  /** Share of a node's KV in use. */
  kvUseOf(node: number): number;
}

/** Pools of equal preference; a router tries the groups in order and stays in the first that has an active node. */
export type PoolGroup<P extends PoolView> = readonly P[];

export interface Choice<P extends PoolView> {
  pool: P;
  node: number;
}

/** Picks a node into `choice`; false: no active node anywhere. */
export type Router = <P extends PoolView>(groups: readonly PoolGroup<P>[], choice: Choice<P>) => boolean;

export function makeRouter(name: RouterName, stream: RandomStream): Router {
  switch (name) {
    case 'round-robin':
      return roundRobin();
    case 'least-loaded':
    case 'weighted':
    case 'prefix-affinity':
    case 'cheapest-first':
    case 'coolest-first':
      // Weights decide the order of the groups; inside a group both take the shortest queue.
      return leastLoaded;
    case 'power-of-two':
      return powerOfTwo(stream);
  }
}

function roundRobin(): Router {
  let turn = 0;
  return (groups, choice) => {
    for (const group of groups) {
      const nodes = countActive(group);
      if (nodes === 0) continue;
      pick(group, turn++ % nodes, choice);
      return true;
    }
    return false;
  };
}

/** The least loaded node of all pools of the group. */
export const leastLoaded: Router = (groups, choice) => {
  for (const group of groups) {
    let found = false;
    for (const pool of group) {
      if (pool.activeNodes === 0) continue;
      if (found && !isBetter(pool, choice.pool)) continue;
      choice.pool = pool;
      found = true;
    }
    if (!found) continue;
    choice.node = choice.pool.leastLoadedNode;
    return true;
  }
  return false;
};

/** Shorter queue first, then less KV pressure, then the order of the file. */
function isBetter(a: PoolView, b: PoolView): boolean {
  if (a.leastLoad !== b.leastLoad) return a.leastLoad < b.leastLoad;
  return a.kvUseOf(a.leastLoadedNode) < b.kvUseOf(b.leastLoadedNode);
}

function powerOfTwo(stream: RandomStream): Router {
  return (groups, choice) => {
    for (const group of groups) {
      const nodes = countActive(group);
      if (nodes === 0) continue;
      const first = Math.floor(stream.uniform() * nodes);
      const second = Math.floor(stream.uniform() * nodes);
      pick(group, second, choice);
      const load = choice.pool.loadOf(choice.node);
      const { pool, node } = choice;
      pick(group, first, choice);
      if (load < choice.pool.loadOf(choice.node)) {
        choice.pool = pool;
        choice.node = node;
      }
      return true;
    }
    return false;
  };
}

function countActive(group: PoolGroup<PoolView>): number {
  let nodes = 0;
  for (const pool of group) nodes += pool.activeNodes;
  return nodes;
}

/** The nth active node of the group, pools in order. */
function pick<P extends PoolView>(group: PoolGroup<P>, nth: number, choice: Choice<P>): void {
  let left = nth;
  for (const pool of group) {
    if (left < pool.activeNodes) {
      choice.pool = pool;
      choice.node = pool.nodeAt(left);
      return;
    }
    left -= pool.activeNodes;
  }
}
