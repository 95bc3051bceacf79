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
  /** By reservation: what those below it have taken, by node. */
  private readonly taken: readonly Float64Array[];
  /** By reservation: the open nodes on which it and those before it leave room, and where least of it is taken. */
  private readonly roomy: readonly LoadIndex[];
  /** By node: in how many of them it stands. They are the first so many. */
  private readonly listed: Uint8Array;
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
    this.roomy = caps.map(() => new LoadIndex(nodes));
    this.listed = new Uint8Array(nodes);
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
    return this.roomy[this.depth[tier]! - 1]!.least;
  }

  /** Likewise the first that suits, of some. */
  find(tier: number, suits: (node: number) => boolean, most: number): number {
    return this.roomy[this.depth[tier]! - 1]!.find(suits, most);
  }

  change(node: number, tier: number, by: 1 | -1): void {
    for (let i = 0; i < this.depth[tier]!; i++) {
      const taken = (this.taken[i]![node]! += by);
      this.roomy[i]!.update(node, taken);
    }
    this.list(node);
  }

  setOpen(node: number, isOpen: boolean): void {
    this.isOpen[node] = isOpen ? 1 : 0;
    this.list(node);
  }

  /** Puts the node into the lists in which it belongs now. */
  private list(node: number): void {
    const { taken, caps, roomy } = this;
    let wanted = 0;
    if (this.isOpen[node] === 1) while (wanted < caps.length && taken[wanted]![node]! < caps[wanted]!) wanted++;
    let listed = this.listed[node]!;
    for (; listed < wanted; listed++) roomy[listed]!.insert(node, taken[listed]![node]!);
    while (listed > wanted) roomy[--listed]!.remove(node);
    this.listed[node] = wanted;
  }
}
