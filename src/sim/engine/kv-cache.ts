import type { EngineConfig } from '../../models/engine.js';
import { describeTokens, shareableTokens } from './content.js';
import { FreeList } from './free-list.js';
import { EMPTY_PREFIX, PrefixCache } from './prefix-cache.js';
import { type Segment, Sequence } from './sequence.js';
import { SharedBlocks } from './shared-blocks.js';

/**
 * The KV memory of one engine: gives blocks to sequences chunk by chunk and remembers what they hold. Blocks that
 * several sequences could want have an identity each; all others are numbers, so that a long answer costs no more
 * than a short one.
 */
export class KvCache {
  private readonly free: FreeList;
  private readonly prefixes: PrefixCache | null;
  private readonly shared = new SharedBlocks();

  constructor(private readonly config: EngineConfig) {
    this.prefixes = config.prefixCaching ? new PrefixCache() : null;
    this.free = new FreeList(this.usableBlocks, (block) => {
      this.prefixes!.evict(block);
      this.shared.give(block);
    });
  }

  get usableBlocks(): number {
    return this.config.kvBlocks - 1;
  }

  get blockSize(): number {
    return this.config.blockSize;
  }

  get freeBlocks(): number {
    return this.free.size;
  }

  /**
   * Could a sequence of these lengths ever run to its end here, alone? Its last token is never computed, so it needs
   * blocks for one token less; a preempted one must also be able to come back with all it knows.
   */
  canEverFit(promptTokens: number, outputTokens: number): boolean {
    const tokens = Math.min(promptTokens + outputTokens - 1, this.config.maxModelLen - 1);
    return this.blocksFor(tokens) <= this.usableBlocks;
  }

  /**
   * How many leading blocks of a waiting sequence are in the cache now. The last known token is always computed
   * afresh, because the next one is made from it: a prompt that is cached to the last block recomputes that block.
   */
  hitBlocks(sequence: Sequence): number {
    if (this.prefixes === null || (sequence.content === null && sequence.pieces === null)) return 0;
    const most = Math.floor((sequence.knownTokens - 1) / this.blockSize);
    const shareable = Math.min(most, this.shareableBlocks(sequence));
    const shared = this.sharedHits(this.prefixes, sequence, shareable);
    if (shared < shareable) return shared;
    let hits = shared;
    while (hits < most && this.free.hasOwn(sequence, hits)) hits++;
    return hits;
  }

  /** Blocks for `tokens` more of a running sequence; false: there are not enough. */
  grow(sequence: Sequence, tokens: number): boolean {
    const target = sequence.computed + tokens;
    const held = sequence.sharedBlocks.length + sequence.ownBlocks;
    if (target > held * this.blockSize) {
      const needed = this.blocksFor(target) - held;
      if (needed > this.free.size) return false;
      this.give(sequence, needed);
    }
    this.register(sequence, Math.min(target, sequence.knownTokens));
    return true;
  }

  /**
   * Blocks for the first `tokens` of a waiting sequence beyond its cached ones; false: they do not fit.
   * Cached blocks that nobody uses are in the free list and will leave it, so they count as needed.
   * The whole sequence must fit at this moment, but nothing is set aside for it: several long prompts admitted in
   * one step can still want more than there is.
   */
  admit(sequence: Sequence, hitBlocks: number, tokens: number, somethingRuns: boolean): boolean {
    const computed = hitBlocks * this.blockSize;
    const target = Math.min(computed + tokens, this.config.maxModelLen);
    const mustFit = this.config.reserveFullSequence ? Math.min(sequence.knownTokens, this.config.maxModelLen) : target;
    const needed = Math.max(0, this.blocksFor(Math.max(target, mustFit)) - hitBlocks);
    const reserve = somethingRuns ? this.watermarkBlocks : 0;
    const sharedHits = hitBlocks === 0 ? 0 : Math.min(hitBlocks, this.shareableBlocks(sequence));
    const freeHits = this.freeSharedHits(sequence, sharedHits) + hitBlocks - sharedHits;
    if (needed + freeHits + reserve > this.free.size) return false;

    for (let index = 0; index < sharedHits; index++) this.useShared(sequence, sequence.chain[index]!);
    if (hitBlocks > sharedHits) this.free.reclaimOwn(sequence, sharedHits, hitBlocks);
    sequence.ownBlocks = hitBlocks - sharedHits;
    sequence.registeredBlocks = hitBlocks;
    this.give(sequence, Math.max(0, this.blocksFor(target) - hitBlocks));
    this.register(sequence, Math.min(computed + tokens, sequence.knownTokens));
    return true;
  }

