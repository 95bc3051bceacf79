import { invariant, violated } from '../core/invariant.js';
import { objectList } from '../core/lists.js';
import { doubled } from './doubled.js';
import type { Sequence } from './sequence.js';

const NONE = -1;
const Kind = { plain: 0, own: 1, shared: 2 } as const;

/** Told when the last blocks of a shared extent are handed out for something else. */
export type EvictShared = (extent: number, blocks: number) => void;

/**
 * The free KV blocks in the order in which they are handed out. What matters of a free block is its place and whether
 * anybody could still want what is in it, so the list is kept in extents:
 *
 * - plain blocks, of which only the number matters;
 * - own blocks: the cached blocks [low, low + count) of one sequence, the last handed out first, so that what is left
 *   is always a beginning. Only the sequence itself could want them, when it comes back from a preemption;
 * - shared blocks: an extent of SharedBlocks each, the last block handed out first as well.
 *
 * Blocks never used and blocks freed without a prefix stand in front and are a single number; so are, at the end, those
 * freed last that nobody can want. What lies between is a list, and mostly empty.
 */
export class FreeList {
  /** Free blocks in all. */
  size = 0;
  /** In front of the list, and behind it. */
  private inFront = 0;
  private atEnd = 0;
  private head = NONE;
  private tail = NONE;
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  private kind = new Uint8Array(64);
  private count = new Int32Array(64);
  /** own: first block of the extent. shared: which extent of SharedBlocks. */
  private low = new Int32Array(64);
  private readonly owner = objectList<Sequence | null>();
  private readonly unused: number[] = [];
  private entries = 0;

  private readonly evictShared: EvictShared;

  // What each step looks at comes first in the object, which a parameter property would not.
  constructor(blocks: number, evictShared: EvictShared) {
    this.evictShared = evictShared;
    this.size = blocks;
    this.inFront = blocks;
  }

  addInFront(blocks: number): void {
    this.inFront += blocks;
    this.size += blocks;
  }

  appendPlain(blocks: number): void {
    this.atEnd += blocks;
    this.size += blocks;
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
    return this.atEnd === 0 && this.tail !== NONE && this.kind[this.tail] === Kind.shared ? this.low[this.tail]! : NONE;
  }

  /** Appends blocks to the entry at the very end. */
  lengthenLast(blocks: number): void {
    this.count[this.tail]! += blocks;
    this.size += blocks;
  }

  /** Takes blocks out of an entry, but not all. */
  shortenShared(entry: number, blocks: number): void {
    this.count[entry]! -= blocks;
    this.size -= blocks;
  }

  /** A new entry, to be handed out just before another. */
  insertShared(place: number, extent: number, blocks: number): number {
    const entry = this.make(Kind.shared, blocks, extent, null);
    this.linkBefore(place, entry);
    this.size += blocks;
    return entry;
  }

  removeShared(entry: number): void {
    this.size -= this.count[entry]!;
    this.drop(entry);
  }

  /** Hands out blocks from the front. */
  take(blocks: number): void {
    if (blocks > this.size) violated('blocks are taken only where they are free', undefined, blocks);
    this.size -= blocks;
    if (blocks <= this.inFront) this.inFront -= blocks;
    else if (this.head === NONE) this.takeFromEnd(blocks);
    else this.takeFromList(blocks);
  }

  /** There is no list between what stands in front and what stands at the end. */
  private takeFromEnd(blocks: number): void {
    this.atEnd -= blocks - this.inFront;
    this.inFront = 0;
  }

  private takeFromList(blocks: number): void {
    let wanted = blocks - this.inFront;
    this.inFront = 0;
    while (wanted > 0) {
      const entry = this.head;
      if (entry === NONE) {
        this.atEnd -= wanted;
        return;
      }
      const held = this.count[entry]!;
      const taken = Math.min(held, wanted);
      if (this.kind[entry] === Kind.shared) this.evictShared(this.low[entry]!, taken);
      wanted -= taken;
      if (taken < held) this.count[entry] = held - taken;
      else this.drop(entry);
    }
  }

  /** Does a piece of the sequence hold its block `index`? */
  hasOwn(sequence: Sequence, index: number): boolean {
    return this.pieceWith(sequence, index) !== NONE;
  }

