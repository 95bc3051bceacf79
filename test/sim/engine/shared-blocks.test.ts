import { describe, expect, it } from 'vitest';
import { SharedBlocks } from '../../../src/sim/engine/shared-blocks.js';

describe('SharedBlocks', () => {
  it('counts who uses a block', () => {
    const blocks = new SharedBlocks();
    const block = blocks.take();
    expect([blocks.join(block), blocks.leave(block), blocks.isUsed(block)]).toEqual([2, 1, true]);
    expect([blocks.leave(block), blocks.isUsed(block)]).toEqual([0, false]);
  });

  it('gives a number out again only when it was given back', () => {
    const blocks = new SharedBlocks();
    const first = blocks.take();
    blocks.leave(first);
    const second = blocks.take();
    expect(second).not.toBe(first);
    blocks.give(first);
    expect(blocks.take()).toBe(first);
  });

  it('has room for any number, each with its own place in the free list', () => {
    const blocks = new SharedBlocks();
    const all = Array.from({ length: 300 }, () => blocks.take());
    for (const block of all) blocks.setFreeEntry(block, 2 * block);
    expect(new Set(all).size).toBe(300);
    expect(all.every((block) => blocks.freeEntry(block) === 2 * block && blocks.isUsed(block))).toBe(true);
  });
});
