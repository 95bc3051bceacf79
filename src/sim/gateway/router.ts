import type { RouterName } from '../../models/provider.js';
import type { RandomStream } from '../core/random.js';
import type { Offer } from './offer.js';

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
  /** Infinity where no node is active. */
  readonly leastLoad: number;
  /** Share of a node's KV in use. */
  kvUseOf(node: number): number;
  /** Of the least loaded nodes the one with the least KV in use. */
  leastPressedNode(): number;
  /** Places of a node for running requests. */
  readonly seats: number;
  /** Of a whole node: price per hour, null where it is not known, and watts at its limit. */
  readonly costPicoPerHour: number | null;
  readonly watts: number;
}

/** Pools of equal preference; a router tries the groups in order and stays in the first that has an active node. */
export type PoolGroup<P extends PoolView> = readonly P[];

export interface Choice<P extends PoolView> {
  pool: P;
  node: number;
}

/** Picks a node into `choice`; false: no active node anywhere. */
export type Router = <P extends PoolView>(groups: readonly PoolGroup<P>[], choice: Choice<P>, offer: Offer) => boolean;

export function makeRouter(name: RouterName, stream: RandomStream, spareSlotFilter = false): Router {
  const router = routerOf(name, stream);
  return spareSlotFilter ? amongSpareSlots(router) : router;
}

function routerOf(name: RouterName, stream: RandomStream): Router {
  switch (name) {
    case 'round-robin':
      return roundRobin();
    case 'least-loaded':
      return leastLoaded;
    case 'weighted':
      return weighted;
    case 'prefix-affinity':
      return prefixAffinity;
    case 'cheapest-first':
      return lowestFirst(({ costPicoPerHour }) => costPicoPerHour ?? Number.POSITIVE_INFINITY);
    case 'coolest-first':
      return lowestFirst(({ watts }) => watts);
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
const leastLoaded: Router = (groups, choice) => {
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

/** Weights have decided the order of the groups; then the shortest queue counts, then the least pressure. */
const weighted: Router = (groups, choice) => {
  for (const group of groups) {
    let found = false;
    for (const pool of group) {
      if (pool.activeNodes === 0) continue;
      const node = pool.leastPressedNode();
      if (found) {
        const load = choice.pool.loadOf(choice.node);
        if (pool.leastLoad > load) continue;
        if (pool.leastLoad === load && pool.kvUseOf(node) >= choice.pool.kvUseOf(choice.node)) continue;
      }
      choice.pool = pool;
      choice.node = node;
      found = true;
    }
    if (found) return true;
  }
  return false;
};

/**
 * Prompts with a common beginning go to one node while it is not much busier than the least loaded one; each text has
 * its node, and few texts move when nodes come or go.
 */
const prefixAffinity: Router = (groups, choice, offer) => {
  if (offer.sharedTokens === 0) return leastLoaded(groups, choice, offer);
  for (const group of groups) {
    const nodes = countActive(group);
    if (nodes === 0) continue;
    pick(group, jumpHash(offer.class * FAMILIES + offer.sharedFamily, nodes), choice);
    const load = choice.pool.loadOf(choice.node);
    const { pool, node } = choice;
    leastLoaded(groups, choice, offer);
    if (load <= BUSIER_FACTOR * choice.pool.loadOf(choice.node) + BUSIER_BY) {
      choice.pool = pool;
      choice.node = node;
    }
    return true;
  }
  return false;
};

/** A node may be this much busier than the least loaded one before its texts are sent elsewhere. */
const BUSIER_FACTOR = 1.25;
const BUSIER_BY = 4;
/** More than any class has texts. */
const FAMILIES = 1_000_003;

/** Lamping and Veach's consistent hash: of n + 1 nodes instead of n, one text in n + 1 moves. */
function jumpHash(key: number, nodes: number): number {
  let state = (key ^ 0x9e3779b9) | 0;
  let at = 0;
  for (let next = 0; next < nodes; ) {
    at = next;
    state = mixed(state + 0x6d2b79f5);
    next = Math.floor((at + 1) / (((state >>> 0) + 1) / 4_294_967_297));
  }
  return at;
}

/** The finisher of MurmurHash3. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** Of the pools with a free seat the one where this is lowest; without a free seat anywhere the shortest queue. */
function lowestFirst(keyOf: (pool: PoolView) => number): Router {
  return (groups, choice, offer) => {
    for (const group of groups) {
      let found = false;
      for (const pool of group) {
        if (!hasSpareSlot(pool)) continue;
        if (found && !isLower(keyOf(pool), keyOf(choice.pool), pool, choice.pool)) continue;
        choice.pool = pool;
        found = true;
      }
      if (found) {
        choice.node = choice.pool.leastLoadedNode;
        return true;
      }
      if (countActive(group) > 0) break;
    }
    return leastLoaded(groups, choice, offer);
  };
}

function isLower(a: number, b: number, pool: PoolView, other: PoolView): boolean {
  return a < b || (a === b && isBetter(pool, other));
}

/** Pools without a free seat are passed over while any group has one with a free seat. */
function amongSpareSlots(router: Router): Router {
  return (groups, choice, offer) => {
    for (const group of groups) {
      if (!group.some(hasSpareSlot)) continue;
      return router([group.every(hasSpareSlot) ? group : group.filter(hasSpareSlot)], choice, offer);
    }
    return router(groups, choice, offer);
  };
}

function hasSpareSlot(pool: PoolView): boolean {
  return pool.leastLoad < pool.seats;
}

function powerOfTwo(stream: RandomStream): Router {
  return (groups, choice) => {
    for (let i = 0; i < groups.length; i++) {
      const group = groups[i]!;
      const nodes = countActive(group);
      if (nodes === 0) continue;
      const first = stream.below(nodes);
      const second = stream.below(nodes);
      if (group.length === 1) pickLighter(group[0]!, first, second, choice);
      else pickLighterOf(group, first, second, choice);
      return true;
    }
    return false;
  };
}

/** Of two active nodes of a pool, of like ones the first. */
function pickLighter<P extends PoolView>(pool: P, first: number, second: number, choice: Choice<P>): void {
  const node = pool.nodeAt(first);
  const other = pool.nodeAt(second);
  choice.pool = pool;
  choice.node = pool.loadOf(other) < pool.loadOf(node) ? other : node;
}

function pickLighterOf<P extends PoolView>(
  group: PoolGroup<P>,
  first: number,
  second: number,
  choice: Choice<P>,
): void {
  pick(group, second, choice);
  const load = choice.pool.loadOf(choice.node);
  const { pool, node } = choice;
  pick(group, first, choice);
  if (load >= choice.pool.loadOf(choice.node)) return;
  choice.pool = pool;
  choice.node = node;
}

function countActive(group: PoolGroup<PoolView>): number {
  let nodes = 0;
  for (let i = 0; i < group.length; i++) nodes += group[i]!.activeNodes;
  return nodes;
}

/** The nth active node of the group, pools in order. */
function pick<P extends PoolView>(group: PoolGroup<P>, nth: number, choice: Choice<P>): void {
  let left = nth;
  for (let i = 0; i < group.length; i++) {
    const pool = group[i]!;
    if (left < pool.activeNodes) {
      choice.pool = pool;
      choice.node = pool.nodeAt(left);
      return;
    }
    left -= pool.activeNodes;
  }
}
