import { invariant } from '../core/invariant.js';
import { doubled } from './doubled.js';
import type { FreeList } from './free-list.js';
import type { Strands } from './strands.js';

const NONE = -1;
/** A hold is three numbers: a copy, and the first of its blocks and the first that is not held any more. */
const HOLD = 3;

/**
 * The cached blocks that several sequences could want, in extents: neighbouring blocks of one strand that have the same
 * number of users, or lie in the free list one after another. An extent is split where somebody wants a part
 * of it and joined to its neighbour when there is no difference any more, so a block costs nothing of itself.
 *
 * When sequences compute the same text side by side, there are several copies of a part of a strand. A copy that came
 * earlier has come earlier at each of its blocks; the earliest is handed out.
 */
export class SharedBlocks {
  /** By strand: its copies, the earliest first. */
  private firstCopy = new Int32Array(64).fill(NONE);
  /** By copy. */
  private strandOf = new Int32Array(64);
  private nextCopy = new Int32Array(64);
  private firstExtent = new Int32Array(64);
  private lastExtent = new Int32Array(64);
  private readonly unusedCopies: number[] = [];
  private copies = 0;
  /** By extent: blocks [low, low + count) of its strand. */
  private copyOf = new Int32Array(64);
  private low = new Int32Array(64);
  private count = new Int32Array(64);
  private users = new Int32Array(64);
  private before = new Int32Array(64);
  private after = new Int32Array(64);
  /** Where it stands in the free list while nobody uses it. */
  private entry = new Int32Array(64);
  private readonly unusedExtents: number[] = [];
  private extents = 0;
  /** Of the extent found last: the first block that an earlier copy has, or that it does not hold. */
  private foundEnd = 0;

  constructor(
    private readonly free: FreeList,
    private readonly strands: Strands,
  ) {}

  /** How many leading blocks of a strand are cached, up to `most`. */
  cached(strand: number, most: number): number {
    let at = 0;
    while (at < most && this.find(strand, at) !== NONE) at = this.foundEnd;
    return Math.min(at, most);
  }

  /** How many of the first `blocks` blocks, all of them cached, nobody uses. */
  unusedAmong(strand: number, blocks: number): number {
    let free = 0;
    for (let at = 0; at < blocks; at = this.foundEnd) {
      const extent = this.find(strand, at);
      if (this.users[extent] === 0) free += Math.min(this.foundEnd, blocks) - at;
    }
    return free;
  }

  /** One user more for the first `blocks` blocks, all of them cached. */
  join(strand: number, blocks: number, holds: number[]): void {
    for (let at = 0; at < blocks; ) {
      const found = this.find(strand, at);
      const end = Math.min(this.foundEnd, blocks);
      const extent = this.users[found] === 0 ? this.takeOut(found, at, end) : this.cut(found, at, end);
      this.users[extent]!++;
      addHold(holds, this.copyOf[extent]!, at, end);
      this.joinBefore(extent);
      at = end;
    }
  }

  /** Blocks [from, to) of a strand, held by one sequence, are full now. `holds`: that sequence's. */
  enter(strand: number, from: number, to: number, holds: number[]): void {
    const last = holds.length - HOLD;
    const goesOn =
      last >= 0 &&
      holds[last + 2] === from &&
      this.strandOf[holds[last]!] === strand &&
      !this.isAnyCached(strand, from, to);
    const copy = goesOn ? holds[last]! : this.makeCopy(strand);
    const place = goesOn ? this.extentWith(copy, from - 1) : NONE;
    const extent = this.makeExtent(copy, from, to - from, place);
    this.users[extent] = 1;
    addHold(holds, copy, from, to);
    this.joinBefore(extent);
  }

  /** One user less for all that is held; the last block is given up first. */
  leave(holds: number[]): void {
    while (holds.length > 0) {
      const to = holds.pop()!;
      const from = holds.pop()!;
      this.leaveCopy(holds.pop()!, from, to);
    }
  }

  /** The last `blocks` of an extent are about to hold something else. */
  evict(extent: number, blocks: number): void {
    this.count[extent]! -= blocks;
    if (this.count[extent] === 0) this.remove(extent);
  }

  /** How many different blocks are in use, for inspection. */
  get inUse(): number {
    let blocks = 0;
    this.eachCopy((copy) => {
      for (let at = this.firstExtent[copy]!; at !== NONE; at = this.after[at]!) {
        if (this.users[at]! > 0) blocks += this.count[at]!;
      }
    });
    return blocks;
  }

