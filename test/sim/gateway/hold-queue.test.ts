import { describe, expect, it } from 'vitest';
import { Attempt } from '../../../src/sim/attempt.js';
import { stream } from '../../../src/sim/core/random.js';
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
    for (const { index } of attempts) if (index > 5990 && index % 3 !== 1) queue.forget(attempts[index]!);
    expect([...taken, ...drained(queue)]).toEqual(
      attempts.map(({ index }) => index).filter((index) => index % 3 !== 1 && index <= 5990),
    );
  });
});

function sent(request: number, sentUs: number, promptTokens = 1): Attempt {
  const attempt = Object.assign(new Attempt(request), { request, promptTokens });
  attempt.begin({ nowUs: sentUs });
  return attempt;
}

describe('one that comes back', () => {
  it.each([
    ['to the front', 9, 0, [9, 1, 2, 3]],
    ['behind those of its instant that came before', 9, 20, [1, 2, 9, 3]],
    ['ahead of those of its instant that came later', 0, 20, [1, 0, 2, 3]],
    ['to the middle', 9, 25, [1, 2, 9, 3]],
    ['to the end', 9, 35, [1, 2, 3, 9]],
  ])('stands %s', (_where, request, sentUs, order) => {
    const queue = new HoldQueue();
    for (const [request, us] of [
      [1, 10],
      [2, 20],
      [3, 30],
    ] as const)
      queue.push(sent(request, us));
    queue.putBack(sent(request, sentUs));
    expect(queue.length).toBe(4);
    expect(drained(queue)).toEqual(order);
  });

  it('passes over those that have left meanwhile, and leaves each where it can be forgotten', () => {
    const queue = new HoldQueue();
    const all = [sent(1, 10), sent(2, 20), sent(3, 30), sent(4, 40)];
    for (const one of all) queue.push(one);
    queue.forget(all[1]!);
    queue.putBack(sent(9, 35));
    queue.forget(all[2]!);
    queue.forget(all[0]!);
    expect(drained(queue)).toEqual([9, 4]);
  });

  it('can come back again and again', () => {
    const queue = new HoldQueue();
    for (let round = 100; round > 0; round--) queue.putBack(sent(round, round));
    expect(drained(queue)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('brings its prompt back, and whoever leaves takes his along', () => {
    const queue = new HoldQueue();
    const [one, two] = [sent(1, 1, 5), sent(2, 2, 7)];
    queue.push(two);
    queue.putBack(one);
    expect(queue.tokens).toBe(12);
    queue.forget(two);
    expect(queue.tokens).toBe(5);
    queue.forget(one);
    expect([queue.tokens, queue.length, queue.first()]).toEqual([0, 0, null]);
  });
});

describe('through any coming and going', () => {
  it.each(['a', 'b', 'c'])('it is a list in the order of sending (%s)', (seed) => {
    const random = stream('hold-queue', 1, seed);
    const below = (n: number): number => Math.floor(random.uniform() * n);
    const queue = new HoldQueue();
    /** What it promises, in the plainest form. */
    const waiting: Attempt[] = [];
    const outside: Attempt[] = [];
    let tokens = 0;
    let faults = 0;
    const leave = (at: number): void => {
      const [attempt] = waiting.splice(at, 1);
      queue.forget(attempt!);
      tokens -= attempt!.promptTokens;
      if (below(3) === 0) outside.push(attempt!);
    };
    for (let request = 0; request < 8000; request++) {
      // Long lines build up and are worked off, again and again.
      const comes = below(10) < (request % 4000 < 2500 ? 7 : 2);
      if (comes) {
        const attempt = sent(request, request >> 2, below(50));
        queue.push(attempt);
        waiting.push(attempt);
        tokens += attempt.promptTokens;
      } else if (below(8) === 0 && outside.length > 0) {
        const attempt = outside.splice(below(outside.length), 1)[0]!;
        queue.putBack(attempt);
        tokens += attempt.promptTokens;
        waiting.push(attempt);
        waiting.sort((a, b) => a.request - b.request);
      } else if (waiting.length > 0) leave(below(3) === 0 ? below(waiting.length) : 0);
      const agrees = queue.first() === (waiting[0] ?? null) && queue.length === waiting.length;
      if (!agrees || queue.tokens !== tokens) faults++;
    }
    expect(faults).toBe(0);
    expect(drained(queue)).toEqual(waiting.map(({ index }) => index));
  });
});
