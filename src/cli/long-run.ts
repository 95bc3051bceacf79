import { setFlagsFromString } from 'node:v8';
import { fleetLoad } from '../models/fleet-load.js';
import type { Scenario } from '../models/scenario.js';
import type { TraceTable } from '../models/trace.js';

/** From so many requests on, code that takes longer to make and runs faster pays for itself; measured, see docs/performance.md. */
const MANY = 500_000;
export const INLINE_MORE = '--max-inlined-bytecode-size-cumulative=1600';

/** By means and without a run; of what is not known before it, nothing. */
export function expectedRequests(scenario: Scenario, traces: ReadonlyMap<string, TraceTable>): number {
  const { classes } = fleetLoad(scenario, traces);
  const perSecond = classes.reduce((sum, { requests }) => sum + (requests?.meanPerSecond ?? 0), 0);
  return (perSecond * scenario.durationUs) / 1e6;
}

/** Before a long run V8 is told to put more functions into one another. It may be told at any time: the next to be compiled counts. */
export function prepareForLength(scenario: Scenario, traces: ReadonlyMap<string, TraceTable>): void {
  if (expectedRequests(scenario, traces) >= MANY) setFlagsFromString(INLINE_MORE);
}
