import type { NodeState } from '../models/node-state.js';
import type { Outcome } from '../models/outcome.js';
import type { RareSheds } from './rare-sheds.js';
import type { Detail } from './summary-detail.js';

export type { RareEpisode, RareSheds, RareTier } from './rare-sheds.js';
export type * from './summary-detail.js';

/** Another number: programs that read the last one may misread this one. */
export const SUMMARY_SCHEMA = 'tiersim-summary/2';

/** What a run comes down to. Plain data; nothing in it depends on machine, wall clock or Node version. */
export interface Summary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly scenario: { readonly name: string; readonly about: string; readonly hash: string; readonly seed: string };
  readonly run: {
    readonly version: string;
    readonly fingerprint: string;
    readonly requests: number;
    readonly attempts: number;
    readonly steps: number;
    readonly simulatedSeconds: number;
    /** The counted window [from, to) in seconds of simulated time: warm-up excluded. */
    readonly window: { readonly fromSeconds: number; readonly toSeconds: number };
    /** False: the run was interrupted and covers only part of the scenario. */
    readonly complete: boolean;
  };
  /** Of prices and bills. */
  readonly currency: string;
  /** Of the fleet's cost; null: unknown, or pools differ. A margin is shown only where both currencies are one. */
  readonly costCurrency: string | null;
  /** By tier asked for, in the profile's order. */
  readonly tiers: Readonly<Record<string, TierSummary>>;
  readonly total: TierSummary;
  readonly pools: Readonly<Record<string, PoolSummary>>;
  readonly accounts: Readonly<Record<string, AccountSummary>>;
  readonly invoice: readonly InvoiceSummary[];
  readonly energy: EnergySummary;
  readonly sla: SlaSummary;
  readonly series: Series;
  readonly targets: readonly TargetResult[];
  readonly warnings: readonly string[];
  /** What the loader chose where the scenario leaves the choice: precision, seats, the rate behind a load. */
  readonly notes: readonly string[];
  /** What charts are made of; null in runs that were not asked for it, such as those of a sweep. */
  readonly detail: Detail | null;
  /** Of one run, where a tier was shed in at most a hundredth of its attempts. */
  readonly rareSheds?: RareSheds;
  /** Of several runs: every figure is then the mean over them. */
  readonly replications?: Replications;
}

export interface Replications {
  readonly n: number;
  readonly confidence: number;
  /**
   * Half-widths of Student-t intervals, by the name of the figure: `tiers.standard.ttftMs.p95`, `targets.<text>`. The mean is
   * the figure itself.
   */
  readonly intervals: Readonly<Record<string, number>>;
  /** Figures that had a value in so many of the runs only. */
  readonly fewer: Readonly<Record<string, number>>;
}

/** Milliseconds. n = 0: the other fields are null. */
export interface Distribution {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  readonly n: number;
  /** 0: percentiles are exact (linear interpolation); otherwise the histogram's relative error bound. */
  readonly relativeError: number;
}

/**
 * Milliseconds within which such a share of all offered requests had their first token, from the first sending: shed, expired
 * and unfinished ones had none. null: fewer of them ever had one.
 */
export interface OfferedQuantiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface TierSummary {
  readonly requests: number;
  readonly attempts: number;
  /** Attempts after a request's first. */
  readonly retries: number;
  /** Attempts / requests. */
  readonly amplification: number | null;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Attempts by cause, causes that occurred only. */
  readonly causes: Readonly<Record<string, number>>;
  readonly shedRate: number | null;
  readonly requestShedRate: number | null;
  readonly rateLimitedRate: number | null;
  readonly expiredRate: number | null;
  readonly evictedRate: number | null;
  readonly downgradeRate: number | null;
  /** Completed requests / offered requests. */
  readonly successRate: number | null;
  /** Attempts that did not fail as the profile's promise counts failures: over all, and over those let in. */
  readonly availability: number | null;
  readonly availabilityAdmitted: number | null;
  readonly ttftMs: Distribution;
  readonly requestTtftMs: Distribution;
  readonly offeredTtftMs: OfferedQuantiles;
  readonly tpotMs: Distribution;
  readonly itlMs: Distribution;
  readonly e2eMs: Distribution;
  readonly queueMs: Distribution;
  /** Turns of conversations, or chains of calls; empty where no class has `sessions`. */
  readonly chainE2eMs: Distribution;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly wastedTokens: number;
  readonly preemptions: number;
  /** Times that its work was thrown out of a node for others. */
  readonly evictions: number;
  /** Tokens whose computation was lost because its work threw others out. */
  readonly recomputedTokens: number;
  readonly outputTokPerSec: number;
  /** Share of offered requests that met their class's `slo`; null where no class has one. */
  readonly attainment: number | null;
  /** Money as decimal strings in `currency`; null where it cannot be said. */
  readonly billed: string;
  readonly cost: string | null;
  readonly margin: string | null;
  readonly usdPerMTok: number | null;
  readonly usdPerMOutTok: number | null;
  readonly energyKWh: number | null;
  readonly joulesPerOutputToken: number | null;
  /** By tier served instead of asked: attempts that were served as this tier. */
  readonly served: { readonly attempts: number; readonly outputTokens: number; readonly billed: string };
}

