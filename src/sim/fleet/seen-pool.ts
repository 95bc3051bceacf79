import { UNLIMITED_KV_BLOCKS } from '../../models/engine.js';
import { LoadIndex } from './load-index.js';
import { NODES_LOOKED_AT, type Pool } from './pool.js';

/**
 * A pool as one gateway sees it: the nodes as they were when it last looked, and what it has sent there since. It looks
 * once a period, which costs nothing where nothing has changed; queues and KV of a node are read when somebody first
 * asks in a period, for that is what lets nodes leap. Which nodes there are it always knows (health checks have a delay
 * of their own), and room is given out in one place: slots kept for a tier, and what waits at the gateway, go by the
 * pool itself.
 */
export class SeenPool {
  /** Waiting + running by node, and which node has least. */
  private readonly load: Float64Array;
  private loads: LoadIndex;
  /** What else is read of a node, when it is first asked for in a period: in which that was, and what it said. */
  private readonly readIn: Int32Array;
  private readonly waiting: Float64Array;
  private readonly waitingTokens: Float64Array;
  private readonly kvUse: Float64Array;
  private readonly pressure: Float64Array;
  /** Prompt tokens queued at or above a tier's rank, read likewise, and sent since the last look. */
  private readonly queuedReadIn: Int32Array;
  private readonly queuedTokens: Float64Array;
  private readonly sentTokens: Float64Array;
  /** Nodes whose load has changed since the last look, each once. */
  private readonly changed: Int32Array;
  private readonly hasChanged: Uint8Array;
  private changes = 0;
  private period = -1;
  private openings = -1;

  constructor(
    private readonly pool: Pool,
    private readonly periodUs: number,
    /** Gateways do not all look at the same time. */
    private readonly phaseUs: number,
    private readonly tiers: number,
  ) {
    const { nodeCount } = pool;
    this.load = new Float64Array(nodeCount);
    this.loads = new LoadIndex(nodeCount);
    this.readIn = new Int32Array(nodeCount).fill(-1);
    this.waiting = new Float64Array(nodeCount);
    this.waitingTokens = new Float64Array(nodeCount);
    this.kvUse = new Float64Array(nodeCount);
    this.pressure = new Float64Array(nodeCount);
    this.queuedReadIn = new Int32Array(tiers).fill(-1);
    this.queuedTokens = new Float64Array(tiers);
    this.sentTokens = new Float64Array(tiers);
    this.changed = new Int32Array(nodeCount);
    this.hasChanged = new Uint8Array(nodeCount);
  }

  // What the fleet and the gateway tell it.

  /** Somebody's work is about to come to a node or to go: what is there now is what a look meanwhile would have seen. */
  noteChange(nowUs: number, node: number): void {
    this.catchUp(nowUs);
    if (this.hasChanged[node] === 1) return;
    this.hasChanged[node] = 1;
    this.changed[this.changes++] = node;
  }

  /** Before each decision. */
  look(nowUs: number): void {
    this.catchUp(nowUs);
    if (this.pool.openings !== this.openings) this.learnNodes();
  }

  /** This gateway sends work to a node. */
  sent(node: number, tier: number, promptTokens: number): void {
    this.loads.update(node, ++this.load[node]!);
    for (let other = 0; other < this.tiers; other++) {
      if (this.pool.goesBefore(tier, other)) this.sentTokens[other]! += promptTokens;
    }
    if (this.readIn[node] !== this.period) return;
    this.waiting[node]!++;
    this.waitingTokens[node]! += promptTokens;
    const { blockSize, kvBlocks } = this.pool.spec.engine;
    if (kvBlocks < UNLIMITED_KV_BLOCKS) this.pressure[node]! += Math.ceil(promptTokens / blockSize) / (kvBlocks - 1);
  }

  // As it was seen.

  loadOf(node: number): number {
    return this.load[node]!;
  }

  get leastLoadedNode(): number {
    return this.loads.least;
  }

