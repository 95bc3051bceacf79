import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Attempt, AttemptPool, AttemptState } from '../../src/sim/attempt.js';

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

const MONTH_US = 30 * 86_400e6;
const INSTANTS = [
  'scheduledUs',
  'firstScheduledUs',
  'firstTokenUs',
  'lastTokenUs',
  'leftUs',
  'endUs',
  'dispatchedUs',
] as const;

it('tells every instant to the microsecond, however large and however late, and -1 where there was none', () => {
  const waits = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.nat(MONTH_US), fc.constantFrom(2 ** 31 - 1, 2 ** 31));
  const drawn = fc.record({
    sentUs: fc.nat(MONTH_US),
    waits: fc.array(fc.option(waits), { minLength: 7, maxLength: 7 }),
  });
  fc.assert(
    fc.property(drawn, ({ sentUs, waits }) => {
      const attempt = new Attempt(0);
      attempt.begin({ nowUs: sentUs });
      const wanted = waits.map((wait) => (wait === null ? -1 : sentUs + wait));
      for (const [i, name] of INSTANTS.entries()) if (waits[i] !== null) attempt[name] = wanted[i]!;
      expect([attempt.sentUs, ...INSTANTS.map((name) => attempt[name])]).toEqual([sentUs, ...wanted]);
    }),
  );
});

it('knows when its request was sent first, in every try and while it waits for the next', () => {
  fc.assert(
    fc.property(fc.nat(MONTH_US), fc.array(fc.nat(86_400e6), { minLength: 1, maxLength: 4 }), (sentUs, pauses) => {
      let attempt = new Attempt(0);
      let nowUs = sentUs;
      attempt.begin({ nowUs });
      for (const pause of pauses) {
        const next = new Attempt(1);
        next.continueFrom(attempt, 'shed');
        expect(next.requestSentUs).toBe(sentUs);
        nowUs += pause;
        next.begin({ nowUs });
        attempt = next;
        expect([attempt.sentUs, attempt.requestSentUs]).toEqual([nowUs, sentUs]);
      }
      // Its object is used again for another request.
      attempt.number = 1;
      attempt.begin({ nowUs: nowUs + 5 });
      expect(attempt.requestSentUs).toBe(nowUs + 5);
    }),
  );
});
