import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepCoefficients, StepTime, slowed, TABLE_TOKENS, tableAt } from '../../src/models/step-time.js';

const coefficients: StepCoefficients = {
  basePs: 5_000_000_000,
  prefillTokenPs: 20_000_000,
  sequencePs: 10_000_000,
  kvTokenPs: 40_000,
  halfChunkPs: 300,
  mixedDecodeFactor: 1.5,
  table: [
    [100, 0],
    [200, 1_000_000_000],
  ],
  host: { basePs: 1_000_000_000, sequencePs: 50_000_000, combine: 'max' },
};

describe('StepTime', () => {
  it('adds the terms of a mixed step, with the dearer context reads', () => {
    const step = new StepTime(coefficients, 8192);
    // T = 150: half-way up the table. One chunk of 120 without prefix: Q2 = 120 * 120.
    const expected = 5_000_000_000 + 500_000_000 + 120 * 20_000_000 + 30 * 10_000_000 + 60_000 * 9000 + 120 * 120 * 300;
    expect(step.stepPs(120, 120 * 120, 30, 9000)).toBe(expected);
  });

  it('lasts longer where one context is longer than the others', () => {
    const step = new StepTime({ ...coefficients, spreadTokenPs: 700_000 }, 64);
    const even = step.stepPs(0, 0, 4, 4000);
    expect(step.stepPs(0, 0, 4, 4000, 0, 1000)).toBe(even);
    expect(step.stepPs(0, 0, 4, 4000, 0, 1600)).toBe(even + 600 * 700_000);
    // As slow as the reading of contexts is beside a prefill.
    expect(step.stepPs(9, 81, 4, 4000, 1, 1600) - step.stepPs(9, 81, 4, 4000)).toBe(600 * 1_050_000);
    expect(slowed({ ...coefficients, spreadTokenPs: 700_000 }, 2).spreadTokenPs).toBe(1_400_000);
    expect(slowed(coefficients, 2)).not.toHaveProperty('spreadTokenPs');
  });

  it('lets the slower of device and host decide where they overlap', () => {
    const step = new StepTime({ ...coefficients, host: { ...coefficients.host, basePs: 90_000_000_000 } }, 64);
    expect(step.stepPs(0, 0, 4, 1000)).toBe(90_000_000_000 + 4 * 50_000_000);
  });

  it('adds the host where the engine waits for it, chunks counted as sequences', () => {
    const step = new StepTime({ ...coefficients, host: { ...coefficients.host, combine: 'sum' } }, 64);
    const alone = new StepTime({ ...coefficients, host: { basePs: 0, sequencePs: 0, combine: 'sum' } }, 64);
    expect(step.stepPs(32, 0, 4, 0, 2) - alone.stepPs(32, 0, 4, 0, 2)).toBe(1_000_000_000 + 6 * 50_000_000);
  });

  it('gives leaps the same parts that a step is made of', () => {
    const step = new StepTime(coefficients, 256);
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1_000_000), fc.constantFrom(0, 1, 40), fc.nat(1000), (D, KV, P, before) => {
        const work = P * (2 * before + P);
        const device = step.devicePs(P, work, D, KV);
        expect(step.stepPs(P, work, D, KV)).toBe(Math.max(device, step.hostPs(D + (P > 0 ? 1 : 0))));
        const next = step.devicePs(P, P * (2 * (before + P) + P), D, KV + D);
        expect(next).toBe(device + step.slopePs(P, D));
      }),
    );
  });

  it('computes steps above the prepared budget as the table goes on', () => {
    const small = new StepTime(coefficients, 10);
    const large = new StepTime(coefficients, 5000);
    expect(small.stepPs(4000, 0, 7, 0)).toBe(large.stepPs(4000, 0, 7, 0));
  });

  it('stays in whole picoseconds', () => {
    const step = new StepTime(
      {
        ...coefficients,
        mixedDecodeFactor: 1.85,
        kvTokenPs: 207_833,
        table: [
          [3, 1],
          [7, 2],
        ],
      },
      64,
    );
    expect(Number.isInteger(step.stepPs(2, 4, 3, 977))).toBe(true);
  });
});

describe('tableAt', () => {
  const table: StepCoefficients['table'] = [
    [10, 100],
    [20, 300],
    [40, 500],
  ];

  it('is flat before the first point, straight between, and continued beyond the last', () => {
    expect([5, 10, 15, 30, 60].map((tokens) => tableAt(table, tokens))).toEqual([100, 100, 200, 400, 700]);
  });

  it('is nothing without a table', () => {
    expect(tableAt(null, 100)).toBe(0);
  });
});

describe('TABLE_TOKENS', () => {
  it('follows a saturating curve within 0.2 % of its height', () => {
    const curve = (tokens: number): number => 1 - Math.exp((-4 / 128) * tokens);
    const table = TABLE_TOKENS.map((tokens) => [tokens, curve(tokens)] as const);
    for (let tokens = 0; tokens <= 600; tokens++) {
      expect(Math.abs(tableAt(table, tokens) - curve(tokens))).toBeLessThan(0.002);
    }
  });
});
