import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { fixed, pool, runOf, SECOND_US, scenario, slots, traced } from '../helpers/scenario.js';
import { drawnWorld } from '../world/drawn-world.js';
import { DRAWS, ran, TIMEOUT_MS } from './run.js';

/** Exact nanojoules from a decimal text. */
const njOf = (joules: string): bigint => {
  const [whole = '0', decimals = ''] = joules.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'));
};
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

/** What a step may draw beyond its whole microseconds when its node goes idle: less than one of them, each time. */
const SLACK = 1.001;

describe('energy', { timeout: TIMEOUT_MS }, () => {
  it('of tiers and of idleness adds up to the total to the last nanojoule, and so does that of pools and hardware', () => {
    fc.assert(
      fc.property(drawnWorld(), (drawn) => {
        const { energy, total } = ran(drawn).summary;
        const totalNj = njOf(energy.joules);
        expect(sum(Object.values(energy.tiers).map(njOf)) + njOf(energy.idleJoules)).toBe(totalNj);
        expect(sum(Object.values(energy.pools).map(({ joules }) => njOf(joules)))).toBe(totalNj);
        expect(sum(Object.values(energy.hardware).map(({ joules }) => njOf(joules)))).toBe(totalNj);
        expect(total.energyKWh).toBeCloseTo(Number(energy.joules) / 3.6e6, 9);
        for (const joules of Object.values(energy.tiers)) expect(njOf(joules) >= 0n).toBe(true);
      }),
      DRAWS,
    );
  });

  it('lies between that of idle nodes and that of nodes at the cap, in the window and in every bucket', () => {
    fc.assert(
      fc.property(drawnWorld(), (drawn: Scenario) => {
        const { pools, series } = ran(drawn).summary;
        for (const { name, nodes, power, operations } of drawn.pools) {
          const { meanWatts, busyNodeHours, nodeHoursByState: hours, energyKWh } = pools[name]!;
          const perNode = { idle: power.loadedIdleWatts + power.hostWatts, cap: power.tdpWatts + power.hostWatts };
          const wattHours = energyKWh! * 1000;
          const running = busyNodeHours * (power.activeWatts + power.hostWatts);
          expect(wattHours).toBeGreaterThanOrEqual(running + hours.idle * perNode.idle - 1e-9);
          // Nodes that drain may rest; those that start, stand warm or are down draw no more than an idle one.
          const resting = hours.idle + hours.draining + hours.starting + hours.warm + hours.down;
          expect(wattHours).toBeLessThanOrEqual(busyNodeHours * perNode.cap * SLACK + resting * perNode.idle + 1e-9);
          if (drawn.events.length > 0 || operations.autoscale !== null) continue;
          if (hours.down + hours.off + hours.starting > 0) continue;
          expect(meanWatts!).toBeGreaterThanOrEqual(nodes * perNode.idle - 1e-6);
          for (const watts of series.pools[name]!.watts) {
            expect(watts).toBeGreaterThanOrEqual(nodes * perNode.idle - 1e-6);
            expect(watts).toBeLessThanOrEqual(nodes * perNode.cap * SLACK + 1e-6);
          }
        }
      }),
      DRAWS,
    );
  });

  it('over time adds up to the total', () => {
    fc.assert(
      fc.property(drawnWorld(), (drawn) => {
        const whole = { ...drawn, warmupUs: 0 };
        const { energy, series } = ran(whole).summary;
        const endSeconds = whole.durationUs / 1e6;
        const lengths = series.atSeconds.map((at) => Math.min(series.bucketSeconds, endSeconds - at));
        for (const [name, { watts }] of Object.entries(series.pools)) {
          const joules = watts.reduce((total, power, i) => total + power * lengths[i]!, 0);
          const exact = Number(energy.pools[name]!.joules);
          expect(Math.abs(joules - exact)).toBeLessThanOrEqual(1e-6 * exact + 1e-6);
        }
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 2 },
    );
  });

  it('grows with the time that is covered', () => {
    fc.assert(
      fc.property(drawnWorld(), (drawn) => {
        const whole: Scenario = { ...drawn, warmupUs: 0, events: [] };
        const half = { ...whole, durationUs: Math.floor(whole.durationUs / 2) };
        const of = (one: Scenario) => njOf(ran(one).summary.energy.joules);
        expect(of(half) < of(whole) || of(whole) === 0n).toBe(true);
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 2 },
    );
  });

  it('of a Mac mini of 30 W and a node of 1.2 kW is as 1 to 40 at equal busy time', () => {
    const watts = (tdpWatts: number) => ({
      idleWatts: 0,
      loadedIdleWatts: 0,
      activeWatts: tdpWatts,
      tdpWatts,
      hostWatts: 0,
      work: null,
      source: 'rated',
    });
    const joules = (tdpWatts: number): string => {
      const busy = [pool({ engine: slots(1), power: watts(tdpWatts) })];
      const rows = [0, 3, 40].map((at) => [at, 10, 500] as const);
      return runOf({ pools: busy, durationUs: 60 * SECOND_US }, [traced(rows)]).summary.energy.joules;
    };
    expect(Number(joules(30))).toBeGreaterThan(40);
    expect(njOf(joules(1200))).toBe(40n * njOf(joules(30)));
  });

  it('costs what the meter shows times the tariff; added to the cost only where the price of nodes holds none', () => {
    const busy = { durationUs: 3600 * SECOND_US, traffic: [], pools: [pool({ costPicoPerHour: 1e12 })] };
    const tariff = { ...scenario().energy, picoPerKWh: 0.2e12, pue: 1.5, assumed: [] };
    const traffic = scenario().traffic.map((one) => ({ ...one, output: fixed(1) }));
    const held = runOf({ ...busy, traffic, energy: tariff }).summary;
    const extra = runOf({ ...busy, traffic, energy: { ...tariff, isExtra: true } }).summary;
    const expected = (Number(held.energy.joules) / 3.6e6) * 1.5 * 0.2;
    expect(Number(held.energy.cost.amount)).toBeCloseTo(expected, 9);
    expect(held.total.cost).toBe('1.00');
    expect(Number(extra.total.cost)).toBeCloseTo(1 + expected, 9);
  });
});
