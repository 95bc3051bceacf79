import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEADY } from '../../src/models/operations.js';
import type { Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { drawnScenario } from './drawn-scenario.js';
import { counted, DRAWS, picoOf, ran, TIMEOUT_MS } from './run.js';

const sumOf = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

describe('money', { timeout: TIMEOUT_MS }, () => {
  it('a bill follows the tier served: price x tokens, and the fees of what completed', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        expect(ran(scenario).records.filter((record) => record.billedPico !== expectedPico(scenario, record))).toEqual(
          [],
        );
      }),
      DRAWS,
    );
  });

  it('bills of records sum to the summary, by tier asked, by tier served, by account and in total, to the last digit', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        const inWindow = counted(scenario, records);
        const bills = (of: (record: AttemptRecord) => boolean): bigint =>
          sumOf(inWindow.filter(of).map(({ billedPico }) => BigInt(billedPico)));
        expect(picoOf(summary.total.billed)).toBe(bills(() => true));
        for (const [name, { billed, served }] of Object.entries(summary.tiers)) {
          expect(picoOf(billed)).toBe(bills(({ tierAsked }) => tierAsked === name));
          expect(picoOf(served.billed)).toBe(bills(({ tierServed }) => tierServed === name));
        }
        for (const [name, { billed }] of Object.entries(summary.accounts)) {
          expect(picoOf(billed)).toBe(bills(({ account }) => account === name));
        }
      }),
      DRAWS,
    );
  });

  it('the invoice has every bill once: by account, tier served and model its lines are the sums of the records', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        const billed = counted(scenario, records).filter(({ billedPico }) => billedPico > 0);
        let lines = 0;
        for (const line of summary.invoice) {
          const own = billed.filter(
            ({ account, tierServed, model }) =>
              account === (line.account ?? '') && tierServed === line.tier && model === line.model,
          );
          lines += own.length;
          expect(picoOf(line.amount)).toBe(sumOf(own.map(({ billedPico }) => BigInt(billedPico))));
          expect(line.attempts).toBeGreaterThanOrEqual(own.length);
          const seen = own.map((record) => record.outputTokens - record.wastedTokens);
          expect(line.outputTokens + line.imageTokens).toBeGreaterThanOrEqual(seen.reduce((a, b) => a + b, 0));
        }
        expect(lines).toBe(billed.length);
        expect(sumOf(summary.invoice.map(({ amount }) => picoOf(amount)))).toBe(picoOf(summary.total.billed));
      }),
      DRAWS,
    );
  });

  it("a pool's cost is shared out to the tiers without a remainder; what an unused pool costs is nobody's", () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        if (scenario.pools.some(({ costPicoPerHour }) => costPicoPerHour === null)) {
          expect(summary.total.cost).toBeNull();
          return;
        }
        const costs = Object.entries(summary.pools).map(([name, { cost }]) => ({ name, pico: picoOf(cost!) }));
        const used = new Set(
          counted(scenario, records)
            .filter(({ scheduledUs, endUs }) => scheduledUs >= 0 && endUs > scheduledUs)
            .map(({ pool }) => pool),
        );
        expect(picoOf(summary.total.cost!)).toBe(sumOf(costs.map(({ pico }) => pico)));
        expect(sumOf(Object.values(summary.tiers).map(({ cost }) => picoOf(cost!)))).toBe(
          sumOf(costs.filter(({ name }) => used.has(name)).map(({ pico }) => pico)),
        );
        for (const { cost } of Object.values(summary.tiers)) expect(picoOf(cost!) >= 0n).toBe(true);
      }),
      DRAWS,
    );
  });

  it('a pool costs its price times the hours of the nodes that were up', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const pools = drawn.pools.map((pool) => ({ ...pool, operations: STEADY }));
        const scenario = { ...drawn, pools, events: [] };
        const windowUs = BigInt(scenario.durationUs - scenario.warmupUs);
        for (const { name, nodes, costPicoPerHour } of scenario.pools) {
          if (costPicoPerHour === null) continue;
          const expected = (BigInt(costPicoPerHour) * BigInt(nodes) * windowUs) / 3_600_000_000n;
          expect(picoOf(ran(scenario).summary.pools[name]!.cost!)).toBe(expected);
        }
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 4 },
    );
  });
});

/** Written anew from the meaning of the words; every drawn profile prices its one model by '*' and a multiplier. */
function expectedPico({ provider, traffic }: Scenario, record: AttemptRecord): number {
  const { outcome, promptTokens, cachedTokens, outputTokens, wastedTokens } = record;
  if (record.tierServed === '') return 0;
  const row = provider.prices[0]!;
  const { priceMultiplier } = provider.tiers.find(({ name }) => name === record.tierServed)!;
  const tokens = (output: number): number =>
    priceMultiplier *
    ((promptTokens - cachedTokens) * row.inputPico + cachedTokens * row.cachedPico + output * row.outputPico);
  if (outcome === 'completed') {
    const { fees } = traffic.find(({ name }) => name === record.class)!;
    return tokens(outputTokens - wastedTokens) + fees.reduce((sum, { pico }) => sum + pico, 0);
  }
  const seen = outputTokens - wastedTokens;
  return outcome === 'abandoned' && provider.billing.abandoned === 'emitted' && seen > 0 ? tokens(seen) : 0;
}
