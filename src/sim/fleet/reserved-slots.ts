import type { TierProfile } from '../../models/provider.js';
import type { TierNumber } from '../../models/scenario.js';
import { LoadIndex } from './load-index.js';

/**
 * The slots of each node of a pool that are kept for a tier and those above it. Tiers stand in one order: by rank,
 * and of equal rank those with a reservation first. Below each reservation all tiers together may take a node's
 * slots but for those reserved by it and above it.
 */
export class ReservedSlots {
  /** By tier: how many reservations keep it out. They are the first so many. */
  private readonly depth: readonly number[];
  /** By reservation: what those below it may take of a node together. */
  private readonly caps: readonly number[];
  /** By reservation: what those below it have taken, by node, and the node where that is least. */
  private readonly taken: readonly Float64Array[];
  private readonly least: readonly LoadIndex[];
  private readonly isOpen: Uint8Array;

  constructor(tiers: readonly TierProfile[], reservations: readonly TierNumber[], seats: number, nodes: number) {
    const slotsOf = (index: number): number => reservations.find(({ tier }) => tier === tiers[index]!.name)?.value ?? 0;
    const order = tiers
      .map((_, index) => index)
      .sort((a, b) => {
        const byRank = tiers[b]!.rank - tiers[a]!.rank;
        return byRank || Number(slotsOf(b) > 0) - Number(slotsOf(a) > 0) || a - b;
      });
    const depth = new Array<number>(tiers.length).fill(0);
    const caps: number[] = [];
    let free = seats;
    for (const index of order) {
      depth[index] = caps.length;
      const slots = slotsOf(index);
      if (slots > 0) caps.push((free -= slots));
    }
    this.depth = depth;
    this.caps = caps;
    this.taken = caps.map(() => new Float64Array(nodes));
    this.least = caps.map(() => new LoadIndex(nodes));
    this.isOpen = new Uint8Array(nodes);
  }

  /** Does some reservation keep this tier out of some slots? */
  binds(tier: number): boolean {
    return this.depth[tier]! > 0;
  }

  hasRoom(node: number, tier: number): boolean {
    for (let i = 0; i < this.depth[tier]!; i++) if (this.taken[i]![node]! >= this.caps[i]!) return false;
    return true;
  }

  /** The open node with a slot for this tier where it and those below it have taken least; -1: there is none. */
  nodeFor(tier: number): number {
    const innermost = this.least[this.depth[tier]! - 1]!;
    const { least } = innermost;
    if (least < 0 || this.hasRoom(least, tier)) return least;
    // With one reservation nobody else has room either; with several another node may.
    if (this.depth[tier] === 1) return -1;
    for (let node = 0; node < this.isOpen.length; node++) {
      if (this.isOpen[node] === 1 && this.hasRoom(node, tier)) return node;
    }
    return -1;
  }

  /** Likewise the first that suits, of some. */
  find(tier: number, suits: (node: number) => boolean, most: number): number {
    return this.least[this.depth[tier]! - 1]!.find((node) => this.hasRoom(node, tier) && suits(node), most);
  }

  change(node: number, tier: number, by: 1 | -1): void {
    for (let i = 0; i < this.depth[tier]!; i++) {
      const taken = (this.taken[i]![node]! += by);
      this.least[i]!.update(node, taken);
    }
  }

  setOpen(node: number, isOpen: boolean): void {
    this.isOpen[node] = isOpen ? 1 : 0;
    for (const [i, index] of this.least.entries()) {
      if (isOpen) index.insert(node, this.taken[i]![node]!);
      else index.remove(node);
    }
  }
}
