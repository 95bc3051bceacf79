/**
 * How much is simulated to compare with theory, in one place. `npm test` shows that the bias lies within 1 %;
 * `npm run test:full` within 0.5 % with a half-width of at most 0.25 %.
 */
export const IS_FULL = process.env['TIERSIM_FULL'] === '1';

/** Of the theory's value. */
export const MARGIN = IS_FULL ? 0.005 : 0.01;
export const MOST_HALF_WIDTH = IS_FULL ? 0.0025 : 0.01;

/** Independent runs of each system, each with a seed of its own. */
export const REPLICATIONS = 40;

/**
 * Student's t with 35 degrees of freedom (40 runs, four control variates, the mean) at 1 - 0.05 / 20: two one-sided
 * tests at 5 %, corrected for the twenty comparisons of this folder.
 */
export const STUDENT_T = 2.996;

/** Requests of all replications together; the full run needs more by the square of the narrower interval. */
export function requests(quick: number): number {
  return IS_FULL ? quick * 10 : quick;
}

/** Of one test. */
export const TIMEOUT_MS = IS_FULL ? 1_800_000 : 60_000;
