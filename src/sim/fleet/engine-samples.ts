import { UNLIMITED_KV_BLOCKS } from '../../models/engine.js';
import type { Pool as PoolSpec } from '../../models/scenario.js';
import type { NodeEngine } from '../engine/node-engine.js';

/** How full the engines of a pool for one of its models were, from looks: means over its nodes by bucket. */
export interface EngineSeries {
  readonly model: string;
  readonly running: readonly number[];
  readonly waiting: readonly number[];
  readonly kvUse: readonly number[];
}

/** What looks at the nodes of a pool of several models find, by model: the pool's other figures are of all of them together. */
export class EngineSamples {
  /** Sums over the looks in each bucket, by model; nodes are those that were up. */
  private readonly running: readonly Float64Array[];
  private readonly waiting: readonly Float64Array[];
  private readonly blocks: readonly Float64Array[];
  private readonly nodes: Float64Array;
  private readonly looks: Float64Array;

  constructor(
    /** The pool as each of its models sees it. */
    private readonly specs: readonly PoolSpec[],
    private readonly bucketUs: number,
    private readonly buckets: number,
  ) {
    const sums = (): readonly Float64Array[] => specs.map(() => new Float64Array(buckets));
    this.running = sums();
    this.waiting = sums();
    this.blocks = sums();
    this.nodes = new Float64Array(buckets);
    this.looks = new Float64Array(buckets);
  }

  begin(nowUs: number, nodes: number): void {
    const bucket = this.bucketAt(nowUs);
    this.nodes[bucket]! += nodes;
    this.looks[bucket]!++;
  }

  /** `weight`: how many nodes it stands for, where numbers are added up and not put into proportion. */
  add(nowUs: number, slot: number, engine: NodeEngine, weight: number): void {
    const bucket = this.bucketAt(nowUs);
    this.running[slot]![bucket]! += weight * engine.runningCount;
    this.waiting[slot]![bucket]! += weight * engine.waitingCount;
    this.blocks[slot]![bucket]! += engine.usedBlocks(nowUs);
  }

  series(buckets: number): readonly EngineSeries[] {
    const mean = (sums: Float64Array, weights: Float64Array, each = 1): number[] =>
      Array.from({ length: buckets }, (_, i) => (weights[i] === 0 ? 0 : sums[i]! / (weights[i]! * each)));
    return this.specs.map(({ models: [model = ''], engine: { kvBlocks } }, slot) => ({
      model,
      running: mean(this.running[slot]!, this.looks),
      waiting: mean(this.waiting[slot]!, this.looks),
      kvUse:
        kvBlocks >= UNLIMITED_KV_BLOCKS
          ? new Array<number>(buckets).fill(0)
          : mean(this.blocks[slot]!, this.nodes, kvBlocks - 1),
    }));
  }

  private bucketAt(nowUs: number): number {
    return Math.min(this.buckets - 1, Math.floor(nowUs / this.bucketUs));
  }
}
