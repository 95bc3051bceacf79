import type { EngineConfig } from '../../../src/models/engine.js';
import { describeTokens, shareableTokens } from '../../../src/sim/engine/content.js';
import type { Sequence } from '../../../src/sim/engine/sequence.js';
import { BlockPool } from './block-pool.js';
import { EMPTY_PREFIX, PrefixCache } from './prefix-cache.js';

/** What one sequence holds: its blocks, and the prefixes of its full ones as far as they were needed. */
interface Holding {
  readonly blocks: number[];
  readonly chain: number[];
}

/** The KV memory of one engine: gives blocks to sequences chunk by chunk and remembers what they hold. */
export class KvCache {
  private readonly pool: BlockPool;
  private readonly prefixes: PrefixCache | null;
  private readonly blockSize: number;
  private readonly maxModelLen: number;
  private readonly reserveFullSequence: boolean;
  /** Blocks that an admission must leave free while anything runs. */
  private readonly watermarkBlocks: number;
  private readonly holdings = new WeakMap<Sequence, Holding>();

  constructor(config: EngineConfig) {
    this.prefixes = config.prefixCaching ? new PrefixCache() : null;
    this.pool = new BlockPool(config.kvBlocks, this.prefixes, config.reuseUncachedFirst);
    this.blockSize = config.blockSize;
    this.maxModelLen = config.maxModelLen;
    this.reserveFullSequence = config.reserveFullSequence;
    this.watermarkBlocks = Math.trunc(config.watermark * config.kvBlocks);
  }

  get usableBlocks(): number {
    return this.pool.usableBlocks;
  }

  get freeBlocks(): number {
    return this.pool.freeBlocks;
  }

  /** Different prefixes in the cache. */
  get cachedPrefixes(): number {
    return this.prefixes?.cachedPrefixes ?? 0;
  }

  /**
   * Could a sequence of these lengths ever run to its end here, alone? Its last token is never computed, so it needs
   * blocks for one token less; a preempted one must also be able to come back with all it knows.
   */
  canEverFit(promptTokens: number, outputTokens: number): boolean {
    const tokens = Math.min(promptTokens + outputTokens - 1, this.maxModelLen - 1);
    return this.blocksFor(tokens) <= this.pool.usableBlocks;
  }

  /**
   * How many leading blocks of a waiting sequence are in the cache now. The last known token is always computed
   * afresh, because the next one is made from it: a prompt that is cached to the last block recomputes that block.
   */
  hitBlocks(sequence: Sequence): number {
    if (this.prefixes === null) return 0;
    const { chain } = this.holdingOf(sequence);
    const most = Math.floor((sequence.knownTokens - 1) / this.blockSize);
    let hits = 0;
    while (hits < most) {
      const prefix = hits < chain.length ? chain[hits]! : this.findNext(this.prefixes, sequence);
      if (prefix < 0 || this.prefixes.blockOf(prefix) < 0) break;
      if (hits === chain.length) this.extendChain(this.prefixes, sequence);
      hits++;
    }
    return hits;
  }

  tokensOf(blocks: number): number {
    return blocks * this.blockSize;
  }

  /** Blocks for `tokens` more of a running sequence, which stays within maxModelLen; false: there are not enough. */
  grow(sequence: Sequence, tokens: number): boolean {
    const target = sequence.computed + tokens;
    const held = this.blocksOf(sequence).length;
    if (target > held * this.blockSize) {
      const needed = this.blocksFor(target) - held;
      if (needed > this.pool.freeBlocks) return false;
      this.takeBlocks(sequence, needed);
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
    const target = Math.min(computed + tokens, this.maxModelLen);
    const mustFit = this.reserveFullSequence ? Math.min(sequence.knownTokens, this.maxModelLen) : target;
    const needed = Math.max(0, this.blocksFor(Math.max(target, mustFit)) - hitBlocks);
    const reserve = somethingRuns ? this.watermarkBlocks : 0;
    if (needed + this.freeHits(sequence, hitBlocks) + reserve > this.pool.freeBlocks) return false;

    const { blocks, chain } = this.holdingOf(sequence);
    for (let index = 0; index < hitBlocks; index++) {
      const block = this.prefixes!.blockOf(chain[index]!);
      this.pool.share(block);
      blocks.push(block);
    }
    sequence.registeredBlocks = hitBlocks;
    this.takeBlocks(sequence, Math.max(0, this.blocksFor(target) - hitBlocks));
    this.register(sequence, Math.min(computed + tokens, sequence.knownTokens));
    return true;
  }

  /**
   * Enters the blocks that the first `tokens` tokens fill. The caller does this when the tokens are scheduled, not
   * when they are computed: a second sequence of the same step can hit them already.
   */
  register(sequence: Sequence, tokens: number): void {
    if (this.prefixes === null) return;
    const { blocks, chain } = this.holdingOf(sequence);
    while ((sequence.registeredBlocks + 1) * this.blockSize <= tokens) {
      const index = sequence.registeredBlocks++;
      if (index === chain.length) this.extendChain(this.prefixes, sequence);
      this.prefixes.register(blocks[index]!, chain[index]!);
    }
  }

  /** Frees the sequence's blocks. What they hold stays in the cache until they are handed out again. */
  release(sequence: Sequence): void {
    const { blocks } = this.holdingOf(sequence);
    this.pool.free(blocks);
    blocks.length = 0;
    sequence.registeredBlocks = 0;
  }

  /** Releases a sequence that will not come back. */
  forget(sequence: Sequence): void {
    this.release(sequence);
    const { chain } = this.holdingOf(sequence);
    const last = chain.at(-1);
    if (last !== undefined) this.prefixes!.release(last);
    chain.length = 0;
  }

  blocksOf(sequence: Sequence): readonly number[] {
    return this.holdingOf(sequence).blocks;
  }

  private holdingOf(sequence: Sequence): Holding {
    let holding = this.holdings.get(sequence);
    if (holding === undefined) {
      holding = { blocks: [], chain: [] };
      this.holdings.set(sequence, holding);
    }
    return holding;
  }

  private blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.blockSize);
  }

  private takeBlocks(sequence: Sequence, count: number): void {
    const { blocks } = this.holdingOf(sequence);
    for (let taken = 0; taken < count; taken++) blocks.push(this.pool.take());
  }

  private freeHits(sequence: Sequence, hitBlocks: number): number {
    let free = 0;
    const { chain } = this.holdingOf(sequence);
    for (let index = 0; index < hitBlocks; index++) {
      if (this.pool.isFree(this.prefixes!.blockOf(chain[index]!))) free++;
    }
    return free;
  }

  /** The known prefix that follows the sequence's chain, or -1. */
  private findNext(prefixes: PrefixCache, sequence: Sequence): number {
    const words = this.wordsOfNext(sequence);
    return words === null ? -1 : prefixes.find(this.holdingOf(sequence).chain.at(-1) ?? EMPTY_PREFIX, words);
  }

  private extendChain(prefixes: PrefixCache, sequence: Sequence): void {
    const { chain } = this.holdingOf(sequence);
    chain.push(prefixes.follow(chain.at(-1) ?? EMPTY_PREFIX, this.wordsOfNext(sequence)));
  }

  /** The tokens of the block after the sequence's chain, or null when nobody else can have them. */
  private wordsOfNext(sequence: Sequence): string | null {
    const from = this.holdingOf(sequence).chain.length * this.blockSize;
    const to = from + this.blockSize;
    if (to > shareableTokens(sequence.content, sequence.promptTokens)) return null;
    return describeTokens(sequence.content!, sequence.promptTokens, from, to);
  }
}
