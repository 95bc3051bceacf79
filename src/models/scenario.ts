import type { EngineConfig } from './engine.js';
import type { Operations } from './operations.js';
import type { NodePower } from './power.js';
import type { Api, LimiterSpec, ProviderProfile, RouterName, SupportRule } from './provider.js';
import type { StepCoefficients } from './step-time.js';
import type { Tariff } from './tariff.js';
import type { GapLaw, TraceSource } from './trace.js';
import type { Currency } from './units.js';

/**
 * A scenario with every name resolved and every default filled in: plain JSON-safe data, the one value that
 * threads, a browser and a saved report all take. Durations are whole microseconds, rates per second.
 */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly seed: string;
  /** Milliseconds since the Unix epoch at t = 0. */
  readonly startMs: number;
  readonly durationUs: number;
  readonly warmupUs: number;
  readonly drain: boolean;
  readonly replications: number;
  readonly initial: Initial;
  readonly provider: ProviderProfile;
  /** What one unit of another currency is worth in the profile's. */
  readonly fx: Partial<Readonly<Record<Currency, number>>>;
  /** What energy costs. */
  readonly energy: Tariff;
  readonly pools: readonly Pool[];
  readonly gateway: Gateway;
  readonly accounts: readonly Account[];
  readonly traffic: readonly TrafficClass[];
  readonly events: readonly TimelineEvent[];
  readonly targets: readonly Target[];
}

/** The state at t = 0; which nodes are up is said of each pool. */
export interface Initial {
  /** Requests of a class that wait then: let in before, in no limit and past admission. */
  readonly queued: readonly { readonly class: string; readonly requests: number }[];
  /** Share of each loaded node's KV that common texts fill, the most popular first. */
  readonly cacheFill: number;
}

/** Empty queues and cold caches. */
export const EMPTY: Initial = { queued: [], cacheFill: 0 };

export interface Pool {
  readonly name: string;
  readonly models: readonly string[];
  readonly hardware: string;
  readonly gpusPerNode: number;
  readonly nodes: number;
  readonly precision: { readonly weights: Precision; readonly kv: Precision };
  readonly engine: EngineConfig;
  readonly stepTime: StepCoefficients;
  /** 'fitted', 'roofline' or 'rated', and from what. */
  readonly stepTimeSource: string;
  readonly power: NodePower;
  /** Whole node, pico-units of the fleet's currency per hour; null: unknown, then no cost is shown. */
  readonly costPicoPerHour: number | null;
  readonly costCurrency: 'USD' | 'CHF';
  /** Tiers it may serve; null: all. */
  readonly tiers: readonly string[] | null;
  /** Preference of each tier for this pool, bigger first, 0 = never; null: no preferences. */
  readonly tierWeights: readonly TierNumber[] | null;
  readonly reservedSlots: readonly TierNumber[];
  readonly path: 'standard' | 'fast';
  readonly operations: Operations;
  /** Of several models: those after the first, to which `engine`, `stepTime` and `power` belong. */
  readonly others?: readonly OtherModel[];
}

/** A model that a pool serves beside its first one: what its engine on each node is. */
export interface OtherModel extends Pick<Pool, 'precision' | 'engine' | 'stepTime' | 'stepTimeSource' | 'power'> {
  readonly model: string;
}

export type Precision = 'bf16' | 'fp8' | 'int4' | 'fp4';
export interface TierNumber {
  readonly tier: string;
  readonly value: number;
}

export interface Gateway {
  readonly router: RouterName;
  /** Pools without a free seat are passed over while another pool has one. */
  readonly spareSlotFilter: boolean;
  readonly queueing: 'node' | 'gateway';
  /** Gateways side by side, each with a view of its own. */
  readonly replicas: number;
  /** A view is this old at most; 0: every gateway sees the nodes as they are. */
  readonly stalenessUs: number;
}

export interface Account {
  readonly name: string;
  /** Those of the profile that count by account, with this account's changes. */
  readonly limiters: readonly LimiterSpec[];
  readonly defaultTier: string | null;
  readonly background: boolean;
}

export interface TrafficClass {
  readonly name: string;
  readonly account: string | null;
  readonly model: string;
  readonly api: Api;
  /** Drawn once per request; shares sum to 1. */
  readonly tiers: readonly TierNumber[];
  readonly arrivals: Arrivals;
  readonly input: Lengths;
  readonly output: Lengths;
  /** What the client declares to the gateway; null: nothing. */
  readonly maxTokens: number | null;
  readonly prefix: SharedPrefix | null;
  /** Conversations of several calls; null: every request stands alone. */
  readonly sessions: Sessions | null;
  readonly client: ClientPolicy;
  readonly slo: Slo | null;
  /** Share of its output tokens that are part of images. */
  readonly imageShare: number;
  /** Flat fees per completed request, pico-units. */
  readonly fees: readonly Fee[];
}

export type Arrivals =
  | { readonly kind: 'poisson'; readonly perSecond: number }
  | { readonly kind: 'constant'; readonly perSecond: number }
  | { readonly kind: 'gamma'; readonly perSecond: number; readonly cv: number }
  | { readonly kind: 'weibull'; readonly perSecond: number; readonly cv: number }
  | {
      readonly kind: 'bursts';
      readonly basePerSecond: number;
      readonly peakPerSecond: number;
      readonly everyUs: number;
      readonly forUs: number;
    }
  | { readonly kind: 'profile'; readonly points: readonly (readonly [atUs: number, perSecond: number])[] }
  | {
      readonly kind: 'daily';
      readonly meanPerSecond: number;
      readonly peakToTrough: number;
      /** Microseconds after midnight UTC. */
      readonly peakAtUs: number;
      readonly cv: number;
    }
  | { readonly kind: 'users'; readonly count: number; readonly thinkUs: number }
  /** A daily curve whose days differ: factors from Monday to Sunday, 1 in the mean. */
  | {
      readonly kind: 'weekly';
      readonly meanPerSecond: number;
      readonly peakToTrough: number;
      readonly peakAtUs: number;
      readonly dayFactors: readonly number[];
      readonly cv: number;
    }
  /** Many senders, each with gaps of its own. */
  | { readonly kind: 'clients'; readonly groups: readonly ClientGroup[] }
  | TraceArrivals;

