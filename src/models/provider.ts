import type { Cause } from './outcome.js';

/** A provider as plain data: tiers, prices, limits, codes. Each figure names its source or says that it is assumed. */
export interface ProviderProfile {
  readonly id: string;
  /** The day the facts were true, YYYY-MM-DD. */
  readonly asOf: string;
  readonly currency: 'USD' | 'CHF';
  readonly sources: readonly string[];
  /** What no source states and we chose, in words. */
  readonly assumed: readonly string[];
  readonly tiers: readonly TierProfile[];
  readonly defaultTier: string;
  /** Prices at multiplier 1, unless a row names a tier: then it is that tier's own price and no multiplier applies. */
  readonly prices: readonly PriceRow[];
  /** Limits of a named account; `accounts` in a scenario overrides them key by key. */
  readonly limits: AccountLimits;
  readonly router: RouterName;
  readonly queueing: 'node' | 'gateway';
  readonly status: Readonly<Partial<Record<Cause, number>>>;
  /** Retry-After sent with a refusal for this cause; absent: none is sent. */
  readonly retryAfterUs: Readonly<Partial<Record<Cause, number>>>;
  /** Does a client that leaves after the first token pay prompt and emitted tokens? */
  readonly billAbandoned: boolean;
  /** Models for which a tier is not honoured, and what happens then. */
  readonly unsupported: readonly UnsupportedRule[];
}

export type RouterName = 'round-robin' | 'least-loaded' | 'power-of-two' | 'weighted';

export interface TierProfile {
  readonly name: string;
  /** Place in queues; bigger = more urgent. */
  readonly rank: number;
  /** Multiplies input, cached input and output prices, never fees. */
  readonly priceMultiplier: number;
  readonly admission: Admission;
  /** null: sent to a node on arrival. Otherwise waits at the gateway until the pool has room. */
  readonly hold: Hold | null;
  /** Tiers whose arrival may evict this one's running work. */
  readonly evictableBy: readonly string[];
  readonly limits: 'account' | 'exempt';
  /** Of one account in this tier; null: only the account's own limits hold. */
  readonly requestsPerMinute: number | null;
  readonly path: 'standard' | 'fast';
}

export type Admission =
  | { readonly kind: 'none' }
  /** Shed when prompt tokens queued at or above the own rank, over the measured prefill rate, exceed this. */
  | { readonly kind: 'predicted-ttft'; readonly shedAboveUs: number }
  /** Shed when the chosen node already has so many, waiting + running: no node ever holds more. */
  | { readonly kind: 'queue-depth'; readonly shedAbove: number };

export interface Hold {
  readonly maxWaitUs: number;
  /** Dispatched while the pool's KV pressure is at most this. */
  readonly dispatchAtPressure: number;
  /** True: a background job; the client does not hold a connection and meets no patience or timeout. */
  readonly asynchronous: boolean;
}

export interface PriceRow {
  /** '*': any model without a row of its own. */
  readonly model: string;
  readonly tier: string | null;
  /** Whole pico-units of the currency per token. */
  readonly inputPico: number;
  readonly cachedPico: number;
  readonly outputPico: number;
}

/** null: no such limit. */
export interface AccountLimits {
  readonly requestsPerMinute: number | null;
  readonly inputTokensPerMinute: number | null;
  readonly outputTokensPerMinute: number | null;
  readonly concurrency: number | null;
}

export interface UnsupportedRule {
  readonly tier: string;
  readonly model: string;
  readonly answer: 'downgrade' | 'refuse';
}
