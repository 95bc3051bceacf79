import { describe, expect, it } from 'vitest';
import { findWire } from '../../src/models/wires.js';
import { readEcho, writeEcho } from '../../src/sim/gateway/wire-echo.js';
import { backgroundRunsOnWhatIsLeft } from './claims/fireworks.js';
import { isTurnedAwayLast } from './claims/monotone.js';
import * as claims from './claims/neutral.js';
import { ended, FULL_RATE, of, play, simple, times } from './play.js';

const { TIERS, MIX } = claims;
const wire = findWire('neutral')!;
const provider = 'neutral';
const over = claims.overloaded();

describe('the neutral four tiers', () => {
  it('NE-1: multipliers scale token prices and not fees: fixture F5', () => claims.pricesOfFourTiers());

  it('NE-2: no less urgent request is started on a node while a more urgent one waits there', () =>
    claims.urgentFirst());

  it('NE-3: when nothing waits, priority and standard are the same to the last bit', () => {
    const idle = (tier: string) =>
      times(play(simple({ provider, tier, rate: FULL_RATE * 0.05, nodes: 4, seconds: 300 })).records);
    expect(idle('priority')).toEqual(idle('standard'));
  });

  it('NE-4: standard is shed before priority', () => {
    const { priority, standard } = over.summary.tiers;
    expect(standard!.outcomes.shed).toBeGreaterThan(20);
    expect(priority!.outcomes.shed).toBe(0);
    const alone = (tier: string) => play(simple({ provider, tier, rate: FULL_RATE * 1.8, seconds: 300 })).summary.total;
    expect(alone('priority').outcomes.shed).toBeGreaterThan(0);
    expect(alone('priority').outcomes.shed).toBeLessThan(alone('standard').outcomes.shed);
    isTurnedAwayLast({ provider, model: 'llama-3.1-8b', urgent: 'priority', lesser: 'standard' });
  });

  it('NE-5: flex is never shed on arrival and waits ten minutes at most', () => {
    const { records } = play(
      simple({ provider, tier: '{standard: 80%, flex: 20%}', rate: FULL_RATE * 1.6, seconds: 1500 }),
    );
    const flex = of(records, 'flex');
    expect(ended(flex, 'shed')).toEqual([]);
    const expired = ended(flex, 'expired');
    expect(expired.length).toBeGreaterThan(20);
    for (const { sentUs, endUs, status } of expired) expect([endUs - sentUs, status]).toEqual([600e6, 503]);
  });

  it('NE-6: background meets no synchronous limit and ends completed or expired within a day', () =>
    claims.backgroundEndsWithinADay());

  it('NE-7: flex and background run on what is left over', () => {
    claims.dispatchedBelowTheirPressure();
    backgroundRunsOnWhatIsLeft('', provider);
  });

  it('NE-8: eviction puts work back, loses none and bills each token once', () => claims.evictionLosesNothing());

  it('NE-9: no tier is changed in silence', () => {
    for (const { tierAsked, tierServed, node } of over.records) if (node >= 0) expect(tierServed).toBe(tierAsked);
    const text = simple({ provider, tier: 'flex', rate: 1, seconds: 20 }).replace(
      'nodes: 1,',
      'nodes: 1, tiers: [standard, priority],',
    );
    const refused = play(text).records;
    expect(new Set(refused.map(({ outcome, cause, status }) => `${outcome} ${cause} ${status}`))).toEqual(
      new Set(['refused unsupported_tier 400']),
    );
  });

  it('NE-10: billed, served and echoed are one tier', () => {
    const factors: Readonly<Record<string, number>> = { priority: 1.5, standard: 1, flex: 0.5, background: 0.25 };
    for (const record of ended(over.records, 'completed')) {
      const { headers, body } = writeEcho(wire, 'chat', record.tierServed, true);
      const echoed = readEcho(wire, 'chat', headers, body)!;
      const { promptTokens, cachedTokens, outputTokens, billedPico, tierServed } = record;
      const full = (promptTokens - cachedTokens) * 1e6 + cachedTokens * 1e5 + outputTokens * 2e6;
      expect(echoed).toBe(tierServed);
      expect(billedPico).toBe(full * factors[echoed]!);
    }
  });

  it('NE-11: from idle to 130 % load the tiers keep their order in TTFT and shed rate', () =>
    claims.orderFromIdleToOverload());

  it('NE-12: one report compares the four in every figure', () => {
    const calm = play(simple({ provider, tier: MIX, rate: FULL_RATE * 0.5, seconds: 120 })).summary;
    for (const name of TIERS) {
      const tier = calm.tiers[name]!;
      expect(tier.ttftMs.n).toBeGreaterThan(0);
      for (const value of [tier.shedRate, tier.expiredRate, tier.cost, tier.joulesPerOutputToken])
        expect(value).not.toBeNull();
      expect(Number(tier.billed)).toBeGreaterThan(0);
    }
  });
});
