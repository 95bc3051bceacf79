import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CostParts, fleetCost } from '../../../src/sim/ledger/fleet-cost.js';
import { pool } from '../../helpers/scenario.js';

const HOUR_US = 3_600_000_000;
const seats = (...byPool: number[]) => ({ seatUs: Float64Array.from(byPool) });
const hours = (...byPool: number[]) => byPool.map((n) => ({ paidNodeUs: n * HOUR_US }));

function costOf(parts: Pick<CostParts, 'pools' | 'figures' | 'tiers'> & Partial<CostParts>) {
  return fleetCost({ profileCurrency: 'USD', rates: {}, energy: null, ...parts });
}

describe('fleetCost', () => {
  it('is price times hours, idle or not', () => {
    const { total, byPool } = costOf({
      pools: [pool({ costPicoPerHour: 2e12 })],
      figures: hours(3),
      tiers: [seats(0)],
    });
    expect(total).toBe(6_000_000_000_000n);
    expect(byPool).toEqual([6_000_000_000_000n]);
  });

  it('shares a pool by seat time', () => {
    const { byTier } = costOf({
      pools: [pool({ costPicoPerHour: 100 })],
      figures: hours(1),
      tiers: [seats(30), seats(10)],
    });
    expect(byTier).toEqual([75n, 25n]);
  });

  it('leaves what an unused pool costs to nobody', () => {
    const pools = [pool({ costPicoPerHour: 100 }), pool({ costPicoPerHour: 7 })];
    const { byTier, total } = costOf({ pools, figures: hours(1, 1), tiers: [seats(5, 0)] });
    expect(byTier).toEqual([100n]);
    expect(total).toBe(107n);
  });

  it('is unknown where a price is, and where currencies differ and no rate is given', () => {
    const parts = { figures: hours(1, 1), tiers: [seats(1, 1)] };
    const unknown = costOf({ ...parts, pools: [pool(), pool({ costPicoPerHour: null })] });
    expect(unknown).toEqual({ currency: null, byPool: [2_000_000_000_000n, null], total: null, byTier: null });
    const mixed = costOf({ ...parts, pools: [pool(), pool({ costCurrency: 'CHF' })] });
    expect(mixed).toMatchObject({ currency: null, total: null, byTier: null });
    expect(mixed.byPool).toEqual([2_000_000_000_000n, 2_000_000_000_000n]);
    expect(costOf({ pools: [], figures: [], tiers: [] }).total).toBeNull();
  });

  it('of pools in two currencies is in the profile’s, at the rate given; each pool keeps its own', () => {
    const pools = [pool(), pool({ costCurrency: 'CHF' })];
    const parts = { pools, figures: hours(1, 1), tiers: [seats(1, 0), seats(0, 1)], rates: { CHF: 1.25 } };
    expect(costOf(parts)).toEqual({
      currency: 'USD',
      byPool: [2_000_000_000_000n, 2_000_000_000_000n],
      total: 4_500_000_000_000n,
      byTier: [2_000_000_000_000n, 2_500_000_000_000n],
    });
    const swissFirst = costOf({ ...parts, pools: [...pools].reverse() });
    expect(swissFirst).toMatchObject({ currency: 'USD', total: 4_500_000_000_000n });
  });

  it('adds energy in the currency of the nodes without a rate, and is unknown where nodes have none', () => {
    const pools = [pool({ costPicoPerHour: 100, costCurrency: 'CHF' })];
    const parts = { pools, figures: hours(1), tiers: [seats(1)] };
    const energy = (currency: 'USD' | 'CHF') => ({ byPool: [11n], currency });
    expect(costOf({ ...parts, energy: energy('CHF') })).toMatchObject({ currency: 'CHF', total: 111n });
    expect(costOf({ ...parts, energy: energy('USD') })).toMatchObject({ currency: null, byPool: [null], total: null });
  });

  it('of a fleet in one other currency stays in it', () => {
    const pools = [pool({ costCurrency: 'CHF' })];
    const parts = { pools, figures: hours(1), tiers: [seats(1)], rates: { CHF: 1.25 } };
    expect(costOf(parts)).toMatchObject({ currency: 'CHF', total: 2_000_000_000_000n });
  });

  it('adds energy that the nodes’ price does not hold, across currencies at the rate given', () => {
    const parts = { pools: [pool({ costPicoPerHour: 100 })], figures: hours(1), tiers: [seats(1)] };
    expect(costOf({ ...parts, energy: { byPool: [11n], currency: 'USD' } })).toMatchObject({
      currency: 'USD',
      total: 111n,
      byTier: [111n],
    });
    const swiss = { ...parts, energy: { byPool: [20n], currency: 'CHF' as const } };
    expect(costOf(swiss)).toMatchObject({ currency: null, byPool: [null], total: null });
    expect(costOf({ ...swiss, rates: { CHF: 1.25 } })).toMatchObject({ currency: 'USD', total: 125n });
  });

  it('adds up to the last unit, whatever the shares', () => {
    const tiers = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(tiers, fc.integer({ min: 1, max: 1_000_000_007 }), (times, price) => {
        const all = times.map((time) => seats(time));
        const { byTier, total } = costOf({ pools: [pool({ costPicoPerHour: price })], figures: hours(1), tiers: all });
        const sum = byTier!.reduce((a, b) => a + b, 0n);
        expect(sum).toBe(times.some((time) => time > 0) ? total : 0n);
        expect(byTier!.every((part) => part >= 0n)).toBe(true);
      }),
      { seed: 20_261_121 },
    );
  });
});
