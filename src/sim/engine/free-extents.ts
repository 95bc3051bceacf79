import { objectList } from '../core/lists.js';
import { doubled } from './doubled.js';
import type { Sequence } from './sequence.js';

/** In the place of an entry. */
export const NONE = -1;
export const Kind = { plain: 0, own: 1, shared: 2 } as const;

/** Extents of free blocks in the order in which they are handed out, see FreeList: a list linked through arrays. */
export class FreeExtents {
  head = NONE;
  tail = NONE;
  private next = new Int32Array(64);
  private previous = new Int32Array(64);
  kind = new Uint8Array(64);
  count = new Int32Array(64);
  /** own: first block of the extent. shared: which extent of SharedBlocks. */
  low = new Int32Array(64);
  readonly owner = objectList<Sequence | null>();
  private readonly unused: number[] = [];
  private entries = 0;

  append(kind: number, count: number, low: number, owner: Sequence | null): number {
    const entry = this.make(kind, count, low, owner);
    this.previous[entry] = this.tail;
    this.next[entry] = NONE;
    if (this.tail === NONE) this.head = entry;
    else this.next[this.tail] = entry;
    this.tail = entry;
    return entry;
  }

  /** A new entry, to be handed out just before another. */
  insert(place: number, kind: number, count: number, low: number, owner: Sequence | null): number {
    const entry = this.make(kind, count, low, owner);
    const before = this.previous[place]!;
    this.previous[entry] = before;
    this.next[entry] = place;
    this.previous[place] = entry;
    if (before === NONE) this.head = entry;
    else this.next[before] = entry;
    return entry;
  }

  /** Unlinks an entry and forgets it. */
  drop(entry: number): void {
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
