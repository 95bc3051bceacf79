import { doubled } from './doubled.js';

export const NO_STRAND = 0;

/**
 * What full blocks hold, as far as several sequences could want it. A strand is a block that does not just go on in the
 * text of the block before it, and all the blocks after it that do. So block `index` of a strand stands for all
 * tokens from the beginning of a prompt up to its own end: what a chained hash stands for, without its collisions, and
 * however long the text is, it is one number.
 *
 * A strand is known by the block it follows and the words of its first block. It lives as long as anybody holds it: a
 * sequence, cached blocks, a strand that follows it.
 */
export class Strands {
  private parent = new Int32Array(64);
  private holders = new Int32Array(64);
  private readonly keys: (string | null)[] = [null];
  private readonly byKey = new Map<string, number>();
  private readonly unused: number[] = [];
  private made = 1;

  /** The strand that begins with these words after `blocks` blocks of `parent`, held once more. */
  enter(parent: number, blocks: number, words: string): number {
    const key = parent === NO_STRAND ? words : `${parent}/${blocks}/${words}`;
    const strand = this.byKey.get(key) ?? this.create(parent, key);
    this.holders[strand]!++;
    return strand;
  }

  hold(strand: number): void {
    this.holders[strand]!++;
  }

  leave(strand: number): void {
    let at = strand;
    while (at !== NO_STRAND && --this.holders[at]! === 0) {
      this.byKey.delete(this.keys[at]!);
      this.keys[at] = null;
      this.unused.push(at);
      at = this.parent[at]!;
    }
  }

  private create(parent: number, key: string): number {
    const strand = this.unused.pop() ?? this.made++;
    if (strand === this.parent.length) {
      this.parent = doubled(this.parent);
      this.holders = doubled(this.holders);
    }
    this.parent[strand] = parent;
    this.holders[strand] = 0;
    this.keys[strand] = key;
    this.byKey.set(key, strand);
    if (parent !== NO_STRAND) this.hold(parent);
    return strand;
  }
}
