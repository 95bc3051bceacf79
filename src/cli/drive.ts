import type { Run } from '../sim/simulate.js';
import type { Interrupt } from './interrupt.js';

const SLICE_MS = 30;
/** The first slice is a guess; from the second on its length follows the time the last one took. */
const FIRST_SLICES = 10_000;

/**
 * Runs to the end, or until interrupted, in slices of some thirty milliseconds of wall time, so that signals,
 * the progress line and file writes get their turn. How it is cut never changes what happens in the run.
 */
export async function drive(run: Run, interrupt: Interrupt, afterSlice: () => Promise<void>): Promise<void> {
  let stepUs = Math.max(1, Math.floor(run.endUs / FIRST_SLICES));
  let untilUs = 0;
  while (!run.done && !interrupt.isRequested) {
    const startedMs = performance.now();
    untilUs = Math.max(untilUs, run.nowUs) + stepUs;
    run.advance(untilUs);
    const tookMs = performance.now() - startedMs;
    stepUs = Math.max(1, Math.floor(stepUs * Math.min(4, Math.max(0.25, SLICE_MS / Math.max(tookMs, 0.001)))));
    await afterSlice();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
