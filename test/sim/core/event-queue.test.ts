import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../src/sim/core/event-queue.js';
import { InvariantError } from '../../../src/sim/core/invariant.js';

function drain(queue: EventQueue): number[] {
  const subjects: number[] = [];
  while (queue.pop()) subjects.push(queue.subject);
  return subjects;
}

describe('EventQueue', () => {
  it('hands out events by time', () => {
    const queue = new EventQueue();
    for (const [index, timeUs] of [30, 10, 20, 40, 0].entries()) queue.push(timeUs, 0, 1, index);
    expect(drain(queue)).toEqual([4, 1, 2, 0, 3]);
  });

  it('hands out the smaller rank first at the same microsecond', () => {
    const queue = new EventQueue();
    queue.push(5, 9, 0, 1);
    queue.push(5, 2, 0, 2);
    queue.push(5, 255, 0, 3);
    queue.push(5, 0, 0, 4);
    expect(drain(queue)).toEqual([4, 2, 1, 3]);
  });

  it('keeps the order of scheduling among equal times and ranks', () => {
    const queue = new EventQueue();
    for (let subject = 0; subject < 1000; subject++) queue.push(7, 3, 0, subject);
    expect(drain(queue)).toEqual(Array.from({ length: 1000 }, (_, subject) => subject));
  });

  it('shows time, kind and subject of the popped event', () => {
    const queue = new EventQueue();
    queue.push(9_007_199_254_740_991, 1, 254, -2_147_483_648);
    expect(queue.pop()).toBe(true);
    expect([queue.timeUs, queue.kind, queue.subject]).toEqual([9_007_199_254_740_991, 254, -2_147_483_648]);
    expect(queue.pop()).toBe(false);
  });

  it('peeks at the next live event and says Infinity when there is none', () => {
    const queue = new EventQueue();
    const first = queue.push(1, 0, 0, 0);
    queue.push(2, 0, 0, 0);
    queue.push(3, 0, 0, 0);
    queue.cancel(first);
    expect(queue.peekTimeUs()).toBe(2);
    drain(queue);
    expect(queue.peekTimeUs()).toBe(Infinity);
  });

  it('never hands out a cancelled event', () => {
    const queue = new EventQueue();
    const handles = Array.from({ length: 10 }, (_, subject) => queue.push(subject, 0, 0, subject));
    for (const subject of [0, 3, 9]) expect(queue.cancel(handles[subject]!)).toBe(true);
    expect(queue.count).toBe(7);
    expect(drain(queue)).toEqual([1, 2, 4, 5, 6, 7, 8]);
  });

  it('keeps the order after most of a large queue is cancelled', () => {
    const queue = new EventQueue();
    const times = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 1009);
    const handles = times.map((timeUs, subject) => queue.push(timeUs, 0, 0, subject));
    const kept = times.map((timeUs, subject) => ({ timeUs, subject })).filter(({ subject }) => subject % 3 === 0);
    for (const [subject, handle] of handles.entries()) if (subject % 3 !== 0) queue.cancel(handle);
    kept.sort((a, b) => a.timeUs - b.timeUs || a.subject - b.subject);
    expect(drain(queue)).toEqual(kept.map(({ subject }) => subject));
  });

  it('ignores the handle of an event that has fired, also when its place is taken by another', () => {
    const queue = new EventQueue();
    const fired = queue.push(1, 0, 0, 1);
    queue.pop();
    const next = queue.push(2, 0, 0, 2);
    expect(next).not.toBe(fired);
    expect(queue.cancel(fired)).toBe(false);
    expect(drain(queue)).toEqual([2]);
  });

  it('ignores a second cancellation and a handle it never gave', () => {
    const queue = new EventQueue();
    const handle = queue.push(1, 0, 0, 1);
    queue.push(2, 0, 0, 2);
    queue.push(3, 0, 0, 3);
    expect(queue.cancel(handle)).toBe(true);
    expect(queue.cancel(handle)).toBe(false);
    expect(queue.cancel(-1)).toBe(false);
    expect(queue.cancel(1000)).toBe(false);
    expect(queue.count).toBe(2);
  });

  it('stays at one size when pushes and pops balance', () => {
    const queue = new EventQueue();
    for (let subject = 0; subject < 50; subject++) queue.push(subject, 0, 0, subject);
    const { capacity } = queue;
    for (let round = 0; round < 20_000; round++) {
      queue.pop();
      queue.push(queue.timeUs + ((round * 7919) % 1000), 0, 0, queue.subject);
    }
    expect(queue.capacity).toBe(capacity);
    expect(queue.count).toBe(50);
  });

  it('stays at one size when the timeouts of a lane are cancelled, and hands out the rest in order', () => {
    const queue = new EventQueue();
    const lane = queue.makeLane();
    const handles: number[] = [];
    for (let round = 0; round < 20_000; round++) {
      handles.push(queue.push(1_000_000 + round, 0, 0, round, lane));
      // Not the first, and not the last.
      if (round >= 20 && (round - 10) % 1000 !== 0) queue.cancel(handles[round - 10]!);
    }
    expect(queue.capacity).toBe(new EventQueue().capacity);
    expect(queue.count).toBe(39);
    expect(drain(queue)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => index),
      ...Array.from({ length: 19 }, (_, index) => 1000 * (index + 1)),
      ...Array.from({ length: 10 }, (_, index) => 19_990 + index),
    ]);
  });

  it('stays at one size when timeouts are set and cancelled without end', () => {
    const queue = new EventQueue();
    for (let round = 0; round < 20_000; round++) {
      const handle = queue.push(1_000_000 + round, 0, 0, round);
      if (round % 1000 !== 0) queue.cancel(handle);
    }
    expect(queue.capacity).toBe(new EventQueue().capacity);
    expect(drain(queue)).toEqual(Array.from({ length: 20 }, (_, index) => index * 1000));
  });

  it.each([
    ['a fraction of a microsecond', 0.5, 0, 0, 0],
    ['no time at all', Number.NaN, 0, 0, 0],
    ['a rank beyond 255', 1, 256, 0, 0],
    ['the kind that marks cancelled events', 1, 0, 255, 0],
    ['a subject beyond 32 bits', 1, 0, 0, 2_147_483_648],
  ])('refuses %s', (_, timeUs, rank, kind, subject) => {
    expect(() => new EventQueue().push(timeUs, rank, kind, subject)).toThrow(InvariantError);
  });

  it.each([false, true])(
    'agrees with a sorted list under any sequence of push, cancel and pop; in lanes: %s',
    (inLanes) => {
      const step = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({ does: fc.constant('push'), time: fc.nat(20), rank: fc.nat(3), lane: fc.nat(2) }),
        },
        { weight: 3, arbitrary: fc.record({ does: fc.constant('cancel'), which: fc.nat() }) },
        { weight: 2, arbitrary: fc.record({ does: fc.constant('pop') }) },
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
          const queue = new EventQueue();
          // One without, and two lanes in which later times are the rule.
          const lanes = inLanes ? [undefined, queue.makeLane(), queue.makeLane()] : [undefined];
          const handles: number[] = [];
          let pending: { time: number; rank: number; subject: number }[] = [];
          for (const one of steps) {
            if ('time' in one) {
              const lane = lanes[one.lane % lanes.length];
              const time = lane === undefined ? one.time : one.time + handles.length;
              pending.push({ time, rank: one.rank, subject: handles.length });
              handles.push(queue.push(time, one.rank, 0, handles.length, lane));
            } else if ('which' in one) {
              if (handles.length === 0) continue;
              const subject = one.which % handles.length;
              const left = pending.filter((event) => event.subject !== subject);
              expect(queue.cancel(handles[subject]!)).toBe(left.length < pending.length);
              pending = left;
            } else {
              pending.sort((a, b) => a.time - b.time || a.rank - b.rank || a.subject - b.subject);
              const next = pending.shift();
              expect(queue.peekTimeUs()).toBe(next?.time ?? Infinity);
              expect(queue.pop()).toBe(next !== undefined);
              if (next !== undefined) expect(queue.subject).toBe(next.subject);
            }
            expect(queue.count).toBe(pending.length);
          }
        }),
        { numRuns: 300, seed: 1 },
      );
    },
  );
});
