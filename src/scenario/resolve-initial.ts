import { EMPTY, type Initial, type Pool, type TrafficClass } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { InitialInput } from './schema-fleet.js';

/** The state at t = 0. */
export function resolveInitial(
  input: InitialInput | null | undefined,
  traffic: readonly TrafficClass[],
  found: Collector,
): Initial {
  if (input === null || input === undefined) return EMPTY;
  const queued = Object.entries(input.queued ?? {}).flatMap(([name, requests]) => {
    const one = traffic.find((known) => known.name === name);
    if (one === undefined) {
      const names = traffic.map((known) => known.name);
      found.add(['initial', 'queued'], say.unknownKey(name, names), name);
      return [];
    }
    checkQueued(one, requests, found);
    return requests === 0 ? [] : [{ class: name, requests }];
  });
  const cacheFill = input.cacheFill ?? 0;
  if (cacheFill > 0 && traffic.every(({ prefix }) => prefix === null)) {
    found.add(['initial', 'cacheFill'], say.nothingToFill());
  }
  return { queued, cacheFill };
}

/** The pools with the nodes that are up at t = 0. */
export function withInitialNodes(
  pools: readonly Pool[],
  input: InitialInput | null | undefined,
  found: Collector,
): readonly Pool[] {
  const up = Object.entries(input?.nodes ?? {});
  for (const [name, nodes] of up) {
    const pool = pools.find((known) => known.name === name);
    if (pool === undefined) {
      const names = pools.map((known) => known.name);
      found.add(['initial', 'nodes'], say.unknownKey(name, names), name);
    } else if (nodes > pool.nodes) {
      found.add(
        ['initial', 'nodes', name],
        say.outOfRange(`a number <= ${pool.nodes}, the pool's nodes`, String(nodes)),
      );
    }
  }
  return pools.map((pool) => {
    const nodes = up.find(([name]) => name === pool.name)?.[1];
    return nodes === undefined ? pool : { ...pool, operations: { ...pool.operations, initialNodes: nodes } };
  });
}

function checkQueued({ name, arrivals, sessions }: TrafficClass, requests: number, found: Collector): void {
  const at = ['initial', 'queued', name];
  if (arrivals.kind === 'trace') found.add(at, say.contradiction('the requests of a trace come with its rows'));
  if (sessions !== null) found.add(at, say.contradiction('a conversation begins with its first request'));
  if (arrivals.kind === 'users' && requests > arrivals.count) {
    found.add(at, say.outOfRange(`a number <= ${arrivals.count}, the users of the class`, String(requests)));
  }
}
