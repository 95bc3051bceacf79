import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNLIMITED_KV_BLOCKS } from '../../src/models/engine.js';
import { BlockPool } from './engine/block-pool.js';
import { EMPTY_PREFIX, PrefixCache } from './engine/prefix-cache.js';

function take(pool: BlockPool, count: number): number[] {
  return Array.from({ length: count }, () => pool.take());
}

describe('BlockPool', () => {
  it('never hands out the null block: five blocks are four', () => {
    const pool = new BlockPool(5, null, true);
    expect(pool.usableBlocks).toBe(4);
    expect(take(pool, 4)).toEqual([1, 2, 3, 4]);
    expect(pool.freeBlocks).toBe(0);
  });

  it('hands the last block of a freed sequence out first', () => {
    const pool = new BlockPool(10, null, true);
    pool.free(take(pool, 3));
    expect(take(pool, 4)).toEqual([3, 2, 1, 4]);
  });

  it('before 0.24: hands freed blocks out last, behind all that were never used', () => {
    const pool = new BlockPool(6, null, false);
    pool.free(take(pool, 3));
    expect(take(pool, 5)).toEqual([4, 5, 3, 2, 1]);
  });

  it('keeps blocks that carry a prefix longest, a beginning longer than an end', () => {
    const prefixes = new PrefixCache();
    const pool = new BlockPool(6, prefixes, true);
    const blocks = take(pool, 3);
    const first = prefixes.follow(EMPTY_PREFIX, 'a');
    prefixes.register(blocks[0], first);
    prefixes.register(blocks[1], prefixes.follow(first, 'b'));
    pool.free(blocks);
    expect(take(pool, 3)).toEqual([3, 4, 5]);
    expect(prefixes.cachedPrefixes).toBe(2);
    expect(take(pool, 2)).toEqual([2, 1]);
    expect(prefixes.cachedPrefixes).toBe(0);
  });

  it('frees a shared block only when its last user gives it up', () => {
    const pool = new BlockPool(3, null, true);
    const [block] = take(pool, 1);
    pool.share(block);
    pool.free([block]);
    expect(pool.freeBlocks).toBe(1);
    pool.free([block]);
    expect(pool.freeBlocks).toBe(2);
  });

  it('takes a block out of the middle of the free list when it is shared again', () => {
    const pool = new BlockPool(4, null, true);
    pool.free(take(pool, 3));
    pool.share(2);
    expect(pool.freeBlocks).toBe(2);
    expect(take(pool, 2)).toEqual([3, 1]);
  });

  it('holds two billion blocks without paying for those not in use', () => {
    const pool = new BlockPool(UNLIMITED_KV_BLOCKS, null, true);
    pool.free(take(pool, 1000));
    expect(pool.freeBlocks).toBe(UNLIMITED_KV_BLOCKS - 1);
    expect(Math.max(...take(pool, 1000))).toBe(1000);
  });

  it('agrees with a plain list, whatever is taken and freed', () => {
    const operations = fc.array(fc.oneof(fc.nat(4), fc.constant('free' as const)), { maxLength: 60 });
    fc.assert(
      fc.property(operations, fc.boolean(), (drawn, reuseUncachedFirst) => {
        const pool = new BlockPool(12, null, reuseUncachedFirst);
        let list = Array.from({ length: 11 }, (_, index) => index + 1);
        const held: number[][] = [];
        for (const operation of drawn) {
          if (operation === 'free') {
            const blocks = held.shift() ?? [];
            pool.free(blocks);
            const back = blocks.toReversed();
            list = reuseUncachedFirst ? [...back, ...list] : [...list, ...back];
          } else if (operation <= list.length) {
            const taken = take(pool, operation);
            expect(taken).toEqual(list.splice(0, operation));
            held.push(taken);
          }
          expect(pool.freeBlocks).toBe(list.length);
        }
      }),
    );
  });
});
