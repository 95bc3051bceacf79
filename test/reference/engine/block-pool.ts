import { doubled } from '../../../src/sim/engine/doubled.js';
import type { PrefixCache } from './prefix-cache.js';

const NONE = -1;
/** Block 0 is vLLM's null block and is never handed out. In the free list it stands for all blocks not used yet. */
const UNUSED_BLOCKS = 0;

/**
 * The KV blocks of one engine: who is free, in the order in which free blocks are handed out, and how many
 * sequences share each of the others.
 *
 * The free list begins in order of block number. Blocks never used are one entry of the list and take no memory,
 * so a pool without bound costs only what is in use at once.
 */
export class BlockPool {
  readonly usableBlocks: number;
  freeBlocks: number;
  /** Links of the free list by block; the number of sequences that use each. */
  private next = new Int32Array(64).fill(NONE);
  private previous = new Int32Array(64).fill(NONE);
  private users = new Int32Array(64);
  private head = UNUSED_BLOCKS;
  private tail = UNUSED_BLOCKS;
  private firstUnused = 1;

  constructor(
    /** The null block included. */
    private readonly blockCount: number,
    /** null: prefix caching is off. */
    private readonly prefixes: PrefixCache | null,
    private readonly reuseUncachedFirst: boolean,
  ) {
    this.usableBlocks = blockCount - 1;
    this.freeBlocks = this.usableBlocks;
    if (this.usableBlocks === 0) this.unlink(UNUSED_BLOCKS);
  }

  isFree(block: number): boolean {
    return this.users[block] === 0;
  }

  /** The block at the front of the free list, which loses the prefix it carried. There must be one. */
  take(): number {
    const block = this.head === UNUSED_BLOCKS ? this.useFirstTime() : this.unlink(this.head);
    this.prefixes?.evict(block);
    this.users[block] = 1;
    this.freeBlocks--;
    return block;
  }

  /** One more sequence uses a block that holds a prefix it needs; the block leaves the free list if it was there. */
  share(block: number): void {
    if (this.users[block]!++ > 0) return;
    this.unlink(block);
    this.freeBlocks--;
  }

  /**
   * A sequence gives its blocks up, visited from last to first. Those that nobody else uses become free: blocks that
   * carry a prefix at the tail, so that a sequence's end is evicted before its beginning; the others at the front in
   * the order visited, so that blocks worth keeping are kept longest. Emptying `blocks` is left to the caller.
   */
  free(blocks: readonly number[]): void {
    let lastInFront = NONE;
    for (let index = blocks.length - 1; index >= 0; index--) {
      const block = blocks[index]!;
      if (--this.users[block]! > 0) continue;
      this.freeBlocks++;
      const goesLast = !this.reuseUncachedFirst || this.prefixes?.carriesPrefix(block) === true;
      if (goesLast) {
        this.insertAfter(this.tail, block);
      } else {
        this.insertAfter(lastInFront, block);
        lastInFront = block;
      }
    }
  }

  private useFirstTime(): number {
    const block = this.firstUnused++;
    if (this.firstUnused === this.blockCount) this.unlink(UNUSED_BLOCKS);
    if (block >= this.next.length) this.grow();
    return block;
  }

  /** `place` NONE: at the front. */
  private insertAfter(place: number, block: number): void {
    const after = place === NONE ? this.head : this.next[place]!;
    this.previous[block] = place;
    this.next[block] = after;
    if (place === NONE) this.head = block;
    else this.next[place] = block;
    if (after === NONE) this.tail = block;
    else this.previous[after] = block;
  }

  private unlink(block: number): number {
    const before = this.previous[block]!;
    const after = this.next[block]!;
    if (before === NONE) this.head = after;
    else this.next[before] = after;
    if (after === NONE) this.tail = before;
    else this.previous[after] = before;
    return block;
  }

  private grow(): void {
    this.next = doubled(this.next);
    this.previous = doubled(this.previous);
    this.users = doubled(this.users);
  }
}
