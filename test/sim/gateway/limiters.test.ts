import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimiterSpec } from '../../../src/models/provider.js';
import { days, limiter, minutes } from '../../../src/models/providers/build.js';
import { type Limited, type LimiterSet, Limiters } from '../../../src/sim/gateway/limiters.js';

const WHO: Limited = { account: 'acme', model: 'm', tier: 'standard', isExempt: false };
const MINUTE_US = 60_000_000;

function set(specs: readonly LimiterSpec[], who: Partial<Limited> = {}, at = new Limiters(0)): LimiterSet {
  return at.setFor(specs, { ...WHO, ...who })!;
}

const letsIn = (limits: LimiterSet, nowUs: number, promptTokens = 1): boolean =>
  limits.admit(nowUs, promptTokens) === null;

describe('a set of limiters', () => {
  it('charges what is refused nothing, whichever limit refuses it', () => {
    const limits = set([limiter('rpm', 2), limiter('inputTpm', 50)]);
    expect([letsIn(limits, 0, 40), letsIn(limits, 0, 40), letsIn(limits, 0, 10), letsIn(limits, 0, 1)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('lets in while the output window has room, and charges what came out at the end', () => {
    const limits = set([limiter('outputTpm', 100)]);
    expect(letsIn(limits, 0)).toBe(true);
    limits.release(10, 99);
    expect(letsIn(limits, 11)).toBe(true);
    limits.release(20, 50);
    expect(letsIn(limits, 21)).toBe(false);
    expect(letsIn(limits, 10 + MINUTE_US)).toBe(true);
  });

  it('counts all tokens together: the prompt on arrival, the answer at its end', () => {
    const limits = set([limiter('tpm', 100)]);
    expect(letsIn(limits, 0, 60)).toBe(true);
    limits.release(1, 30);
    expect([letsIn(limits, 2, 11), letsIn(limits, 2, 10)]).toEqual([false, true]);
  });

  it('counts tokens that no cache held when the first token shows how many they were', () => {
    const limits = set([limiter('uncachedInputTpm', 100)]);
    expect(limits.countsUncached).toBe(true);
    expect(letsIn(limits, 0, 1000)).toBe(true);
    limits.firstToken(5, 100);
    expect(letsIn(limits, 6, 1)).toBe(false);
  });

  it('charges each of its limits what that one counts, when it is known, and nothing else', () => {
    const rest = (limiterName: string, charge: (limits: LimiterSet) => void): boolean => {
      const limits = set([limiter(limiterName, 50)]);
      charge(limits);
      return letsIn(limits, 1, 1);
    };
    const names = ['rpm', 'inputTpm', 'uncachedInputTpm', 'outputTpm', 'tpm'];
    const closedBy = (charge: (limits: LimiterSet) => void) => names.filter((one) => !rest(one, charge));
    expect(closedBy((limits) => limits.firstToken(0, 50))).toEqual(['uncachedInputTpm']);
    expect(closedBy((limits) => limits.release(0, 50))).toEqual(['outputTpm', 'tpm']);
    expect(closedBy((limits) => limits.admit(0, 50))).toEqual(['inputTpm', 'tpm']);
    expect(closedBy((limits) => limits.firstToken(0, 0))).toEqual([]);
  });

  it('says whether it charges anything at the first token', () => {
    const counts = (...names: readonly string[]) => set(names.map((name) => limiter(name, 1))).countsUncached;
    expect([counts('rpm', 'tpm'), counts('rpm', 'uncachedInputTpm')]).toEqual([false, true]);
  });

  it('weighs what it charges late like what it charges at once', () => {
    const weighed = (name: string, weight: number) =>
      set([limiter(name, 100, { weightByTier: [{ tier: 'standard', weight }] })]);
    for (const weight of [2, 0.5]) {
      const [full, nearly] = [100 / weight, 100 / weight - 1];
      for (const [tokens, open] of [
        [nearly, true],
        [full, false],
      ] as const) {
        const [output, uncached, all] = [
          weighed('outputTpm', weight),
          weighed('uncachedInputTpm', weight),
          weighed('tpm', weight),
        ];
        output.release(0, tokens);
        uncached.firstToken(0, tokens);
        all.admit(0, tokens - 1);
        all.release(0, 1);
        expect([letsIn(output, 1), letsIn(uncached, 1), letsIn(all, 1, 1)]).toEqual([open, open, open]);
      }
    }
    const places = weighed('concurrency', 40);
    expect([letsIn(places, 0), letsIn(places, 0), letsIn(places, 0)]).toEqual([true, true, false]);
    places.release(1, 7);
    expect([letsIn(places, 1), letsIn(places, 1)]).toEqual([true, false]);
  });

  it('weighs each tier by its own weight, whole or not, to one sum', () => {
    const spec = limiter('rpm', 2, {
      weightByTier: [
        { tier: 'flex', weight: 0.5 },
        { tier: 'priority', weight: 2 },
      ],
    });
    const served = (...tiers: readonly string[]) => {
      const at = new Limiters(0);
      return tiers.map((tier) => letsIn(set([spec], { tier }, at), 0));
    };
    expect(served('priority', 'flex')).toEqual([true, false]);
    expect(served('standard', 'standard', 'flex')).toEqual([true, true, false]);
    expect(served('standard', 'flex', 'flex', 'flex')).toEqual([true, true, true, false]);
  });

  it('names the tier that one would be let in as instead, where it does not refuse', () => {
    const lowerOf = (action: LimiterSpec['action']) => set([limiter('rpm', 0, { action })]).admit(0, 1)!.downgradeTo;
    expect([lowerOf({ do: 'downgrade', to: 'flex' }), lowerOf({ do: 'reject' })]).toEqual(['flex', null]);
  });

  it('weighs the start of a ramp too', () => {
    const window = { kind: 'ramp', start: 10, growth: 0, periodUs: 100 * MINUTE_US } as const;
    for (const weight of [1, 2, 0.5]) {
      const limits = set([limiter('rpm', 0, { window, weightByTier: [{ tier: 'standard', weight }] })]);
      expect(Array.from({ length: 30 }, () => letsIn(limits, 0)).filter(Boolean)).toHaveLength(10 / weight);
    }
  });

  it('opens again when one more token of what it charges late has room', () => {
    const limits = set([limiter('outputTpm', 100)]);
    limits.release(10, 60);
    limits.release(20, 40);
    expect(limits.admit(30, 1)!.opensAfterUs(30, 1)).toBe(10 + MINUTE_US - 30);
  });

  it('holds how many are under way at once', () => {
    const limits = set([limiter('concurrency', 1)]);
    expect([letsIn(limits, 0), letsIn(limits, 0)]).toEqual([true, false]);
    limits.release(5, 0);
    expect(letsIn(limits, 5)).toBe(true);
  });

  it('shares a counter between those whom it does not count apart', () => {
    const counts = (per: LimiterSpec['per'], who: Partial<Limited>): boolean => {
      const at = new Limiters(0);
      const specs = [limiter('rpm', 1, { per })];
      letsIn(set(specs, {}, at), 0);
      return letsIn(set(specs, who, at), 0);
    };
    expect(counts(['account'], { model: 'n', tier: 'priority' })).toBe(false);
    expect(counts(['account'], { account: 'other' })).toBe(true);
    expect(counts(['account', 'model'], { model: 'n' })).toBe(true);
    expect(counts(['account', 'tier'], { tier: 'priority' })).toBe(true);
    expect(counts([], { account: null })).toBe(false);
  });

  it('meets those whom it names', () => {
    const at = new Limiters(0);
    const has = (spec: LimiterSpec, who: Partial<Limited>): boolean => at.setFor([spec], { ...WHO, ...who }) !== null;
    expect(has(limiter('rpm', 1), { account: null })).toBe(false);
    expect(has(limiter('rpm', 1, { per: [] }), { account: null })).toBe(true);
    expect(has(limiter('rpm', 1), { isExempt: true })).toBe(false);
    expect(has(limiter('flex.rpm', 1), {})).toBe(false);
    expect(has(limiter('flex.rpm', 1), { tier: 'flex', isExempt: true })).toBe(true);
    expect(has(limiter('rpm', 1, { models: ['n'] }), {})).toBe(false);
    expect(has(limiter('rpm', 1, { weightByTier: [{ tier: 'standard', weight: 0 }] }), {})).toBe(false);
  });

  it('may count a tier to a limit of its own and to the shared one', () => {
    const at = new Limiters(0);
    const specs = [limiter('rpm', 10), limiter('priority.rpm', 3)];
    const priority = set(specs, { tier: 'priority' }, at);
    const standard = set(specs, {}, at);
    const tried = (limits: LimiterSet, times: number) =>
      Array.from({ length: times }, () => letsIn(limits, 0)).filter(Boolean);
    expect([tried(priority, 5).length, tried(standard, 20).length]).toEqual([3, 7]);
  });

  it('counts fractions exactly: ten times a tenth is one', () => {
    const limits = set([limiter('rpm', 1, { weightByTier: [{ tier: 'standard', weight: 0.1 }] })]);
    expect(Array.from({ length: 12 }, () => letsIn(limits, 0)).filter(Boolean).length).toBe(10);
  });

  it('says which gate is shut, why, and when it opens', () => {
    const limits = set([limiter('rpm', 2), limiter('daily', 100)]);
    letsIn(limits, 0, 10);
    letsIn(limits, 7, 10);
    const shut = limits.admit(1000, 1)!;
    expect([shut.cause, shut.opensAfterUs(1000, 1)]).toEqual(['rate_limited', MINUTE_US - 1000]);
    const full = limits.admit(MINUTE_US, 81)!;
    expect([full.cause, full.opensAfterUs(MINUTE_US, 81)]).toEqual(['quota_exhausted', days(1) - MINUTE_US]);
    expect(
      set([limiter('concurrency', 0)])
        .admit(0, 1)!
        .opensAfterUs(0, 1),
    ).toBe(Number.POSITIVE_INFINITY);
  });

  it('begins fixed windows with the clock, not with the run', () => {
    const lateEvening = new Limiters(days(20_000) - minutes(5));
    const limits = set([limiter('daily', 10)], {}, lateEvening);
    expect([letsIn(limits, 0, 10), letsIn(limits, minutes(5) - 1, 1), letsIn(limits, minutes(5), 10)]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

/** Arrivals of up to five minutes, several at some instants. */
const arrivals = fc
  .array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000_000 })), fc.integer({ min: 1, max: 40 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((gaps) => {
    let atUs = 0;
    return gaps.map(([gapUs, tokens]) => ({ atUs: (atUs += gapUs), tokens }));
  });

describe('a limiter admits exactly what it promises, against the definition worked out anew', () => {
  const compare = (
    spec: fc.Arbitrary<LimiterSpec>,
    allows: (
      spec: LimiterSpec,
      before: readonly { readonly atUs: number; readonly amount: number }[],
      atUs: number,
      amount: number,
    ) => boolean,
  ) =>
    fc.assert(
      fc.property(spec, arrivals, (drawn, list) => {
        const limits = set([drawn]);
        const admitted: { atUs: number; amount: number }[] = [];
        for (const { atUs, tokens } of list) {
          const amount = drawn.unit === 'requests' ? 1 : tokens;
          const isAllowed = allows(drawn, admitted, atUs, amount);
          expect(letsIn(limits, atUs, tokens)).toBe(isAllowed);
          if (isAllowed) admitted.push({ atUs, amount });
        }
      }),
      { numRuns: 500, seed: 4 },
    );

  const sum = (charges: readonly { readonly amount: number }[]): number =>
    charges.reduce((a, { amount }) => a + amount, 0);
  const names = fc.constantFrom('rpm', 'inputTpm');

  it('in a sliding window', () => {
    const specs = fc.tuple(names, fc.integer({ min: 0, max: 200 })).map(([name, limit]) => limiter(name, limit));
    compare(specs, ({ limit }, before, atUs, amount) => {
      return sum(before.filter((charge) => charge.atUs > atUs - MINUTE_US)) + amount <= limit;
    });
  });

  it('in a fixed window', () => {
    const specs = fc.tuple(names, fc.integer({ min: 0, max: 200 })).map(([name, limit]) => {
      return limiter(name, limit, { window: { kind: 'fixed', us: MINUTE_US } });
    });
    compare(specs, ({ limit }, before, atUs, amount) => {
      const window = Math.floor(atUs / MINUTE_US);
      return sum(before.filter((charge) => Math.floor(charge.atUs / MINUTE_US) === window)) + amount <= limit;
    });
  });

  it('on a ramp', () => {
    const specs = fc
      .record({
        name: names,
        limit: fc.integer({ min: 0, max: 60 }),
        start: fc.integer({ min: 0, max: 100 }),
        growth: fc.constantFrom(0, 0.5, 1),
        periodUs: fc.constantFrom(MINUTE_US, 2 * MINUTE_US),
      })
      .map(({ name, limit, ...ramp }) => limiter(name, limit, { window: { kind: 'ramp', ...ramp } }));
    compare(specs, ({ limit, window }, before, atUs, amount) => {
      if (window?.kind !== 'ramp') throw new Error('no ramp');
      const since = (us: number): number => sum(before.filter((charge) => charge.atUs > atUs - us));
      const beforeRun = Math.max(0, window.periodUs - atUs) / window.periodUs;
      const mean = (since(window.periodUs) * MINUTE_US) / window.periodUs;
      return since(MINUTE_US) + amount <= Math.max(limit, (1 + window.growth) * mean + window.start * beforeRun);
    });
  });

  it('and a comparison that takes the window a microsecond too long is caught', () => {
    const specs = fc.constant(limiter('rpm', 1));
    expect(() => {
      const limits = set([fc.sample(specs, 1)[0]!]);
      const atUs = [0, MINUTE_US];
      const wrong = atUs.map((at, i) => atUs.slice(0, i).every((before) => before < at - MINUTE_US));
      expect(atUs.map((at) => letsIn(limits, at))).toEqual(wrong);
    }).toThrow();
  });

  it('opens when it says, and not a microsecond earlier', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 40, max: 120 }), fc.boolean(), (list, limit, isFixed) => {
        const window = { kind: isFixed ? 'fixed' : 'sliding', us: MINUTE_US } as const;
        const limits = set([limiter('inputTpm', limit, { window })]);
        for (const { atUs, tokens } of list) {
          const shut = limits.admit(atUs, tokens);
          if (shut === null) continue;
          const opensUs = atUs + shut.opensAfterUs(atUs, tokens);
          expect(shut.isOpen(opensUs - 1, tokens)).toBe(false);
          expect(shut.isOpen(opensUs, tokens)).toBe(true);
          return;
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });
});