/** `count` alike but for their share of the rate: the n-th has one in proportion to n^-zipf. */
export interface ClientGroup {
  readonly count: number;
  readonly zipf: number;
  /** In order of time, each up to the next, the last for ever; `perSecond` is of the whole group. */
  readonly windows: readonly {
    readonly fromUs: number;
    readonly perSecond: number;
    readonly cv: number;
    readonly law: GapLaw;
  }[];
}

export interface TraceArrivals extends TraceSource {
  readonly kind: 'trace';
  readonly speed: number;
  /** Each row is played so many times in the mean; rates are multiplied by it. */
  readonly scale: number;
  readonly fromUs: number;
  readonly toUs: number | null;
  readonly loop: boolean;
  readonly spreadUs: number;
  /** Which tier the rows of a label ask for; null: the label is the tier, where there is one. */
  readonly tierOf: readonly { readonly label: string; readonly tier: string }[] | null;
}

export type Lengths = (
  | { readonly kind: 'fixed'; readonly tokens: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'histogram'; readonly bins: readonly (readonly [tokens: number, weight: number])[] }
  /** Lengths come with the trace rows. */
  | { readonly kind: 'trace' }
) & { readonly min: number; readonly max: number | null };

export type SharedPrefix =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'families'; readonly families: number; readonly zipf: number; readonly tokens: number };

/**
 * An arrival begins a conversation of so many turns, each a chain of so many calls. Pauses are exponential with the
 * mean given; 0: none.
 */
export interface Sessions {
  /** Counts, not tokens. */
  readonly turns: Lengths;
  readonly hops: Lengths;
  /** Between turns. */
  readonly thinkUs: number;
  /** Between the calls of a turn. */
  readonly toolUs: number;
  /** grows: a prompt repeats all that was said before, and its own `input` comes on top. */
  readonly context: 'grows' | 'fresh';
}

export interface ClientPolicy {
  readonly name: string;
  /** Tries after the first. UNLIMITED_RETRIES: no limit by count. */
  readonly retries: number;
  /** No retry once more than this has passed since the request's first sending; null: no such limit. */
  readonly retryForUs: number | null;
  readonly backoff: {
    /** The wait after n earlier retries. exponential: baseUs * factor^n. polynomial: baseUs * n^factor. */
    readonly growth: 'exponential' | 'polynomial';
    readonly baseUs: number;
    readonly factor: number;
    /** Added to the wait at random, uniform in [0, extraUs), before the cap. */
    readonly extraUs: number;
    readonly maxUs: number;
    /** Share of the wait by which it may be shortened at random. */
    readonly jitter: number;
  };
  /** 0 stands for no answer at all: the client's own timeout. */
  readonly retryOn: readonly number[];
  /** Retries every status from this up as well; null: no others. */
  readonly retryFromStatus: number | null;
  /** The server's x-should-retry decides before the status does. */
  readonly heedsShouldRetry: boolean;
  /** A Retry-After up to this is obeyed; 0: never obeyed. */
  readonly retryAfterMaxUs: number;
  /** What a longer Retry-After does: ignored for the computed wait, the end of all retries, or cut to the maximum. */
  readonly retryAfterBeyond: 'compute' | 'give-up' | 'cap';
  /** To the last token; null: none. */
  readonly timeoutUs: number | null;
  /** To the first token; null: none. */
  readonly patienceUs: number | null;
  readonly abortLagUs: number;
  /** Retries stay below this share of the class's requests; null: every retry is made. */
  readonly budget: number | null;
  /** Tiers that successive tries ask for, beginning at the request's own; the last one stays. Empty: the same tier. */
  readonly escalate: readonly string[];
}

/** More than any client makes. */
export const UNLIMITED_RETRIES = 2_147_483_647;

export interface Slo {
  readonly ttftUs: number | null;
  readonly tpotUs: number | null;
  readonly e2eUs: number | null;
}

export interface Fee {
  readonly name: string;
  readonly pico: number;
  readonly share: number;
}

/** A change of one value during the run. */
export interface TimelineEvent {
  readonly atUs: number;
  readonly change: TimelineChange;
}

export type FleetChange =
  | { readonly kind: 'nodes' | 'down' | 'slowNodes'; readonly pool: string; readonly nodes: number }
  | { readonly kind: 'slowFactor'; readonly pool: string; readonly factor: number };

export type TimelineChange =
  | FleetChange
  /** From then on this is what becomes of the tier for this model. */
  | { readonly kind: 'support'; readonly model: string; readonly tier: string; readonly answer: SupportRule['answer'] };

/** A pass/fail line: `low < metric < high`; bounds in the metric's own unit (ms, share, currency per million). */
export interface Target {
  readonly text: string;
  /** 'total' or a tier. */
  readonly scope: string;
  readonly served: boolean;
  /** A name of METRICS, with its argument where it has one: `ttft.p95`, `withinTtft(500ms)`. */
  readonly metric: string;
  readonly above: Bound | null;
  readonly below: Bound | null;
}
export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}
