import { describe, expect, it } from 'vitest';
import { Attempt } from '../../../src/sim/attempt.js';
import { HoldQueue } from '../../../src/sim/gateway/hold-queue.js';

function filled(count: number): { queue: HoldQueue; attempts: Attempt[] } {
  const queue = new HoldQueue();
  const attempts = Array.from({ length: count }, (_, i) => new Attempt(i));
  for (const attempt of attempts) queue.push(attempt);
  return { queue, attempts };
}

/** Takes all, in the order in which they are first. */
function drained(queue: HoldQueue): number[] {
  const order: number[] = [];
  for (let attempt = queue.first(); attempt !== null; attempt = queue.first()) {
    order.push(attempt.index);
    queue.forget(attempt);
  }
  return order;
}

describe('HoldQueue', () => {
  it('is first come, first served', () => {
    expect(drained(filled(5).queue)).toEqual([0, 1, 2, 3, 4]);
  });

  it('looking at the first takes nothing out', () => {
    const { queue } = filled(2);
    expect(queue.first()).toBe(queue.first());
    expect(queue.length).toBe(2);
  });

  it('forgets one that leaves from anywhere', () => {
    const { queue, attempts } = filled(5);
    queue.forget(attempts[0]!);
    queue.forget(attempts[3]!);
    expect(queue.length).toBe(3);
    expect(attempts[3]!.holdPlace).toBe(-1);
    expect(drained(queue)).toEqual([1, 2, 4]);
  });

  it('can be filled again after it was empty', () => {
    const { queue } = filled(3);
    drained(queue);
    expect(queue.first()).toBeNull();
    queue.push(new Attempt(7));
    expect(drained(queue)).toEqual([7]);
  });

  it('keeps its order through thousands that come and go', () => {
    const { queue, attempts } = filled(6000);
    for (const attempt of attempts) if (attempt.index % 3 === 1) queue.forget(attempt);
    const taken: number[] = [];
    for (let i = 0; i < 3000; i++) {
      const attempt = queue.first()!;
      taken.push(attempt.index);
      queue.forget(attempt);
    }
    for (const attempt of attempts) if (attempt.index > 5990 && attempt.holdPlace >= 0) queue.forget(attempt);
    expect([...taken, ...drained(queue)]).toEqual(
      attempts.map(({ index }) => index).filter((index) => index % 3 !== 1 && index <= 5990),
    );
  });
});
