import type { Cause, Outcome } from '../models/outcome.js';
import type { ProviderProfile, SentAnswer } from '../models/provider.js';
import type { Attempt } from './attempt.js';

/** What those who asked for one tier are sent, by cause. */
export type Answers = Readonly<Partial<Record<Cause, SentAnswer>>>;

/** In the order of the tiers. */
export function answersByTier({ tiers, answers }: ProviderProfile): readonly Answers[] {
  return tiers.map((tier) => ({ ...answers, ...tier.answers }));
}

/** The status that a client is sent, its Retry-After noted on the attempt; 0: a client that left sees none. */
export function answer(answers: Answers, attempt: Attempt, outcome: Outcome, cause: Cause): number {
  if (outcome === 'completed') return 200;
  if (outcome === 'abandoned') return 0;
  const sent = sentFor(answers, cause);
  if (sent === undefined) return 0;
  if (typeof sent.retryAfterUs === 'number') attempt.retryAfterUs = sent.retryAfterUs;
  return sent.status;
}

/** To the client a node that broke under its request is a service that is not there. */
export function sentFor(answers: Answers, cause: Cause): SentAnswer | undefined {
  return answers[cause] ?? (cause === 'node_down' ? answers.unavailable : undefined);
}

/** A limiter may know when it opens again; Infinity: nobody does. */
export function noteRoom(answers: Answers, attempt: Attempt, cause: Cause, opensAfterUs: number): void {
  if (opensAfterUs === Number.POSITIVE_INFINITY || answers[cause]?.retryAfterUs !== 'until-room') return;
  // The header counts in whole seconds.
  attempt.retryAfterUs = Math.ceil(opensAfterUs / 1e6) * 1e6;
}
