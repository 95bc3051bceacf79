import type { Pool, TimelineEvent } from '../models/scenario.js';
import { formatCount } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';

/** Pools that can never have a node, and takeovers that can never happen. Null: could not be read. */
export function checkNodes(
  pools: readonly (Pool | null)[],
  events: readonly (TimelineEvent | null)[],
  found: Collector,
): void {
  // What could not be read might be what gives them nodes.
  if (events.includes(null)) return;
  for (const [index, pool] of pools.entries()) {
    if (pool === null) continue;
    const most = mostNodes(pool, events);
    if (most === 0) {
      const at = ['fleet', index, 'nodes'];
      found.add(found.has(at) ? at : ['fleet', index], say.neverHasNode(pool.name));
    }
    const { takesFrom } = pool.operations;
    const lender = pools.find((other) => other?.name === takesFrom?.pool) ?? null;
    if (takesFrom === undefined || lender === null) continue;
    const { keep, nodesForOne } = takesFrom;
    const has = mostNodes(lender, events);
    const at = ['fleet', index, 'takesFrom'];
    if (most <= pool.nodes) {
      const reason = `it never wants more than its own ${formatCount(pool.nodes)}`;
      found.add(
        at,
        say.neverTakes(pool.name, lender.name, reason, 'give it an autoscaler, or an event that sets its nodes'),
      );
    } else if (has - keep < nodesForOne) {
      const reason = `${formatCount(nodesForOne)} of ${formatCount(has)} are needed, and ${formatCount(keep)} are kept`;
      found.add(at, say.neverTakes(pool.name, lender.name, reason, 'a smaller keep, or more nodes there'));
    }
  }
}

/** At any time. */
function mostNodes({ name, nodes, operations }: Pool, events: readonly (TimelineEvent | null)[]): number {
  const byEvents = events.flatMap((event) => {
    return event?.change.kind === 'nodes' && event.change.pool === name ? [event.change.nodes] : [];
  });
  return Math.max(nodes, operations.autoscale?.max ?? 0, ...byEvents);
}
