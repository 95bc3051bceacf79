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
  readonly busyNodes: Gauge;
  /** Nodes that are paid for: those that take work, and those still draining. */
  readonly upNodes: Gauge;
  /** Blocks in use and nodes up, summed over the looks in each bucket and in the counted window. */
  private readonly sampledBlocks: Float64Array;
  private readonly sampledNodes: Float64Array;
  private windowBlocks = 0;
  private windowNodes = 0;
  /** null: the window has not begun. */
  private atWindowStart: PoolCounts | null = null;

  constructor(
    private readonly windowFromUs: number,
    private readonly bucketUs: number,
    buckets: number,
  ) {
    this.sampledBlocks = new Float64Array(buckets);
    this.sampledNodes = new Float64Array(buckets);
    const gauge = (): Gauge => new Gauge(windowFromUs, bucketUs, buckets);
    this.running = gauge();
    this.waiting = gauge();
    this.busyNodes = gauge();
    this.upNodes = gauge();
  }

  sampleBlocks(nowUs: number, blocks: number): void {
    const bucket = Math.min(this.sampledBlocks.length - 1, Math.floor(nowUs / this.bucketUs));
    const nodes = this.upNodes.current;
    this.sampledBlocks[bucket]! += blocks;
    this.sampledNodes[bucket]! += nodes;
    if (nowUs < this.windowFromUs) return;
    this.windowBlocks += blocks;
    this.windowNodes += nodes;
  }

  meanKvUse(usableBlocksPerNode: number): number {
    return this.windowNodes === 0 ? 0 : this.windowBlocks / (this.windowNodes * usableBlocksPerNode);
  }

  kvUseSeries(usableBlocksPerNode: number, buckets: number): number[] {
    return Array.from({ length: buckets }, (_, i) => {
      const nodes = this.sampledNodes[i]!;
      return nodes === 0 ? 0 : this.sampledBlocks[i]! / (nodes * usableBlocksPerNode);
    });
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
