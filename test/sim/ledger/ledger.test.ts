import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/models/outcome.js';
import { priceRow, tier } from '../../../src/models/providers/build.js';
import { type BillFacts, Ledger } from '../../../src/sim/ledger/ledger.js';
import { provider, scenario, traffic } from '../../helpers/scenario.js';

const profile = provider({
  tiers: [tier('standard', 1), tier('priority', 2, { priceMultiplier: 2 })],
  prices: [priceRow('m', { input: 1e-6, cached: 0, output: 100e-6 }, { imagePico: 1000 })],
});
const world = scenario({
  provider: profile,
  traffic: [
    traffic({ name: 'one', account: 'acme' }),
    traffic({ name: 'two', account: 'acme', imageShare: 0.5 }),
    traffic({ name: 'three' }),
    traffic({ name: 'unsold', model: 'x' }),
  ],
});
const facts = (differences: Partial<BillFacts> = {}): BillFacts => ({
  class: 0,
  tierServed: 0,
  sentUs: 0,
  promptTokens: 10,
  cachedTokens: 4,
  feePico: 7,
  isCounted: true,
  ...differences,
});

function billed(ledger: Ledger, ...of: Parameters<Ledger['bill']>): number {
  ledger.bill(...of);
  return ledger.billedPico;
}

describe('Ledger', () => {
  it('bills prompt, cached part, answer and fees of what completed', () => {
    expect(billed(new Ledger(world), facts(), 'completed', 3)).toBe(6 + 300 + 7);
  });

  it('scales tokens by the tier served, never fees', () => {
    expect(billed(new Ledger(world), facts({ tierServed: 1 }), 'completed', 3)).toBe(2 * 306 + 7);
  });

  it('bills the share of the output that is images at their own rate', () => {
    const ledger = new Ledger(world);
    expect(billed(ledger, facts({ class: 1 }), 'completed', 4)).toBe(6 + 200 + 2000 + 7);
    expect(ledger.invoice()).toMatchObject([{ output: 2, image: 2 }]);
  });

  it('takes fees alone where the model is not sold', () => {
    expect(billed(new Ledger(world), facts({ class: 3 }), 'completed', 3)).toBe(7);
  });

  it('bills streams that broke off as the profile says, without fees, from the first token on', () => {
    const broken = ['abandoned', 'evicted', 'failed'] as const;
    for (const outcome of broken) {
      for (const rule of ['emitted', 'nothing'] as const) {
        const billing = { abandoned: 'nothing', evicted: 'nothing', failed: 'nothing', [outcome]: rule } as const;
        const ledger = new Ledger({ ...world, provider: { ...profile, billing } });
        const bills = broken.map((one) => billed(ledger, facts(), one, 3));
        expect(bills).toEqual(broken.map((one) => (one === outcome && rule === 'emitted' ? 306 : 0)));
        expect(billed(ledger, facts(), outcome, 0)).toBe(0);
      }
    }
  });

  it('bills nothing else', () => {
    const ledger = new Ledger({ ...world, provider: { ...profile, billing: ALL } });
    const outcomes: Outcome[] = ['rateLimited', 'shed', 'refused', 'expired', 'unfinished'];
    expect(outcomes.map((outcome) => billed(ledger, facts(), outcome, 3))).toEqual([0, 0, 0, 0, 0]);
    expect(ledger.invoice()).toEqual([]);
  });

  it('bills what came before the counted window, on no invoice', () => {
    const ledger = new Ledger(world);
    expect(billed(ledger, facts({ isCounted: false }), 'completed', 3)).toBe(313);
    expect(ledger.invoice()).toEqual([]);
  });

  it('has a line for each account, tier and model, classes of one account together', () => {
    const ledger = new Ledger(world);
    billed(ledger, facts(), 'completed', 3);
    billed(ledger, facts({ class: 1 }), 'completed', 2);
    billed(ledger, facts({ tierServed: 1 }), 'completed', 1);
    billed(ledger, facts({ class: 2 }), 'completed', 1);
    billed(ledger, facts({ class: 3 }), 'completed', 1);
    expect(ledger.invoice()).toEqual([
      {
        account: 'acme',
        tier: 'standard',
        model: 'm',
        attempts: 2,
        uncached: 12,
        cached: 8,
        output: 4,
        image: 1,
        feesPico: 14n,
        amountPico: 313n + (6n + 100n + 1000n + 7n),
      },
      {
        account: 'acme',
        tier: 'priority',
        model: 'm',
        attempts: 1,
        uncached: 6,
        cached: 4,
        output: 1,
        image: 0,
        feesPico: 7n,
        amountPico: 2n * 106n + 7n,
      },
      {
        account: null,
        tier: 'standard',
        model: 'm',
        attempts: 1,
        uncached: 6,
        cached: 4,
        output: 1,
        image: 0,
        feesPico: 7n,
        amountPico: 113n,
      },
      {
        account: null,
        tier: 'standard',
        model: 'x',
        attempts: 1,
        uncached: 6,
        cached: 4,
        output: 1,
        image: 0,
        feesPico: 7n,
        amountPico: 7n,
      },
    ]);
  });

  it('adds up in any order and far beyond 2^53', () => {
    const bill = fc.record({
      class: fc.nat(2),
      tierServed: fc.nat(1),
      promptTokens: fc.integer({ min: 1, max: 1_000_000 }),
      feePico: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
      seen: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(bill, { minLength: 4, maxLength: 40 }), (bills) => {
        const forth = new Ledger(world);
        const back = new Ledger(world);
        const book =
          (ledger: Ledger) =>
          ({ seen, ...rest }: (typeof bills)[number]) =>
            billed(ledger, facts({ ...rest, cachedTokens: 0 }), 'completed', seen);
        const exact = bills.map(book(forth)).reduce((sum, pico) => sum + BigInt(pico), 0n);
        for (const one of [...bills].reverse()) book(back)(one);
        const sumOf = (ledger: Ledger) => ledger.invoice().reduce((sum, { amountPico }) => sum + amountPico, 0n);
        expect(sumOf(forth)).toBe(exact);
        expect(back.invoice()).toEqual(forth.invoice());
        expect(forth.invoice().reduce((sum, { feesPico }) => sum + feesPico, 0n)).toBe(
          bills.reduce((sum, { feePico }) => sum + BigInt(feePico), 0n),
        );
      }),
      { seed: 20_261_125 },
    );
  });
});

const ALL = { abandoned: 'emitted', evicted: 'emitted', failed: 'emitted' } as const;
