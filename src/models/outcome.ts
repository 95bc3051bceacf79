/** How an attempt can end. Every attempt ends in exactly one of these; the list is closed. */
export const OUTCOMES = [
  'completed',
  'rateLimited',
  'shed',
  'refused',
  'expired',
  'evicted',
  'abandoned',
  'failed',
  'unfinished',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why it ended that way; stands beside the outcome and decides the status a profile sends. */
export const CAUSES = [
  'none',
  'rate_limited',
  'ramp_limited',
  'quota_exhausted',
  'overloaded',
  'unavailable',
  'unsupported_tier',
  'forbidden_tier',
  'unknown_tier',
  'context_length',
  'unknown_model',
  'hold_expired',
  'timeout',
  'patience',
  'evicted',
  'node_down',
  'run_ended',
] as const;
export type Cause = (typeof CAUSES)[number];
