import type { NodeState } from '../../models/node-state.js';
import type { EngineSeries } from './engine-samples.js';

/** What a pool did in the counted window; integrals are value x microseconds over all its nodes. */
export interface PoolFigures {
  /** Node-time by state; the sum over states is the same for every run: places of the pool x the window. */
  readonly nodeUs: Readonly<Record<NodeState, number>>;
  /** Loaded and not down: idle, active or draining. The base of averages per node. */
  readonly upNodeUs: number;
  /** What is paid for at the full price: every state but off and warm, and what a minimum billing time adds. */
  readonly paidNodeUs: number;
  readonly runningUs: number;
  readonly waitingUs: number;
  /** A step is running: active, or draining and still at work. */
  readonly busyUs: number;
  /** What steps drew above the active watts of their nodes. */
  readonly workNj: bigint;
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
    readonly states: StateSeries;
    /** What steps drew above the active watts. */
    readonly workNj: readonly number[];
    /** By model, of a pool that has several. */
    readonly engines: readonly EngineSeries[];
  };
}

/** Mean nodes in each bucket, by what they draw: on without a model (starting, down), loaded at rest, at a step. */
export interface StateSeries {
  readonly unloaded: readonly number[];
  readonly resting: readonly number[];
  readonly busy: readonly number[];
}
