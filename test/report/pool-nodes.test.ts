import { describe, expect, it } from 'vitest';
import { nodesText } from '../../src/report/pool-nodes.js';
import type { PoolSummary, Summary } from '../../src/sim/summary.js';

const run = { window: { fromSeconds: 600, toSeconds: 4200 } } as Summary['run'];
const pool = (nodes: number, hours: Partial<PoolSummary['nodeHoursByState']>): PoolSummary => {
  const none = { off: 0, starting: 0, warm: 0, idle: 0, active: 0, draining: 0, down: 0 };
  return { nodes, nodeHoursByState: { ...none, ...hours } } as PoolSummary;
};

describe('nodes of a pool', () => {
  it('are what the file says where that is what there was', () => {
    expect(nodesText(pool(4, { active: 2.5, idle: 1, down: 0.5 }), run)).toBe('4');
  });

  it('are a mean where they came and went, those that are off left out', () => {
    expect(nodesText(pool(0, { active: 1, starting: 0.25, draining: 0.25, off: 3 }), run)).toBe('1.50');
  });

  it('are what the file says where nothing was counted', () => {
    expect(nodesText(pool(3, {}), { window: { fromSeconds: 0, toSeconds: 0 } } as Summary['run'])).toBe('3');
  });
});
