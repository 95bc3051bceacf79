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

  it('finds a node with room as long as there is one, and only open ones', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 }), fc.boolean()), { maxLength: 40 }),
        ([top, middle], steps) => {
          const slots = opened(new ReservedSlots(tiers, reserve(top, middle), 6, 4), 4);
          const taken = [0, 1, 2].map(() => [0, 0, 0, 0]);
          const open = [true, true, true, true];
          for (const [node, which, isOpening] of steps) {
            if (isOpening) slots.setOpen(node, (open[node] = !open[node]));
            else if (slots.hasRoom(node, which)) {
              slots.change(node, which, 1);
              taken[which]![node]!++;
            }
            const below = (from: number, at: number): number => taken.slice(from).reduce((sum, by) => sum + by[at]!, 0);
            const fits = (at: number): boolean => {
              return below(MIDDLE, at) < 6 - top || top === 0;
            };
            const lowFits = (at: number): boolean => fits(at) && (middle === 0 || below(LOW, at) < 6 - top - middle);
            const anyOpen = open.some((isOpen, at) => isOpen && lowFits(at));
            if (slots.binds(LOW)) {
              const found = slots.nodeFor(LOW);
              expect(found >= 0).toBe(anyOpen);
              if (found >= 0) expect(open[found] && lowFits(found)).toBe(true);
              expect(slots.find(LOW, () => true, 4) >= 0).toBe(anyOpen);
              const odd = slots.find(LOW, (at) => at % 2 === 1, 4);
              expect(odd >= 0).toBe(open.some((isOpen, at) => isOpen && lowFits(at) && at % 2 === 1));
            }
          }
        },
      ),
      { numRuns: 300, seed: 3 },
    );
  });
});
