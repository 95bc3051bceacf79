import { describe, expect, it } from 'vitest';
import { findWire } from '../../src/models/wires.js';
import { readEcho, writeEcho } from '../../src/sim/gateway/wire.js';
import { ended, FULL_RATE, of, pico, play, simple, times } from './play.js';

const wire = findWire('neutral')!;
const provider = 'neutral';
const TIERS = ['priority', 'standard', 'flex', 'background'];
const MIX = '{priority: 15%, standard: 55%, flex: 20%, background: 10%}';
const over = play(simple({ provider, tier: MIX, rate: FULL_RATE * 1.5, seconds: 300 }));

describe('the neutral four tiers', () => {
  it('NE-1: multipliers scale token prices and not fees: fixture F5', () => {
    const bill = (tier: string, keys = ''): number => {
      const text = simple({ provider, tier, rate: 1, seconds: 30, input: '1000', output: '500', keys });
      return ended(play(text).records, 'completed')[0]!.billedPico;
    };
    expect(TIERS.map((tier) => bill(tier))).toEqual(['0.003', '0.002', '0.001', '0.0005'].map(pico));
    const fee = pico('0.001');
    expect(TIERS.map((tier) => bill(tier, ', fees: {request: $0.001}') - bill(tier))).toEqual([fee, fee, fee, fee]);
  });

  it('NE-2: no less urgent request is started on a node while a more urgent one waits there', () => {
    const started = over.records.filter(({ scheduledUs }) => scheduledUs >= 0);
    const rank = ({ tierServed }: { tierServed: string }): number => TIERS.indexOf(tierServed);
    for (const one of started) {
      // Flex and background wait at the gateway first, so only what was at the node at once can be passed over.
      const passed = of(started, 'priority').filter(
        (other) =>
          rank(one) > 0 &&
          other.node === one.node &&
          other.sentUs <= one.scheduledUs &&
          other.scheduledUs > one.scheduledUs,
      );
      expect(passed).toEqual([]);
    }
  });

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
