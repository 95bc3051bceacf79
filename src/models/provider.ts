import type { EngineTraits } from './engine.js';
import type { Cause } from './outcome.js';

/**
 * A provider as plain data: tiers, limits, answers, prices. Every knob is independent of the others. Where the figures of
 * those in the catalogue come from: `provenance.ts`.
 */
export interface ProviderProfile {
  /** `fireworks` is the version of the provider's first published tiers; later ones are `fireworks@2026-09`. */
  readonly id: string;
  /** The day the facts were true, YYYY-MM-DD. */
  readonly asOf: string;
  readonly currency: 'USD' | 'CHF';
  readonly tiers: readonly TierProfile[];
  readonly defaultTier: string;
  /** Surfaces on which its tiers differ, the first is the default; empty: one surface only. */
  readonly endpoints: readonly string[];
  /** The surface in use; null: it has one only. */
  readonly endpoint: string | null;
  /** Where a tier is not simply honoured; the first rule that matches decides. */
  readonly support: readonly SupportRule[];
  readonly limiters: readonly LimiterSpec[];
  /** How the gateway reads the fleet for admission. */
  readonly signal: SignalRules;
  readonly router: RouterName;
  /** Pools whose nodes have no free seat are passed over while another pool has one. */
  readonly spareSlotFilter: boolean;
  readonly queueing: 'node' | 'gateway';
  /** What a client is sent for each cause; a cause without an answer sends status 0. */
  readonly answers: Readonly<Partial<Record<Cause, Answer>>>;
  /** Prices at multiplier 1, unless a row names a tier: then it is that tier's own price and no multiplier applies. */
  readonly prices: readonly PriceRow[];
  /** Factors by time of day, on top of everything but fees; the first rule that matches decides. */
  readonly clock: readonly ClockRule[];
  readonly billing: BillingRules;
  readonly sla: SlaRules;
}

// Tiers.

export interface TierProfile {
  readonly name: string;
  /** Place in queues and nothing else; bigger = more urgent. */
  readonly rank: number;
  /** The kind of pool that serves it. */
  readonly path: 'standard' | 'fast';
  /** Multiplies input, cached, output and image prices, never fees. */
  readonly priceMultiplier: number;
  /** The multiplier where a model has another one. */
  readonly priceByModel: readonly ModelNumber[];
  readonly admission: Admission;
  /** What happens to an attempt that admission turns away. */
  readonly onNoCapacity: OnNoCapacity;
  /** null: sent to a node on arrival. Otherwise runs on leftover capacity: waits at the gateway until there is some. */
  readonly hold: Hold | null;
  /** Bounds of the wait at the gateway of a tier that is not held: queueing there, or waiting for capacity. */
  readonly queue: QueueBounds;
  /** null: its work is never thrown out for others. */
  readonly eviction: Eviction | null;
  /** May pools reserve slots for it? */
  readonly reservable: boolean;
  /** exempt: meets only the limiters that name it. */
  readonly limits: 'account' | 'exempt';
  /** Where who asked for this tier is told something else than the provider tells everybody. */
  readonly answers: Readonly<Partial<Record<Cause, SentAnswer>>>;
}

/** When an attempt is turned away for want of capacity. Thresholds are this tier's own. */
export type Admission =
  | { readonly kind: 'none' }
  /** Prompt tokens queued at or above the own rank, over the measured prefill rate. */
  | { readonly kind: 'predicted-ttft'; readonly shedAboveUs: number }
  /** The chosen node already has so many, waiting + running: no node ever holds more. */
  | { readonly kind: 'queue-depth'; readonly shedAbove: number }
  /** Share of KV in use on the chosen node. */
  | { readonly kind: 'kv-pressure'; readonly shedAbove: number }
  /** vLLM's own caps on what waits at one node; null: no such cap. */
  | { readonly kind: 'vllm-queue-caps'; readonly requests: number | null; readonly tokens: number | null }
  /** A share of each node's room, seats or KV, is kept for tiers that hold back less. */
  | { readonly kind: 'holdback'; readonly share: number };

export type OnNoCapacity =
  | { readonly do: 'shed' }
  /** Served and billed as that tier, if it is let in. */
  | { readonly do: 'downgrade'; readonly to: string }
  /** Waits at the gateway until admission would let it in. */
  | { readonly do: 'wait' };

export interface QueueBounds {
  /** null: as long as the client does. */
  readonly maxWaitUs: number | null;
  /** Of this tier and model; null: any number. */
  readonly maxQueued: number | null;
}

export interface Hold {
  readonly maxWaitUs: number;
  /** null: any number. */
  readonly maxQueued: number | null;
  /** Dispatched while the pool's pressure is at most this. */
  readonly dispatchAtPressure: number;
  /** True: a background job; the client does not hold a connection and meets no patience or timeout. */
  readonly asynchronous: boolean;
}

export interface Eviction {
  /** Tiers whose arrival may evict it. */
  readonly by: readonly string[];
  readonly when: 'before-first-token' | 'any-time';
  /** requeue: back to its place at the gateway, the same attempt. fail: the attempt ends, evicted. */
  readonly outcome: 'requeue' | 'fail';
  /** Not before it has been at its node for so long. */
  readonly minRunUs: number;
  /** An attempt that was evicted so often is left alone; null: any number of times. */
  readonly maxTimes: number | null;
}

// Support.

export type Api = 'chat' | 'completions' | 'embeddings';

