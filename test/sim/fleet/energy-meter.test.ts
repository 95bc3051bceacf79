import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodePower } from '../../../src/models/power.js';
import { StepEnergy } from '../../../src/models/step-energy.js';
import { EnergyMeter } from '../../../src/sim/fleet/energy-meter.js';
import { FLAT_POWER, FLAT_STEP, pool, slots } from '../../helpers/scenario.js';

const power: NodePower = {
  ...FLAT_POWER,
  activeWatts: 20,
  tdpWatts: 1e6,
  work: { kind: 'work', baseNj: 1000, tokenNj: 10, sequenceNj: 5, kvTokenNj: 3, halfChunkNj: 2, table: null },
};
const spec = pool({
  engine: slots(500, { maxNumBatchedTokens: 500 }),
  power,
  stepTime: { ...FLAT_STEP, kvTokenPs: 1000, halfChunkPs: 1000 },
});
const decoding = (decodes: number, kvTokens: number) => ({ prefillTokens: 0, twiceChunkWork: 0, decodes, kvTokens });

describe('EnergyMeter', () => {
  it('adds a run of steps as its steps one by one, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 500 }), fc.nat(1e6), (a, b, D, KV) => {
        const whole = new EnergyMeter(spec);
        const cut = new EnergyMeter(spec);
        const stepwise = new EnergyMeter(spec);
        if (a + b > 0) whole.done(a + b, decoding(D, KV));
        if (a > 0) cut.done(a, decoding(D, KV));
        if (b > 0) cut.done(b, decoding(D, KV + a * D));
        for (let step = 0; step < a + b; step++) stepwise.done(1, decoding(D, KV + step * D));
        expect(cut.totalNj([])).toBe(whole.totalNj([]));
        expect(stepwise.totalNj([])).toBe(whole.totalNj([]));
      }),
      { seed: 20_261_125 },
    );
  });

  it('stays exact beyond 2^53', () => {
    const meter = new EnergyMeter(spec);
    const steps = 3_000_001;
    meter.done(steps, decoding(500, 10_000_000_003));
    const first = BigInt(new StepEnergy(power, spec.stepTime, 8192).stepNj(decoding(500, 10_000_000_003)));
    const k = BigInt(steps);
    expect(meter.totalNj([])).toBe(first * k + 1500n * ((k * (k - 1n)) / 2n));
    expect(meter.totalNj([]) > 2n ** 53n).toBe(true);
  });

  it('counts of a step under way the part that has passed, never more than the whole', () => {
    const meter = new EnergyMeter(spec);
    const work = decoding(1, 0);
    const at = (passedPs: number) => meter.totalNj([{ work, passedPs, lengthPs: 1000 }]);
    // 1,000 for the weights, 10 for a token, 5 for a sequence.
    expect([at(-5), at(0), at(500), at(999), at(1000), at(2000)]).toEqual([0n, 0n, 507n, 1013n, 1015n, 1015n]);
    expect(meter.totalNj([{ work, passedPs: 0, lengthPs: 0 }])).toBe(0n);
  });

  it('keeps what a step drew until its node broke', () => {
    const meter = new EnergyMeter(spec);
    meter.broken({ work: decoding(1, 0), passedPs: 500, lengthPs: 1000 });
    expect(meter.totalNj([])).toBe(507n);
  });

  it('tells the counted window from what was before it, and bucket from bucket', () => {
    const meter = new EnergyMeter(spec);
    const half = [{ work: decoding(1, 0), passedPs: 500, lengthPs: 1000 }];
    meter.beginWindow(half);
    meter.read(half);
    meter.done(1, decoding(1, 0));
    meter.read([]);
    meter.done(2, decoding(1, 10));
    expect(meter.inWindowNj([])).toBe(508n + 1045n + 1048n);
    expect(meter.seriesNj([], 3)).toEqual([507, 508, 2093]);
    expect(meter.seriesNj([], 1)).toEqual([1015 + 2093]);
  });
});
