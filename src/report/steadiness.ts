import type { Scenario } from '../models/scenario.js';
import type { Summary } from '../sim/summary.js';
import { formatMs } from './format.js';
import { printable } from './text-width.js';

/** How a figure would change if the run were longer: what can be said of one run. */
export interface Steadiness {
  /** null: nothing speaks against a steady state. Otherwise why there is none. */
  readonly unsteady: string | null;
  /** A sentence a tier. */
  readonly notes: readonly string[];
}

const BATCHES = 20;
/** Student's t for 19 degrees of freedom, two-sided 95 %. */
const T_95 = 2.093;
/** Standard errors by which the halves of a steady run differ once in some 370 runs. */
const HALVES_Z = 3;
/** Losing more than this to overload, a tier is at its limit, and what is left depends on how long it lasts. */
const LOST_MAX = 0.001;

/**
 * Batch means and the warm-up check, for a run under load that does not change and that the fleet can carry. Under any
 * other load figures depend on the horizon, and an interval from one run would be a pretence.
 */
export function steadiness(summary: Summary): Steadiness | null {
  const { detail } = summary;
  if (detail === null || summary.replications !== undefined) return null;
  const changing = changingLoad(detail.scenario);
  if (changing !== null) return { unsteady: changing, notes: [] };
  const { shedRate, expiredRate } = summary.total;
  if ((shedRate ?? 0) + (expiredRate ?? 0) > LOST_MAX) {
    return { unsteady: 'the fleet is saturated: attempts are shed or expire', notes: [] };
  }
  const notes: string[] = [];
  for (const key of Object.keys(summary.tiers)) {
    const batches = batchMeans(summary, key);
    if (batches === null) continue;
    if (batches.some(Number.isNaN)) {
      return {
        unsteady: `for a part of the counted time no attempt of ${printable(key)} got a first token`,
        notes: [],
      };
    }
    const [first, second] = [batches.slice(0, BATCHES / 2), batches.slice(BATCHES / 2)].map(meanAndError);
    const apart =
      Math.abs(first!.mean - second!.mean) / Math.sqrt(first!.error * first!.error + second!.error * second!.error);
    const name = printable(key);
    if (apart > HALVES_Z) {
      const halves = `${formatMs(first!.mean)} in its first half, ${formatMs(second!.mean)} in its second`;
      return {
        unsteady: `mean TTFT of ${name} drifts over the counted time (${halves}): a longer warm-up, or no steady state`,
        notes: [],
      };
    }
    const { mean, error } = meanAndError(batches);
    notes.push(
      `${name}: mean TTFT ${formatMs(mean)} ± ${formatMs(T_95 * error)} (95 %, ${BATCHES} batch means of this run)`,
    );
  }
  return { unsteady: null, notes };
}

/** Why the load is not the same all the time; null: it is. */
function changingLoad({ traffic, events }: Scenario): string | null {
  const steady = new Set(['poisson', 'constant', 'gamma', 'weibull', 'users']);
  const changing = traffic.find(({ arrivals }) => !steady.has(arrivals.kind));
  if (changing !== undefined)
    return `the load of ${printable(changing.name)} changes over time (${changing.arrivals.kind})`;
  return events.length > 0 ? 'the scenario changes something during the run' : null;
}

/** Means of TTFT in equal stretches of the counted time, NaN where none came; null: in some of them nobody asked. */
function batchMeans(summary: Summary, tier: string): number[] | null {
  const { fromSeconds, toSeconds } = summary.run.window;
  const { atSeconds } = summary.series;
  const { ttftMeanMs: means, sent } = summary.series.tiers[tier] ?? {};
  const counts = summary.detail?.tiers[tier]?.ttftOverTime.n;
  if (means === undefined || sent === undefined || counts === undefined) return null;
  const sums = new Array<number>(BATCHES).fill(0);
  const numbers = new Array<number>(BATCHES).fill(0);
  const asked = new Array<number>(BATCHES).fill(0);
  for (const [bucket, at] of atSeconds.entries()) {
    const n = counts[bucket] ?? 0;
    if (at < fromSeconds || at >= toSeconds) continue;
    const batch = Math.min(BATCHES - 1, Math.floor(((at - fromSeconds) / (toSeconds - fromSeconds)) * BATCHES));
    sums[batch]! += (means[bucket] ?? 0) * n;
    numbers[batch]! += n;
    asked[batch]! += sent[bucket] ?? 0;
  }
  return asked.every((n) => n > 0) ? sums.map((sum, batch) => sum / numbers[batch]!) : null;
}

function meanAndError(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
