/** What a pool did in the counted window; integrals are value x microseconds over all its nodes. */
export interface PoolFigures {
  readonly upNodeUs: number;
  readonly runningUs: number;
  readonly waitingUs: number;
  readonly busyUs: number;
  /** Mean share of the KV blocks in use, from samples; 0 where KV never binds. */
  readonly kvUse: number;
  readonly attempts: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly steps: number;
  readonly preemptions: number;
  readonly series: {
    readonly running: readonly number[];
    readonly waiting: readonly number[];
    readonly kvUse: readonly number[];
  };
}
