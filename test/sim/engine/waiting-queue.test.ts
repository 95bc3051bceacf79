import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sequence } from '../../../src/sim/engine/sequence.js';
import { waitingQueue } from '../../../src/sim/engine/waiting-queue.js';
import { ids, sequence } from './fixtures.js';

describe('fcfs', () => {
  it('serves in the order of enqueueing and ignores priority and arrival', () => {
    const queue = waitingQueue<Sequence>('fcfs');
    const [a, b] = [sequence({ priority: 9, arrival: 9 }), sequence({ priority: 0, arrival: 0 })];
    queue.add(a);
    queue.add(b);
    expect(queue.first).toBe(a);
    expect(ids(queue.inOrder())).toEqual(ids([a, b]));
  });

  it('takes preempted sequences back at the head', () => {
    const queue = waitingQueue<Sequence>('fcfs');
    const [a, b, c] = [sequence(), sequence(), sequence()];
    queue.add(a);
    queue.addAgain(c);
    queue.addAgain(b);
    expect(ids(queue.inOrder())).toEqual(ids([b, c, a]));
  });

  it('loses sequences from its head, middle and tail', () => {
    const queue = waitingQueue<Sequence>('fcfs');
    const all = [sequence(), sequence(), sequence(), sequence()];
    for (const one of all) queue.add(one);
    for (const index of [1, 0, 3]) queue.remove(all[index]);
    expect(ids(queue.inOrder())).toEqual(ids([all[2]]));
    queue.remove(all[2]);
    expect([queue.size, queue.first]).toEqual([0, null]);
    queue.add(all[1]);
    expect(queue.first).toBe(all[1]);
  });
});

describe('priority', () => {
  it('serves the smaller number first, then the earlier arrival, then the smaller name', () => {
    const queue = waitingQueue<Sequence>('priority');
    const urgent = sequence({ priority: -5_000_000_000, arrival: 9 });
    const early = sequence({ priority: 1, arrival: -0.5 });
    const named = sequence({ priority: 1, arrival: 3, name: 'r10' });
    const later = sequence({ priority: 1, arrival: 3, name: 'r9' });
    const twin = sequence({ priority: 1, arrival: 3, name: 'r9' });
    for (const one of [twin, later, named, early, urgent]) queue.add(one);
    expect(ids(queue.inOrder())).toEqual(ids([urgent, early, named, later, twin]));
  });

  it('takes a preempted sequence back by its unchanged key', () => {
    const queue = waitingQueue<Sequence>('priority');
    const [urgent, victim] = [sequence({ priority: 0 }), sequence({ priority: 3 })];
    queue.add(urgent);
    queue.addAgain(victim);
    expect(queue.first).toBe(urgent);
  });

  it('stays sorted under any mix of adding and removing', () => {
    const draws = fc.array(fc.record({ priority: fc.nat(3), arrival: fc.nat(3), leaves: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(draws, fc.infiniteStream(fc.nat(1000)), (drawn, picks) => {
        const queue = waitingQueue<Sequence>('priority');
        const inside = new Set<ReturnType<typeof sequence>>();
        for (const { priority, arrival, leaves } of drawn) {
          const added = sequence({ priority, arrival });
          queue.add(added);
          inside.add(added);
          if (!leaves) continue;
          const leaver = [...inside][picks.next().value % inside.size];
          queue.remove(leaver);
          inside.delete(leaver);
        }
        const expected = [...inside].sort((a, b) => a.priority - b.priority || a.arrival - b.arrival || a.id - b.id);
        const served: number[] = [];
        for (let first = queue.first; first !== null; first = queue.first) {
          served.push(first.id);
          queue.remove(first);
        }
        expect(served).toEqual(ids(expected));
      }),
    );
  });
});
