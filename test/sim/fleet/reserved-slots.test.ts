import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReservedSlots } from '../../../src/sim/fleet/reserved-slots.js';
import { tier } from '../../helpers/scenario.js';

const tiers = [tier('top', { rank: 3 }), tier('middle', { rank: 2 }), tier('low', { rank: 1 })];
const [TOP, MIDDLE, LOW] = [0, 1, 2];
const reserve = (top: number, middle: number) => [
  { tier: 'top', value: top },
  { tier: 'middle', value: middle },
];

function opened(slots: ReservedSlots, nodes: number): ReservedSlots {
  for (let node = 0; node < nodes; node++) slots.setOpen(node, true);
  return slots;
}

describe('ReservedSlots', () => {
  it('keeps the last slots from lower tiers and from nobody else', () => {
    const slots = opened(new ReservedSlots(tiers, reserve(2, 0), 3, 1), 1);
    expect([slots.binds(TOP), slots.binds(LOW)]).toEqual([false, true]);
    expect(slots.hasRoom(0, LOW)).toBe(true);
    slots.change(0, MIDDLE, 1);
    expect([slots.hasRoom(0, TOP), slots.hasRoom(0, MIDDLE), slots.hasRoom(0, LOW)]).toEqual([true, false, false]);
    slots.change(0, MIDDLE, -1);
    expect(slots.hasRoom(0, LOW)).toBe(true);
  });

  it('does not count those above towards the slots of those below', () => {
    const slots = opened(new ReservedSlots(tiers, reserve(2, 0), 3, 1), 1);
    for (let i = 0; i < 3; i++) slots.change(0, TOP, 1);
    expect(slots.hasRoom(0, LOW)).toBe(true);
  });

  it('reserves from others of equal rank too', () => {
    const equal = [tier('plain', { rank: 1 }), tier('paid', { rank: 1 })];
    const slots = opened(new ReservedSlots(equal, [{ tier: 'paid', value: 1 }], 1, 1), 1);
    expect([slots.hasRoom(0, 0), slots.hasRoom(0, 1)]).toEqual([false, true]);
  });

  it('finds what a scan over all nodes finds: of the open ones with room that where least is taken', () => {
    const step = fc.tuple(
      fc.nat({ max: 5 }),
      fc.nat({ max: 2 }),
      fc.constantFrom('open', 'take', 'take', 'take', 'give'),
    );
    fc.assert(
      fc.property(
        fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
        fc.array(step, { maxLength: 60 }),
        ([top, middle], steps) => {
          const nodes = 6;
          const slots = opened(new ReservedSlots(tiers, reserve(top, middle), 6, nodes), nodes);
          const taken = tiers.map(() => new Array<number>(nodes).fill(0));
          const open = new Array<boolean>(nodes).fill(true);
          const below = (tierNumber: number, node: number): number =>
            taken.slice(tierNumber).reduce((sum, by) => sum + by[node]!, 0);
          const hasRoom = (tierNumber: number, node: number): boolean => {
            if (top > 0 && tierNumber > TOP && below(MIDDLE, node) >= 6 - top) return false;
            return middle === 0 || tierNumber < LOW || below(LOW, node) < 6 - top - middle;
          };
          /** What the innermost reservation that keeps the tier out counts. */
          const counted = (tierNumber: number, node: number): number =>
            below(tierNumber === LOW && middle > 0 ? LOW : MIDDLE, node);
          const scan = (tierNumber: number, suits: (node: number) => boolean): number => {
            let best = -1;
            for (let node = 0; node < nodes; node++) {
              if (!open[node] || !hasRoom(tierNumber, node) || !suits(node)) continue;
              if (best < 0 || counted(tierNumber, node) < counted(tierNumber, best)) best = node;
            }
            return best;
          };
          for (const [node, which, what] of steps) {
            if (what === 'open') slots.setOpen(node, (open[node] = !open[node]));
            else if (what === 'take' && hasRoom(which, node)) {
              slots.change(node, which, 1);
              taken[which]![node]!++;
            } else if (what === 'give' && taken[which]![node]! > 0) {
              slots.change(node, which, -1);
              taken[which]![node]!--;
            }
            for (const other of [MIDDLE, LOW]) {
              expect(slots.hasRoom(node, other)).toBe(hasRoom(other, node));
              if (!slots.binds(other)) continue;
              expect(slots.nodeFor(other)).toBe(scan(other, () => true));
              const isOdd = (at: number): boolean => at % 2 === 1;
              expect(slots.find(other, isOdd, nodes)).toBe(scan(other, isOdd));
            }
          }
        },
      ),
      { numRuns: 1000, seed: 3 },
    );
  });

  it('looks at no more nodes in a large fleet than in a small one', () => {
    const looksIn = (nodes: number): number => {
      const slots = opened(new ReservedSlots(tiers, reserve(1, 1), 3, nodes), nodes);
      // No node but the last has room for low, although low has taken nothing.
      for (let node = 0; node < nodes - 1; node++) for (let i = 0; i < 2; i++) slots.change(node, MIDDLE, 1);
      let looks = 0;
      expect(slots.nodeFor(LOW)).toBe(nodes - 1);
      expect(slots.find(LOW, () => ++looks > 0, 16)).toBe(nodes - 1);
      return looks;
    };
    expect([looksIn(10), looksIn(10_000)]).toEqual([1, 1]);
  });
});
