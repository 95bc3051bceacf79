import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FreeList } from '../../../src/sim/engine/free-list.js';
import type { Sequence } from '../../../src/sim/engine/sequence.js';
import { sequence, WatchedFreeList } from './fixtures.js';

const nobody = (): never => expect.unreachable('nothing shared is handed out');

/** The blocks below `most` of a sequence that the list holds. */
function held(list: FreeList, owner: Sequence, most = 12): number[] {
  return Array.from({ length: most }, (_, index) => index).filter((index) => list.hasOwn(owner, index));
}

describe('the order of handing out', () => {
  it('begins with the blocks in front, then follows the list', () => {
    const owner = sequence();
    const list = new WatchedFreeList(3, nobody);
    list.appendOwn(0, 2, owner);
    list.addInFront(2);
    expect(list.freeBlocks).toBe(7);
    list.take(5);
    expect(held(list, owner)).toEqual([0, 1]);
    list.take(1);
    expect(held(list, owner)).toEqual([0]);
  });

  it('takes the last block of a piece first, so that a beginning is left', () => {
    const owner = sequence();
    const list = new WatchedFreeList(0, nobody);
    list.appendOwn(2, 5, owner);
    list.take(3);
    expect(held(list, owner)).toEqual([2, 3]);
    list.take(2);
    expect([held(list, owner), list.freeBlocks, owner.pieces]).toEqual([[], 0, null]);
  });

  it('passes plain blocks in their turn', () => {
    const owner = sequence();
    const list = new WatchedFreeList(0, nobody);
    list.appendPlain(3);
    list.appendPlain(0);
    list.appendOwn(0, 1, owner);
    list.take(3);
    expect(held(list, owner)).toEqual([0]);
  });

  it('says which shared block is lost', () => {
    const lost: number[] = [];
    const list = new WatchedFreeList(0, (block) => lost.push(block));
    for (const block of [7, 3, 9]) list.appendShared(block, 1);
    list.take(2);
    expect(lost).toEqual([7, 3]);
  });

  it('does not come upon a shared block that was taken out', () => {
    const lost: number[] = [];
    const list = new WatchedFreeList(0, (block) => lost.push(block));
    const entries = [7, 3, 9].map((block) => list.appendShared(block, 1));
    list.removeShared(entries[1]);
    expect(list.freeBlocks).toBe(2);
    list.take(2);
    expect(lost).toEqual([7, 9]);
  });

  it('refuses to hand out more than is free', () => {
    expect(() => new WatchedFreeList(2, nobody).take(3)).toThrow('free');
  });
});

describe('pieces of a sequence', () => {
  it('are taken back whole or cut, from either end or the middle', () => {
    for (const [from, to] of [
      [0, 6],
      [0, 2],
      [2, 4],
      [4, 6],
    ] as const) {
      const owner = sequence();
      const list = new WatchedFreeList(0, nobody);
      list.appendOwn(0, 6, owner);
      list.reclaimOwn(owner, from, to);
      const rest = [0, 1, 2, 3, 4, 5].filter((index) => index < from || index >= to);
      expect([held(list, owner), list.freeBlocks]).toEqual([rest, rest.length]);
    }
  });

  it('cut in the middle are still handed out from their end', () => {
    const owner = sequence();
    const list = new WatchedFreeList(0, nobody);
    list.appendOwn(0, 6, owner);
    list.reclaimOwn(owner, 2, 4);
    list.take(1);
    expect(held(list, owner)).toEqual([0, 1, 4]);
    list.take(2);
    expect(held(list, owner)).toEqual([0]);
  });

  it('cut in the middle keep their place before what was freed later', () => {
    const [owner, later] = [sequence(), sequence()];
    const list = new WatchedFreeList(0, nobody);
    list.appendOwn(0, 6, owner);
    list.appendOwn(0, 1, later);
    list.reclaimOwn(owner, 2, 4);
    list.take(2);
    expect([held(list, owner), held(list, later)]).toEqual([[0, 1], [0]]);
    list.take(2);
    expect([held(list, owner), held(list, later)]).toEqual([[], [0]]);
  });

  it('of two copies give the older one back: the newer stays, and stays at its place', () => {
    const [owner, marker] = [sequence(), sequence()];
    const list = new WatchedFreeList(0, nobody);
    list.appendOwn(0, 2, owner);
    list.appendOwn(0, 1, marker);
    list.appendOwn(0, 4, owner);
    list.reclaimOwn(owner, 0, 3);
    expect([held(list, owner), list.freeBlocks]).toEqual([[0, 1, 3], 4]);
    list.take(1);
    expect(held(list, marker)).toEqual([]);
    expect(held(list, owner)).toEqual([0, 1, 3]);
  });

  it('that nobody will come back for are handed out like all others, without a name', () => {
    const [leaver, owner] = [sequence(), sequence()];
    const list = new WatchedFreeList(0, nobody);
    list.appendOwn(0, 2, leaver);
    list.disown(leaver);
    expect(held(list, leaver)).toEqual([]);
    list.appendOwn(0, 3, null);
    list.appendOwn(0, 1, owner);
    list.appendOwn(0, 2, null);
    expect(list.freeBlocks).toBe(8);
    list.take(5);
    expect(held(list, owner)).toEqual([0]);
    list.take(1);
    expect(held(list, owner)).toEqual([]);
  });
});

