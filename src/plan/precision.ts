import { FIGURES, type Figure } from './figures.js';
import { type FigureComparison, type PrecisionGoal, TOTAL } from './findings.js';
import { studentT95 } from './student-t.js';

/** What the goals are made of. */
export const GOAL_FIGURES: readonly Figure[] = FIGURES.filter(
  ({ name }) => name === 'offeredTtft.p95' || name === 'firstTokenShare',
);

/**
 * One a tier that somebody asks for on both sides; none as long as one run says nothing about chance. Where any tier has a ratio of
 * its p95 to be known, those are waited for and no others.
 */
export function precisionGoals(variant: string, figures: readonly FigureComparison[], asked: number): PrecisionGoal[] {
  const goals = goalsOfTiers(variant, figures, asked);
  const hasP95 = goals.some(({ figure }) => figure === 'offeredTtft.p95');
  return goals.map((goal) => ({ ...goal, isAwaited: !hasP95 || goal.figure === 'offeredTtft.p95' }));
}

function goalsOfTiers(
  variant: string,
  figures: readonly FigureComparison[],
  asked: number,
): Omit<PrecisionGoal, 'isAwaited'>[] {
  const scopes = [...new Set(figures.map(({ scope }) => scope))].filter((scope) => scope !== TOTAL);
  return scopes.flatMap((scope) => {
    const of = (name: string) => figures.find(({ scope: other, figure }) => other === scope && figure === name);
    const p95 = of('offeredTtft.p95');
    const figure = (p95?.ratio ?? null) === null ? 'firstTokenShare' : 'offeredTtft.p95';
    const compared = of(figure);
    const halfWidth = compared === undefined ? null : halfWidthOf(compared);
    if (halfWidth === null) return [];
    const n = compared?.difference?.n ?? 0;
    return [{ variant, scope, figure, halfWidth, runsNeeded: runsFor(asked, halfWidth, n) }];
  });
}

/** Fewer runs tell too little of how many more it takes. */
const RUNS_TO_JUDGE = 5;

/**
 * As many as those goals need that can be reached at all, but never more than twice as many as there are. One that would take
 * more than is allowed is not waited for.
 */
export function nextRuns(made: number, goals: readonly PrecisionGoal[], asked: number, most: number): number {
  const open = goals.filter(({ isAwaited, halfWidth }) => isAwaited && halfWidth > asked);
  const wanted = open.map(({ runsNeeded }) => runsNeeded).filter((needed) => needed <= most);
  if (wanted.length === 0) return open.length > 0 ? Math.max(made, Math.min(most, RUNS_TO_JUDGE)) : made;
  return Math.min(most, 2 * made, Math.max(made + 1, ...wanted));
}

function halfWidthOf({ figure, ratio, difference }: FigureComparison): number | null {
  if (figure === 'firstTokenShare') return difference?.halfWidth ?? null;
  return ratio === null || ratio.low === null || ratio.high === null ? null : Math.sqrt(ratio.high / ratio.low) - 1;
}

/** The spread staying as it is, the interval shrinks with the root of the runs and with Student's factor, which they decide too. */
function runsFor(asked: number, halfWidth: number, n: number): number {
  if (halfWidth <= asked) return n;
  const spread = (halfWidth * Math.sqrt(n)) / studentT95(n - 1);
  let runs = n;
  for (let round = 0; round < ROUNDS; round++) {
    const root = (studentT95(Math.min(MANY_RUNS, Math.max(n, runs) - 1)) * spread) / asked;
    runs = Math.ceil(root * root);
  }
  return Math.max(n + 1, runs);
}

const ROUNDS = 8;
/** From here on Student's factor stays what it is. */
const MANY_RUNS = 500;