  /**
   * Enters the blocks that the first `tokens` tokens fill. The caller does this when the tokens are scheduled, not
   * when they are computed: a second sequence of the same step can hit them already.
   */
  register(sequence: Sequence, tokens: number): void {
    if (this.prefixes === null) return;
    const filled = Math.floor(tokens / this.blockSize);
    if (filled <= sequence.registeredBlocks) return;
    const shared = Math.min(filled, sequence.sharedBlocks.length);
    for (let index = sequence.registeredBlocks; index < shared; index++) {
      if (index === sequence.chain.length) this.extendChain(this.prefixes, sequence);
      this.prefixes.register(sequence.sharedBlocks[index]!, sequence.chain[index]!);
    }
    sequence.registeredBlocks = filled;
  }

  /** The steady sequences' next blocks leave the free list; whose they are is worked out when it matters. */
  takeForSteady(blocks: number): void {
    if (blocks > 0) this.free.take(blocks);
  }

  /** Works out what a sequence that was steady holds now; the blocks have been taken. `entered`: tokens in full blocks. */
  settle(sequence: Sequence, entered: number): void {
    this.identify(sequence, sequence.computed, entered);
    sequence.ownBlocks = this.blocksFor(sequence.computed) - sequence.sharedBlocks.length;
    if (this.prefixes !== null) sequence.registeredBlocks = Math.floor(entered / this.blockSize);
  }

  /**
   * Gives identities to the blocks that were taken for the first `tokens` of a sequence, and enters those that the
   * first `entered` tokens fill.
   */
  identify(sequence: Sequence, tokens: number, entered: number): void {
    if (sequence.content === null || this.prefixes === null) return;
    const shareable = Math.min(this.blocksFor(tokens), this.shareableBlocks(sequence));
    while (sequence.sharedBlocks.length < shareable) sequence.sharedBlocks.push(this.shared.take());
    this.register(sequence, entered);
  }

  /** Frees the sequence's blocks. What they hold stays in the cache until they are handed out again. */
  release(sequence: Sequence): void {
    this.releaseTo(sequence, sequence);
  }

  /** Releases a sequence that will not come back. */
  forget(sequence: Sequence): void {
    if (sequence.pieces !== null) this.free.disown(sequence);
    this.releaseTo(sequence, null);
    if (sequence.chain.length === 0) return;
    this.prefixes!.release(sequence.chain.at(-1)!);
    sequence.chain.length = 0;
  }

  /**
   * As if prompts that begin with these texts had been computed before: up to this share of the blocks is free and still
   * holds them. The first text is kept longest.
   */
  fill(texts: readonly Segment[], share: number): void {
    if (this.prefixes === null) return;
    const filled: Sequence[] = [];
    let left = Math.floor(share * this.usableBlocks);
    for (const [text, offset, length] of texts) {
      const blocks = Math.min(Math.floor(length / this.blockSize), left);
      if (blocks === 0) continue;
      left -= blocks;
      const promptTokens = blocks * this.blockSize;
      const content = { prompt: [[text, offset, promptTokens] as const], output: null };
      const sequence = new Sequence({ id: -1, promptTokens, outputTokens: 1, content });
      this.admit(sequence, 0, promptTokens, false);
      filled.push(sequence);
    }
    for (const sequence of filled.reverse()) this.forget(sequence);
  }

  /** Different prefixes that several sequences could want and that are in the cache. */
  get cachedPrefixes(): number {
    return this.prefixes?.cachedPrefixes ?? 0;
  }

  /** Blocks that `tokens` more would take. */
  blocksToGrow(sequence: Sequence, tokens: number): number {
    return Math.max(0, this.blocksFor(sequence.computed + tokens) - sequence.sharedBlocks.length - sequence.ownBlocks);
  }

