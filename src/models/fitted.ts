import { distinctShare, kvBytesPerToken, type LlmModel } from './llm.js';
import type { Precision } from './scenario.js';
import { AS_GIVEN, type ServedShare } from './served.js';
import { type StepCoefficients, TABLE_TOKENS } from './step-time.js';

export type FitForm = 'linear5' | 'hinge6' | 'moe6';

/**
 * Measured step times of one configuration, in milliseconds:
 * step + prefillToken*P + sequence*D + kvToken*KV + chunk*(sum of chunk*(prefix + chunk/2)) + the form's extra term.
 */
export interface FittedStep {
  readonly hardware: string;
  readonly model: string;
  readonly precision: Precision;
  readonly gpusPerNode: number;
  readonly form: FitForm;
  readonly stepMs: number;
  readonly prefillTokenMs: number;
  readonly sequenceMs: number;
  /** With the cache in bf16. */
  readonly kvTokenMs: number;
  readonly chunkMs: number;
  /** hinge6: per token above the knee; moe6: all experts read; linear5: 0. */
  readonly extraMs: number;
  /** hinge6: tokens; moe6: factor on the exponent. */
  readonly knee: number;
  /** Mean absolute error against the measurements it was fitted to, in percent; null: not stated. */
  readonly mapePct: number | null;
  readonly source: string;
  /** The host's part of the step, where it was measured along; absent: the device alone was. */
  readonly host?: { readonly stepMs: number; readonly sequenceMs: number };
}

const PS_PER_MS = 1_000_000_000;

export function findFit(
  fits: readonly FittedStep[],
  wanted: {
    readonly hardware: string;
    readonly llm: LlmModel;
    readonly precision: Precision;
    readonly gpusPerNode: number;
  },
): FittedStep | undefined {
  const { hardware, llm, precision, gpusPerNode } = wanted;
  return fits.find(
    (fit) =>
      fit.hardware === hardware &&
      (fit.model === llm.id || fit.model === llm.measuredAs) &&
      fit.precision === precision &&
      fit.gpusPerNode === gpusPerNode,
  );
}

/**
 * The fit as coefficients. A narrower KV cache reads in proportion to its bytes, as decode attention is bound by bandwidth,
 * but for what converting 8-bit values costs. What serving adds is absent where the fit holds it.
 */
export function fittedCoefficients(
  fit: FittedStep,
  llm: LlmModel,
  options: {
    readonly kvPrecision: Precision;
    readonly mixedDecodeFactor: number;
    readonly host: StepCoefficients['host'];
    readonly served?: ServedShare;
  },
): StepCoefficients {
  const { served = AS_GIVEN } = options;
  const fullKv = kvBytesPerToken(llm, 'bf16', fit.gpusPerNode);
  const kvBytes = kvBytesPerToken(llm, options.kvPrecision, fit.gpusPerNode);
  const kvShare = fullKv === 0 ? 0 : (kvBytes / fullKv) * (options.kvPrecision === 'fp8' ? served.eightBitKv : 1);
  return {
    basePs: ps(fit.stepMs + served.stepUs / 1000),
    prefillTokenPs: ps(fit.prefillTokenMs * served.products),
    sequencePs: ps(fit.sequenceMs + served.sequenceUs / 1000),
    kvTokenPs: ps(fit.kvTokenMs * kvShare),
    halfChunkPs: ps(fit.chunkMs / 2),
    mixedDecodeFactor: options.mixedDecodeFactor,
    table: extraTable(fit, llm, served),
    host:
      fit.host === undefined
        ? options.host
        : { basePs: ps(fit.host.stepMs), sequencePs: ps(fit.host.sequenceMs), combine: options.host.combine },
  };
}

function extraTable(fit: FittedStep, llm: LlmModel, served: ServedShare): StepCoefficients['table'] {
  if (fit.form === 'linear5' || fit.extraMs === 0) return null;
  if (fit.form === 'hinge6') {
    return [
      [fit.knee, 0],
      [fit.knee + 1000, ps(fit.extraMs * served.products * 1000)],
    ];
  }
  const { moe } = llm;
  if (moe === null) return null;
  return TABLE_TOKENS.map((tokens) => [
    tokens,
    ps(fit.extraMs * served.reads * distinctShare(moe.experts, moe.expertsPerToken, fit.knee * tokens)),
  ]);
}

const ps = (milliseconds: number): number => Math.round(milliseconds * PS_PER_MS);
