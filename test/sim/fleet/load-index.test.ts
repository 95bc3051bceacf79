import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadIndex } from '../../../src/sim/fleet/load-index.js';

describe('LoadIndex', () => {
  it('has no least node while it is empty', () => {
    const index = new LoadIndex(3);
    expect(index.least).toBe(-1);
    expect(index.leastLoad).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives equal loads to the lower number', () => {
    const index = new LoadIndex(3);
    for (const node of [2, 0, 1]) index.insert(node, 5);
    expect(index.least).toBe(0);
  });

  it('remembers the load of a node that is out, and does not offer it', () => {
    const index = new LoadIndex(2);
    index.insert(0, 1);
    index.insert(1, 2);
    index.remove(0);
    index.update(0, 0);
    expect(index.least).toBe(1);
    index.insert(0, 0);
    expect(index.least).toBe(0);
  });

  it('agrees with a search through all nodes, whatever is inserted, changed and removed', () => {
    const change = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 20 }), fc.constantFrom('put', 'update', 'remove'));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
        const index = new LoadIndex(10);
        const loads = new Map<number, number>();
        for (const [node, load, what] of changes) {
          if (what === 'remove') {
            index.remove(node);
            loads.delete(node);
          } else if (loads.has(node)) {
            index.update(node, load);
            loads.set(node, load);
          } else if (what === 'put') {
            index.insert(node, load);
            loads.set(node, load);
          }
          const sorted = [...loads].sort(([a, aLoad], [b, bLoad]) => aLoad - bLoad || a - b);
          expect(index.least).toBe(sorted[0]?.[0] ?? -1);
          expect(index.leastLoad).toBe(sorted[0]?.[1] ?? Number.POSITIVE_INFINITY);
          const looked: number[] = [];
          expect(index.find((one) => looked.push(one) === 0, 7)).toBe(-1);
          expect(looked).toEqual(sorted.slice(0, 7).map(([one]) => one));
          expect(index.find((one) => one === sorted[2]?.[0], 3)).toBe(sorted[2]?.[0] ?? -1);
        }
      }),
      { seed: 20_261_121 },
    );
  });
});
