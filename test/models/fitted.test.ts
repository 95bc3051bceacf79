import { describe, expect, it } from 'vitest';
import { boundViolations } from '../../src/models/bounds.js';
import { findHardware } from '../../src/models/catalog/hardware.js';
import { findLlm } from '../../src/models/catalog/llms.js';
import { FITS, mixedDecodeFactor, refusedFit } from '../../src/models/catalog/step-fits.js';
import { type FittedStep, findFit, fittedCoefficients } from '../../src/models/fitted.js';
import { AS_GIVEN } from '../../src/models/served.js';
import { type StepCoefficients, StepTime, tableAt } from '../../src/models/step-time.js';

const host = { basePs: 0, sequencePs: 0, combine: 'max' } as const;
const options = { kvPrecision: 'bf16', mixedDecodeFactor: 1, host } as const;

function coefficientsOf(fit: FittedStep): StepCoefficients {
  return fittedCoefficients(fit, findLlm(fit.model)!, options);
}

function fitOf(hardware: string, model: string, precision: FittedStep['precision'], gpusPerNode: number): FittedStep {
  return findFit(FITS, { hardware, llm: findLlm(model)!, precision, gpusPerNode })!;
}

describe('the fits', () => {
  it.each(FITS.map((fit) => [`${fit.hardware} ${fit.model} ${fit.precision} x${fit.gpusPerNode}`, fit] as const))(
    'do not beat the hardware: %s',
    (_, fit) => {
      const precision = { weights: fit.precision, kv: 'bf16' } as const;
      const device = findHardware(fit.hardware)!;
      const llm = findLlm(fit.model)!;
      expect(boundViolations(coefficientsOf(fit), device, llm, precision, fit.gpusPerNode)).toEqual([]);
    },
  );

  it('hold no configuration twice and none that is refused', () => {
    const keys = FITS.map((fit) => [fit.hardware, fit.model, fit.precision, fit.gpusPerNode].join(' '));
    expect(new Set(keys).size).toBe(keys.length);
    for (const fit of FITS) {
      expect(refusedFit(fit.hardware, fit.model, fit.precision, fit.gpusPerNode)).toBeUndefined();
    }
  });

  it('refuse four L40S for the rate of their all-reduce', () => {
    expect(refusedFit('l40s', 'llama-3.1-70b', 'bf16', 4)).toContain('all-reduces');
  });

  it('of an older model serve the newer one of the same geometry', () => {
    expect(fitOf('h100', 'llama-3.3-70b', 'bf16', 4).model).toBe('llama-3.1-70b');
  });
});