  /** How many different prefixes are cached, for inspection. */
  get cachedPrefixes(): number {
    const seen = new Set<string>();
    this.eachCopy((copy) => {
      for (let at = this.firstExtent[copy]!; at !== NONE; at = this.after[at]!) {
        for (let i = 0; i < this.count[at]!; i++) seen.add(`${this.strandOf[copy]}/${this.low[at]! + i}`);
      }
    });
    return seen.size;
  }

  private eachCopy(look: (copy: number) => void): void {
    for (const first of this.firstCopy) {
      for (let copy = first; copy !== NONE; copy = this.nextCopy[copy]!) look(copy);
    }
  }

  private leaveCopy(copy: number, from: number, to: number): void {
    let extent = this.extentWith(copy, to - 1);
    for (let end = to; end > from; ) {
      extent = this.cut(extent, Math.max(from, this.low[extent]!), end);
      end = this.low[extent]!;
      const before = this.before[extent]!;
      if (--this.users[extent]! === 0) this.putBack(extent);
      else this.joinBefore(this.after[extent]!);
      extent = before;
    }
    // What was cut off in front of it may have as many users again.
    if (extent !== NONE) this.joinBefore(this.after[extent]!);
  }

  /** Nobody uses it any more: to the end of the free list, behind the blocks after it. */
  private putBack(extent: number): void {
    const last = this.free.lastShared;
    const end = this.low[extent]! + this.count[extent]!;
    if (last === NONE || this.copyOf[last] !== this.copyOf[extent] || this.low[last] !== end) {
      this.entry[extent] = this.free.appendShared(extent, this.count[extent]!);
      return;
    }
    this.free.lengthenLast(this.count[extent]!);
    this.low[last] = this.low[extent]!;
    this.count[last]! += this.count[extent]!;
    this.unlink(extent);
  }

  /** Takes [from, to) of a free extent out of the free list; it becomes an extent of its own. */
  private takeOut(extent: number, from: number, to: number): number {
    const low = this.low[extent]!;
    const end = low + this.count[extent]!;
    const copy = this.copyOf[extent]!;
    if (from === low && to === end) {
      this.free.removeShared(this.entry[extent]!);
      return extent;
    }
    if (from === low) {
      this.free.shortenShared(this.entry[extent]!, to - from);
      this.low[extent] = to;
      this.count[extent] = end - to;
      return this.makeExtent(copy, from, to - from, this.before[extent]!);
    }
    this.free.shortenShared(this.entry[extent]!, end - from);
    this.count[extent] = from - low;
    const taken = this.makeExtent(copy, from, to - from, extent);
    if (to < end) {
      // It is handed out before what lies in front of it.
      const beyond = this.makeExtent(copy, to, end - to, taken);
      this.users[beyond] = 0;
      this.entry[beyond] = this.free.insertShared(this.entry[extent]!, beyond, end - to);
    }
    return taken;
  }

  /** Cuts a used extent so that [from, to) is one of its own. */
  private cut(extent: number, from: number, to: number): number {
    const end = this.low[extent]! + this.count[extent]!;
    if (to < end) this.splitAt(extent, to);
    return from > this.low[extent]! ? this.splitAt(extent, from) : extent;
  }

  /** The part from `at` on. */
  private splitAt(extent: number, at: number): number {
    const low = this.low[extent]!;
    const rest = this.makeExtent(this.copyOf[extent]!, at, low + this.count[extent]! - at, extent);
    this.users[rest] = this.users[extent]!;
    this.count[extent] = at - low;
    return rest;
  }

  /** Makes one of a used extent and the one before it where nothing tells them apart. */
  private joinBefore(extent: number): void {
    if (extent === NONE) return;
    const before = this.before[extent]!;
    if (before === NONE || this.users[extent] === 0 || this.users[before] !== this.users[extent]) return;
    if (this.low[before]! + this.count[before]! !== this.low[extent]) return;
    this.count[before]! += this.count[extent]!;
    this.unlink(extent);
  }

  /** The extent of the earliest copy that has a block; NONE: it is not cached. */
  private find(strand: number, index: number): number {
    let end = Number.POSITIVE_INFINITY;
    const first = strand < this.firstCopy.length ? this.firstCopy[strand]! : NONE;
    for (let copy = first; copy !== NONE; copy = this.nextCopy[copy]!) {
      let extent = this.firstExtent[copy]!;
      while (extent !== NONE && this.low[extent]! + this.count[extent]! <= index) extent = this.after[extent]!;
      if (extent === NONE) continue;
      if (this.low[extent]! <= index) {
        this.foundEnd = Math.min(end, this.low[extent]! + this.count[extent]!);
        return extent;
      }
      end = Math.min(end, this.low[extent]!);
    }
    return NONE;
  }

