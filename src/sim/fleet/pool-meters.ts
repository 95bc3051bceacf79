import { Gauge } from '../gauge.js';

/** Running totals of a pool; subtracting two gives what happened between. */
export interface PoolCounts {
  attempts: number;
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  steps: number;
  preemptions: number;
}

const NOTHING: PoolCounts = { attempts: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, steps: 0, preemptions: 0 };

/** What is measured of a pool while a run goes on. */
export class PoolMeters {
  readonly counts: PoolCounts = { ...NOTHING };
  readonly running: Gauge;
  readonly waiting: Gauge;
  readonly usedBlocks: Gauge;
  readonly busyNodes: Gauge;
  /** Nodes that are paid for: those that take work, and those still draining. */
  readonly upNodes: Gauge;
  /** null: the window has not begun. */
  private atWindowStart: PoolCounts | null = null;

  constructor(windowFromUs: number, bucketUs: number, buckets: number) {
    const gauge = (): Gauge => new Gauge(windowFromUs, bucketUs, buckets);
    this.running = gauge();
    this.waiting = gauge();
    this.usedBlocks = gauge();
    this.busyNodes = gauge();
    this.upNodes = gauge();
  }

  beginWindow(): void {
    this.atWindowStart = { ...this.counts };
  }

  inWindow(): PoolCounts {
    const { counts, atWindowStart } = this;
    if (atWindowStart === null) return { ...NOTHING };
    return {
      attempts: counts.attempts - atWindowStart.attempts,
      inputTokens: counts.inputTokens - atWindowStart.inputTokens,
      cachedTokens: counts.cachedTokens - atWindowStart.cachedTokens,
      outputTokens: counts.outputTokens - atWindowStart.outputTokens,
      steps: counts.steps - atWindowStart.steps,
      preemptions: counts.preemptions - atWindowStart.preemptions,
    };
  }
}
