import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundary } from '../../../src/sim/engine/boundary.js';
import { Sequence } from '../../../src/sim/engine/sequence.js';
import { SteadySet } from '../../../src/sim/engine/steady-set.js';

interface Drawn {
  readonly promptTokens: number;
  readonly generated: number;
  readonly remaining: number;
  readonly group: number;
  /** Steps that pass before it joins, and whether it leaves at the end. */
  readonly after: number;
  readonly leaves: boolean;
}

const drawnMember: fc.Arbitrary<Drawn> = fc.record({
  promptTokens: fc.integer({ min: 1, max: 70 }),
  generated: fc.integer({ min: 1, max: 30 }),
  // Nobody has finished when all have joined.
  remaining: fc.integer({ min: 30, max: 50 }),
  group: fc.nat(2),
  after: fc.nat(2),
  leaves: fc.boolean(),
});

/** A member and its context now, counted one by one. */
interface Counted {
  readonly sequence: Sequence;
  readonly finishStep: number;
  context: number;
}

/** How many belong to each group. */
function groupsOf({ tallies, blockSize }: SteadySet): number[] {
  return tallies.slice(blockSize);
}

function pass(set: SteadySet, members: readonly Counted[], steps: number): void {
  set.step += steps;
  set.made += steps;
  for (const member of members) member.context += steps;
}

function filled(blockSize: number, drawn: readonly Drawn[]): { set: SteadySet; members: Counted[] } {
  const set = new SteadySet(blockSize, true);
  let members: Counted[] = [];
  for (const [id, { promptTokens, generated, remaining, group, after }] of drawn.entries()) {
    pass(set, members, after);
    const outputTokens = generated + remaining;
    const sequence = new Sequence({ id, promptTokens, outputTokens, group });
    sequence.generated = generated;
    sequence.computed = promptTokens + generated - 1;
    // Neighbours change places, so that the order of joining is not that of admission.
    sequence.admission = id ^ 1;
    set.makeSteady(sequence, outputTokens);
    members.push({ sequence, finishStep: set.step + remaining, context: sequence.computed });
  }
  for (const [id, { leaves }] of drawn.entries()) if (leaves) set.takeFromSteady(members[id].sequence);
  members = members.filter((_, id) => !drawn[id].leaves);
  return { set, members };
}

function blocksOneByOne(members: readonly Counted[], blockSize: number, from: number, to: number): number {
  let blocks = 0;
  for (const { context } of members) {
    for (let ahead = from + 1; ahead <= to; ahead++) if ((context + ahead - 1) % blockSize === 0) blocks++;
  }
  return blocks;
}

const blockSizes = fc.constantFrom(1, 2, 5, 16);
const drawnMembers = fc.array(drawnMember, { maxLength: 12 });

