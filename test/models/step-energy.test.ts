import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodePower } from '../../src/models/power.js';
import { StepEnergy } from '../../src/models/step-energy.js';
import { StepTime } from '../../src/models/step-time.js';
import { FLAT_POWER, FLAT_STEP } from '../helpers/scenario.js';
import { powers, stepTimes } from '../world/drawn-world.js';

const POWER: NodePower = {
  ...FLAT_POWER,
  activeWatts: 20,
  tdpWatts: 1e6,
  work: {
    kind: 'work',
    baseNj: 1000,
    tokenNj: 10,
    sequenceNj: 5,
    kvTokenNj: 3,
    halfChunkNj: 2,
    table: [
      [0, 0],
      [4, 400],
    ],
  },
};
const TIME = { ...FLAT_STEP, kvTokenPs: 1000, halfChunkPs: 1000 };

const features = fc.record({
  prefillTokens: fc.constantFrom(0, 0, 1, 37, 8192),
  twiceChunkWork: fc.nat(1e8),
  decodes: fc.nat(512),
  kvTokens: fc.nat(1e6),
});

function ownNj(energy: StepEnergy, promptTokens: number, cachedTokens: number, outputTokens: number): number {
  const sums = new Float64Array(2);
  energy.addOwnNj(sums, 1, promptTokens, cachedTokens, outputTokens);
  energy.addOwnNj(sums, 1, promptTokens, cachedTokens, outputTokens);
  expect(sums[0]).toBe(0);
  return sums[1]! / 2;
}

describe('StepEnergy', () => {
  it('is linear in what a step does', () => {
    const energy = new StepEnergy(POWER, TIME, 64);
    const step = { prefillTokens: 0, twiceChunkWork: 0, decodes: 4, kvTokens: 100 };
    expect(energy.stepNj(step)).toBe(1000 + 400 + 40 + 20 + 300);
    expect(energy.stepNj({ prefillTokens: 2, twiceChunkWork: 9, decodes: 2, kvTokens: 7 })).toBe(
      1000 + 400 + 40 + 10 + 21 + 18,
    );
    expect(energy.slopeNj(step)).toBe(12);
  });

  it('is the same beyond its tables', () => {
    const [small, large] = [0, 600].map((size) => new StepEnergy(POWER, TIME, size));
    fc.assert(
      fc.property(features, (step) => small!.stepNj(step) === large!.stepNj(step)),
      { seed: 20_261_125 },
    );
  });

  it('never takes a step above the cap, of whole nanojoules, and grows with contexts as the slope says', () => {
    fc.assert(
      fc.property(powers(), stepTimes(), features, (power, time, drawn) => {
        const step = drawn.prefillTokens === 0 ? { ...drawn, twiceChunkWork: 0, decodes: drawn.decodes + 1 } : drawn;
        const { prefillTokens, twiceChunkWork, decodes, kvTokens } = step;
        const energy = new StepEnergy(power, time, 512);
        const nj = energy.stepNj(step);
        const ps = new StepTime(time, 512).stepPs(prefillTokens, twiceChunkWork, decodes, kvTokens);
        expect(Number.isSafeInteger(nj) && nj >= 0).toBe(true);
        expect(nj).toBeLessThanOrEqual(((power.tdpWatts - power.activeWatts) * ps) / 1000 + 1e-3);
        const more = 2 * prefillTokens * prefillTokens;
        const next = { ...step, kvTokens: kvTokens + decodes, twiceChunkWork: twiceChunkWork + more };
        expect(energy.stepNj(next)).toBe(nj + energy.slopeNj(step));
      }),
      { seed: 20_261_125, numRuns: 500 },
    );
  });

  it('draws by batch what was measured, for as long as the device works', () => {
    const power: NodePower = {
      ...FLAT_POWER,
      activeWatts: 320,
      tdpWatts: 450,
      work: { kind: 'log2', singleWatts: 320, perDoublingWatts: 40 },
    };
    const energy = new StepEnergy(power, { ...FLAT_STEP, kvTokenPs: 1000 }, 64);
    const at = (decodes: number, kvTokens = 0) =>
      energy.stepNj({ prefillTokens: 0, twiceChunkWork: 0, decodes, kvTokens });
    // A millisecond at 0, 40, 80 and, capped, 130 W above active.
    expect([at(1), at(2), at(4), at(64)]).toEqual([0, 40e6, 80e6, 130e6]);
    expect(at(4, 10)).toBe(80e6 + 800);
    expect(ownNj(energy, 10, 0, 10)).toBe(0);
  });

  it('draws nothing more where nothing is known', () => {
    const energy = new StepEnergy(FLAT_POWER, TIME, 64);
    const step = { prefillTokens: 5, twiceChunkWork: 25, decodes: 3, kvTokens: 9 };
    expect([energy.stepNj(step), energy.slopeNj(step)]).toEqual([0, 0]);
    expect(ownNj(energy, 10, 0, 10)).toBe(0);
  });

  it('knows what an attempt’s own tokens took: those of its steps, weights left out', () => {
    const energy = new StepEnergy(POWER, TIME, 64);
    // A prompt of 6 of which 2 are cached, three tokens out: one chunk, then contexts of 7 and 8.
    expect(ownNj(energy, 6, 2, 3)).toBe(10 * (4 + 2) + 5 * 2 + 3 * (7 + 8) + 2 * (4 * (2 * 2 + 4)));
    expect(ownNj(energy, 6, 2, 0)).toBe(10 * 4 + 2 * (36 - 4));
  });
});
