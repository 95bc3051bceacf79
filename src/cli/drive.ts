import type { Run } from '../sim/simulate.js';
import type { Interrupt } from './interrupt.js';

const SLICE_MS = 30;
/** At most this share of the run in one slice: calm before a burst must not lead to a slice that never ends. */
const SLICES_MIN = 1000;

/**
 * Runs to the end, or until interrupted, in slices of some thirty milliseconds of wall time, so that signals,
 * the progress line and file writes get their turn. How it is cut never changes what happens in the run.
 */
export async function drive(run: Run, interrupt: Interrupt, afterSlice: () => Promise<void>): Promise<void> {
  const stepUsMax = Math.max(1, Math.floor(run.endUs / SLICES_MIN));
  // Nothing is known of the load yet, so the first slices are short; each may be four times as long as the last.
  let stepUs = 1;
  let untilUs = 0;
  while (!run.done && !interrupt.isRequested) {
    const startedMs = performance.now();
    untilUs = Math.max(untilUs, run.nowUs) + stepUs;
    run.advance(untilUs);
    const tookMs = performance.now() - startedMs;
    const growth = Math.min(4, Math.max(0.25, SLICE_MS / Math.max(tookMs, 0.001)));
    stepUs = Math.min(stepUsMax, Math.max(1, Math.floor(stepUs * growth)));
    await afterSlice();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
