import { describe, expect, it } from 'vitest';
import { estimate, ratioEstimate } from '../../src/plan/estimate.js';
import type { FigureComparison, PrecisionGoal } from '../../src/plan/findings.js';
import { nextRuns, precisionGoals } from '../../src/plan/precision.js';
import { standardNormal } from '../../src/sim/core/distributions.js';
import { stream } from '../../src/sim/core/random.js';

const p95 = (logs: readonly number[]): FigureComparison => ({
  scope: 'standard',
  figure: 'offeredTtft.p95',
  unit: 'ms',
  better: 'lower',
  base: estimate(logs.map(() => 1)),
  changed: estimate(logs.map(Math.exp)),
  difference: estimate(logs.map((log) => Math.exp(log) - 1)),
  ratio: ratioEstimate(logs.map((log) => [1, Math.exp(log)])),
  isSignificant: null,
});

const goal = (halfWidth: number, runsNeeded: number): PrecisionGoal => ({
  variant: 'v',
  scope: 'standard',
  figure: 'offeredTtft.p95',
  halfWidth,
  runsNeeded,
  isAwaited: true,
});

/** A tier that has no p95 on one side, and the difference of the shares that got a first token. */
const share = (scope: string, differences: readonly number[]): FigureComparison => ({
  ...p95(differences),
  scope,
  figure: 'firstTokenShare',
  unit: 'share',
  difference: estimate(differences),
  ratio: null,
});

describe('the runs for a precision', () => {
  it('are as many as what can be reached needs, at most twice those there are', () => {
    expect(nextRuns(8, [goal(0.04, 8)], 0.05, 40)).toBe(8);
    expect(nextRuns(8, [goal(0.06, 11), goal(0.04, 8)], 0.05, 40)).toBe(11);
    expect(nextRuns(8, [goal(0.2, 38)], 0.05, 40)).toBe(16);
    expect(nextRuns(8, [goal(0.06, 11), goal(3, 4000)], 0.05, 40)).toBe(11);
    expect(nextRuns(8, [goal(3, 4000)], 0.05, 40)).toBe(8);
    // Of four runs nobody can tell.
    expect(nextRuns(4, [goal(3, 4000)], 0.05, 40)).toBe(5);
    expect(nextRuns(4, [goal(3, 4000)], 0.05, 4)).toBe(4);
  });

  it('are not made for a tier without a p95, where another has one', () => {
    const wide = share('background', [0.5, 0.7, 0.8, 0.9]);
    const narrow = p95([0.1, 0.11, 0.1, 0.11]);
    const goals = precisionGoals('v', [wide, narrow], 0.05);
    expect(goals).toMatchObject([
      { scope: 'background', figure: 'firstTokenShare', isAwaited: false },
      { scope: 'standard', figure: 'offeredTtft.p95', isAwaited: true },
    ]);
    expect(goals[0]!.halfWidth).toBe(wide.difference!.halfWidth);
    expect(goals[0]!.halfWidth).toBeGreaterThan(0.2);
    expect(nextRuns(4, goals, 0.05, 40)).toBe(4);
    const alone = precisionGoals('v', [wide], 0.05);
    expect(alone).toMatchObject([{ scope: 'background', isAwaited: true }]);
    expect(nextRuns(4, alone, 0.5, 40)).toBe(4);
    expect(nextRuns(4, alone, 0.1, 40)).toBeGreaterThan(4);
  });

  it('are foretold from the spread there is', () => {
    const logs = (n: number) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.1 : -0.1));
    const [foretold] = precisionGoals('v', [p95(logs(6))], 0.05);
    const reached = precisionGoals('v', [p95(logs(foretold!.runsNeeded))], 0.05);
    expect(reached[0]!.halfWidth).toBeGreaterThan(0.04);
    expect(reached[0]!.halfWidth).toBeLessThan(0.052);
  });

  // What stopping at a good moment costs; the report says 91 to 95.
  it('leave intervals that hold nine times in ten', () => {
    const random = stream('coverage', 1, 'logs');
    for (const spread of [0.03, 0.05, 0.1]) {
      let held = 0;
      const times = 1000;
      for (let time = 0; time < times; time++) {
        const logs = Array.from({ length: 4 }, () => spread * standardNormal(random));
        for (;;) {
          const runs = nextRuns(logs.length, precisionGoals('v', [p95(logs)], 0.05), 0.05, 40);
          if (runs === logs.length) break;
          while (logs.length < runs) logs.push(spread * standardNormal(random));
        }
        const { low, high } = p95(logs).ratio!;
        if (low! <= 1 && high! >= 1) held++;
      }
      expect(held / times).toBeGreaterThan(0.9);
    }
  });
});
