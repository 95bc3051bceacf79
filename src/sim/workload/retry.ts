import type { ClientPolicy } from '../../models/scenario.js';
import type { RandomStream } from '../core/random.js';

/** What the client knows when an attempt has failed. */
interface FailedAttempt {
  /** Retries already made for this request. */
  readonly retriesMade: number;
  /** HTTP status; 0: no answer, the client's own timeout. */
  readonly status: number;
  /** The header x-should-retry; null: not sent. */
  readonly shouldRetry: boolean | null;
  /** The server's hint; 0 counts as none, and -1 says that none came. */
  readonly retryAfterUs: number;
  /** Since the request's first sending. */
  readonly elapsedUs: number;
}

/** Microseconds to wait before the next attempt, or GIVE_UP. */
export function retryWaitUs(policy: ClientPolicy, failed: FailedAttempt, stream: RandomStream): number {
  if (!mayRetry(policy, failed)) return GIVE_UP;
  const hintUs = failed.retryAfterUs;
  if (hintUs > 0 && policy.retryAfterMaxUs > 0) {
    if (hintUs <= policy.retryAfterMaxUs) return hintUs;
    if (policy.retryAfterBeyond === 'give-up') return GIVE_UP;
    if (policy.retryAfterBeyond === 'cap') return policy.retryAfterMaxUs;
  }
  return backoffUs(policy.backoff, failed.retriesMade, stream);
}

export const GIVE_UP = -1;

function mayRetry(policy: ClientPolicy, { retriesMade, status, shouldRetry, elapsedUs }: FailedAttempt): boolean {
  if (retriesMade >= policy.retries) return false;
  if (policy.retryForUs !== null && elapsedUs > policy.retryForUs) return false;
  if (policy.heedsShouldRetry && shouldRetry !== null) return shouldRetry;
  return policy.retryOn.includes(status) || (policy.retryFromStatus !== null && status >= policy.retryFromStatus);
}

function backoffUs(backoff: ClientPolicy['backoff'], retriesMade: number, stream: RandomStream): number {
  const grownUs =
    backoff.growth === 'exponential' ? exponentialUs(backoff, retriesMade) : polynomialUs(backoff, retriesMade);
  const extraUs = backoff.extraUs > 0 ? backoff.extraUs * stream.uniform() : 0;
  const cappedUs = Math.min(grownUs + extraUs, backoff.maxUs);
  return Math.round(backoff.jitter > 0 ? cappedUs * (1 - backoff.jitter * stream.uniform()) : cappedUs);
}

/** By repeated multiplication, up to the cap. */
function exponentialUs({ baseUs, factor, maxUs }: ClientPolicy['backoff'], retriesMade: number): number {
  let waitUs = baseUs;
  if (factor === 1) return waitUs;
  for (let retry = 0; retry < retriesMade && waitUs < maxUs && waitUs > 0; retry++) waitUs *= factor;
  return waitUs;
}

function polynomialUs({ baseUs, factor }: ClientPolicy['backoff'], retriesMade: number): number {
  return retriesMade === 0 ? 0 : baseUs * Math.exp(factor * Math.log(retriesMade));
}
