import { NODE_STATES } from '../models/node-state.js';
import { formatCount } from '../models/units.js';
import type { PoolSummary, Summary } from '../sim/summary.js';
import { formatNumber } from './format.js';

/** How many nodes a pool had, in the mean over the counted time: it may grow, shrink, lend and borrow. */
export function nodesText({ nodes, nodeHoursByState }: PoolSummary, { window }: Summary['run']): string {
  const hours = (window.toSeconds - window.fromSeconds) / 3600;
  if (hours <= 0) return formatCount(nodes);
  const present = NODE_STATES.filter((state) => state !== 'off');
  const mean = present.reduce((sum, state) => sum + nodeHoursByState[state], 0) / hours;
  return Math.abs(mean - nodes) < 1e-6 ? formatCount(nodes) : formatNumber(mean);
}
