import type { EngineConfig } from '../../models/engine.js';
import { describeTokens, seams, shareableTokens } from './content.js';
import { FreeList } from './free-list.js';
import { type Content, type Segment, Sequence } from './sequence.js';
import { SharedBlocks } from './shared-blocks.js';
import { NO_STRAND, Strands } from './strands.js';

/** A sequence's strands are two numbers each: the strand, and the sequence's block at which it begins. */
const STRAND = 2;

/**
 * The KV memory of one engine: gives blocks to sequences chunk by chunk and remembers what they hold. Blocks that
 * several sequences could want are extents of the texts that they hold; all others are numbers. So neither a long answer nor
 * a long prompt costs more than a short one.
 */
export class KvCache extends FreeList {
  /** Blocks that an admission must leave free while anything runs. */
  private readonly watermarkBlocks: number;
  private readonly strands = new Strands();
  private readonly shared = new SharedBlocks(this, this.strands);
  /** Words for the first block of a text, by text: most prompts begin like one before. */
  private readonly openings = new Map<string, string>();

  constructor(private readonly config: EngineConfig) {
    super(config.kvBlocks - 1);
    this.watermarkBlocks = Math.trunc(config.watermark * config.kvBlocks);
  }

  get usableBlocks(): number {
    return this.config.kvBlocks - 1;
  }

  get blockSize(): number {
    return this.config.blockSize;
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
    if (!this.config.prefixCaching) return 0;
    const most = Math.floor((sequence.knownTokens - 1) / this.blockSize);
    const shareable = Math.min(most, this.shareableBlocks(sequence));
    const shared = this.sharedHits(sequence, shareable);
    if (shared < shareable) return shared;
    let hits = shared;
    while (hits < most && this.hasOwn(sequence, hits)) hits++;
    return hits;
  }

  /** Blocks for `tokens` more of a running sequence; false: there are not enough. */
  grow(sequence: Sequence, tokens: number): boolean {
    const target = sequence.computed + tokens;
    if (target > sequence.heldBlocks * this.blockSize) {
      const needed = this.blocksFor(target) - sequence.heldBlocks;
      if (needed > this.freeBlocks) return false;
      this.take(needed);
      sequence.heldBlocks += needed;
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
    const freeHits = hitBlocks === 0 ? 0 : this.freeSharedHits(sequence, sharedHits) + hitBlocks - sharedHits;
    if (needed + freeHits + reserve > this.freeBlocks) return false;

    if (sharedHits > 0) this.joinShared(sequence, sharedHits);
    if (hitBlocks > sharedHits) this.reclaimOwn(sequence, sharedHits, hitBlocks);
    sequence.registeredBlocks = hitBlocks;
    sequence.sharedBlocks = sharedHits;
    sequence.heldBlocks = Math.max(hitBlocks, this.blocksFor(target));
    this.take(sequence.heldBlocks - hitBlocks);
    this.register(sequence, Math.min(computed + tokens, sequence.knownTokens));
    return true;
  }

  /**
   * Enters the blocks that the first `tokens` tokens fill. The caller does this when the tokens are scheduled, not
   * when they are computed: a second sequence of the same step can hit them already.
   */
  register(sequence: Sequence, tokens: number): void {
    if (this.config.prefixCaching === false) return;
    const filled = Math.floor(tokens / this.blockSize);
    if (filled <= sequence.registeredBlocks) return;
    if (sequence.content !== null) this.enterShared(sequence, Math.min(filled, this.shareableBlocks(sequence)));
    sequence.registeredBlocks = filled;
  }

  /** The steady sequences' next blocks leave the free list; whose they are is worked out when it matters. */
  takeForSteady(blocks: number): void {
    if (blocks > 0) this.take(blocks);
  }

  /** Works out what a sequence that was steady holds now; the blocks have been taken. `entered`: tokens in full blocks. */
  settle(sequence: Sequence, entered: number): void {
    this.register(sequence, entered);
    sequence.heldBlocks = this.blocksFor(sequence.computed);
  }

  /** Frees the sequence's blocks. What they hold stays in the cache until they are handed out again. */
  release(sequence: Sequence): void {
    this.releaseTo(sequence, sequence);
  }

  /** Releases a sequence that will not come back. */
  forget(sequence: Sequence): void {
    if (sequence.pieces !== null) this.disown(sequence);
    this.releaseTo(sequence, null);
    const { strands } = sequence;
    while (strands.length > 0) {
      strands.pop();
      this.strands.leave(strands.pop()!);
    }
  }

  /**
   * As if prompts that begin with these texts had been computed before: up to this share of the blocks is free and still
   * holds them. The first text is kept longest.
   */
  fill(texts: readonly Segment[], share: number): void {
    if (!this.config.prefixCaching) return;
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

  protected override evictShared(extent: number, blocks: number): void {
    this.shared.evict(extent, blocks);
  }

  /** Different prefixes that several sequences could want and that are in the cache; for inspection. */
  get cachedPrefixes(): number {
    return this.shared.cachedPrefixes;
  }

  /** Different blocks with such a prefix that sequences use; for inspection. */
  get sharedInUse(): number {
    return this.shared.inUse;
  }

  /** Blocks that `tokens` more would take. */
  blocksToGrow(sequence: Sequence, tokens: number): number {
    return Math.max(0, this.blocksFor(sequence.computed + tokens) - sequence.heldBlocks);
  }

  /**
   * Visited from last to first: blocks that carry a prefix go to the tail, so that a sequence's end is evicted before
   * its beginning; the others to the front, so that blocks worth keeping are kept longest (older versions: all to the
   * tail).
   */
  private releaseTo(sequence: Sequence, owner: Sequence | null): void {
    const { sharedBlocks, registeredBlocks } = sequence;
    this.freePlain(sequence.heldBlocks - registeredBlocks);
    this.appendOwn(sharedBlocks, registeredBlocks - sharedBlocks, owner);
    if (sharedBlocks > 0) this.shared.leave(sequence.holds);
    sequence.heldBlocks = 0;
    sequence.registeredBlocks = 0;
    sequence.sharedBlocks = 0;
  }

  private freePlain(blocks: number): void {
    if (this.config.reuseUncachedFirst === true) this.addInFront(blocks);
    else this.appendPlain(blocks);
  }

  private blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.blockSize);
  }

