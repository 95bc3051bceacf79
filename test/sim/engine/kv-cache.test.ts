import { describe, expect, it } from 'vitest';
import type { EngineConfig } from '../../../src/models/engine.js';
import { KvCache } from '../../../src/sim/engine/kv-cache.js';
import type { Content, Sequence } from '../../../src/sim/engine/sequence.js';
import { engine, sequence } from './fixtures.js';

/** Blocks of four tokens; `usable` of them. */
function cache(usable: number, options: Partial<EngineConfig> = {}): KvCache {
  return new KvCache(engine({ blockSize: 4, kvBlocks: usable + 1, prefixCaching: true, ...options }));
}

/** Admits a sequence with all that it knows; how many blocks it found in the cache. */
function admit(kv: KvCache, one: Sequence): number {
  const hits = kv.hitBlocks(one);
  expect(kv.admit(one, hits, one.knownTokens - 4 * hits, false)).toBe(true);
  one.computed = one.knownTokens;
  return hits;
}

/** As a preemption does. */
function release(kv: KvCache, one: Sequence): void {
  kv.release(one);
  one.computed = 0;
}

const shared: Content = { prompt: [['system', 0, 12]], output: null };

describe('a sequence that comes back from a preemption', () => {
  it('finds its own blocks again, but computes its last token afresh', () => {
    const kv = cache(20);
    const one = sequence({ promptTokens: 20 });
    expect(admit(kv, one)).toBe(0);
    release(kv, one);
    expect(kv.freeBlocks).toBe(20);
    expect(admit(kv, one)).toBe(4);
    expect(kv.freeBlocks).toBe(15);
  });

  it('finds nothing without a prefix cache', () => {
    const kv = cache(20, { prefixCaching: false });
    const one = sequence({ promptTokens: 20 });
    admit(kv, one);
    release(kv, one);
    expect(kv.hitBlocks(one)).toBe(0);
  });

  it('has lost its end first', () => {
    const kv = cache(10);
    const one = sequence({ promptTokens: 20 });
    admit(kv, one);
    release(kv, one);
    // Five blocks were never used; the sixth and seventh are the last two of the released ones.
    admit(kv, sequence({ promptTokens: 28 }));
    expect(kv.hitBlocks(one)).toBe(3);
  });

  it('finds what it had computed as a steady sequence', () => {
    const kv = cache(20);
    const one = sequence({ promptTokens: 6 });
    admit(kv, one);
    one.generated = 15;
    one.computed = 20;
    kv.takeForSteady(3);
    kv.settle(one, 20);
    expect(kv.freeBlocks).toBe(15);
    release(kv, one);
    expect([kv.freeBlocks, kv.hitBlocks(one)]).toEqual([20, 5]);
  });

  it('uses an older copy of a block before a newer one', () => {
    const kv = cache(12);
    const [one, marker] = [sequence({ promptTokens: 20 }), sequence({ promptTokens: 8 })];
    admit(kv, one);
    release(kv, one);
    // The fifth block is computed again, while its first copy stays in the free list.
    admit(kv, one);
    admit(kv, marker);
    release(kv, marker);
    one.generated = 4;
    expect(kv.grow(one, 4)).toBe(true);
    release(kv, one);
    expect(kv.hitBlocks(one)).toBe(5);
    admit(kv, one);
    // In the order of handing out: two never used, the marker's end, its beginning, and only then the newer copy.
    expect(kv.freeBlocks).toBe(6);
    admit(kv, sequence({ promptTokens: 12 }));
    expect(kv.hitBlocks(marker)).toBe(1);
    admit(kv, sequence({ promptTokens: 4 }));
    expect(kv.hitBlocks(marker)).toBe(0);
  });

  it('does not outlive its end: nobody finds what was its own', () => {
    const kv = cache(20);
    const one = sequence({ promptTokens: 20 });
    admit(kv, one);
    release(kv, one);
    kv.forget(one);
    expect([kv.hitBlocks(one), kv.freeBlocks, one.pieces]).toEqual([0, 20, null]);
  });
});

describe('blocks that others could have', () => {
  it('are found by whoever begins alike, and are counted once while both run', () => {
    const kv = cache(20);
    const [one, other] = [0, 1].map(() => sequence({ promptTokens: 14, content: shared }));
    admit(kv, one);
    expect(kv.freeBlocks).toBe(16);
    expect(admit(kv, other)).toBe(3);
    expect(kv.freeBlocks).toBe(15);
    kv.forget(one);
    expect(kv.freeBlocks).toBe(16);
  });

  it('outlive the sequence that made them, the end of the prefix going first', () => {
    const kv = cache(5);
    const one = sequence({ promptTokens: 12, content: shared });
    admit(kv, one);
    kv.forget(one);
    expect([kv.freeBlocks, kv.cachedPrefixes]).toEqual([5, 3]);
    admit(kv, sequence({ promptTokens: 12 }));
    expect(kv.hitBlocks(sequence({ promptTokens: 14, content: shared }))).toBe(2);
    expect(kv.cachedPrefixes).toBe(2);
  });

  it('count as needed when they are hit while free', () => {
    const kv = cache(5);
    const one = sequence({ promptTokens: 12, content: shared });
    admit(kv, one);
    kv.forget(one);
    const [large, fits] = [24, 20].map((promptTokens) => sequence({ promptTokens, content: shared }));
    expect(kv.admit(large, kv.hitBlocks(large), 12, false)).toBe(false);
    expect(admit(kv, fits)).toBe(3);
    expect(kv.freeBlocks).toBe(0);
  });

  it('are entered while a sequence that others may quote merely decodes', () => {
    const kv = cache(20);
    const answer: Content = { prompt: [['q', 0, 4]], output: 'out' };
    const one = sequence({ promptTokens: 4, content: answer });
    admit(kv, one);
    kv.takeForSteady(2);
    kv.register(one, 9);
    const quoting = sequence({
      promptTokens: 14,
      content: {
        prompt: [
          ['q', 0, 4],
          ['out', 0, 9],
        ],
        output: null,
      },
    });
    expect(kv.hitBlocks(quoting)).toBe(2);
    expect(one.sharedBlocks).toBe(2);
  });
});

describe('the order in which freed blocks are handed out', () => {
  const hitsAfterTwoMore = (reuseUncachedFirst: boolean): number[] => {
    const kv = cache(4, { reuseUncachedFirst });
    const sequences = [0, 1].map(() => sequence({ promptTokens: 6 }));
    for (const one of sequences) admit(kv, one);
    for (const one of sequences) release(kv, one);
    admit(kv, sequence({ promptTokens: 8 }));
    return sequences.map((one) => kv.hitBlocks(one));
  };

  it('since 0.24: blocks without a prefix first', () => {
    expect(hitsAfterTwoMore(true)).toEqual([1, 1]);
  });

  it('before: as they were freed', () => {
    expect(hitsAfterTwoMore(false)).toEqual([0, 1]);
  });
});

describe('growing', () => {
  it('takes a block where the old ones are full, and none where none is left', () => {
    const kv = cache(3);
    const one = sequence({ promptTokens: 8 });
    admit(kv, one);
    expect(kv.blocksToGrow(one, 4)).toBe(1);
    expect(kv.grow(one, 4)).toBe(true);
    one.computed = 12;
    expect([kv.freeBlocks, kv.blocksToGrow(one, 1)]).toEqual([0, 1]);
    expect(kv.grow(one, 1)).toBe(false);
    expect(kv.grow(one, 0)).toBe(true);
  });
});