describe('fittedCoefficients', () => {
  it('turns the hinge into a table that starts at the knee', () => {
    const { table } = coefficientsOf(fitOf('h100', 'llama-3.1-8b', 'bf16', 1));
    expect(tableAt(table, 512)).toBe(0);
    expect(tableAt(table, 612) / 1e9).toBeCloseTo(0.91618, 6);
  });

  it('lets the experts term saturate', () => {
    const { table } = coefficientsOf(fitOf('h100', 'qwen3-30b-a3b', 'bf16', 1));
    expect(tableAt(table, 1) / 1e9).toBeCloseTo(18.334 / 16, 3);
    expect(tableAt(table, 4096) / 1e9).toBeCloseTo(18.334, 3);
  });

  it('gives a profiled step the time of the CUDA graph that it runs in', () => {
    const fit = fitOf('rtx-4090', 'llama-3.1-8b', 'bf16', 1);
    const { table } = coefficientsOf(fit);
    const msOf = (tokens: number): number => tableAt(table, tokens) / 1e9;
    for (const tokens of [1, 8, 16, 32, 48, 64, 256, 272, 512, 528, 1808, 2048]) {
      expect(msOf(tokens)).toBeCloseTo(tableAt(fit.tokensMs!, tokens), 6);
    }
    expect([3, 33, 250, 257].map(msOf)).toEqual([4, 40, 256, 272].map(msOf));
    expect(msOf(800)).toBeLessThan(msOf(801));
  });

  it('takes what a recorded run knows better, and what was profiled along', () => {
    const { recorded, ...profile } = fitOf('rtx-4090', 'llama-3.1-8b', 'bf16', 1);
    const served = { ...AS_GIVEN, stepUs: 100, sequenceUs: 17 };
    const { basePs, sequencePs, spreadTokenPs, mixedDecodeFactor } = fittedCoefficients(
      { ...profile, recorded: recorded! },
      findLlm('llama-3.1-8b')!,
      { ...options, served },
    );
    expect(basePs).toBe(Math.round(recorded!.stepMs * 1e9));
    expect(spreadTokenPs).toBe(Math.round(recorded!.spreadTokenMs * 1e9));
    expect(mixedDecodeFactor).toBe(recorded!.mixedDecodeFactor);
    expect(sequencePs).toBe(Math.round(profile.sequenceMs * 1e9));
    const alone = coefficientsOf(profile);
    expect(alone).toMatchObject({ basePs: Math.round(profile.stepMs * 1e9), mixedDecodeFactor: 1 });
    expect(alone).not.toHaveProperty('spreadTokenPs');
  });

  it('reads an 8-bit cache twice as fast', () => {
    const fit = fitOf('h100', 'llama-3.1-8b', 'bf16', 1);
    const half = fittedCoefficients(fit, findLlm('llama-3.1-8b')!, { ...options, kvPrecision: 'fp8' });
    expect(half.kvTokenPs).toBe(coefficientsOf(fit).kvTokenPs / 2);
  });

  it('takes the host share that was measured along', () => {
    const fit = { ...fitOf('h100', 'llama-3.1-8b', 'bf16', 1), host: { stepMs: 2, sequenceMs: 0.01 } };
    expect(coefficientsOf(fit).host).toEqual({ basePs: 2e9, sequencePs: 1e7, combine: 'max' });
  });
});

/** Mean time per output token with `batch` requests of these lengths in steady state, in ms. */
function tpotMs(coefficients: StepCoefficients, batch: number, prompt: number, output: number): number {
  const step = new StepTime(coefficients, 16_384);
  const context = batch * (prompt + output / 2);
  const decodePs = step.stepPs(0, 0, batch, context);
  const admittingPs = step.stepPs(prompt, prompt * prompt, batch - 1, context);
  return (decodePs + (batch / output) * (admittingPs - decodePs)) / 1e9;
}

describe('fits against served traffic', () => {
  // InferenceMAX points as quoted in ai-dynamo/aiconfigurator: mean lengths are 0.9 of the nominal ones.
  it.each([
    ['h100', 'llama-3.1-70b', 'fp8', 2, 16, 19.74, 1024, 1024],
    ['h100', 'llama-3.1-70b', 'fp8', 4, 32, 32.82, 8192, 1024],
    ['h200', 'llama-3.1-70b', 'fp8', 2, 16, 15.654, 1024, 1024],
    ['h200', 'gpt-oss-120b', 'fp4', 2, 32, 10.63, 1024, 1024],
  ] as const)(
    '%s %s %s x%d at concurrency %d: %d ms within 15 %%',
    (hardware, model, precision, gpus, batch, ms, input, output) => {
      const predicted = tpotMs(
        coefficientsOf(fitOf(hardware, model, precision, gpus)),
        batch,
        Math.round(0.9 * input),
        Math.round(0.9 * output),
      );
      expect(Math.abs(predicted / ms - 1)).toBeLessThan(0.15);
    },
  );
});

describe('mixedDecodeFactor', () => {
  it('is that of the nearest measured head ratio, and 1 where nothing was measured', () => {
    expect(mixedDecodeFactor('rtx-pro-6000-blackwell', 8)).toBe(2.65);
    expect(mixedDecodeFactor('rtx-pro-6000-blackwell', 5)).toBe(1.5);
    expect(mixedDecodeFactor('h100', 8)).toBe(1);
  });
});
