import type { Cause, Outcome } from '../models/outcome.js';
import type { Scenario } from '../models/scenario.js';

/** What charts need beyond the figures of a summary; of a run that was asked for it. All times in milliseconds. */
export interface Detail {
  /** The scenario as it ran, every default filled in. */
  readonly scenario: Scenario;
  /** The command that repeats the run; null: it was not started by one. */
  readonly command: string | null;
  /** By tier asked for. */
  readonly tiers: Readonly<Record<string, TierDetail>>;
  readonly pools: Readonly<Record<string, PoolDetail>>;
  /** Requests in the order of their first sending. */
  readonly samples: readonly SampledRequest[];
}

export interface TierDetail {
  /**
   * TTFT over offered attempts: `share` of all counted attempts had their first token within `ms`. Ends at the share
   * that got one at all. At most 300 points.
   */
  readonly ttftCurve: { readonly ms: readonly number[]; readonly share: readonly number[] };
  /** By the bucket of the series in which an attempt was sent; null: none of it got a first token. */
  readonly ttftOverTime: {
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
    readonly p99: readonly (number | null)[];
    readonly n: readonly number[];
    /** Of these percentiles: they come from coarse histograms. */
    readonly relativeError: number;
  };
  /** Attempts by how and why they ended and the bucket in which they were sent; kinds that occurred only. */
  readonly outcomesOverTime: readonly OutcomeSeries[];
  /**
   * Requests by the bucket of their first sending: all, and those that completed within every limit of their class; a class
   * without limits asks for completion only.
   */
  readonly requestsOverTime: { readonly sent: readonly number[]; readonly good: readonly number[] };
  /** Counted attempts that reached a node, by the tier they were served as. */
  readonly servedAs: Readonly<Record<string, number>>;
  /** Counted attempts that were first, second, third, ... tries; the last entry holds all later ones. */
  readonly attemptsByTry: readonly number[];
  readonly blame: Blame;
}

export interface OutcomeSeries {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly count: readonly number[];
}

/** Where the time of counted requests went, from their first sending. */
export interface Blame {
  /** To the first token, from the fastest to the slowest requests. */
  readonly ttft: readonly BlameBand[];
  /** To the last token, completed requests only. */
  readonly e2e: readonly BlameBand[];
  /** Requests that never got a first token, up to the end of their last attempt; null: there are none. */
  readonly unanswered: BlameBand | null;
}

/** Requests between two shares of the order from fastest to slowest, and their mean time. The parts add up to the mean. */
export interface BlameBand {
  readonly fromShare: number;
  readonly toShare: number;
  readonly n: number;
  readonly meanMs: number;
  readonly parts: BlameParts;
}

export interface BlameParts {
  /** Earlier attempts and the waits between them. */
  readonly retries: number;
  /** Held at the gateway. */
  readonly gateway: number;
  /** In a node's queue while prompts of that tier were let in before it: shared out by their tokens. */
  readonly behind: Readonly<Record<string, number>>;
  /** In a node's queue while nobody was let in: for a seat, for memory, or for the step under way. */
  readonly queue: number;
  /** What the prompt would take alone on an idle node. */
  readonly prefill: number;
  /** What its prefill took longer for sharing steps with others. */
  readonly sharing: number;
  /** Thrown out of the batch, until it was let in again. */
  readonly preemption: number;
  /** Making its tokens, others' prompt chunks taken out. */
  readonly decode: number;
  /** Its tokens' steps were longer by so much for prompt chunks of others in them. */
  readonly chunks: number;
}

export interface PoolDetail {
  /** Preemptions by bucket of the series. */
  readonly preemptions: readonly number[];
}

/** A request of the sample, with its attempts. */
export interface SampledRequest {
  readonly request: number;
  readonly tier: string;
  readonly class: string;
  /** random: each request of the tier had the same chance; slowest: among the longest to a first token. */
  readonly why: 'random' | 'slowest';
  readonly sentMs: number;
  readonly promptTokens: number;
  /** The last ones where there were many, or where `why` is slowest: then only the one with the first token. */
  readonly attempts: readonly SampledAttempt[];
}

/** Times since the start of the run; null: it did not get that far. */
export interface SampledAttempt {
  readonly attempt: number;
  readonly servedAs: string;
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly pool: string | null;
  readonly node: number | null;
  readonly sentMs: number;
  readonly atNodeMs: number | null;
  readonly scheduledMs: number | null;
  readonly firstTokenMs: number | null;
  readonly endMs: number;
  readonly outputTokens: number;
  readonly preemptions: number;
}