/** null stands for any. */
export interface SupportRule {
  readonly tier: string;
  readonly model: string | null;
  readonly api: Api | null;
  readonly endpoint: string | null;
  /** Of the pool's engine: pools with such an engine do not offer the tier. */
  readonly engineTierSupport: EngineTraits['tierSupport'] | null;
  /**
   * bill-only: let in and queued as the default tier, billed and echoed as the one asked for. downgrade: served, billed and
   * echoed as the default tier. ignore: likewise, and nothing is echoed. refuse: unsupported_tier. forbid: forbidden_tier.
   */
  readonly answer: 'honour' | 'bill-only' | 'downgrade' | 'ignore' | 'refuse' | 'forbid';
}

// Limits.

export type LimiterUnit =
  | 'requests'
  /** Prompt and generated tokens together. */
  | 'tokens'
  | 'inputTokens'
  | 'uncachedInputTokens'
  | 'outputTokens'
  /** Requests under way at a time. */
  | 'concurrency';

/**
 * A limit on what is let in. What is known on arrival (requests, prompt tokens, places) is charged then and checked in
 * full; what becomes known later (generated and uncached tokens) is charged then, and an attempt is let in while the
 * limit is not yet reached.
 */
export interface LimiterSpec {
  /** Names it in overrides: rpm, tpm, inputTpm, outputTpm, concurrency, daily, or TIER.rpm and so on, or any other. */
  readonly name: string;
  readonly unit: LimiterUnit;
  /** Per window; of concurrency: at a time; of a ramp: the rate per minute that is always allowed. */
  readonly limit: number;
  /** null: of concurrency. Fixed windows begin at whole multiples since midnight UTC. */
  readonly window: LimiterWindow | null;
  /** One counter for each account, model, tier. Without `account` it is the provider's own and counts everyone. */
  readonly per: readonly ('account' | 'model' | 'tier')[];
  /** null: all that are not exempt. */
  readonly tiers: readonly string[] | null;
  /** null: all. */
  readonly models: readonly string[] | null;
  /** What one unit of a tier counts; 1 where none is given. */
  readonly weightByTier: readonly TierWeight[];
  /** downgrade: tried again as that tier. */
  readonly action: { readonly do: 'reject' } | { readonly do: 'downgrade'; readonly to: string };
  readonly cause: 'rate_limited' | 'quota_exhausted' | 'ramp_limited';
}

export type LimiterWindow =
  | { readonly kind: 'sliding' | 'fixed'; readonly us: number }
  /**
   * The rate per minute may be at most (1 + growth) times its mean over the last `periodUs`, or the limit, whichever
   * is more. Before the run the rate was such that `start` is allowed.
   */
  | { readonly kind: 'ramp'; readonly start: number; readonly growth: number; readonly periodUs: number };

export interface TierWeight {
  readonly tier: string;
  readonly weight: number;
}

/** How the signals of admission are read. All 0: as things are at the instant of the decision. */
export interface SignalRules {
  /** A signal is read every so often and stays as it was in between. */
  readonly scrapeUs: number;
  /** What is compared is the mean of the readings of so long. */
  readonly averageUs: number;
  /** Once shedding, a tier goes on until the signal is below its threshold by this share of it. */
  readonly hysteresis: number;
}

// Routing.

export type RouterName =
  | 'round-robin'
  | 'least-loaded'
  | 'power-of-two'
  | 'weighted'
  | 'prefix-affinity'
  | 'cheapest-first'
  | 'coolest-first';

// Answers, money, promises.

export interface SentAnswer {
  readonly status: number;
  /** Fields of the error body; null: not sent. */
  readonly type: string | null;
  readonly code: string | null;
  readonly message: string | null;
  /** until-room: the time after which the limiter would let it in. null: no Retry-After is sent. */
  readonly retryAfterUs: number | 'until-room' | null;
  /** The header x-should-retry; null: not sent. */
  readonly shouldRetry: boolean | null;
}

export interface Answer extends SentAnswer {
  /** Does it count as a failure under the provider's promise of availability? */
  readonly slaCounted: boolean;
}

/** Whole pico-units of the currency per token. */
export interface TokenPrices {
  readonly inputPico: number;
  readonly cachedPico: number;
  readonly outputPico: number;
}

export interface PriceRow extends TokenPrices {
  /** '*': any model without a row of its own. */
  readonly model: string;
  readonly tier: string | null;
  /** Of an output token that is part of an image; null: as any other. */
  readonly imagePico: number | null;
  /** Prices of a request whose prompt is longer than that, before any multiplier; null: no such step. */
  readonly longContext: ({ readonly aboveTokens: number } & TokenPrices) | null;
}

export interface ModelNumber {
  readonly model: string;
  readonly value: number;
}

export interface ClockRule {
  readonly factor: number;
  /** null: all models. */
  readonly models: readonly string[] | null;
  /** 0 = Sunday. */
  readonly daysUtc: readonly number[];
  /** Microseconds after midnight UTC, from (inclusive) to (exclusive); from > to spans midnight. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** Who pays for streams that break off. Completed ones pay in full, and nothing before the first token costs anything. */
export interface BillingRules {
  /** emitted: prompt and the tokens that reached the client. */
  readonly abandoned: 'emitted' | 'nothing';
  readonly evicted: 'emitted' | 'nothing';
  readonly failed: 'emitted' | 'nothing';
}

export interface SlaRules {
  /** Promised share; null: no promise. */
  readonly target: number | null;
  /** offered: all attempts. admitted: those that were not turned away by a limit or for overload. */
  readonly denominator: 'offered' | 'admitted';
}
