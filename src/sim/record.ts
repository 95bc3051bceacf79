import type { Cause, Outcome } from '../models/outcome.js';

/**
 * One row per attempt, flat. Times are whole microseconds of simulated time, -1 where a thing did not happen.
 * The simulator hands the same object to every sink and reuses it: copy what must be kept.
 */
export interface AttemptRecord {
  request: number;
  /** 1 for the first try. */
  attempt: number;
  /** Will the client try again? False on a request's last attempt, unless the run ended during its backoff. */
  willRetry: boolean;
  class: string;
  account: string;
  model: string;
  tierAsked: string;
  tierServed: string;
  outcome: Outcome;
  cause: Cause;
  /** HTTP status the client saw; 0: none (it left first, or the run ended). */
  status: number;
  pool: string;
  /** The last one it was at. */
  node: number;
  requestSentUs: number;
  sentUs: number;
  /** First step that ever scheduled it; first and last token are those of the run that counts, after any eviction. */
  scheduledUs: number;
  firstTokenUs: number;
  lastTokenUs: number;
  /** Nothing more happens to it: the client has its answer or, where the client left, the node has let go of it. */
  endUs: number;
  promptTokens: number;
  cachedTokens: number;
  outputTokens: number;
  /** Tokens made for a client that had left, or thrown away by an outage or an eviction. */
  wastedTokens: number;
  preemptions: number;
  /** Times that it was thrown out of a node for others and went back to its place at the gateway. */
  evictions: number;
  billedPico: number;
  /** Calls of one conversation share the number of its first request; 0: none. */
  session: number;
}
