import { UNLIMITED_KV_BLOCKS } from '../../models/engine.js';
import type { Pool as PoolSpec } from '../../models/scenario.js';
import { invariant } from '../core/invariant.js';
import { LoadIndex } from './load-index.js';
import { PrefillRate } from './prefill-rate.js';
import { QueuedPrompts } from './queued-prompts.js';
import type { ReservedSlots } from './reserved-slots.js';

/** The measured prefill rate remembers about ten seconds of backlog of the whole pool. */
const RATE_MEMORY_US = 10_000_000;
/** A search for room must not cost as much as the fleet is large. */
export const NODES_LOOKED_AT = 16;

/** Where the engines of a pool's nodes for one of its models stand in the fleet. */
export interface PoolPlace {
  /** Number of the scenario's pool, and which of its models this is. */
  readonly machines: number;
  readonly slot: number;
  readonly firstNode: number;
  readonly firstEngine: number;
}

/**
 * The nodes of one pool, with their engines for one model, as the gateway counts them: what it sent where, what has been scheduled, what is done, and
 * which of them are open for new work. A node that has broken stays open until somebody notices.
 */
export class Pool {
  /** How many nodes are open. */
  activeNodes = 0;
  /** How often a node was opened or closed. */
  openings = 0;
  /** Their places in ascending order; only the first `activeNodes` entries count. */
  private readonly open: Int32Array;
  private readonly isOpen: Uint8Array;
  /** Waiting + running, by node. */
  private readonly inFlight: Float64Array;
  private readonly waiting: Int32Array;
  /** Of the open nodes; made when somebody asks for the least loaded one, since not every router does. */
  private loads: LoadIndex | null = null;
  /** null: nobody asks. */
  private readonly rate: PrefillRate | null;
  private backloggedNodes = 0;

  constructor(
    readonly spec: PoolSpec,
    readonly index: number,
    readonly at: PoolPlace,
    readonly nodeCount: number,
    /** Tiers of equal rank share a class. */
    private readonly rankClass: readonly number[],
    /** null: nobody will ask how fast prompts are taken in. */
    designTokensPerNodeUs: number | null,
    /** KV blocks in use on a node now. */
    private readonly usedBlocks: (node: number) => number,
    /** null: no slot is kept for anybody. */
    private readonly reserved: ReservedSlots | null = null,
    /** null: nobody asks how much waits. */
    private readonly queued: QueuedPrompts | null = new QueuedPrompts(rankClass, nodeCount, spec.engine.blockSize),
  ) {
    this.open = new Int32Array(nodeCount);
    this.isOpen = new Uint8Array(nodeCount);
    this.inFlight = new Float64Array(nodeCount);
    this.waiting = new Int32Array(nodeCount);
    this.rate =
      designTokensPerNodeUs === null
        ? null
        : new PrefillRate(designTokensPerNodeUs, RATE_MEMORY_US * Math.max(1, spec.nodes));
  }

  /** Number in the fleet of the pool's node 0. */
  get firstNode(): number {
    return this.at.firstNode;
  }

  get firstEngine(): number {
    return this.at.firstEngine;
  }

  /** The last in every queue. */
  get leastUrgentTier(): number {
    return this.rankClass.indexOf(Math.max(...this.rankClass));
  }

  get maxModelLen(): number {
    return this.spec.engine.maxModelLen;
  }

  get seats(): number {
    return this.spec.engine.maxNumSeqs;
  }

  get costPicoPerHour(): number | null {
    return this.spec.costPicoPerHour;
  }

  get watts(): number {
    const { tdpWatts, hostWatts } = this.spec.power;
    return tdpWatts + hostWatts;
  }

  leastPressedNode(): number {
    const loads = this.loadIndex();
    let best = loads.least;
    let pressure = this.kvUseOf(best);
    // An empty one cannot be beaten, and among many idle nodes that is what is found at once.
    if (pressure === 0) return best;
    loads.eachLeast((node) => {
      const other = this.kvUseOf(node);
      if (other < pressure || (other === pressure && node < best)) {
        best = node;
        pressure = other;
      }
    });
    return best;
  }

  /** The least loaded node that has a slot for this tier, reserved ones left alone; -1: none has. */
  nodeFor(tier: number): number {
    return this.reserved?.binds(tier) ? this.reserved.nodeFor(tier) : this.loadIndex().least;
  }

  /** The first node that suits, of the least loaded ones that have a slot for this tier; -1: not found at once. */
  findNode(tier: number, suits: (node: number) => boolean): number {
    return this.reserved?.binds(tier)
      ? this.reserved.find(tier, suits, NODES_LOOKED_AT)
      : this.loadIndex().find(suits, NODES_LOOKED_AT);
  }

  /** Has a node a slot for this tier that is not reserved for others? */
  admits(node: number, tier: number): boolean {
    return this.reserved === null || this.reserved.hasRoom(node, tier);
  }

  keepsOut(tier: number): boolean {
    return this.reserved?.binds(tier) ?? false;
  }

  /** A seat and KV for the prompt are free. */
  hasSpace(node: number, promptTokens: number): boolean {
    if (this.inFlight[node]! >= this.spec.engine.maxNumSeqs) return false;
    if (this.hasUnlimitedKv) return true;
    const queued = this.askQueued();
    const blocks = this.usedBlocks(node) + queued.blocksAt(node) + queued.blocksOf(promptTokens);
    return blocks <= this.spec.engine.kvBlocks - 1;
  }

