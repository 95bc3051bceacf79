import { CAUSES, type Cause } from './outcome.js';
import type { ProviderProfile } from './provider.js';

/** Attempts as a promise of availability counts them. */
export interface Counts {
  readonly attempts: number;
  readonly rateLimited: number;
  readonly shed: number;
  /** Attempts not completed, by cause. */
  readonly causes: ReadonlyMap<Cause, number>;
}

export interface Availability {
  /** Over all attempts. */
  readonly offered: number | null;
  /** Over those that were not turned away by a limit or for overload. */
  readonly admitted: number | null;
}

/** The causes that count as failures under the profile's promise. */
export function countedCauses({ answers }: Pick<ProviderProfile, 'answers'>): readonly Cause[] {
  return CAUSES.filter((cause) => {
    // To the client a node that broke is a service that is not there.
    const answer = answers[cause] ?? (cause === 'node_down' ? answers.unavailable : undefined);
    return answer?.slaCounted ?? (cause === 'unavailable' || cause === 'node_down');
  });
}

/** Sources differ in what they divide by, so both are said; null: nothing to divide by. */
export function availability({ attempts, rateLimited, shed, causes }: Counts, counted: readonly Cause[]): Availability {
  let failures = 0;
  let failuresTurnedAway = 0;
  for (const cause of counted) {
    const count = causes.get(cause) ?? 0;
    failures += count;
    if (TURNED_AWAY.has(cause)) failuresTurnedAway += count;
  }
  const admitted = attempts - rateLimited - shed;
  return {
    offered: attempts === 0 ? null : 1 - failures / attempts,
    admitted: admitted === 0 ? null : 1 - (failures - failuresTurnedAway) / admitted,
  };
}

/** Causes of attempts that were not admitted. */
const TURNED_AWAY: ReadonlySet<Cause> = new Set(['rate_limited', 'ramp_limited', 'quota_exhausted', 'overloaded']);
