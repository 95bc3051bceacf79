import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepCoefficients, StepTime } from '../../../src/models/step-time.js';
import { LeapTime } from '../../../src/sim/engine/leap-time.js';
import { StepPlan } from '../../../src/sim/engine/step-plan.js';

interface Leap {
  readonly coefficients: StepCoefficients;
  readonly decodes: number;
  readonly kvTokens: number;
  readonly longestContext: number;
  /** Tokens of a prompt in each step; 0: no prompt is under way. */
  readonly chunk: number;
}

const anyLeaps: fc.Arbitrary<Leap> = fc.record({
  coefficients: fc.record({
    basePs: fc.constantFrom(0, 1_000_001, 5_000_000_003),
    prefillTokenPs: fc.constant(1e9),
    sequencePs: fc.constantFrom(0, 12_000_007),
    kvTokenPs: fc.constantFrom(0, 1, 40_001, 3_000_017),
    spreadTokenPs: fc.constantFrom(0, 5_000_011),
    halfChunkPs: fc.constant(17),
    mixedDecodeFactor: fc.constant(1.85),
    table: fc.constantFrom(null, [
      [0, 7],
      [4, 1_000_003],
      [64, 90_000_017],
    ] as const),
    host: fc.record({
      basePs: fc.constantFrom(0, 1, 340_000_000, 5_600_000_003),
      sequencePs: fc.constantFrom(0, 30_000_001),
      combine: fc.constantFrom('max' as const, 'max' as const, 'sum' as const),
    }),
  }),
  decodes: fc.integer({ min: 1, max: 20 }),
  kvTokens: fc.integer({ min: 20, max: 3000 }),
  longestContext: fc.constantFrom(0, 3001),
  chunk: fc.constantFrom(0, 0, 1, 40),
});

/** The host needs about as long as the device does in one of the first steps. */
const crossings: fc.Arbitrary<Leap> = fc
  .tuple(anyLeaps, fc.nat(60), fc.integer({ min: -1, max: 1 }))
  .map(([leap, step, offBy]) => {
    const device = { ...leap.coefficients, host: { basePs: 0, sequencePs: 0, combine: 'max' as const } };
    const basePs = Math.max(0, stepByStep({ ...leap, coefficients: device }, step + 1)[step] + offBy);
    return { ...leap, coefficients: { ...device, host: { ...device.host, basePs } } };
  });

const leaps = fc.oneof(anyLeaps, crossings);

/** `passed`: how many of its steps are over. */
function leapOf(drawn: Leap, passed = 0): LeapTime {
  const plan = Object.assign(new StepPlan(), firstStep(drawn), { steady: drawn.decodes });
  plan.pass(passed);
  if (drawn.longestContext === 0) plan.longestContext = 0;
  const leap = new LeapTime();
  leap.set(new StepTime(drawn.coefficients, 64), plan);
  return leap;
}

/** Of a prompt of which one chunk is over. */
function firstStep({ decodes, kvTokens, longestContext, chunk }: Leap) {
  return {
    decodes,
    kvTokens,
    longestContext,
    prefillTokens: chunk,
    twiceChunkWork: 3 * chunk * chunk,
    prefillChunks: Math.sign(chunk),
  };
}

