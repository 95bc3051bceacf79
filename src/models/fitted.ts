import { distinctShare, kvBytesPerToken, type LlmModel } from './llm.js';
import type { Precision } from './scenario.js';
import { AS_GIVEN, type ServedShare } from './served.js';
import { type StepCoefficients, TABLE_TOKENS, tableAt } from './step-time.js';

export type FitForm = 'linear5' | 'hinge6' | 'moe6' | 'table';

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
  /** table: what so many tokens take, attention left out, in place of prefillTokenMs; sampling was measured along. */
  readonly tokensMs?: readonly (readonly [tokens: number, milliseconds: number])[];
  /** What a recorded run of this configuration knows better: the rest of a step, contexts that differ, steps that prefill. */
  readonly recorded?: { readonly stepMs: number; readonly spreadTokenMs: number; readonly mixedDecodeFactor: number };
  /** Mean absolute error against the measurements it was fitted to, in percent; null: not stated. */
  readonly mapePct: number | null;
  readonly source: string;
  /** The host's part of the step, where it was measured along; absent: the device alone was. */
  readonly host?: { readonly stepMs: number; readonly sequenceMs: number };
}

const PS_PER_MS = 1_000_000_000;
const MOST_GRAPH_TOKENS = 512;

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
  const { recorded } = fit;
  const beside = fit.form === 'table' ? AS_GIVEN : served;
  return {
    basePs: ps((recorded?.stepMs ?? fit.stepMs) + beside.stepUs / 1000),
    prefillTokenPs: ps(fit.prefillTokenMs * served.products),
    sequencePs: ps(fit.sequenceMs + beside.sequenceUs / 1000),
    kvTokenPs: ps(fit.kvTokenMs * kvShare),
    ...(recorded === undefined ? {} : { spreadTokenPs: ps(recorded.spreadTokenMs * kvShare) }),
    halfChunkPs: ps(fit.chunkMs / 2),
    mixedDecodeFactor: recorded?.mixedDecodeFactor ?? options.mixedDecodeFactor,
    table: extraTable(fit, llm, served),
    host:
      fit.host === undefined
        ? options.host
        : { basePs: ps(fit.host.stepMs), sequencePs: ps(fit.host.sequenceMs), combine: options.host.combine },
  };
}

function extraTable(fit: FittedStep, llm: LlmModel, served: ServedShare): StepCoefficients['table'] {
  if (fit.tokensMs !== undefined) return graphTable(fit.tokensMs);
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

/**
 * vLLM captures CUDA graphs for 1, 2 and 4 tokens, each multiple of 8 up to 256 and of 16 up to 512; a step of fewer tokens
 * runs the next larger graph and takes as long.
 */
function graphTable(tokensMs: NonNullable<FittedStep['tokensMs']>): StepCoefficients['table'] {
  const table: [tokens: number, ps: number][] = [];
  let size = 0;
  while (size < MOST_GRAPH_TOKENS) {
    const first = size + 1;
    size = first <= 2 ? first : first <= 4 ? 4 : size + (size < 8 ? 4 : size < 256 ? 8 : 16);
    const sizePs = Math.round(tableAt(tokensMs, size) * PS_PER_MS);
    if (first < size) table.push([first, sizePs]);
    table.push([size, sizePs]);
  }
  for (const [tokens, milliseconds] of tokensMs) if (tokens > size) table.push([tokens, ps(milliseconds)]);
  return table;
}

const ps = (milliseconds: number): number => Math.round(milliseconds * PS_PER_MS);
