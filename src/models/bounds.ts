import { type DeviceClass, peakFlops } from './hardware.js';
import { bodyParameters, bytesPerParameter, kvReadBytes, type LlmModel, parametersRead } from './llm.js';
import type { Precision } from './scenario.js';
import { type StepCoefficients, tableAt } from './step-time.js';

interface BoundViolation {
  readonly bound: 'weight read' | 'KV read' | 'FLOP rate';
  /** What the coefficients claim and the least the device can take, picoseconds. */
  readonly claimedPs: number;
  readonly leastPs: number;
  readonly message: string;
}

/** Room for the rounding of coefficients to whole picoseconds. */
const ROUNDING = 0.999;
/** A prefill long enough that the weights' reading hides behind the products. */
const LONG_PREFILL_TOKENS = 8192;

/**
 * Where coefficients beat the device at its full advertised rates: a step shorter than reading the weights it needs, a
 * context token faster than its bytes, a long prefill, or each further token of it, faster than its products.
 */
export function boundViolations(
  coefficients: StepCoefficients,
  device: DeviceClass,
  llm: LlmModel,
  precision: { readonly weights: Precision; readonly kv: Precision },
  devices: number,
): readonly BoundViolation[] {
  const violations: BoundViolation[] = [];
  const check = (bound: BoundViolation['bound'], what: string, claimedPs: number, leastPs: number): void => {
    if (claimedPs >= leastPs * ROUNDING) return;
    const message = `${what} takes ${us(claimedPs)} us, less than the ${us(leastPs)} us that ${devices} x ${device.id} needs (${bound})`;
    violations.push({ bound, claimedPs, leastPs, message });
  };

  const { basePs, sequencePs, prefillTokenPs, kvTokenPs, table } = coefficients;
  if (device.bandwidthBytesPerSecond !== null) {
    const psPerByte = 1e12 / (device.bandwidthBytesPerSecond.value * devices);
    const weightsPs = parametersRead(llm, 1) * bytesPerParameter(llm, precision.weights) * psPerByte;
    check('weight read', 'a decode step of one sequence', basePs + sequencePs + tableAt(table, 1), weightsPs);
    const kvPs = kvReadBytes(llm, precision.kv, devices).perToken * psPerByte * devices;
    check('KV read', 'a token of context', kvTokenPs, kvPs);
  }
  const peak = peakFlops(device, precision.weights);
  if (peak !== null) {
    const leastTokenPs = (2 * bodyParameters(llm) * 1e12) / (peak * devices);
    const long = tableAt(table, LONG_PREFILL_TOKENS);
    const slopePs = prefillTokenPs + tableAt(table, LONG_PREFILL_TOKENS + 1) - long;
    check('FLOP rate', 'each further prefill token', slopePs, leastTokenPs);
    check(
      'FLOP rate',
      `a prefill of ${LONG_PREFILL_TOKENS} tokens`,
      basePs + prefillTokenPs * LONG_PREFILL_TOKENS + long,
      leastTokenPs * LONG_PREFILL_TOKENS,
    );
  }
  return violations;
}

const us = (picoseconds: number): string => String(Number((picoseconds / 1e6).toPrecision(4)));