  get leastLoad(): number {
    return this.loads.leastLoad;
  }

  leastPressedNode(): number {
    let best = this.loads.least;
    this.loads.eachLeast((node) => {
      const difference = this.kvUseOf(node) - this.kvUseOf(best);
      if (difference < 0 || (difference === 0 && node < best)) best = node;
    });
    return best;
  }

  kvUseOf(node: number): number {
    this.read(node);
    return this.kvUse[node]!;
  }

  waitingOf(node: number): number {
    this.read(node);
    return this.waiting[node]!;
  }

  waitingTokensOf(node: number): number {
    this.read(node);
    return this.waitingTokens[node]!;
  }

  dispatchPressure(node: number): number {
    this.read(node);
    return Math.max(this.load[node]! / this.seats, this.pressure[node]!);
  }

  predictTtftUs(nowUs: number, tier: number, tokensAhead: number): number {
    if (this.queuedReadIn[tier] !== this.period) {
      this.queuedReadIn[tier] = this.period;
      this.queuedTokens[tier] = this.pool.tokensBefore(tier);
      // What was sent since the last look is in it.
      this.sentTokens[tier] = 0;
    }
    return this.pool.scheduledInUs(nowUs, this.queuedTokens[tier]! + this.sentTokens[tier]! + tokensAhead);
  }

  /** Of a tier that reservations keep out the pool itself says where it has a slot. */
  nodeFor(tier: number): number {
    return this.pool.keepsOut(tier) ? this.pool.nodeFor(tier) : this.loads.least;
  }

  findNode(tier: number, suits: (node: number) => boolean): number {
    return this.pool.keepsOut(tier) ? this.pool.findNode(tier, suits) : this.loads.find(suits, NODES_LOOKED_AT);
  }

  // As it is.

  get spec(): Pool['spec'] {
    return this.pool.spec;
  }

  get index(): number {
    return this.pool.index;
  }

  get activeNodes(): number {
    return this.pool.activeNodes;
  }

  get maxModelLen(): number {
    return this.pool.maxModelLen;
  }

  get seats(): number {
    return this.pool.seats;
  }

  get costPicoPerHour(): number | null {
    return this.pool.costPicoPerHour;
  }

  get watts(): number {
    return this.pool.watts;
  }

  nodeAt(nth: number): number {
    return this.pool.nodeAt(nth);
  }

  admits(node: number, tier: number): boolean {
    return this.pool.admits(node, tier);
  }

  keepsOut(tier: number): boolean {
    return this.pool.keepsOut(tier);
  }

  hasSpace(node: number, promptTokens: number): boolean {
    return this.pool.hasSpace(node, promptTokens);
  }

  isHungry(node: number): boolean {
    return this.pool.isHungry(node);
  }

  /** A look that was due is taken: nothing has changed since then. */
  private catchUp(nowUs: number): void {
    const period = Math.floor((nowUs + this.phaseUs) / this.periodUs);
    if (period === this.period) return;
    this.period = period;
    for (let i = 0; i < this.changes; i++) {
      const node = this.changed[i]!;
      this.hasChanged[node] = 0;
      this.load[node] = this.pool.loadOf(node);
      this.loads.update(node, this.load[node]!);
    }
    this.changes = 0;
    this.sentTokens.fill(0);
  }

  private learnNodes(): void {
    this.openings = this.pool.openings;
    this.loads = new LoadIndex(this.pool.nodeCount);
    for (let nth = 0; nth < this.pool.activeNodes; nth++) {
      const node = this.pool.nodeAt(nth);
      this.loads.insert(node, this.load[node]!);
    }
  }

  private read(node: number): void {
    if (this.readIn[node] === this.period) return;
    this.readIn[node] = this.period;
    this.waiting[node] = this.pool.waitingOf(node);
    this.waitingTokens[node] = this.pool.waitingTokensOf(node);
    this.kvUse[node] = this.pool.kvUseOf(node);
    this.pressure[node] = this.pool.dispatchPressure(node);
  }
}
