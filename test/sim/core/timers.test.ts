import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timers } from '../../../src/sim/core/timers.js';

type Deed = { readonly kind: 'set'; readonly subject: number; readonly timeUs: number } | { readonly kind: 'take' };

/** Mostly few, so that they are met again; one of 600 stands below many games. */
const subject = fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(600) });

const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), subject, timeUs: fc.nat(30) }),
    fc.record({ kind: fc.constant('take' as const) }),
  ),
  { maxLength: 200 },
);

/** The alarms in a plain map: the first is the smallest time, then the smallest subject. */
class PlainAlarms {
  readonly times = new Map<number, number>();

  first(): [subject: number, timeUs: number] | undefined {
    return [...this.times].sort(([a, aUs], [b, bUs]) => aUs - bUs || a - b)[0];
  }
}

describe('Timers', () => {
  it('has nothing to begin with', () => {
    const timers = new Timers();
    expect([timers.count, timers.firstUs]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it.each([true, false])('give the first alarm, by time and then by subject; asked after each deed: %s', (isAsked) => {
    fc.assert(
      fc.property(deeds, (drawn) => {
        const timers = new Timers();
        const plain = new PlainAlarms();
        for (const deed of drawn) {
          const first = plain.first();
          if (deed.kind === 'set') {
            timers.set(deed.subject, deed.timeUs);
            plain.times.set(deed.subject, deed.timeUs);
          } else if (first !== undefined) {
            expect(timers.take()).toBe(first[0]);
            plain.times.delete(first[0]);
          }
          if (!isAsked) continue;
          timers.settle();
          expect(timers.count).toBe(plain.times.size);
          expect(timers.firstUs).toBe(plain.first()?.[1] ?? Number.POSITIVE_INFINITY);
        }
        for (let first = plain.first(); first !== undefined; first = plain.first()) {
          timers.settle();
          expect([timers.firstUs, timers.take()]).toEqual([first[1], first[0]]);
          plain.times.delete(first[0]);
        }
        expect(timers.count).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
