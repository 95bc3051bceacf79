import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NODE_STATES, type NodeState } from '../../../src/models/node-state.js';
import { fleetEnergy, wattsSeries } from '../../../src/sim/ledger/fleet-energy.js';
import { FLAT_POWER, pool } from '../../helpers/scenario.js';

const use = (seatUs: readonly number[], ownNj: readonly number[]) => ({
  seatUs: Float64Array.from(seatUs),
  ownNj: Float64Array.from(ownNj),
});
const states = (some: Partial<Record<NodeState, number>> = {}) => ({
  ...(Object.fromEntries(NODE_STATES.map((state) => [state, 0])) as Record<NodeState, number>),
  ...some,
});
const node = pool({ power: { ...FLAT_POWER, loadedIdleWatts: 10, activeWatts: 40, tdpWatts: 100, hostWatts: 5 } });

describe('fleetEnergy', () => {
  it('is watts times time by state, and what steps drew on top', () => {
    const { byPool, totalNj } = fleetEnergy(
      [node],
      [{ nodeUs: states(), upNodeUs: 1000, busyUs: 400, workNj: 123n }],
      [],
    );
    // 1,000 us of host, 600 us of loaded idle, 400 us active; a watt for a microsecond is 1,000 nJ.
    expect(totalNj).toBe(5_000_000n + 6_000_000n + 16_000_000n + 123n);
    expect(byPool).toEqual([{ totalNj, idleNj: 9_000_000n, deviceNj: 22_000_123n }]);
  });

  it('of warm nodes is that of loaded ones at rest; of starting and broken ones that of bare ones; of no node none', () => {
    const bare = pool({ power: { ...node.power, idleWatts: 3 } });
    const time = states({ off: 9, starting: 1, warm: 2, down: 4 });
    const { byPool } = fleetEnergy([bare], [{ nodeUs: time, upNodeUs: 0, busyUs: 0, workNj: 0n }], []);
    const totalNj = 1000n * (5n * (3n + 5n) + 2n * (10n + 5n));
    expect(byPool).toEqual([{ totalNj, idleNj: totalNj, deviceNj: 1000n * (15n + 20n) }]);
  });

  it('gives a tier its own tokens’ part, and by seat time its share of the rest; idle is nobody’s', () => {
    const work = { nodeUs: states(), upNodeUs: 1000, busyUs: 400, workNj: 1000n };
    const { byTier, idleNj, totalNj } = fleetEnergy([node], [work], [use([300], [100]), use([100], [300])]);
    const shared = 45n * 400n * 1000n + 600n;
    expect(byTier).toEqual([100n + (shared * 3n) / 4n, 300n + shared / 4n]);
    expect(idleNj).toBe(9_000_000n);
    expect(totalNj).toBe(idleNj + byTier[0]! + byTier[1]!);
  });

  it('cuts the own parts where together they exceed what steps drew', () => {
    const work = { nodeUs: states(), upNodeUs: 0, busyUs: 0, workNj: 100n };
    expect(fleetEnergy([node], [work], [use([1], [300]), use([1], [100])]).byTier).toEqual([75n, 25n]);
  });

  it('leaves steps of uncounted work to nobody', () => {
    const work = { nodeUs: states(), upNodeUs: 10, busyUs: 10, workNj: 7n };
    expect(fleetEnergy([node], [work], [use([0], [0])])).toMatchObject({ byTier: [0n], idleNj: 450_007n });
  });

  it('adds up to the last nanojoule over pools and tiers', () => {
    const whole = fc.integer({ min: 0, max: 1_000_000_007 });
    const work = fc.record({ restUs: whole, busyUs: whole, workNj: fc.bigInt(0n, 10n ** 25n) });
    const tiers = fc.array(fc.tuple(fc.tuple(whole, whole), fc.tuple(whole, whole)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(work, work, tiers, (a, b, uses) => {
        const works = [a, b].map(({ restUs, busyUs, workNj }) => ({
          nodeUs: states(),
          upNodeUs: restUs + busyUs,
          busyUs,
          workNj,
        }));
        const energy = fleetEnergy(
          [node, node],
          works,
          uses.map(([seats, own]) => use(seats, own)),
        );
        const ofTiers = energy.byTier.reduce((x, y) => x + y, 0n);
        expect(ofTiers + energy.idleNj).toBe(energy.totalNj);
        expect(energy.byPool.reduce((sum, { totalNj }) => sum + totalNj, 0n)).toBe(energy.totalNj);
        expect(energy.byTier.every((nj) => nj >= 0n)).toBe(true);
        const resting = energy.byPool.reduce((sum, { idleNj }) => sum + idleNj, 0n);
        expect(energy.idleNj >= resting).toBe(true);
      }),
      { seed: 20_261_125 },
    );
  });
});

describe('wattsSeries', () => {
  it('is states times their watts, and energy over time; the last bucket may be short', () => {
    const series = { states: { unloaded: [1, 0], resting: [2, 0.5], busy: [0, 1.5] }, workNj: [0, 300_000] };
    expect(wattsSeries(node, series, 100, 110)).toEqual([15 + 30, 7.5 + 1.5 * 45 + 30]);
    const empty = { states: { unloaded: [0], resting: [1], busy: [0] }, workNj: [5] };
    expect(wattsSeries(node, empty, 100, 0)).toEqual([15]);
  });
});
