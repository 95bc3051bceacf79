import { CONTINUES } from '../../../src/sim/engine/content.js';
import { doubled } from '../../../src/sim/engine/doubled.js';

const NO_BLOCK = -1;
/** The prefix of nothing: the parent of every first block. */
export const EMPTY_PREFIX = 0;

/**
 * Which block holds the KV of which prefix. A prefix is a number that stands for "these tokens, in a block that
 * follows that other prefix": what a chained hash stands for, without its collisions.
 *
 * Several blocks may carry one prefix, when sequences compute it side by side; the one that came first is handed
 * out. A prefix lives as long as anybody holds it (a block that carries it, a sequence that has reached it, a longer
 * prefix), so prefixes nobody can ask for any more take no memory.
 */
export class PrefixCache {
  /** By prefix. */
  private parent = new Int32Array(64);
  private holders = new Int32Array(64);
  private firstBlock = new Int32Array(64);
  /** The prefix that goes on in the same text; EMPTY_PREFIX: none is known. */
  private successor = new Int32Array(64);
  private readonly words: (string | null)[] = [null];
  private readonly unusedPrefixes: number[] = [];
  private prefixes = 1;
  /** Shareable prefixes by parent and tokens. Prefixes unique to a sequence are known to that sequence only. */
  private readonly byWords = new Map<string, number>();

  /** By block: its prefix, EMPTY_PREFIX for none, and the next block that carries the same. */
  private prefixOf = new Int32Array(64);
  private nextTwin = new Int32Array(64);

  /** Prefixes that at least one block carries. */
  cachedPrefixes = 0;

  /** The block that has carried the prefix longest, or -1. */
  blockOf(prefix: number): number {
    return this.firstBlock[prefix]!;
  }

  carriesPrefix(block: number): boolean {
    return block < this.prefixOf.length && this.prefixOf[block] !== EMPTY_PREFIX;
  }

  /** The prefix of these tokens after `parent` if it is known, else -1. */
  find(parent: number, words: string): number {
    if (words === CONTINUES) return this.successor[parent]! === EMPTY_PREFIX ? -1 : this.successor[parent]!;
    return this.byWords.get(key(parent, words)) ?? -1;
  }

  /**
   * The prefix of these tokens after `parent`, held once for the caller, whose hold on `parent` passes to it.
   * `words` null: tokens that no other sequence can have, hence always a new prefix.
   */
  follow(parent: number, words: string | null): number {
    const known = words === null ? -1 : this.find(parent, words);
    if (known < 0) return this.create(parent, words);
    this.holders[known]!++;
    this.release(parent);
    return known;
  }

  release(prefix: number): void {
    let at = prefix;
    while (at !== EMPTY_PREFIX && --this.holders[at]! === 0) {
      const parent = this.parent[at]!;
      const words = this.words[at]!;
      if (words === CONTINUES) this.successor[parent] = EMPTY_PREFIX;
      else if (words !== null) this.byWords.delete(key(parent, words));
      this.words[at] = null;
      this.unusedPrefixes.push(at);
      at = parent;
    }
  }

  register(block: number, prefix: number): void {
    if (block >= this.prefixOf.length) this.growBlocks(block);
    this.prefixOf[block] = prefix;
    this.nextTwin[block] = NO_BLOCK;
    this.holders[prefix]!++;
    let last = this.firstBlock[prefix]!;
    if (last === NO_BLOCK) {
      this.firstBlock[prefix] = block;
      this.cachedPrefixes++;
      return;
    }
    while (this.nextTwin[last] !== NO_BLOCK) last = this.nextTwin[last]!;
    this.nextTwin[last] = block;
  }

  /** The block is about to hold something else. */
  evict(block: number): void {
    if (!this.carriesPrefix(block)) return;
    const prefix = this.prefixOf[block]!;
    this.prefixOf[block] = EMPTY_PREFIX;
    const first = this.firstBlock[prefix]!;
    if (first === block) {
      this.firstBlock[prefix] = this.nextTwin[block]!;
      if (this.nextTwin[block] === NO_BLOCK) this.cachedPrefixes--;
    } else {
      let before = first;
      while (this.nextTwin[before] !== block) before = this.nextTwin[before]!;
      this.nextTwin[before] = this.nextTwin[block]!;
    }
    this.release(prefix);
  }

  /** A new prefix takes over the caller's hold on its parent. */
  private create(parent: number, words: string | null): number {
    const prefix = this.unusedPrefixes.pop() ?? this.prefixes++;
    if (prefix >= this.parent.length) this.growPrefixes();
    this.parent[prefix] = parent;
    this.holders[prefix] = 1;
    this.firstBlock[prefix] = NO_BLOCK;
    this.words[prefix] = words;
    this.successor[prefix] = EMPTY_PREFIX;
    if (words === CONTINUES) this.successor[parent] = prefix;
    else if (words !== null) this.byWords.set(key(parent, words), prefix);
    return prefix;
  }

  private growPrefixes(): void {
    this.parent = doubled(this.parent);
    this.holders = doubled(this.holders);
    this.firstBlock = doubled(this.firstBlock);
    this.successor = doubled(this.successor);
  }

  private growBlocks(block: number): void {
    while (block >= this.prefixOf.length) {
      this.prefixOf = doubled(this.prefixOf);
      this.nextTwin = doubled(this.nextTwin);
    }
  }
}

function key(parent: number, words: string): string {
  return `${parent}/${words}`;
}
