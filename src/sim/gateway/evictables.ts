import type { TierProfile } from '../../models/provider.js';
import type { Attempt } from '../attempt.js';

/**
 * Work at the nodes that may be thrown out for more urgent work: by node and tier in the order in which it came, so
 * that the youngest of the lowest tier is found at once.
 */
export class Evictables {
  /** The youngest, by node and tier. */
  private readonly youngest: (Attempt | null)[];
  private readonly order: readonly number[];
  private readonly evictors: readonly (readonly boolean[])[];
  /** Nodes with evictable work, and where each stands in the list. */
  private readonly nodes: number[] = [];
  private readonly place: Int32Array;
  private readonly counts: Int32Array;

  constructor(
    private readonly tiers: readonly TierProfile[],
    nodeCount: number,
  ) {
    this.youngest = new Array<Attempt | null>(nodeCount * tiers.length).fill(null);
    this.order = tiers.map((_, tier) => tier).sort((a, b) => tiers[a]!.rank - tiers[b]!.rank);
    this.evictors = tiers.map(({ eviction }) => tiers.map(({ name }) => eviction?.by.includes(name) ?? false));
    this.place = new Int32Array(nodeCount);
    this.counts = new Int32Array(nodeCount);
  }

  /** May work of this tier throw out anybody at all? */
  isEvictor(tier: number): boolean {
    return this.evictors.some((by) => by[tier]);
  }

  /** An attempt has come to its node. */
  add(attempt: Attempt, nowUs: number): void {
    const { eviction } = this.tiers[attempt.tierQueued]!;
    if (eviction === null || (eviction.maxTimes !== null && attempt.evictions >= eviction.maxTimes)) return;
    const slot = this.slotOf(attempt);
    const older = this.youngest[slot] ?? null;
    attempt.isEvictable = true;
    attempt.dispatchedUs = nowUs;
    attempt.evictOlder = older;
    attempt.evictYounger = null;
    if (older !== null) older.evictYounger = attempt;
    this.youngest[slot] = attempt;
    if (this.counts[attempt.engine]!++ === 0) {
      this.place[attempt.engine] = this.nodes.length;
      this.nodes.push(attempt.engine);
    }
  }

  /** It is gone, or may not be thrown out any more. */
  remove(attempt: Attempt): void {
    if (!attempt.isEvictable) return;
    attempt.isEvictable = false;
    const { evictOlder, evictYounger } = attempt;
    if (evictOlder !== null) evictOlder.evictYounger = evictYounger;
    if (evictYounger !== null) evictYounger.evictOlder = evictOlder;
    else this.youngest[this.slotOf(attempt)] = evictOlder;
    attempt.evictOlder = null;
    attempt.evictYounger = null;
    if (--this.counts[attempt.engine]! === 0) this.forgetNode(attempt.engine);
  }

  onFirstToken(attempt: Attempt): void {
    if (this.tiers[attempt.tierQueued]!.eviction?.when === 'before-first-token') this.remove(attempt);
  }

  /** Whom work of this tier would throw out of this node; null: nobody. */
  victimAt(node: number, evictor: number, nowUs: number): Attempt | null {
    if (this.counts[node] === 0) return null;
    for (const tier of this.order) {
      if (!this.evictors[tier]![evictor]) continue;
      const { minRunUs } = this.tiers[tier]!.eviction!;
      let attempt: Attempt | null = this.youngest[node * this.tiers.length + tier] ?? null;
      while (attempt !== null && nowUs - attempt.dispatchedUs < minRunUs) attempt = attempt.evictOlder;
      if (attempt !== null) return attempt;
    }
    return null;
  }

  /** A node, other than the one looked at first, that has somebody to throw out; -1: not found at once. */
  someNode(from: number, to: number): number {
    for (let i = this.nodes.length - 1, looked = 0; i >= 0 && looked < LOOKS; i--, looked++) {
      const node = this.nodes[i]!;
      if (node >= from && node < to) return node;
    }
    return -1;
  }

  private forgetNode(node: number): void {
    const at = this.place[node]!;
    const last = this.nodes.pop()!;
    if (last === node) return;
    this.nodes[at] = last;
    this.place[last] = at;
  }

  private slotOf(attempt: Attempt): number {
    return attempt.engine * this.tiers.length + attempt.tierQueued;
  }
}

/** A search that finds nobody must not cost as much as the fleet is large. */
const LOOKS = 16;