/** Lengths of the steps from 1 on, each asked for by itself. */
function stepByStep({ coefficients, decodes, kvTokens, longestContext, chunk }: Leap, steps: number): number[] {
  const stepTime = new StepTime(coefficients, 64);
  return Array.from({ length: steps }, (_, done) => {
    const before = (1 + done) * chunk;
    const longest = longestContext === 0 ? 0 : longestContext + done;
    const chunks = Math.sign(chunk);
    return stepTime.stepPs(chunk, chunk * (2 * before + chunk), decodes, kvTokens + done * decodes, chunks, longest);
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Host 100, device 40, 70, 100, 130, 160: a crossing after the third step. */
const CROSSING: Leap = {
  coefficients: {
    basePs: 10,
    prefillTokenPs: 0,
    sequencePs: 0,
    kvTokenPs: 10,
    halfChunkPs: 0,
    mixedDecodeFactor: 1,
    table: null,
    host: { basePs: 100, sequencePs: 0, combine: 'max' },
  },
  decodes: 3,
  kvTokens: 3,
  longestContext: 1,
  chunk: 0,
};

function endedBefore(leap: LeapTime, passedPs: number): number {
  leap.passedPs = passedPs;
  return leap.ended;
}

describe('the length of a leap', () => {
  it('is the sum of its steps, wherever the device overtakes the host', () => {
    let crossings = 0;
    fc.assert(
      fc.property(leaps, fc.nat(60), (drawn, steps) => {
        const leap = leapOf(drawn);
        const durations = stepByStep(drawn, steps);
        expect(durations.map((_, done) => leap.durationPs(done + 1))).toEqual(durations);
        expect(leap.sumPs(steps)).toBe(sum(durations));
        if (durations[0] === durations[1] && durations.at(-2) !== durations.at(-1)) crossings++;
      }),
      { numRuns: 500 },
    );
    expect(crossings).toBeGreaterThan(10);
  });

  it('counts the host to the step in which the device draws level', () => {
    const leap = leapOf(CROSSING);
    expect([1, 2, 3, 4, 5].map((step) => leap.durationPs(step))).toEqual([100, 100, 100, 130, 160]);
    expect([0, 1, 3, 4, 5].map((steps) => leap.sumPs(steps))).toEqual([0, 100, 300, 430, 590]);
  });

  it('adds host and device where they do not overlap', () => {
    const { coefficients } = CROSSING;
    const leap = leapOf({
      ...CROSSING,
      coefficients: { ...coefficients, host: { ...coefficients.host, combine: 'sum' } },
    });
    expect([1, 2, 3].map((step) => leap.durationPs(step))).toEqual([140, 170, 200]);
  });

  it('is a flat run, then one that grows evenly', () => {
    fc.assert(
      fc.property(leaps, fc.integer({ min: 1, max: 60 }), (drawn, steps) => {
        const leap = leapOf(drawn);
        const flat = Math.min(steps, leap.flat);
        const grown = Array.from({ length: steps - flat }, (_, i) => leap.durationPs(flat + 1) + leap.slopePs * i);
        expect([...new Array<number>(flat).fill(leap.flatPs), ...grown]).toEqual(stepByStep(drawn, steps));
      }),
    );
  });

  it('goes on from any step', () => {
    fc.assert(
      fc.property(leaps, fc.nat(80), fc.nat(40), (drawn, passed, steps) => {
        const leap = leapOf(drawn, passed);
        const durations = stepByStep(drawn, passed + steps).slice(passed);
        expect(leap.sumPs(steps)).toBe(sum(durations));
        expect(durations.map((_, done) => leap.durationPs(done + 1))).toEqual(durations);
      }),
    );
  });

  it('forgets the leap before', () => {
    fc.assert(
      fc.property(leaps, fc.nat(1000), fc.integer({ min: 1, max: 20 }), (drawn, kvTokens, decodes) => {
        const leap = leapOf(drawn);
        const again = { ...drawn, kvTokens, decodes };
        leap.set(new StepTime(again.coefficients, 64), firstStep(again));
        expect(leap.sumPs(20)).toBe(sum(stepByStep(again, 20)));
      }),
    );
  });
});

describe('how many steps have ended', () => {
  it('is exact at every boundary and a picosecond to either side', () => {
    fc.assert(
      fc.property(leaps, fc.nat(20), fc.integer({ min: 1, max: 2000 }), (drawn, passed, steps) => {
        const leap = leapOf(drawn, passed);
        const endPs = leap.sumPs(steps);
        // A step of no length ends with the one before.
        fc.pre(leap.durationPs(1) > 1);
        expect([endPs - 1, endPs, endPs + 1].map((ps) => endedBefore(leap, ps))).toEqual([steps - 1, steps - 1, steps]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is none at or before the beginning', () => {
    fc.assert(
      fc.property(leaps, fc.nat(), (drawn, ps) => {
        expect([0, -ps].map((at) => endedBefore(leapOf(drawn), at))).toEqual([0, 0]);
      }),
    );
  });

  it('is exact a long time ahead', () => {
    const leap = leapOf(CROSSING);
    for (const steps of [1e5, 3e6]) {
      const endPs = leap.sumPs(steps);
      expect([endPs, endPs + 1].map((ps) => endedBefore(leap, ps))).toEqual([steps - 1, steps]);
    }
  });
});

describe('how many steps can be summed', () => {
  it('is all of them while the sum is exact', () => {
    expect(leapOf(CROSSING).summable(1_000_000)).toBe(1_000_000);
  });

  it('is fewer when the sum would not be, but at least one', () => {
    const long = { ...CROSSING, coefficients: { ...CROSSING.coefficients, basePs: 60e12 } };
    const steps = leapOf(long).summable(1000);
    expect(steps).toBeLessThan(1000);
    expect(leapOf(long).sumPs(steps)).toBeLessThan(Number.MAX_SAFE_INTEGER / 2);
    const endless = { ...CROSSING, coefficients: { ...CROSSING.coefficients, basePs: 4e15 } };
    expect(leapOf(endless).summable(1000)).toBe(1);
  });
});
