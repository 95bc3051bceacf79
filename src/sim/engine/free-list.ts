import { invariant, violated } from '../core/invariant.js';
import { FreeExtents, Kind, NONE } from './free-extents.js';
import type { Sequence } from './sequence.js';

/**
 * The free KV blocks in the order in which they are handed out. What matters of a free block is its place and whether
 * anybody could still want what is in it, so the list is kept in extents:
 *
 * - plain blocks, of which only the number matters;
 * - own blocks: the cached blocks [low, low + count) of one sequence, the last handed out first, so that what is left
 *   is always a beginning. Only the sequence itself could want them, when it comes back from a preemption;
 * - shared blocks: an extent of SharedBlocks each, the last block handed out first as well.
 *
 * Blocks freed without a prefix stand in front and are a single number; so are, at the end, those freed last that nobody can
 * want, and all that were never used while nothing lies between. What lies between is a list, and mostly empty.
 */
export class FreeList {
  /** In all. */
  freeBlocks: number;
  /** In front of the list, and behind it. */
  private inFront = 0;
  private atEnd: number;
  private extents = NOTHING_BETWEEN;

  constructor(blocks: number) {
    this.freeBlocks = blocks;
    this.atEnd = blocks;
  }

  addInFront(blocks: number): void {
    this.inFront += blocks;
    this.freeBlocks += blocks;
  }

  appendPlain(blocks: number): void {
    this.atEnd += blocks;
    this.freeBlocks += blocks;
  }

  /** `owner` null: it will not come back, so nobody can want them. */
  appendOwn(low: number, blocks: number, owner: Sequence | null): void {
    if (owner === null) {
      this.appendPlain(blocks);
      return;
    }
    if (blocks === 0) return;
    const entry = this.append(Kind.own, blocks, low, owner);
    if (owner.pieces === null) owner.pieces = [entry];
    else owner.pieces.push(entry);
  }

  /** The entry, by which the blocks can be taken out again. */
  appendShared(extent: number, blocks: number): number {
    return this.append(Kind.shared, blocks, extent, null);
  }

  /** The shared extent that stands at the very end; -1: something else does. */
  get lastShared(): number {
    const { tail, kind, low } = this.extents;
    return this.atEnd === 0 && tail !== NONE && kind[tail] === Kind.shared ? low[tail]! : NONE;
  }

  /** Appends blocks to the entry at the very end. */
  lengthenLast(blocks: number): void {
    const { count, tail } = this.extents;
    count[tail]! += blocks;
    this.freeBlocks += blocks;
  }

  /** Takes blocks out of an entry, but not all. */
  shortenShared(entry: number, blocks: number): void {
    this.extents.count[entry]! -= blocks;
    this.freeBlocks -= blocks;
  }

  /** A new entry, to be handed out just before another. */
  insertShared(place: number, extent: number, blocks: number): number {
    this.freeBlocks += blocks;
    return this.extents.insert(place, Kind.shared, blocks, extent, null);
  }

  removeShared(entry: number): void {
    this.freeBlocks -= this.extents.count[entry]!;
    this.extents.drop(entry);
  }

  /** The last blocks of a shared extent are handed out for something else. */
  protected evictShared(_extent: number, _blocks: number): void {}

  /** Hands out blocks from the front. */
  take(blocks: number): void {
    if (blocks > this.freeBlocks) violated('blocks are taken only where they are free', undefined, blocks);
    this.freeBlocks -= blocks;
    if (blocks <= this.inFront) this.inFront -= blocks;
    else if (this.extents.head === NONE) this.takeFromEnd(blocks);
    else this.takeFromList(blocks);
  }

  /** There is no list between what stands in front and what stands at the end. */
  private takeFromEnd(blocks: number): void {
    this.atEnd -= blocks - this.inFront;
    this.inFront = 0;
  }

  private takeFromList(blocks: number): void {
    const { extents } = this;
    let wanted = blocks - this.inFront;
    this.inFront = 0;
    while (wanted > 0) {
      const entry = extents.head;
      if (entry === NONE) {
        this.atEnd -= wanted;
        return;
      }
      const held = extents.count[entry]!;
      const taken = Math.min(held, wanted);
      if (extents.kind[entry] === Kind.shared) this.evictShared(extents.low[entry]!, taken);
      wanted -= taken;
      if (taken < held) extents.count[entry] = held - taken;
      else extents.drop(entry);
    }
  }

  /** Does a piece of the sequence hold its block `index`? */
  hasOwn(sequence: Sequence, index: number): boolean {
    return this.pieceWith(sequence, index) !== NONE;
  }

  /** Takes the sequence's own blocks [from, to) back out of the list; all of them must be there. */
  reclaimOwn(sequence: Sequence, from: number, to: number): void {
    const { extents } = this;
    let index = from;
    while (index < to) {
      const entry = this.pieceWith(sequence, index);
      invariant(entry !== NONE, 'a block that was hit is in the list', undefined, index);
      // Of two copies the older one is used, so the newer one only as far as no older one covers it.
      const end = Math.min(to, extents.low[entry]! + extents.count[entry]!, this.startOfOlder(sequence, entry, index));
      this.carve(sequence, entry, index, end);
      index = end;
    }
  }

  /** The sequence will not come back: nobody can want its pieces any more. */
  disown(sequence: Sequence): void {
    if (sequence.pieces === null) return;
    for (const entry of sequence.pieces) this.extents.owner[entry] = null;
    sequence.pieces = null;
  }

  /** The oldest piece that holds block `index`. */
  private pieceWith(sequence: Sequence, index: number): number {
    const { extents } = this;
    if (sequence.pieces === null) return NONE;
    for (const entry of sequence.pieces) {
      if (index >= extents.low[entry]! && index < extents.low[entry]! + extents.count[entry]!) return entry;
    }
    return NONE;
  }

  private startOfOlder(sequence: Sequence, entry: number, after: number): number {
    const { extents } = this;
    let start = Number.POSITIVE_INFINITY;
    for (const older of sequence.pieces!) {
      if (older === entry) break;
      if (extents.low[older]! > after) start = Math.min(start, extents.low[older]!);
    }
    return start;
  }

  /** Cuts [from, to) out of a piece. What lies beyond is handed out earlier than what lies before. */
  private carve(sequence: Sequence, entry: number, from: number, to: number): void {
    const { extents } = this;
    const low = extents.low[entry]!;
    const high = low + extents.count[entry]!;
    this.freeBlocks -= to - from;
    if (from === low && to === high) {
      extents.drop(entry);
    } else if (from === low) {
      extents.low[entry] = to;
      extents.count[entry] = high - to;
    } else {
      extents.count[entry] = from - low;
      if (to < high) {
        const beyond = extents.insert(entry, Kind.own, high - to, to, sequence);
        sequence.pieces!.splice(sequence.pieces!.indexOf(entry) + 1, 0, beyond);
      }
    }
  }

  private append(kind: number, count: number, low: number, owner: Sequence | null): number {
    if (this.extents === NOTHING_BETWEEN) this.extents = new FreeExtents();
    if (this.atEnd > 0) {
      this.extents.append(Kind.plain, this.atEnd, 0, null);
      this.atEnd = 0;
    }
    this.freeBlocks += count;
    return this.extents.append(kind, count, low, owner);
  }
}

/** The list of all those who have none of their own: nothing is ever put into it. */
const NOTHING_BETWEEN = new FreeExtents();
