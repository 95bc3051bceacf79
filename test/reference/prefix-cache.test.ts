import { describe, expect, it } from 'vitest';
import { EMPTY_PREFIX, PrefixCache } from './engine/prefix-cache.js';

describe('PrefixCache', () => {
  it('knows a prefix by its tokens and all that stands before them', () => {
    const cache = new PrefixCache();
    const a = cache.follow(EMPTY_PREFIX, 'a');
    const b = cache.follow(EMPTY_PREFIX, 'b');
    const ac = cache.follow(a, 'c');
    expect(cache.find(EMPTY_PREFIX, 'a')).toBe(a);
    expect(cache.find(a, 'c')).toBe(ac);
    expect(cache.find(b, 'c')).toBe(-1);
  });

  it('answers with the block registered first that is still cached', () => {
    const cache = new PrefixCache();
    const prefix = cache.follow(EMPTY_PREFIX, 'a');
    for (const block of [7, 3, 9]) cache.register(block, prefix);
    expect(cache.cachedPrefixes).toBe(1);
    expect(cache.blockOf(prefix)).toBe(7);
    cache.evict(7);
    expect(cache.blockOf(prefix)).toBe(3);
    cache.evict(9);
    cache.evict(3);
    expect(cache.blockOf(prefix)).toBe(-1);
    expect(cache.cachedPrefixes).toBe(0);
  });

  it('keeps a prefix alive for the longer ones that are cached, and forgets both with the last of them', () => {
    const cache = new PrefixCache();
    const a = cache.follow(EMPTY_PREFIX, 'a');
    const ab = cache.follow(a, 'b');
    cache.register(1, ab);
    cache.release(ab);
    expect(cache.find(EMPTY_PREFIX, 'a')).toBe(a);
    expect(cache.find(a, 'b')).toBe(ab);
    cache.evict(1);
    expect(cache.find(EMPTY_PREFIX, 'a')).toBe(-1);
  });

  it('gives unique tokens a prefix of their own each time', () => {
    const cache = new PrefixCache();
    expect(cache.follow(EMPTY_PREFIX, null)).not.toBe(cache.follow(EMPTY_PREFIX, null));
  });

  it('uses the numbers of forgotten prefixes again', () => {
    const cache = new PrefixCache();
    const numbers = new Set<number>();
    for (let round = 0; round < 1000; round++) {
      const prefix = cache.follow(cache.follow(EMPTY_PREFIX, null), null);
      numbers.add(prefix);
      cache.release(prefix);
    }
    expect(numbers.size).toBeLessThanOrEqual(2);
  });
});
