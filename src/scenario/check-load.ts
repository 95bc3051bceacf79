import { type ClassLoad, fleetLoad, type PoolLoad } from '../models/fleet-load.js';
import type { Scenario } from '../models/scenario.js';
import { formatCount, formatRough } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { follow, type Tree } from './source-tree.js';

/** Means stand for distributions and classes are mixed by shares, so the reckoning is good to about a tenth. */
const OVERLOAD = 1.1;

/** Warns of pools that are offered more than they can take, with the arithmetic. What a trace brings is not known yet. */
export function checkLoad(scenario: Scenario, tree: Tree, found: Collector): void {
  if (scenario.traffic.every((_, index) => isShareOfLoad(tree, index))) return;
  const { classes, pools } = fleetLoad(scenario, new Map());
  for (const [index, load] of pools.entries()) {
    // A closed loop waits with its users and cannot overload.
    if (load.meanUse <= OVERLOAD || load.parts.some(({ isClosed }) => isClosed)) continue;
    found.add(
      ['fleet', index],
      say.overloaded(load.pool, share(load.meanUse), `${demand(load, classes)}; ${room(load)}`),
    );
  }
}

/** `load: 130%` says itself how much it is. */
function isShareOfLoad(tree: Tree, index: number): boolean {
  return follow(tree, ['traffic', index, 'arrivals', 'load']).complete;
}

/** `app 75/s of 1,000 + 200 tokens`, class by class. */
export function demand({ parts }: PoolLoad, classes: readonly ClassLoad[]): string {
  return parts
    .map(({ name, requestsPerSecond, isClosed }) => {
      const work = classes.find((one) => one.name === name)?.work;
      const lengths = work ? ` of ${formatRough(work.promptTokens)} + ${formatRough(work.outputTokens)} tokens` : '';
      return `${name} ${isClosed ? 'at most ' : ''}${rate(requestsPerSecond)}${lengths}`;
    })
    .join(', ');
}

/** `the pool takes 4 x 12.5/s = 50/s`, class by class where several come. */
export function room({ parts, nodes }: PoolLoad): string {
  const each = parts.map(({ name, nodePerSecond }) => {
    const total = rate(nodes * nodePerSecond);
    return `${formatCount(nodes)} x ${rate(nodePerSecond)} = ${total}${parts.length === 1 ? '' : ` of ${name}`}`;
  });
  return `the pool takes ${each.join(', or ')}`;
}

const rate = (perSecond: number): string => `${formatRough(perSecond)}/s`;
export const share = (ratio: number): string => `${formatRough(ratio * 100)} %`;