  /** Takes the sequence's own blocks [from, to) back out of the list; all of them must be there. */
  reclaimOwn(sequence: Sequence, from: number, to: number): void {
    let index = from;
    while (index < to) {
      const entry = this.pieceWith(sequence, index);
      invariant(entry !== NONE, 'a block that was hit is in the list', undefined, index);
      // Of two copies the older one is used, so the newer one only as far as no older one covers it.
      const end = Math.min(to, this.low[entry]! + this.count[entry]!, this.startOfOlder(sequence, entry, index));
      this.carve(sequence, entry, index, end);
      index = end;
    }
  }

  /** The sequence will not come back: nobody can want its pieces any more. */
  disown(sequence: Sequence): void {
    if (sequence.pieces === null) return;
    for (const entry of sequence.pieces) this.owner[entry] = null;
    sequence.pieces = null;
  }

  /** The oldest piece that holds block `index`. */
  private pieceWith(sequence: Sequence, index: number): number {
    if (sequence.pieces === null) return NONE;
    for (const entry of sequence.pieces) {
      if (index >= this.low[entry]! && index < this.low[entry]! + this.count[entry]!) return entry;
    }
    return NONE;
  }

  private startOfOlder(sequence: Sequence, entry: number, after: number): number {
    let start = Number.POSITIVE_INFINITY;
    for (const older of sequence.pieces!) {
      if (older === entry) break;
      if (this.low[older]! > after) start = Math.min(start, this.low[older]!);
    }
    return start;
  }

  /** Cuts [from, to) out of a piece. What lies beyond is handed out earlier than what lies before. */
  private carve(sequence: Sequence, entry: number, from: number, to: number): void {
    const low = this.low[entry]!;
    const high = low + this.count[entry]!;
    this.size -= to - from;
    if (from === low && to === high) {
      this.drop(entry);
    } else if (from === low) {
      this.low[entry] = to;
      this.count[entry] = high - to;
    } else {
      this.count[entry] = from - low;
      if (to < high) {
        const beyond = this.make(Kind.own, high - to, to, sequence);
        this.linkBefore(entry, beyond);
        sequence.pieces!.splice(sequence.pieces!.indexOf(entry) + 1, 0, beyond);
      }
    }
  }

  private append(kind: number, count: number, low: number, owner: Sequence | null): number {
    if (this.atEnd > 0) {
      this.link(this.make(Kind.plain, this.atEnd, 0, null));
      this.atEnd = 0;
    }
    const entry = this.make(kind, count, low, owner);
    this.size += count;
    this.link(entry);
    return entry;
  }

  private link(entry: number): void {
    this.previous[entry] = this.tail;
    this.next[entry] = NONE;
    if (this.tail === NONE) this.head = entry;
    else this.next[this.tail] = entry;
    this.tail = entry;
  }

  private linkBefore(place: number, entry: number): void {
    const before = this.previous[place]!;
    this.previous[entry] = before;
    this.next[entry] = place;
    this.previous[place] = entry;
    if (before === NONE) this.head = entry;
    else this.next[before] = entry;
  }

  /** Unlinks an entry and forgets it. */
  private drop(entry: number): void {
    const before = this.previous[entry]!;
    const after = this.next[entry]!;
    if (before === NONE) this.head = after;
    else this.next[before] = after;
    if (after === NONE) this.tail = before;
    else this.previous[after] = before;
    const owner = this.owner[entry] ?? null;
    if (owner !== null) {
      const pieces = owner.pieces!;
      pieces.splice(pieces.indexOf(entry), 1);
      if (pieces.length === 0) owner.pieces = null;
      this.owner[entry] = null;
    }
    this.unused.push(entry);
  }

  private make(kind: number, count: number, low: number, owner: Sequence | null): number {
    const entry = this.unused.pop() ?? this.entries++;
    if (entry >= this.next.length) this.grow();
    this.kind[entry] = kind;
    this.count[entry] = count;
    this.low[entry] = low;
    this.owner[entry] = owner;
    return entry;
  }

  private grow(): void {
    this.next = doubled(this.next);
    this.previous = doubled(this.previous);
    this.count = doubled(this.count);
    this.low = doubled(this.low);
    const kind = new Uint8Array(this.next.length);
    kind.set(this.kind);
    this.kind = kind;
  }
}