/** The plain meaning: every block is an item of one list, and a piece is appended last block first. */
type Item = { readonly owner: number; readonly index: number } | { readonly shared: number } | 'plain';

class PlainList {
  items: Item[] = [];
  readonly lost: number[] = [];

  take(blocks: number): void {
    for (const item of this.items.splice(0, blocks)) {
      if (item !== 'plain' && 'shared' in item) this.lost.push(item.shared);
    }
  }

  placeOf(owner: number, index: number): number {
    return this.items.findIndex(
      (item) => item !== 'plain' && 'owner' in item && item.owner === owner && item.index === index,
    );
  }
}

describe('any number of operations', () => {
  const owner = fc.nat(2);
  const some = fc.integer({ min: 1, max: 5 });
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('front' as const), blocks: some }),
    fc.record({ kind: fc.constant('plain' as const), blocks: some }),
    fc.record({ kind: fc.constant('own' as const), owner, low: fc.nat(6), blocks: some }),
    fc.record({ kind: fc.constant('orphans' as const), blocks: some }),
    fc.record({ kind: fc.constant('share' as const) }),
    fc.record({ kind: fc.constant('unshare' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('take' as const), blocks: some }),
    fc.record({ kind: fc.constant('reclaim' as const), owner, from: fc.nat(8), most: some }),
    fc.record({ kind: fc.constant('reclaim' as const), owner, from: fc.nat(8), most: fc.constant(2) }),
    fc.record({ kind: fc.constant('disown' as const), owner }),
  );

  it('leave what a list of single blocks would hold', () => {
    let middles = 0;
    const law = fc.property(fc.array(operation, { minLength: 20, maxLength: 60 }), (operations) => {
      const plain = new PlainList();
      const lost: number[] = [];
      const list = new WatchedFreeList(0, (block) => lost.push(block));
      const owners = [sequence(), sequence(), sequence()];
      const entries = new Map<number, number>();
      let nextShared = 0;
      for (const drawn of operations) {
        switch (drawn.kind) {
          case 'front':
            list.addInFront(drawn.blocks);
            plain.items.unshift(...Array.from({ length: drawn.blocks }, () => 'plain' as const));
            break;
          case 'plain':
            list.appendPlain(drawn.blocks);
            plain.items.push(...Array.from({ length: drawn.blocks }, () => 'plain' as const));
            break;
          case 'own':
            list.appendOwn(drawn.low, drawn.blocks, owners[drawn.owner]);
            for (let index = drawn.low + drawn.blocks - 1; index >= drawn.low; index--) {
              plain.items.push({ owner: drawn.owner, index });
            }
            break;
          case 'orphans':
            list.appendOwn(0, drawn.blocks, null);
            plain.items.push(...Array.from({ length: drawn.blocks }, () => 'plain' as const));
            break;
          case 'share':
            entries.set(nextShared, list.appendShared(nextShared, 1));
            plain.items.push({ shared: nextShared++ });
            break;
          case 'unshare': {
            const free = plain.items.flatMap((item) => (item !== 'plain' && 'shared' in item ? [item.shared] : []));
            if (free.length === 0) break;
            const block = free[drawn.pick % free.length];
            list.removeShared(entries.get(block)!);
            plain.items = plain.items.filter(
              (item) => item === 'plain' || !('shared' in item) || item.shared !== block,
            );
            break;
          }
          case 'take': {
            const blocks = Math.min(drawn.blocks, plain.items.length);
            list.take(blocks);
            plain.take(blocks);
            break;
          }
          case 'reclaim': {
            let to = drawn.from;
            while (to < drawn.from + drawn.most && plain.placeOf(drawn.owner, to) >= 0) to++;
            if (plain.placeOf(drawn.owner, to) >= 0 && drawn.from > 0) middles++;
            list.reclaimOwn(owners[drawn.owner], drawn.from, to);
            for (let index = drawn.from; index < to; index++) plain.items.splice(plain.placeOf(drawn.owner, index), 1);
            break;
          }
          case 'disown':
            list.disown(owners[drawn.owner]);
            plain.items = plain.items.map((item) =>
              item !== 'plain' && 'owner' in item && item.owner === drawn.owner ? 'plain' : item,
            );
            break;
        }
        expect(list.freeBlocks).toBe(plain.items.length);
        expect(lost).toEqual(plain.lost);
        for (const [number, one] of owners.entries()) {
          const expected = Array.from({ length: 12 }, (_, index) => index).filter(
            (index) => plain.placeOf(number, index) >= 0,
          );
          expect(held(list, one)).toEqual(expected);
        }
      }
    });
    fc.assert(law, { numRuns: 200 });
    expect(middles).toBeGreaterThan(10);
  });
});