  /** Full blocks that somebody else could want. */
  private shareableBlocks(sequence: Sequence): number {
    return Math.floor(shareableTokens(sequence.content, sequence.promptTokens) / this.blockSize);
  }

  // A sequence's shareable blocks, strand by strand.

  /** How many of its first `most` blocks are cached. */
  private sharedHits(sequence: Sequence, most: number): number {
    if (most === 0) return 0;
    const { strands } = sequence;
    if (strands.length === 0) this.nameStrands(sequence);
    for (let at = 0; at < strands.length; at += STRAND) {
      const begin = strands[at + 1]!;
      const blocks = Math.min(most, endOf(strands, at)) - begin;
      if (blocks <= 0) return most;
      const cached = this.shared.cached(strands[at]!, blocks);
      if (cached < blocks) return begin + cached;
    }
    return most;
  }

  private freeSharedHits(sequence: Sequence, hits: number): number {
    const { strands } = sequence;
    let free = 0;
    for (let at = 0; at < strands.length && strands[at + 1]! < hits; at += STRAND) {
      free += this.shared.unusedAmong(strands[at]!, Math.min(hits, endOf(strands, at)) - strands[at + 1]!);
    }
    return free;
  }

  private joinShared(sequence: Sequence, hits: number): void {
    const { strands, holds } = sequence;
    for (let at = 0; at < strands.length && strands[at + 1]! < hits; at += STRAND) {
      this.shared.join(strands[at]!, Math.min(hits, endOf(strands, at)) - strands[at + 1]!, holds);
    }
  }

  /** Its first `to` blocks are full now. */
  private enterShared(sequence: Sequence, to: number): void {
    const { strands, holds, sharedBlocks } = sequence;
    if (to <= sharedBlocks) return;
    if (strands.length === 0) this.nameStrands(sequence);
    for (let at = 0; at < strands.length && strands[at + 1]! < to; at += STRAND) {
      const begin = strands[at + 1]!;
      const from = Math.max(sharedBlocks, begin);
      const end = Math.min(to, endOf(strands, at));
      if (from < end) this.shared.enter(strands[at]!, from - begin, end - begin, holds);
    }
    sequence.sharedBlocks = to;
  }

  private nameStrands(sequence: Sequence): void {
    const { strands, promptTokens } = sequence;
    const content = sequence.content!;
    let parent = NO_STRAND;
    let parentBegin = 0;
    for (const block of seams(content, promptTokens, this.blockSize, this.shareableBlocks(sequence))) {
      const words = block === 0 ? this.opening(content, promptTokens) : this.wordsOf(content, promptTokens, block);
      parent = this.strands.enter(parent, block - parentBegin, words);
      parentBegin = block;
      strands.push(parent, block);
    }
  }

  private opening(content: Content, promptTokens: number): string {
    const [text, offset, length] = content.prompt[0] ?? ['', 0, 0];
    if (offset > 0 || length < this.blockSize) return this.wordsOf(content, promptTokens, 0);
    let words = this.openings.get(text);
    if (words === undefined) {
      words = this.wordsOf(content, promptTokens, 0);
      if (this.openings.size === MOST_OPENINGS) this.openings.clear();
      this.openings.set(text, words);
    }
    return words;
  }

  private wordsOf(content: Content, promptTokens: number, block: number): string {
    const from = block * this.blockSize;
    return describeTokens(content, promptTokens, from, from + this.blockSize);
  }
}

/** So many openings are remembered. */
const MOST_OPENINGS = 1024;

/** The first block of the strand after the one at that place. */
function endOf(strands: readonly number[], at: number): number {
  return strands[at + STRAND + 1] ?? Number.POSITIVE_INFINITY;
}