  /** Less waits at a node than one step takes in. */
  isHungry(node: number): boolean {
    return this.waitingTokensOf(node) < this.spec.engine.maxNumBatchedTokens;
  }

  get leastLoadedNode(): number {
    return this.loadIndex().least;
  }

  get leastLoad(): number {
    return this.loadIndex().leastLoad;
  }

  loadOf(node: number): number {
    return this.inFlight[node]!;
  }

  kvUseOf(node: number): number {
    return this.hasUnlimitedKv ? 0 : this.usedBlocks(node) / (this.spec.engine.kvBlocks - 1);
  }

  dispatchPressure(node: number): number {
    const { maxNumSeqs, kvBlocks } = this.spec.engine;
    const seats = this.inFlight[node]! / maxNumSeqs;
    if (this.hasUnlimitedKv) return seats;
    return Math.max(seats, (this.usedBlocks(node) + this.askQueued().blocksAt(node)) / (kvBlocks - 1));
  }

  waitingOf(node: number): number {
    return this.waiting[node]!;
  }

  waitingTokensOf(node: number): number {
    return this.askQueued().tokensAt(node);
  }

  /** `tokensAhead`: what waits elsewhere and goes first. */
  predictTtftUs(nowUs: number, tier: number, tokensAhead = 0): number {
    return this.scheduledInUs(nowUs, tokensAhead + this.tokensBefore(tier));
  }

  /** Prompt tokens that are queued at or above the rank of a tier. */
  tokensBefore(tier: number): number {
    return this.askQueued().tokensBefore(tier);
  }

  /** Is what is queued for the one tier scheduled before, or together with, work of the other? */
  goesBefore(tier: number, other: number): boolean {
    return this.rankClass[tier]! <= this.rankClass[other]!;
  }

  /** Time until so many tokens are scheduled. */
  scheduledInUs(nowUs: number, tokens: number): number {
    invariant(this.rate !== null, 'the rate of prompts is kept where it is asked for', nowUs);
    return this.rate.predictUs(nowUs, tokens, this.activeNodes);
  }

  enqueued(nowUs: number, node: number, tier: number, promptTokens: number): void {
    if (this.queued !== null) this.queued.add(node, tier, promptTokens, this.isOpen[node] === 1);
    this.changeInFlight(node, 1);
    this.reserved?.change(node, tier, 1);
    if (this.waiting[node]!++ === 0) this.rate?.setBacklogged(nowUs, ++this.backloggedNodes);
  }

  /** A queued attempt was scheduled for the first time. */
  scheduled(nowUs: number, node: number, tier: number, promptTokens: number): void {
    this.rate?.scheduled(nowUs, promptTokens);
    this.unqueue(nowUs, node, tier, promptTokens);
  }

  /** An attempt is gone from its node; `wasQueued`: before it was ever scheduled. */
  departed(nowUs: number, node: number, tier: number, promptTokens: number, wasQueued: boolean): void {
    if (wasQueued) this.unqueue(nowUs, node, tier, promptTokens);
    this.changeInFlight(node, -1);
    this.reserved?.change(node, tier, -1);
  }

  /** The nth of the open nodes. */
  nodeAt(nth: number): number {
    return this.open[nth]!;
  }

  /** From now on a node gets new work, or none. */
  setOpen(node: number, isOpen: boolean): void {
    if ((this.isOpen[node] === 1) === isOpen) return;
    this.openings++;
    this.isOpen[node] = isOpen ? 1 : 0;
    const { open } = this;
    let at = this.activeNodes;
    if (isOpen) {
      while (at > 0 && open[at - 1]! > node) at--;
      open.copyWithin(at + 1, at, this.activeNodes++);
      open[at] = node;
      this.loads?.insert(node, this.inFlight[node]!);
    } else {
      while (open[at - 1] !== node) at--;
      open.copyWithin(at - 1, at, this.activeNodes--);
      this.loads?.remove(node);
    }
    this.reserved?.setOpen(node, isOpen);
    this.queued?.setOpen(node, isOpen);
  }

  private loadIndex(): LoadIndex {
    if (this.loads === null) {
      this.loads = new LoadIndex(this.nodeCount);
      for (let nth = 0; nth < this.activeNodes; nth++)
        this.loads.insert(this.open[nth]!, this.inFlight[this.open[nth]!]!);
    }
    return this.loads;
  }

  private askQueued(): QueuedPrompts {
    invariant(this.queued !== null, 'how much waits is kept where it is asked for');
    return this.queued;
  }

  private unqueue(nowUs: number, node: number, tier: number, promptTokens: number): void {
    if (this.queued !== null) this.queued.remove(node, tier, promptTokens, this.isOpen[node] === 1);
    if (--this.waiting[node]! === 0) this.rate?.setBacklogged(nowUs, --this.backloggedNodes);
  }

  private changeInFlight(node: number, by: number): void {
    this.inFlight[node]! += by;
    this.loads?.update(node, this.inFlight[node]!);
  }

  private get hasUnlimitedKv(): boolean {
    return this.spec.engine.kvBlocks >= UNLIMITED_KV_BLOCKS;
  }
}
