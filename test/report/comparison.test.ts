import { describe, expect, it } from 'vitest';
import type { Comparison, PrecisionGoal } from '../../src/plan/findings.js';
import { runsSentence } from '../../src/report/comparison.js';

const goal = (scope: string, changes: Partial<PrecisionGoal>): PrecisionGoal => ({
  variant: 'v',
  scope,
  figure: 'offeredTtft.p95',
  halfWidth: 0.04,
  isAwaited: true,
  runsNeeded: 8,
  ...changes,
});

function told(...goals: readonly PrecisionGoal[]): string {
  return runsSentence({ runs: 8, precision: { asked: 0.05, runsMax: 40, goals } } as unknown as Comparison);
}

describe('what is said of the runs of a comparison', () => {
  it('counts the runs that are missing in whole ones', () => {
    expect(told(goal('priority', { halfWidth: 0.36, runsNeeded: 82 }))).toContain(
      'priority ±36 %, which would take about 82 runs',
    );
  });

  it('names what was not waited for, in points', () => {
    const share = { figure: 'firstTokenShare', halfWidth: 0.1, isAwaited: false } as const;
    const text = told(goal('priority', {}), goal('background', share));
    expect(text).toContain('the ratio of p95 TTFT of every tier that has one on both sides within ±5.0 %');
    expect(text).toContain('It is: priority ±4.0 %.');
    expect(text).toMatch(/Not waited for, .* is known to: background ±10\.0 points\.$/);
  });

  it('waits for shares where no tier has a p95', () => {
    const text = told(goal('background', { figure: 'firstTokenShare', halfWidth: 0.1, runsNeeded: 30 }));
    expect(text).toMatch(
      /NOT REACHED .* within ±5\.0 points .*; background ±10\.0 points, which would take about 30 runs/,
    );
    expect(text).not.toContain('Not waited for');
  });
});
