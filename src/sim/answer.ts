import type { Cause, Outcome } from '../models/outcome.js';
import type { ProviderProfile } from '../models/provider.js';
import type { Attempt } from './attempt.js';

type Answers = ProviderProfile['answers'];

/** The status that a client is sent, its Retry-After noted on the attempt; 0: a client that left sees none. */
export function answer(answers: Answers, attempt: Attempt, outcome: Outcome, cause: Cause): number {
  if (outcome === 'completed') return 200;
  if (outcome === 'abandoned') return 0;
  // To the client a node that broke under its request is a service that is not there.
  const sent = answers[cause] ?? (cause === 'node_down' ? answers.unavailable : undefined);
  if (sent === undefined) return 0;
  if (typeof sent.retryAfterUs === 'number') attempt.retryAfterUs = sent.retryAfterUs;
  return sent.status;
}

/** A limiter may know when it opens again; Infinity: nobody does. */
export function noteRoom(answers: Answers, attempt: Attempt, cause: Cause, opensAfterUs: number): void {
  if (opensAfterUs === Number.POSITIVE_INFINITY || answers[cause]?.retryAfterUs !== 'until-room') return;
  // The header counts in whole seconds.
  attempt.retryAfterUs = Math.ceil(opensAfterUs / 1e6) * 1e6;
}
