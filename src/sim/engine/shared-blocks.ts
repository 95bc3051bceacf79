import { doubled } from './doubled.js';

/**
 * The blocks that have an identity, because sequences could share them: how many sequences use each, and where it
 * stands in the free list while none does. Numbers are reused.
 */
export class SharedBlocks {
  private users = new Int32Array(64);
  private entry = new Int32Array(64);
  private readonly unused: number[] = [];
  private made = 0;

  /** A block with one user. */
  take(): number {
    const block = this.unused.pop() ?? this.made++;
    if (block >= this.users.length) {
      this.users = doubled(this.users);
      this.entry = doubled(this.entry);
    }
    this.users[block] = 1;
    return block;
  }

  /** The block is no longer anything in particular. */
  give(block: number): void {
    this.users[block] = 0;
    this.unused.push(block);
  }

  /** One user more; how many there are now. */
  join(block: number): number {
    return ++this.users[block]!;
  }

  /** One user less; how many are left. */
  leave(block: number): number {
    return --this.users[block]!;
  }

  isUsed(block: number): boolean {
    return this.users[block]! > 0;
  }

  freeEntry(block: number): number {
    return this.entry[block]!;
  }

  setFreeEntry(block: number, entry: number): void {
    this.entry[block] = entry;
  }
}