  private isAnyCached(strand: number, from: number, to: number): boolean {
    for (let copy = this.firstCopy[strand]!; copy !== NONE; copy = this.nextCopy[copy]!) {
      let extent = this.lastExtent[copy]!;
      while (extent !== NONE && this.low[extent]! >= to) extent = this.before[extent]!;
      if (extent !== NONE && this.low[extent]! + this.count[extent]! > from) return true;
    }
    return false;
  }

  /** The extent of a copy that has a block which somebody holds. */
  private extentWith(copy: number, index: number): number {
    let extent = this.lastExtent[copy]!;
    while (extent !== NONE && this.low[extent]! > index) extent = this.before[extent]!;
    invariant(extent !== NONE, 'a block that is held is there', undefined, index);
    return extent;
  }

  private remove(extent: number): void {
    const copy = this.copyOf[extent]!;
    this.unlink(extent);
    if (this.firstExtent[copy] !== NONE) return;
    const strand = this.strandOf[copy]!;
    if (this.firstCopy[strand] === copy) {
      this.firstCopy[strand] = this.nextCopy[copy]!;
    } else {
      let earlier = this.firstCopy[strand]!;
      while (this.nextCopy[earlier] !== copy) earlier = this.nextCopy[earlier]!;
      this.nextCopy[earlier] = this.nextCopy[copy]!;
    }
    this.unusedCopies.push(copy);
    this.strands.leave(strand);
  }

  private unlink(extent: number): void {
    const copy = this.copyOf[extent]!;
    const [before, after] = [this.before[extent]!, this.after[extent]!];
    if (before === NONE) this.firstExtent[copy] = after;
    else this.after[before] = after;
    if (after === NONE) this.lastExtent[copy] = before;
    else this.before[after] = before;
    this.unusedExtents.push(extent);
  }

  /** Each copy holds its strand. */
  private makeCopy(strand: number): number {
    this.strands.hold(strand);
    const copy = this.unusedCopies.pop() ?? this.copies++;
    if (copy === this.strandOf.length) {
      this.strandOf = doubled(this.strandOf);
      this.nextCopy = doubled(this.nextCopy);
      this.firstExtent = doubled(this.firstExtent);
      this.lastExtent = doubled(this.lastExtent);
    }
    while (strand >= this.firstCopy.length) {
      const known = this.firstCopy.length;
      this.firstCopy = doubled(this.firstCopy).fill(NONE, known);
    }
    this.strandOf[copy] = strand;
    this.nextCopy[copy] = NONE;
    this.firstExtent[copy] = NONE;
    this.lastExtent[copy] = NONE;
    let last = this.firstCopy[strand]!;
    if (last === NONE) {
      this.firstCopy[strand] = copy;
    } else {
      while (this.nextCopy[last] !== NONE) last = this.nextCopy[last]!;
      this.nextCopy[last] = copy;
    }
    return copy;
  }

  /** Right behind `place`; NONE: in front. */
  private makeExtent(copy: number, low: number, count: number, place: number): number {
    const extent = this.unusedExtents.pop() ?? this.extents++;
    if (extent === this.low.length) this.growExtents();
    const next = place === NONE ? this.firstExtent[copy]! : this.after[place]!;
    this.copyOf[extent] = copy;
    this.low[extent] = low;
    this.count[extent] = count;
    this.users[extent] = 0;
    this.before[extent] = place;
    this.after[extent] = next;
    if (place === NONE) this.firstExtent[copy] = extent;
    else this.after[place] = extent;
    if (next === NONE) this.lastExtent[copy] = extent;
    else this.before[next] = extent;
    return extent;
  }

  private growExtents(): void {
    this.copyOf = doubled(this.copyOf);
    this.low = doubled(this.low);
    this.count = doubled(this.count);
    this.users = doubled(this.users);
    this.before = doubled(this.before);
    this.after = doubled(this.after);
    this.entry = doubled(this.entry);
  }
}

/** Notes that [from, to) of a copy is held, in one piece with what was noted last if that ends there. */
function addHold(holds: number[], copy: number, from: number, to: number): void {
  const last = holds.length - HOLD;
  if (last >= 0 && holds[last] === copy && holds[last + 2] === from) holds[last + 2] = to;
  else holds.push(copy, from, to);
}
