import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KvCache } from '../../../src/sim/engine/kv-cache.js';
import type { Content, Sequence } from '../../../src/sim/engine/sequence.js';
import { SharedBlocks } from '../../../src/sim/engine/shared-blocks.js';
import { NO_STRAND, Strands } from '../../../src/sim/engine/strands.js';
import { KvCache as PlainKvCache } from '../../reference/engine/kv-cache.js';
import { engine, sequence, WatchedFreeList } from './fixtures.js';

/** An empty cache over a list of so many blocks, and one strand. */
function shared(blocks: number) {
  const strands = new Strands();
  const free = new WatchedFreeList(blocks, (extent, lost) => cache.evict(extent, lost));
  const cache = new SharedBlocks(free, strands);
  const strand = strands.enter(NO_STRAND, 0, 'a');
  return { cache, free, strand, strands };
}

/** Somebody computes blocks [from, to) of a strand. */
function compute({ cache, free, strand }: ReturnType<typeof shared>, from: number, to: number, holds: number[] = []) {
  free.take(to - from);
  cache.enter(strand, from, to, holds);
  return holds;
}

describe('SharedBlocks', () => {
  it('counts blocks once, however many use them', () => {
    const all = shared(100);
    const holds = compute(all, 0, 60);
    const others: number[] = [];
    all.cache.join(all.strand, 40, others);
    expect([all.cache.inUse, all.free.freeBlocks, all.cache.cached(all.strand, 99)]).toEqual([60, 40, 60]);
    all.cache.leave(holds);
    expect([all.cache.inUse, all.free.freeBlocks, all.cache.unusedAmong(all.strand, 60)]).toEqual([40, 60, 20]);
    all.cache.leave(others);
    expect([all.cache.inUse, all.free.freeBlocks, all.cache.cachedPrefixes]).toEqual([0, 100, 60]);
  });

  it('loses the end of a text first, and keeps a part that is used again', () => {
    const all = shared(60);
    all.cache.leave(compute(all, 0, 60));
    all.free.take(5);
    expect(all.cache.cached(all.strand, 99)).toBe(55);
    const holds: number[] = [];
    all.cache.join(all.strand, 20, holds);
    all.free.take(35);
    expect([all.cache.cached(all.strand, 99), all.free.freeBlocks]).toEqual([20, 0]);
  });

  it('hands out the earliest copy while it is there, and then the next', () => {
    const all = shared(60);
    const first = compute(all, 0, 30);
    const second = compute(all, 10, 30);
    all.cache.leave(first);
    all.free.take(10);
    // The first copy goes with the blocks that were free: ten never used, then its own end.
    all.free.take(25);
    expect([all.cache.cached(all.strand, 99), all.cache.cachedPrefixes]).toEqual([5, 25]);
    all.cache.leave(second);
    expect(all.free.freeBlocks).toBe(25);
  });

  it('forgets a strand with its last block', () => {
    const all = shared(10);
    all.cache.leave(compute(all, 0, 10));
    all.strands.leave(all.strand);
    all.free.take(10);
    expect(all.cache.cachedPrefixes).toBe(0);
    const again = all.strands.enter(NO_STRAND, 0, 'b');
    expect([again, all.cache.cached(again, 10)]).toEqual([all.strand, 0]);
  });
});

const TEXTS = ['a', 'b'] as const;
const operation = fc.record({
  kind: fc.constantFrom('admit', 'admit', 'admit', 'grow', 'grow', 'release', 'forget'),
  who: fc.nat(5),
  tokens: fc.integer({ min: 1, max: 40 }),
});
/** Two texts one after the other, and a rest that nobody shares. */
const speaker = fc.record({
  first: fc.constantFrom(...TEXTS),
  firstTokens: fc.integer({ min: 0, max: 40 }),
  second: fc.constantFrom(...TEXTS),
  secondFrom: fc.constantFrom(0, 0, 7),
  secondTokens: fc.integer({ min: 0, max: 20 }),
  rest: fc.constantFrom(0, 1, 5),
});
type Speaker = typeof speaker extends fc.Arbitrary<infer T> ? T : never;

function speaking({ first, firstTokens, second, secondFrom, secondTokens, rest }: Speaker): Sequence {
  const content: Content = {
    prompt: [
      [first, 0, firstTokens],
      [second, secondFrom, secondTokens],
    ],
    output: null,
  };
  return sequence({ promptTokens: Math.max(1, firstTokens + secondTokens + rest), content });
}

/** A cache in the hands of sequences that come, go on and leave, and what can be seen of it. */
class Player {
  hits = 0;
  private readonly running = new Set<Sequence>();

  constructor(
    private readonly kv: KvCache | PlainKvCache,
    private readonly sequences: readonly Sequence[],
    private readonly blockSize: number,
  ) {}

  play(kind: string, who: number, tokens: number): unknown {
    const { kv, running } = this;
    const one = this.sequences[who % this.sequences.length]!;
    let seen: unknown = null;
    if (kind === 'admit' && !running.has(one)) {
      const hits = kv.hitBlocks(one);
      const chunk = Math.min(tokens, one.knownTokens - hits * this.blockSize);
      const isIn = kv.admit(one, hits, chunk, running.size > 0);
      if (isIn) running.add(one);
      if (isIn) one.computed = hits * this.blockSize + chunk;
      if (isIn) this.hits += hits;
      seen = [hits, isIn];
    } else if (kind === 'grow' && running.has(one)) {
      const chunk = Math.min(tokens, one.knownTokens - one.computed);
      const isIn = kv.grow(one, chunk);
      if (isIn) one.computed += chunk;
      seen = isIn;
    } else if (kind === 'release' && running.delete(one)) {
      kv.release(one);
      one.computed = 0;
    } else if (kind === 'forget' && running.delete(one)) {
      kv.forget(one);
      one.computed = 0;
    }
    return [seen, kv.freeBlocks];
  }
}

describe('a cache of extents', () => {
  it('is a cache of single blocks, whoever comes, goes on and leaves', () => {
    let hits = 0;
    const law = fc.property(
      fc.array(operation, { minLength: 20, maxLength: 80 }),
      fc.array(speaker, { minLength: 6, maxLength: 6 }),
      fc.constantFrom(1, 2, 4),
      fc.integer({ min: 20, max: 90 }),
      fc.boolean(),
      (operations, speakers, blockSize, blocks, reuseUncachedFirst) => {
        const config = engine({ blockSize, kvBlocks: blocks, prefixCaching: true, reuseUncachedFirst });
        const extents = new Player(new KvCache(config), speakers.map(speaking), blockSize);
        const single = new Player(new PlainKvCache(config), speakers.map(speaking), blockSize);
        for (const { kind, who, tokens } of operations) {
          expect(extents.play(kind, who, tokens)).toEqual(single.play(kind, who, tokens));
        }
        hits += single.hits;
      },
    );
    fc.assert(law, { numRuns: 1000 });
    expect(hits).toBeGreaterThan(1000);
  });
});
