import { UNLIMITED_KV_BLOCKS } from '../../models/engine.js';
import type { StepUnderWay } from '../engine/node-engine.js';
import type { Node } from './node.js';
import type { Pool } from './pool.js';
import type { PoolFigures } from './pool-figures.js';
import type { PoolMeters } from './pool-meters.js';

/** Nodes of a pool at a time. */
const LOOKED_AT = 64;

/** What all pools did in the counted window. Steps under way are settled before anything is read. */
export class FleetMeters {
  /** Where the counted window ends; Infinity while the run goes on. */
  endUs = Number.POSITIVE_INFINITY;
  private frozen: readonly PoolFigures[] | null = null;
  private looks = -1;

  constructor(
    private readonly byPool: readonly PoolMeters[],
    /** By pool of the scenario, for its first model. */
    private readonly pools: readonly Pool[],
    /** By number in the fleet. */
    private readonly nodes: readonly Node[],
  ) {}

  get steps(): number {
    return this.byPool.reduce((steps, { counts }) => steps + counts.steps, 0);
  }

  beginWindow(nowUs: number): void {
    this.settle(nowUs);
    for (const [pool, meters] of this.byPool.entries()) {
      meters.beginWindow((slot) => this.stepsUnderWay(nowUs, pool, slot));
    }
  }

  /** A bucket of the time series ends. Each engine is looked at once: of a thousand each look is one at memory far away. */
  readEnergy(nowUs: number): void {
    for (const [pool, { energies }] of this.byPool.entries()) {
      for (const [slot, energy] of energies.entries()) energy.read(this.stepsUnderWay(nowUs, pool, slot));
    }
  }

  /**
   * Looks into the memory of nodes; of many in turns, for each costs as much as a part of a request. Between looks nobody
   * counts blocks: that is what lets nodes leap.
   */
  sample(nowUs: number): void {
    this.looks++;
    for (const [pool, meters] of this.byPool.entries()) {
      const up = meters.upNodes.current;
      const looked = this.lookedAt(pool, up);
      const used = looked.reduce((blocks, node) => blocks + usedBlocksOf(node, nowUs), 0);
      const [seen, weight] = up <= LOOKED_AT ? [up, 1] : [looked.length, up / looked.length];
      meters.sampleBlocks(nowUs, used, seen);
      if (meters.engines === null) continue;
      meters.engines.begin(nowUs, seen);
      for (const { stations } of looked) {
        for (const [slot, { engine }] of stations.entries()) meters.engines.add(nowUs, slot, engine, weight);
      }
    }
  }

  /** All nodes, or of many that are up every so many-th. */
  private lookedAt(pool: number, up: number): Node[] {
    const { firstNode, nodeCount } = this.pools[pool]!;
    const nodes = this.nodes.slice(firstNode, firstNode + nodeCount);
    if (up <= LOOKED_AT) return nodes;
    const stride = Math.ceil(up / LOOKED_AT);
    // Where all are up none has to be asked, which would cost more than the looks.
    const thoseUp = up === nodeCount ? nodes : nodes.filter(({ isUp }) => isUp);
    const looked: Node[] = [];
    for (let nth = this.looks % stride; nth < thoseUp.length; nth += stride) looked.push(thoseUp[nth]!);
    return looked;
  }

  /** What happens later (a drain) is no longer measured. */
  endWindow(nowUs: number): readonly PoolFigures[] {
    if (this.frozen === null) {
      this.settle(nowUs);
      this.endUs = nowUs;
      this.frozen = this.pools.map((pool, index) => this.figuresOf(pool, index));
    }
    return this.frozen;
  }

  private figuresOf({ spec, nodeCount }: Pool, index: number): PoolFigures {
    const { endUs } = this;
    const meters = this.byPool[index]!;
    const nodeUs = meters.nodeUs(endUs, nodeCount);
    const usableBlocks = spec.engine.kvBlocks >= UNLIMITED_KV_BLOCKS ? null : spec.engine.kvBlocks - 1;
    const up = meters.upNodes.series(endUs);
    return {
      ...meters.inWindow(),
      nodeUs,
      upNodeUs: meters.upNodes.integral(endUs),
      paidNodeUs:
        nodeUs.starting + nodeUs.idle + nodeUs.active + nodeUs.draining + nodeUs.down + meters.billedUs(endUs),
      runningUs: meters.running.integral(endUs),
      waitingUs: meters.waiting.integral(endUs),
      busyUs: meters.busyNodes.integral(endUs),
      workNj: meters.energies.reduce(
        (sum, energy, slot) => sum + energy.inWindowNj(this.stepsUnderWay(endUs, index, slot)),
        0n,
      ),
      kvUse: usableBlocks === null ? 0 : meters.meanKvUse(usableBlocks),
      series: {
        running: meters.running.series(endUs),
        waiting: meters.waiting.series(endUs),
        states: meters.stateSeries(endUs),
        workNj: meters.energies
          .map((energy, slot) => energy.seriesNj(this.stepsUnderWay(endUs, index, slot), up.length))
          .reduce((sum, other) => sum.map((nj, i) => nj + other[i]!)),
        kvUse: usableBlocks === null ? up.map(() => 0) : meters.kvUseSeries(usableBlocks, up.length),
        engines: meters.engines?.series(up.length) ?? [],
      },
    };
  }

  /** What leaps under way have done so far is counted now. */
  private settle(nowUs: number): void {
    for (const { stations } of this.nodes) for (const { engine } of stations) engine.settle(nowUs);
  }

  private *stepsUnderWay(nowUs: number, pool: number, slot: number): Iterable<StepUnderWay> {
    for (const { stations } of this.nodesOf(pool)) {
      const step = stations[slot]!.engine.stepUnderWay(nowUs);
      if (step !== null) yield step;
    }
  }

  private *nodesOf(pool: number): Iterable<Node> {
    const { firstNode, nodeCount } = this.pools[pool]!;
    for (let node = firstNode; node < firstNode + nodeCount; node++) yield this.nodes[node]!;
  }
}

/** Of several engines: the mean of their shares, in blocks of the first one. */
function usedBlocksOf({ pools, stations }: Node, nowUs: number): number {
  if (stations.length === 1) return stations[0]!.engine.usedBlocks(nowUs);
  const blocksOf = (pool: Pool): number => pool.spec.engine.kvBlocks - 1;
  const shares = stations.map(({ engine }, slot) => engine.usedBlocks(nowUs) / blocksOf(pools[slot]!));
  return (shares.reduce((sum, share) => sum + share) / shares.length) * blocksOf(pools[0]!);
}
