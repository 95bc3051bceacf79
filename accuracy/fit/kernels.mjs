import { boundViolations } from '../../dist/models/bounds.js';
import { findHardware } from '../../dist/models/catalog/hardware.js';
import { findLlm } from '../../dist/models/catalog/llms.js';
import { fittedCoefficients } from '../../dist/models/fitted.js';
import { readRows } from '../csv.mjs';
import { profiledFit } from './profile.mjs';

/** Devices of the sources that are in the catalogue, and the precisions as it calls them. */
const HARDWARE = {
  a100_sxm: 'a100',
  h100_sxm: 'h100',
  h200_sxm: 'h200',
  b200_sxm: 'b200',
  gb200: 'gb200',
  l40s: 'l40s',
  rtx_pro_6000_server: 'rtx-pro-6000-blackwell',
  RTX4090: 'rtx-4090',
  RTXPRO6000: 'rtx-pro-6000-blackwell',
};
const PRECISIONS = { nvfp4: 'fp4', mxfp4: 'fp4', fp8_block: 'fp8' };
const SLOW_BUS = 'all-reduces at under 4 GB/s over 32 GB/s links, slower than no tensor parallelism at all';
const HOST = { basePs: 0, sequencePs: 0, combine: 'max' };

/** The richer form is taken where its error is at least a tenth smaller. */
const WORTH_IT = 0.9;

/** One fit a configuration, and those that cannot be true with the reason. */
export function kernelFits() {
  const configurations = new Map();
  const read = (row, hardware, model) => {
    const precision = PRECISIONS[row.precision] ?? row.precision;
    const key = [hardware, model, precision, row.tp].join(' ');
    const forms = configurations.get(key) ?? { hardware, model, precision, gpusPerNode: Number(row.tp) };
    configurations.set(key, { ...forms, [row.form]: row });
  };
  for (const row of readRows('kernel-step-fits.csv')) {
    if (HARDWARE[row.gpu] !== undefined) read(row, HARDWARE[row.gpu], row.model);
  }
  const all = [...[...configurations.values()].map(toFit), profiledFit()];
  const fits = [];
  const refused = [];
  for (const fit of all) {
    const why = refusal(fit, all);
    if (why === null) fits.push(fit);
    else refused.push({ ...fit, why });
  }
  return { fits, refused };
}

/** Chip, query heads per KV head, factor. Means over the models and splits measured at this ratio, to 0.05. */
export function mixedDecodeRows() {
  const groups = new Map();
  for (const row of readRows('mixed-attention.csv')) {
    if (row.tp !== '1' && row.model.includes('Llama')) continue;
    const key = `${HARDWARE[row.gpu]} ${row.gqa_ratio}`;
    groups.set(key, [...(groups.get(key) ?? []), Number(row.gamma_fit_decode_multiplier)]);
  }
  return [...groups].map(([key, gammas]) => {
    const [hardware, ratio] = key.split(' ');
    const mean = gammas.reduce((sum, gamma) => sum + gamma, 0) / gammas.length;
    return [hardware, Number(ratio), Math.round(mean * 20) / 20];
  });
}

function toFit(configuration) {
  const { linear5, hinge6, moe6, ...what } = configuration;
  delete what.linear4;
  const rich = moe6 ?? hinge6;
  const isWorthIt = rich !== undefined && Number(rich.mape_pct) <= WORTH_IT * Number(linear5.mape_pct);
  const row = isWorthIt ? rich : linear5;
  return {
    ...what,
    form: row.form,
    stepMs: Number(row.a_ms),
    prefillTokenMs: Number(row.b_ms_per_prefill_tok),
    sequenceMs: Number(row.c_ms_per_decode_seq),
    kvTokenMs: Number(row.d_ms_per_kv_tok),
    chunkMs: Number(row.e_ms_per_prefill_tok_x_ctx),
    extraMs: isWorthIt ? Number(row.h_ms_per_tok_above_T0) : 0,
    knee: isWorthIt ? Number(row.T0) : 0,
    mapePct: Number(row.mape_pct),
  };
}

/** Why a fit cannot be true; null: it can. */
function refusal(fit, all) {
  const same = (other) => other.hardware === fit.hardware && other.model === fit.model;
  const tokenMs = ({ prefillTokenMs, extraMs, form }) => prefillTokenMs + (form === 'hinge6' ? extraMs : 0);
  const smaller =
    all.find((other) => same(other) && other.gpusPerNode === 1) ??
    all.find((other) => same(other) && other.gpusPerNode === 2);
  if (fit.hardware === 'l40s' && fit.gpusPerNode >= 4 && smaller !== undefined && tokenMs(fit) > tokenMs(smaller)) {
    return SLOW_BUS;
  }
  const wides = all.filter((other) => same(other) && other.precision === 'bf16');
  const wide = wides.find((other) => other.gpusPerNode === fit.gpusPerNode) ?? wides[0];
  if (wide !== undefined && fit.precision === 'fp8' && fit.stepMs > 2 * wide.stepMs) {
    return `takes ${fit.stepMs.toFixed(1)} ms for its smallest step where bf16 takes ${wide.stepMs.toFixed(1)} ms`;
  }
  const llm = findLlm(fit.model);
  const coefficients = fittedCoefficients(fit, llm, { kvPrecision: 'bf16', mixedDecodeFactor: 1, host: HOST });
  const precision = { weights: fit.precision, kv: 'bf16' };
  const [violation] = boundViolations(coefficients, findHardware(fit.hardware), llm, precision, fit.gpusPerNode);
  return violation === undefined ? null : `is refused by a bound: ${violation.message}`;
}
