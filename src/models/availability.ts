import type { Cause } from './outcome.js';
import type { ProviderProfile } from './provider.js';

/** Shares of attempts that did not end in a failure which the provider's promise counts; null: there were none. */
export interface Availability {
  /** Of all attempts. */
  readonly offered: number | null;
  /** Of those that no limit and no overload turned away, unless the promise counts that as a failure too. */
  readonly admitted: number | null;
}

export function availability(
  attempts: number,
  causes: ReadonlyMap<Cause, number>,
  answers: ProviderProfile['answers'],
): Availability {
  let failures = 0;
  let turnedAway = 0;
  for (const [cause, n] of causes) {
    // To a client a node that broke is a service that is not there.
    const answer = answers[cause] ?? (cause === 'node_down' ? answers.unavailable : undefined);
    if (answer?.slaCounted) failures += n;
    else if (TURNED_AWAY.includes(cause)) turnedAway += n;
  }
  const share = (of: number): number | null => (of > 0 ? 1 - failures / of : null);
  return { offered: share(attempts), admitted: share(attempts - turnedAway) };
}

const TURNED_AWAY: readonly Cause[] = ['rate_limited', 'ramp_limited', 'quota_exhausted', 'overloaded'];
