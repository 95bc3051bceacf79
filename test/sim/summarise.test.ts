import { describe, expect, it } from 'vitest';
import { pool, provider, runOf, slots, tier, traced } from '../helpers/scenario.js';

const MS = 1000;

describe('a node that breaks under its requests', () => {
  const events = [{ atUs: 10 * MS, change: { kind: 'down', pool: 'main', nodes: 1 } }] as const;
  const classes = [
    traced([
      [0, 1, 5],
      [0.006, 1, 20],
    ]),
  ];

  it('counts against the promise, where the profile says so', () => {
    const { summary } = runOf({ events }, classes);
    expect(summary.total).toMatchObject({ availability: 0.5, availabilityAdmitted: 0.5 });
    expect(summary.sla).toEqual({
      target: null,
      denominator: 'offered',
      countedCauses: ['unavailable', 'node_down'],
    });
  });

  it('leaves a stream that is billed for what came, or not, as the profile says', () => {
    const billed = (failed: 'emitted' | 'nothing') => {
      const profile = provider({ billing: { abandoned: 'emitted', evicted: 'nothing', failed } });
      return runOf({ events, provider: profile }, classes).records.map(({ billedPico }) => billedPico);
    };
    // A prompt token at 1, and of the second answer, at 2 a token, the three that came before 10 ms.
    expect(billed('emitted')).toEqual([11e6, 7e6]);
    expect(billed('nothing')).toEqual([11e6, 0]);
  });
});

describe('money in the summary', () => {
  const hour = 3_600_000 * MS;

  it('cost, margin and cost per million tokens are of the whole counted time', () => {
    const { summary } = runOf({ durationUs: hour, pools: [pool({ costPicoPerHour: 2e12 })] }, [
      traced([[0, 600, 400]]),
    ]);
    expect(summary.total).toMatchObject({
      cost: '2.00',
      billed: '0.0014',
      margin: '-1.9986',
      usdPerMTok: 2000,
      usdPerMOutTok: 5000,
    });
    expect(summary).toMatchObject({ currency: 'USD', costCurrency: 'USD' });
  });

  it('there is a cost but no margin where bills are in another currency', () => {
    const pools = [pool({ costCurrency: 'CHF' })];
    const { summary } = runOf({ pools }, [traced([[0, 1, 1]])]);
    expect(summary).toMatchObject({ currency: 'USD', costCurrency: 'CHF', total: { margin: null } });
    expect(summary.total.cost).not.toBeNull();
  });

  it('nothing that rests on an unknown price is shown', () => {
    const { summary } = runOf({ pools: [pool({ costPicoPerHour: null })] }, [traced([[0, 1, 1]])]);
    expect(summary.costCurrency).toBeNull();
    expect(summary.total).toMatchObject({ cost: null, margin: null, usdPerMTok: null, usdPerMOutTok: null });
    expect(summary.pools['main']!.cost).toBeNull();
  });

  it('tiers share the cost of a pool by the time they held seats', () => {
    const profile = provider({ tiers: [tier('a'), tier('b')] });
    const { summary } = runOf(
      { durationUs: hour, provider: profile, pools: [pool({ engine: slots(2), costPicoPerHour: 4e12 })] },
      [
        traced([[0, 1, 30]], { name: 'a', tiers: [{ tier: 'a', value: 1 }] }),
        traced([[0, 1, 10]], { name: 'b', tiers: [{ tier: 'b', value: 1 }] }),
      ],
    );
    expect([summary.tiers['a']!.cost, summary.tiers['b']!.cost, summary.total.cost]).toEqual(['3.00', '1.00', '4.00']);
  });

  it('waiting for a seat costs a tier nothing', () => {
    const profile = provider({ tiers: [tier('first'), tier('waits')] });
    const { summary } = runOf({ durationUs: hour, provider: profile, pools: [pool({ costPicoPerHour: 4e12 })] }, [
      traced([[0, 1, 30]], { name: 'first', tiers: [{ tier: 'first', value: 1 }] }),
      traced([[0, 1, 10]], { name: 'waits', tiers: [{ tier: 'waits', value: 1 }] }),
    ]);
    expect([summary.tiers['first']!.cost, summary.tiers['waits']!.cost]).toEqual(['3.00', '1.00']);
  });

  it('a tier pays for the seat of a client that left until its abort arrived', () => {
    const profile = provider({ tiers: [tier('stays'), tier('leaves')] });
    const leaves = { ...traced([]).spec.client, timeoutUs: 10 * MS, abortLagUs: 20 * MS };
    const { summary } = runOf(
      { durationUs: hour, provider: profile, pools: [pool({ engine: slots(2), costPicoPerHour: 4e12 })] },
      [
        traced([[0, 1, 30]], { name: 'stays', tiers: [{ tier: 'stays', value: 1 }] }),
        traced([[0, 1, 900]], { name: 'leaves', tiers: [{ tier: 'leaves', value: 1 }], client: leaves }),
      ],
    );
    expect([summary.tiers['stays']!.cost, summary.tiers['leaves']!.cost]).toEqual(['2.00', '2.00']);
  });
});

describe('rates in the summary', () => {
  it('output per second is over the counted window', () => {
    const { summary } = runOf({ durationUs: 2_000 * MS, warmupUs: 1_000 * MS }, [
      traced([
        [0, 1, 7],
        [1.5, 1, 50],
      ]),
    ]);
    expect(summary.total.outputTokPerSec).toBe(50);
  });

  it('causes stand in alphabetical order, those that occurred only', () => {
    const profile = provider({ tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })] });
    const leaves = { ...traced([]).spec.client, timeoutUs: 10 * MS };
    const { summary } = runOf({ durationUs: 300 * MS, provider: profile }, [
      traced(
        [
          [0, 1, 99],
          [0.001, 1, 1],
          [0.2, 1, 5],
        ],
        { client: leaves },
      ),
    ]);
    expect(Object.entries(summary.total.causes)).toEqual([
      ['overloaded', 1],
      ['timeout', 1],
    ]);
  });
});