describe('a steady set', () => {
  it('knows the blocks that any span of steps needs', () => {
    fc.assert(
      fc.property(blockSizes, drawnMembers, fc.nat(50), fc.nat(80), (blockSize, drawn, from, steps) => {
        const { set, members } = filled(blockSize, drawn);
        const expected = blocksOneByOne(members, blockSize, from, from + steps);
        expect(set.blocksFor(from + steps) - set.blocksFor(from)).toBe(expected);
        expect(set.blocksForNext).toBe(blocksOneByOne(members, blockSize, 0, 1));
      }),
      { numRuns: 500 },
    );
  });

  it('knows how many steps can be scheduled out of the free blocks, to the last one', () => {
    let binding = 0;
    fc.assert(
      fc.property(blockSizes, drawnMembers, fc.nat(60), fc.nat(80), (blockSize, drawn, free, limit) => {
        const { set, members } = filled(blockSize, drawn);
        let expected = 0;
        while (expected < limit && blocksOneByOne(members, blockSize, 0, expected + 1) <= free) expected++;
        expect(set.stepsWithin(free, limit)).toBe(expected);
        if (expected < limit && expected > 0) binding++;
      }),
      { numRuns: 500 },
    );
    expect(binding).toBeGreaterThan(10);
  });

  it('adds up the contexts of the next step', () => {
    fc.assert(
      fc.property(blockSizes, drawnMembers, (blockSize, drawn) => {
        const { set, members } = filled(blockSize, drawn);
        expect(set.kvTokens).toBe(members.reduce((sum, { context }) => sum + context + 1, 0));
        expect(set.decoding).toBe(members.length);
      }),
    );
  });

  it('knows the longest context of the next step, whoever joins and leaves', () => {
    fc.assert(
      fc.property(drawnMembers, fc.array(fc.nat(100)), (drawn, leaving) => {
        const { set, members } = filled(4, drawn);
        const longest = (): number => members.reduce((most, { context }) => Math.max(most, context + 1), 0);
        expect(set.longestContext).toBe(longest());
        for (const [id, place] of leaving.entries()) {
          if (members.length === 0) break;
          const [gone] = members.splice(place % members.length, 1);
          set.takeFromSteady(gone!.sequence);
          if (id % 2 === 0) expect(set.longestContext).toBe(longest());
          pass(set, members, 1);
        }
        expect(set.longestContext).toBe(longest());
      }),
    );
  });

  it('does not look for the longest context where nobody asks', () => {
    const set = new SteadySet(4);
    const sequence = new Sequence({ id: 0, promptTokens: 6, outputTokens: 9 });
    sequence.generated = 1;
    sequence.computed = 6;
    set.makeSteady(sequence, 9);
    expect([set.kvTokens, set.longestContext]).toEqual([7, 0]);
  });

  it('counts its members by group', () => {
    fc.assert(
      fc.property(drawnMembers, (drawn) => {
        const { set, members } = filled(4, drawn);
        for (const group of [0, 1, 2]) {
          expect(groupsOf(set)[group] ?? 0).toBe(members.filter(({ sequence }) => sequence.group === group).length);
        }
      }),
    );
  });

  it('lets its members finish in the order of their last tokens', () => {
    fc.assert(
      fc.property(drawnMembers, (drawn) => {
        const { set, members } = filled(4, drawn);
        const expected = members.map(({ finishStep }) => finishStep).sort((a, b) => a - b);
        const actual: number[] = [];
        while (set.decoding > 0) {
          pass(set, [], set.firstFinish - set.made);
          const first = set.nextFinished!;
          expect(set.firstFinish).toBe(first.finishStep);
          actual.push(first.finishStep);
          set.takeFromSteady(first);
        }
        expect(actual).toEqual(expected);
        expect([set.firstFinish, set.nextFinished]).toEqual([-1, null]);
        expect([set.decoding, set.kvTokens, set.lastAdmission]).toEqual([0, 0, -1]);
      }),
    );
  });

  it('hands a member back with all that it has done meanwhile', () => {
    const { set, members } = filled(4, [
      { promptTokens: 6, generated: 2, remaining: 30, group: 0, after: 3, leaves: false },
    ]);
    pass(set, members, 5);
    // One more step is under way: scheduled, so computed, but its token is not made yet.
    set.step++;
    boundary.us = 77;
    const [{ sequence }] = members;
    set.takeFromSteady(sequence);
    expect(sequence).toMatchObject({ computed: 13, generated: 7, lastTokenUs: 77, steadyAt: -1 });
  });

  it('retires those whose last token is under way: they are in no further step, but not gone', () => {
    const { set, members } = filled(4, [
      { promptTokens: 6, generated: 2, remaining: 30, group: 0, after: 0, leaves: false },
      { promptTokens: 3, generated: 1, remaining: 33, group: 1, after: 0, leaves: false },
    ]);
    const [early, late] = members;
    pass(set, members, 29);
    set.retire();
    expect([set.decoding, set.retired]).toEqual([2, []]);
    // Its last step is scheduled.
    set.step++;
    set.retire();
    expect([set.decoding, set.retired, groupsOf(set)]).toEqual([1, [early.sequence], [1, 1]]);
    expect(set.kvTokens).toBe(late.context + 1 + 1);
    expect(set.nextFinished).toBeNull();
    set.made++;
    expect(set.nextFinished).toBe(early.sequence);
    set.takeFromSteady(early.sequence);
    expect(early.sequence).toMatchObject({ computed: 7 + 30, generated: 32, steadyAt: -1 });
    expect([set.retired, groupsOf(set), set.nextFinished]).toEqual([[], [0, 1], null]);
  });

  it('never says that a member was admitted earlier than it was', () => {
    fc.assert(
      fc.property(drawnMembers, (drawn) => {
        const { set, members } = filled(4, drawn);
        for (const { sequence } of members) expect(set.lastAdmission).toBeGreaterThanOrEqual(sequence.admission);
      }),
    );
  });

  it('lists the members whose output others may quote', () => {
    const set = new SteadySet(4);
    const [quotable, unnamed, plain] = [{ prompt: [], output: 'out:0' }, { prompt: [], output: null }, null].map(
      (content, id) => new Sequence({ id, promptTokens: 1, outputTokens: 9, content }),
    );
    for (const one of [unnamed, quotable, plain]) set.makeSteady(one, 9);
    expect(set.quotable).toEqual([quotable]);
    set.takeFromSteady(unnamed);
    expect(set.quotable).toEqual([quotable]);
    set.takeFromSteady(quotable);
    expect(set.quotable).toEqual([]);
  });
});
