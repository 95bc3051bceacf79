import { describe, expect, it } from 'vitest';
import type { Eviction } from '../../../src/models/provider.js';
import { evictedBy } from '../../../src/models/providers/build.js';
import { Attempt } from '../../../src/sim/attempt.js';
import { Evictables } from '../../../src/sim/gateway/evictables.js';
import { tier } from '../../helpers/scenario.js';

const [URGENT, CALM, LOW] = [0, 1, 2];

function made(calm: Partial<Eviction> = {}, engines = 40): Evictables {
  return new Evictables(
    [
      tier('urgent', { rank: 3 }),
      tier('calm', { rank: 2, eviction: evictedBy(['urgent'], calm) }),
      tier('low', { rank: 1, eviction: evictedBy(['urgent', 'calm'], { when: 'any-time' }) }),
    ],
    engines,
  );
}

let attempts = 0;
function at(engine: number, tierQueued: number, dispatchedUs = 0): Attempt {
  const one = new Attempt(attempts++);
  Object.assign(one, { engine, tierQueued, dispatchedUs });
  return one;
}

function added(evictables: Evictables, ...all: Attempt[]): void {
  for (const one of all) evictables.add(one, one.dispatchedUs);
}

describe('Evictables', () => {
  it('know which tiers may throw out anybody', () => {
    expect([URGENT, CALM, LOW].map((one) => made().isEvictor(one))).toEqual([true, true, false]);
  });

  it('give the youngest of the lowest tier, at the engine that was asked for', () => {
    const evictables = made();
    const [calm, older, younger, elsewhere] = [at(3, CALM), at(3, LOW), at(3, LOW), at(4, LOW)];
    added(evictables, calm, older, younger, elsewhere);
    const order: (Attempt | null)[] = [];
    for (let i = 0; i < 4; i++) {
      const victim = evictables.victimAt(3, URGENT, 0);
      order.push(victim);
      if (victim !== null) evictables.remove(victim);
    }
    expect(order).toEqual([younger, older, calm, null]);
    expect(evictables.victimAt(4, CALM, 0)).toBe(elsewhere);
  });

  it('take those of equal rank as the tiers stand in the file', () => {
    const eviction = evictedBy(['urgent']);
    const evictables = new Evictables(
      [tier('urgent', { rank: 1 }), tier('a', { eviction }), tier('b', { eviction })],
      1,
    );
    const [a, b] = [at(0, 1), at(0, 2)];
    added(evictables, a, b);
    expect(evictables.victimAt(0, 0, 0)).toBe(a);
  });

  it('spare those whom the tier may not throw out', () => {
    const evictables = made();
    added(evictables, at(0, CALM), at(0, URGENT));
    expect(evictables.victimAt(0, CALM, 0)).toBeNull();
    expect(evictables.victimAt(0, LOW, 0)).toBeNull();
  });

  it('forget whoever is taken out, first, middle or last', () => {
    for (const gone of [0, 1, 2]) {
      const evictables = made();
      const all = [at(1, LOW), at(1, LOW), at(1, LOW)];
      added(evictables, ...all);
      evictables.remove(all[gone]!);
      evictables.remove(all[gone]!);
      const rest: (Attempt | null)[] = [];
      for (let victim = evictables.victimAt(1, URGENT, 0); victim !== null; ) {
        rest.push(victim);
        evictables.remove(victim);
        victim = evictables.victimAt(1, URGENT, 0);
      }
      expect(rest).toEqual(all.filter((_, index) => index !== gone).reverse());
      expect(all.map(({ isEvictable, evictOlder, evictYounger }) => [isEvictable, evictOlder, evictYounger])).toEqual(
        all.map(() => [false, null, null]),
      );
    }
  });

  it('pass over those that have not run long enough', () => {
    const evictables = made({ minRunUs: 10 });
    const [older, younger] = [at(0, CALM, 100), at(0, CALM, 105)];
    added(evictables, older, younger);
    expect([109, 110, 115].map((nowUs) => evictables.victimAt(0, URGENT, nowUs))).toEqual([null, older, younger]);
  });

  it('do not take in who was thrown out often enough', () => {
    const evictables = made({ maxTimes: 2 });
    const tired = at(0, CALM);
    tired.evictions = 2;
    evictables.add(tired, 0);
    expect(evictables.victimAt(0, URGENT, 0)).toBeNull();
    tired.evictions = 1;
    evictables.add(tired, 0);
    expect(evictables.victimAt(0, URGENT, 0)).toBe(tired);
  });

  it('let go at the first token of those that may be thrown out before it only', () => {
    const evictables = made();
    const [calm, low] = [at(0, CALM), at(0, LOW)];
    added(evictables, calm, low);
    evictables.onFirstToken(calm);
    evictables.onFirstToken(low);
    evictables.onFirstToken(at(0, URGENT));
    expect([calm.isEvictable, low.isEvictable]).toEqual([false, true]);
  });

  it('find some engine with work within a range, the one that got work last', () => {
    const evictables = made();
    expect(evictables.someNode(0, 40)).toBe(-1);
    const [two, five, nine] = [at(2, LOW), at(5, LOW), at(9, LOW)];
    added(evictables, two, five, nine, at(5, LOW));
    expect([evictables.someNode(0, 40), evictables.someNode(2, 9), evictables.someNode(3, 5)]).toEqual([9, 5, -1]);
    expect([evictables.someNode(5, 6), evictables.someNode(0, 2), evictables.someNode(2, 3)]).toEqual([5, -1, 2]);
    evictables.remove(two);
    evictables.remove(five);
    expect([evictables.someNode(2, 3), evictables.someNode(5, 6), evictables.someNode(0, 9)]).toEqual([-1, 5, 5]);
    evictables.remove(nine);
    expect([evictables.someNode(6, 40), evictables.someNode(0, 40)]).toEqual([-1, 5]);
    const eight = at(8, LOW);
    evictables.add(eight, 0);
    evictables.remove(eight);
    expect([evictables.someNode(6, 40), evictables.someNode(0, 40)]).toEqual([-1, 5]);
  });

  it('give up a search after some engines, however many there are', () => {
    const evictables = made();
    for (let engine = 0; engine < 40; engine++) evictables.add(at(engine, LOW), 0);
    expect([evictables.someNode(0, 25), evictables.someNode(0, 24)]).toEqual([24, -1]);
  });
});
