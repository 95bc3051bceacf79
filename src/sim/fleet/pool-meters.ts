import type { NodeState } from '../../models/node-state.js';
import type { Pool as PoolSpec } from '../../models/scenario.js';
import { expectLarge } from '../core/expect-large.js';
import type { StepUnderWay } from '../engine/node-engine.js';
import { Gauge } from '../gauge.js';
import { EnergyMeter } from './energy-meter.js';
import { EngineSamples } from './engine-samples.js';
import type { StateSeries } from './pool-figures.js';

/** Running totals of a pool; subtracting two gives what happened between. */
export class PoolCounts {
  attempts = 0;
  inputTokens = 0;
  cachedTokens = 0;
  outputTokens = 0;
  steps = 0;
  preemptions = 0;
}

expectLarge(new PoolCounts(), 'inputTokens', 'cachedTokens', 'outputTokens', 'steps');

/** What is measured of a pool while a run goes on. */
export class PoolMeters {
  readonly counts = new PoolCounts();
  readonly running: Gauge;
  readonly waiting: Gauge;
  readonly busyNodes: Gauge;
  /** Loaded and not down: idle, active or draining. */
  readonly upNodes: Gauge;
  private readonly billed: (readonly [fromUs: number, toUs: number])[] = [];
  /** Places by state. Off is what remains, and up nodes that are neither active nor draining are idle. */
  private readonly inState: { readonly [State in NodeState]: Gauge | null };
  /** By model. */
  readonly energies: readonly EnergyMeter[];
  /** null: the pool has one model. */
  readonly engines: EngineSamples | null;
  /** Blocks in use and nodes up, summed over the looks in each bucket and in the counted window. */
  private readonly sampledBlocks: Float64Array;
  private readonly sampledNodes: Float64Array;
  private windowBlocks = 0;
  private windowNodes = 0;
  /** null: the window has not begun. */
  private atWindowStart: PoolCounts | null = null;

  constructor(
    /** The pool as each of its models sees it. */
    specs: readonly PoolSpec[],
    private readonly windowFromUs: number,
    private readonly bucketUs: number,
    buckets: number,
    readonly clock: { readonly nowUs: number },
  ) {
    this.energies = specs.map((spec) => new EnergyMeter(spec));
    this.engines = specs.length === 1 ? null : new EngineSamples(specs, bucketUs, buckets);
    this.sampledBlocks = new Float64Array(buckets);
    this.sampledNodes = new Float64Array(buckets);
    const gauge = (): Gauge => new Gauge(windowFromUs, bucketUs, buckets, clock);
    this.running = gauge();
    this.waiting = gauge();
    this.busyNodes = gauge();
    this.upNodes = gauge();
    this.inState = {
      off: null,
      starting: gauge(),
      warm: gauge(),
      idle: null,
      active: gauge(),
      draining: gauge(),
      down: gauge(),
    };
  }

  /** Time after a node went off for which it is paid all the same. */
  bill(fromUs: number, toUs: number): void {
    this.billed.push([fromUs, toUs]);
  }

  /** What of it lies in the counted window. */
  billedUs(endUs: number): number {
    let sum = 0;
    for (const [fromUs, toUs] of this.billed) {
      sum += Math.max(0, Math.min(toUs, endUs) - Math.max(fromUs, this.windowFromUs));
    }
    return sum;
  }

  /** A node has gone from one state to another. Between idle and active, the usual case, one gauge moves. */
  moveNode(nowUs: number, from: NodeState, to: NodeState): void {
    this.inState[from]?.add(nowUs, -1);
    this.inState[to]?.add(nowUs, 1);
    const more = Number(isUp(to)) - Number(isUp(from));
    if (more !== 0) this.upNodes.add(nowUs, more);
  }

  /** Node-time by state in the counted window, over `places` nodes. */
  nodeUs(endUs: number, places: number): Record<NodeState, number> {
    const integral = (state: NodeState): number => this.inState[state]?.integral(endUs) ?? 0;
    const [starting, warm, down] = [integral('starting'), integral('warm'), integral('down')];
    const [active, draining, up] = [integral('active'), integral('draining'), this.upNodes.integral(endUs)];
    const all = places * Math.max(0, endUs - this.windowFromUs);
    const off = all - starting - warm - down - up;
    return { off, starting, warm, idle: up - active - draining, active, draining, down };
  }

  /** Mean nodes in each bucket, by what they draw. */
  stateSeries(endUs: number): StateSeries {
    const of = (gauge: Gauge | null): number[] => gauge?.series(endUs) ?? [];
    const down = of(this.inState.down);
    const busy = of(this.busyNodes);
    const warm = of(this.inState.warm);
    return {
      unloaded: of(this.inState.starting).map((nodes, i) => nodes + down[i]!),
      resting: of(this.upNodes).map((nodes, i) => nodes - busy[i]! + warm[i]!),
      busy,
    };
  }

  /** Of so many nodes that are up. */
  sampleBlocks(nowUs: number, blocks: number, nodes: number): void {
    const bucket = Math.min(this.sampledBlocks.length - 1, Math.floor(nowUs / this.bucketUs));
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

  /** `underWay`: of the engines for a model. */
  beginWindow(underWay: (slot: number) => Iterable<StepUnderWay>): void {
    for (const [slot, energy] of this.energies.entries()) energy.beginWindow(underWay(slot));
    this.atWindowStart = { ...this.counts };
  }

  inWindow(): PoolCounts {
    const { counts, atWindowStart } = this;
    if (atWindowStart === null) return new PoolCounts();
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

export function isUp(state: NodeState): boolean {
  return state === 'active' || state === 'idle' || state === 'draining';
}
