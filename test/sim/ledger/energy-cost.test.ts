import { describe, expect, it } from 'vitest';
import { DEFAULT_TARIFF } from '../../../src/models/tariff.js';
import { energyCostPico } from '../../../src/sim/ledger/energy-cost.js';
import { inProfileCurrency } from '../../../src/sim/ledger/exchange.js';

const KWH_NJ = 3_600_000_000_000_000n;

describe('energyCostPico', () => {
  it('is energy times PUE times the price of a kilowatt-hour', () => {
    const tariff = { ...DEFAULT_TARIFF, picoPerKWh: 0.25e12, pue: 1.5 };
    expect(energyCostPico(tariff, { totalNj: 2n * KWH_NJ, deviceNj: KWH_NJ })).toBe(750_000_000_000n);
  });

  it('takes the devices alone times the all-in factor where one is given', () => {
    const tariff = { ...DEFAULT_TARIFF, picoPerKWh: 0.25e12, pue: 1.5, allInFactor: 2.5 };
    expect(energyCostPico(tariff, { totalNj: 2n * KWH_NJ, deviceNj: KWH_NJ })).toBe(625_000_000_000n);
  });

  it('stays exact where doubles do not', () => {
    const tariff = { ...DEFAULT_TARIFF, picoPerKWh: 1, pue: 1 };
    expect(energyCostPico(tariff, { totalNj: (2n ** 60n + 1n) * KWH_NJ, deviceNj: 0n })).toBe(2n ** 60n + 1n);
  });
});

describe('inProfileCurrency', () => {
  it('leaves the own currency as it is and takes the rate of another', () => {
    expect(inProfileCurrency(7n, 'USD', 'USD', { USD: 9 })).toBe(7n);
    expect(inProfileCurrency(1000n, 'CHF', 'USD', { CHF: 1.125 })).toBe(1125n);
  });

  it('is unknown without a rate', () => {
    expect(inProfileCurrency(7n, 'CHF', 'USD', {})).toBeNull();
    expect(inProfileCurrency(7n, 'CHF', 'USD', { USD: 2 })).toBeNull();
  });
});
