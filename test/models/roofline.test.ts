import { describe, expect, it } from 'vitest';
import { boundViolations } from '../../src/models/bounds.js';
import { findHardware, HARDWARE } from '../../src/models/catalog/hardware.js';
import { findLlm, LLMS } from '../../src/models/catalog/llms.js';
import { rooflineCoefficients } from '../../src/models/roofline.js';
import type { Precision } from '../../src/models/scenario.js';
import { type StepCoefficients, StepTime, tableAt } from '../../src/models/step-time.js';

const host = { basePs: 0, sequencePs: 0, combine: 'max' } as const;

function roofline(hardware: string, model: string, weights: Precision, devices = 1): StepCoefficients {
  const device = findHardware(hardware)!;
  return rooflineCoefficients({
    device,
    llm: findLlm(model)!,
    weights,
    kv: 'bf16',
    devices,
    mixedDecodeFactor: 1,
    host,
  })!;
}

describe('rooflineCoefficients', () => {
  it('reads the weights at 0.875 of the bandwidth while few tokens share a step', () => {
    const readMs = ((8.03e9 - 128_256 * 4096) * 2) / (3.35e12 * 0.875) / 1e-3;
    expect(tableAt(roofline('h100', 'llama-3.1-8b', 'bf16').table, 1) / 1e9).toBeCloseTo(readMs, 6);
  });

  it('is bound by products in long prefills', () => {
    const { table } = roofline('h100', 'llama-3.1-8b', 'bf16');
    const productsMs = (2 * (8.03e9 - 2 * 128_256 * 4096) * 8192) / (989e12 * 0.69) / 1e-3;
    expect(tableAt(table, 8192) / 1e9).toBeCloseTo(productsMs, 4);
  });

  it('reads more experts as more tokens share the step', () => {
    const { table } = roofline('b200', 'kimi-k2.6', 'fp4', 8);
    expect(tableAt(table, 32)).toBeGreaterThan(5 * tableAt(table, 1));
    expect(tableAt(table, 512) / tableAt(table, 256)).toBeLessThan(1.05);
  });

  it('makes the all-reduce of a prefill token dearer over PCIe than over NVLink', () => {
    const pcie = roofline('l40s', 'llama-3.3-70b', 'bf16', 4).prefillTokenPs;
    expect(pcie).toBeGreaterThan(15 * roofline('h100', 'llama-3.3-70b', 'bf16', 4).prefillTokenPs);
  });

  it('knows no all-reduce on a single device', () => {
    expect(roofline('l40s', 'llama-3.1-8b', 'bf16').prefillTokenPs).toBe(0);
  });

  it('cannot time a device of unknown bandwidth', () => {
    const device = { ...findHardware('h100')!, bandwidthBytesPerSecond: null };
    const llm = findLlm('llama-3.1-8b')!;
    expect(
      rooflineCoefficients({ device, llm, weights: 'bf16', kv: 'bf16', devices: 1, mixedDecodeFactor: 1, host }),
    ).toBeNull();
  });

  it('never beats the hardware, whatever the device and model', () => {
    for (const device of HARDWARE) {
      for (const llm of LLMS) {
        for (const weights of ['bf16', 'fp8', 'fp4'] as const) {
          const coefficients = roofline(device.id, llm.id, weights, 2);
          expect(boundViolations(coefficients, device, llm, { weights, kv: 'bf16' }, 2)).toEqual([]);
        }
      }
    }
  });

  it('decodes apertus-8b on a Mac mini at what its memory allows', () => {
    const step = new StepTime(roofline('mac-mini-m4', 'apertus-8b', 'int4'), 64);
    // Llama-3.1-8B in 4 bits was measured at 20.9 tokens a second.
    const tokensPerSecond = 1e12 / step.stepPs(0, 0, 1, 300);
    expect(tokensPerSecond).toBeGreaterThan(19);
    expect(tokensPerSecond).toBeLessThan(26);
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

describe('the roofline against served traffic', () => {
  // ML.ENERGY (chat, taken as 300 in, 400 out) and InferenceMAX (0.9 of the nominal lengths), served by vLLM.
  const MEASURED = [
    ['h100', 1, 'llama-3.1-8b', 'bf16', 64, 300, 400, 12.42],
    ['h100', 1, 'llama-3.1-8b', 'bf16', 255, 300, 400, 28.32],
    ['h100', 4, 'llama-3.1-70b', 'bf16', 32, 300, 400, 21.44],
    ['h100', 4, 'llama-3.1-70b', 'bf16', 255, 300, 400, 51.94],
    ['h100', 2, 'llama-3.3-70b', 'fp8', 16, 922, 922, 19.74],
    ['h100', 4, 'llama-3.3-70b', 'fp8', 32, 7373, 922, 32.82],
    ['h200', 1, 'llama-3.3-70b', 'fp8', 32, 922, 922, 33.19],
    ['h200', 8, 'llama-3.3-70b', 'fp8', 64, 922, 7373, 13.58],
    ['b200', 1, 'llama-3.3-70b', 'fp8', 16, 922, 922, 17.67],
    ['b200', 4, 'llama-3.3-70b', 'fp4', 64, 7373, 922, 24.9],
  ] as const;

  it.each(MEASURED)(
    '%s x%d %s %s at %d: within 12 %%',
    (hardware, devices, model, precision, batch, input, output, ms) => {
      const predicted = tpotMs(roofline(hardware, model, precision, devices), batch, input, output);
      expect(Math.abs(predicted / ms - 1)).toBeLessThan(0.12);
    },
  );

  it('has a mean error below 6 % over these points', () => {
    const errors = MEASURED.map(([hardware, devices, model, precision, batch, input, output, ms]) =>
      Math.abs(tpotMs(roofline(hardware, model, precision, devices), batch, input, output) / ms - 1),
    );
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.06);
  });
});
