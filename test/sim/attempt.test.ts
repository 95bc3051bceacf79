import { expect, it } from 'vitest';
import { AttemptPool, AttemptState } from '../../src/sim/attempt.js';

it('goes through what is alive in the order of the requests and their tries, however objects were recycled', () => {
  const pool = new AttemptPool();
  const attempts = Array.from({ length: 6 }, () => pool.take());
  const numbers = [
    [5, 1],
    [2, 2],
    [2, 1],
    [9, 1],
    [1, 1],
    [3, 1],
  ] as const;
  for (const [index, [request, number]] of numbers.entries()) Object.assign(attempts[index]!, { request, number });
  attempts[3]!.state = AttemptState.over;
  pool.give(attempts[4]!);
  expect(pool.live().map(({ request, number }) => [request, number])).toEqual([
    [2, 1],
    [2, 2],
    [3, 1],
    [5, 1],
  ]);
});