export interface PoolSummary {
  readonly model: string;
  readonly hardware: string;
  readonly nodes: number;
  /** Paid for. */
  readonly nodeHours: number;
  /** Of every place of the pool, by what it was. */
  readonly nodeHoursByState: Readonly<Record<NodeState, number>>;
  readonly busyNodeHours: number;
  readonly idleNodeHours: number;
  /** Share of the time of loaded nodes in which they were not down. */
  readonly availability: number | null;
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly steps: number;
  readonly preemptions: number;
  readonly prefixHitShare: number | null;
  /** Time averages per node over the counted window. */
  readonly meanRunning: number;
  readonly meanWaiting: number;
  readonly meanKvUse: number;
  readonly busyShare: number;
  readonly cost: string | null;
  readonly energyKWh: number | null;
  /** Of all its nodes together. */
  readonly meanWatts: number | null;
  readonly joulesPerOutputToken: number | null;
  readonly stepTimeSource: string;
  readonly powerSource: string;
}

/** Joules as exact decimal strings: tiers and idle add up to the total. At the plug of the nodes, without PUE. */
export interface EnergySummary {
  readonly joules: string;
  /** Nodes without a step, and steps of nothing but uncounted work. */
  readonly idleJoules: string;
  readonly tiers: Readonly<Record<string, string>>;
  readonly pools: Readonly<Record<string, { readonly joules: string; readonly idleJoules: string }>>;
  readonly hardware: Readonly<
    Record<
      string,
      { readonly joules: string; readonly outputTokens: number; readonly joulesPerOutputToken: number | null }
    >
  >;
  readonly cost: {
    /** Of the whole fleet's energy at the meter of the building. */
    readonly amount: string;
    readonly currency: string;
    readonly perKWh: string;
    readonly pue: number;
    readonly allInFactor: number | null;
    /** False: the nodes' price holds it already. */
    readonly isExtra: boolean;
    /** Keys of the tariff that nobody stated. */
    readonly assumed: readonly string[];
  };
}

/** The provider's promise of availability; whether it was kept, `total` says. */
export interface SlaSummary {
  /** The promised share; null: nothing is promised. */
  readonly target: number | null;
  /** What the promise is a share of: all attempts, or those that no limit and no overload turned away. */
  readonly denominator: 'offered' | 'admitted';
  /** Causes that count as failures. */
  readonly countedCauses: readonly string[];
}

/** What one account pays at one tier served for one model; the lines add up to what is billed, to the last digit. */
export interface InvoiceSummary {
  /** null: customers without an account. */
  readonly account: string | null;
  readonly tier: string;
  readonly model: string;
  /** Attempts that were billed. */
  readonly attempts: number;
  readonly uncachedTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly imageTokens: number;
  readonly fees: string;
  readonly amount: string;
}

export interface AccountSummary {
  readonly requests: number;
  readonly attempts: number;
  readonly rateLimited: number;
  readonly billed: string;
}

/** Equal buckets over the whole run, at most 300. Counts are by the bucket in which an attempt was sent. */
export interface Series {
  readonly bucketSeconds: number;
  /** Start of each bucket in seconds. */
  readonly atSeconds: readonly number[];
  readonly tiers: Readonly<
    Record<
      string,
      {
        readonly sent: readonly number[];
        readonly shed: readonly number[];
        readonly ttftMeanMs: readonly (number | null)[];
      }
    >
  >;
  readonly pools: Readonly<
    Record<
      string,
      {
        readonly running: readonly number[];
        readonly waiting: readonly number[];
        readonly kvUse: readonly number[];
        /** Mean of all its nodes together. */
        readonly watts: readonly number[];
        /** Of a pool of several models: its engines for each, from looks at the nodes. */
        readonly models?: Readonly<Record<string, ModelSeries>>;
      }
    >
  >;
  readonly hardware: Readonly<Record<string, { readonly watts: readonly number[] }>>;
}

export interface ModelSeries {
  readonly running: readonly number[];
  readonly waiting: readonly number[];
  readonly kvUse: readonly number[];
}

export interface TargetResult {
  readonly target: string;
  readonly actual: number | null;
  readonly n: number;
  readonly passed: boolean;
  /** Set when it could not be judged: an empty sample, money that cannot be said. */
  readonly error: string | null;
}