  /**
   * Visited from last to first: blocks that carry a prefix go to the tail, so that a sequence's end is evicted before
   * its beginning; the others to the front, so that blocks worth keeping are kept longest (older versions: all to the
   * tail).
   */
  private releaseTo(sequence: Sequence, owner: Sequence | null): void {
    const { sharedBlocks, ownBlocks } = sequence;
    const ownRegistered = Math.max(0, sequence.registeredBlocks - sharedBlocks.length);
    this.freePlain(ownBlocks - ownRegistered);
    this.free.appendOwn(sharedBlocks.length, ownRegistered, owner);
    while (sharedBlocks.length > 0) this.freeShared(sharedBlocks.pop()!);
    sequence.ownBlocks = 0;
    sequence.registeredBlocks = 0;
  }

  private freePlain(blocks: number): void {
    if (this.config.reuseUncachedFirst) this.free.addInFront(blocks);
    else this.free.appendPlain(blocks);
  }

  private freeShared(block: number): void {
    if (this.shared.leave(block) > 0) return;
    if (this.prefixes!.carriesPrefix(block)) {
      this.shared.setFreeEntry(block, this.free.appendShared(block));
    } else {
      this.shared.give(block);
      this.freePlain(1);
    }
  }

  private useShared(sequence: Sequence, prefix: number): void {
    const block = this.prefixes!.blockOf(prefix);
    if (this.shared.join(block) === 1) this.free.removeShared(this.shared.freeEntry(block));
    sequence.sharedBlocks.push(block);
  }

  private freeSharedHits(sequence: Sequence, hitBlocks: number): number {
    let free = 0;
    for (let index = 0; index < hitBlocks; index++) {
      if (!this.shared.isUsed(this.prefixes!.blockOf(sequence.chain[index]!))) free++;
    }
    return free;
  }

  /** `blocks` more from the front of the free list: with an identity where others could share them. */
  private give(sequence: Sequence, blocks: number): void {
    this.free.take(blocks);
    if (sequence.content === null || this.prefixes === null) {
      sequence.ownBlocks += blocks;
      return;
    }
    const { sharedBlocks } = sequence;
    const held = sharedBlocks.length + sequence.ownBlocks;
    const shareable = Math.max(0, Math.min(blocks, this.shareableBlocks(sequence) - held));
    for (let i = 0; i < shareable; i++) sharedBlocks.push(this.shared.take());
    sequence.ownBlocks += blocks - shareable;
  }

  /** Blocks that an admission must leave free while anything runs. */
  private get watermarkBlocks(): number {
    return Math.trunc(this.config.watermark * this.config.kvBlocks);
  }

  private blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.blockSize);
  }

  /** Full blocks that somebody else could want. */
  private shareableBlocks(sequence: Sequence): number {
    return Math.floor(shareableTokens(sequence.content, sequence.promptTokens) / this.blockSize);
  }

  private sharedHits(prefixes: PrefixCache, sequence: Sequence, most: number): number {
    let hits = 0;
    while (hits < most) {
      const prefix = hits < sequence.chain.length ? sequence.chain[hits]! : this.findNext(prefixes, sequence);
      if (prefix < 0 || prefixes.blockOf(prefix) < 0) break;
      if (hits === sequence.chain.length) this.extendChain(prefixes, sequence);
      hits++;
    }
    return hits;
  }

  /** The known prefix that follows the sequence's chain, or -1. */
  private findNext(prefixes: PrefixCache, sequence: Sequence): number {
    return prefixes.find(sequence.chain.at(-1) ?? EMPTY_PREFIX, this.wordsOfNext(sequence));
  }

  private extendChain(prefixes: PrefixCache, sequence: Sequence): void {
    sequence.chain.push(prefixes.follow(sequence.chain.at(-1) ?? EMPTY_PREFIX, this.wordsOfNext(sequence)));
  }

  /** The tokens of the block after the sequence's chain. */
  private wordsOfNext(sequence: Sequence): string {
    const from = sequence.chain.length * this.blockSize;
    return describeTokens(sequence.content!, sequence.promptTokens, from, from + this.blockSize);
  }
}
