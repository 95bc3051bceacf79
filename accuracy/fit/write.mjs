/** The text of src/models/catalog/fits.ts. */
export function fitsSource({ fits, refused, recorded, mixed, served }) {
  return `import type { FitForm } from '../fitted.js';
import type { Precision } from '../scenario.js';
import type { ServedFit } from '../served.js';

/**
 * Made by \`npm run -s fit\`, not by hand.
 *
 * Step times fitted to kernels, in the milliseconds of their source. Kernel times per device come from
 * ai-dynamo/aiconfigurator at 095f58a (Apache-2.0, vLLM tables 0.14.0 for A100, 0.24.0 else) composed to whole steps; the
 * RTX 4090 from casys-kaist/LLMServingSim at 5daddb2 (MIT, vLLM 0.19.0). They hold no processor time and no sampling.
 *
 * Choice of form: linear5 = a + b*P + c*D + d*KV + e*Q. Where the richer form (hinge6: + h*max(0, T - T0); for mixtures of
 * experts moe6: + h*(1 - (1 - k/E)^(T0*T))) has a mean error at least a tenth smaller, it is taken instead. The error is
 * against the composed tables. The RTX 4090 has a table by tokens instead of a line (form table); the error is against
 * decode steps of the profile.
 */
type FitRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
  form: FitForm,
  stepMs: number,
  prefillTokenMs: number,
  sequenceMs: number,
  kvTokenMs: number,
  chunkMs: number,
  extraMs: number,
  knee: number,
  mapePct: number,
];
type TableRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
  tokensMs: readonly (readonly [tokens: number, milliseconds: number])[],
];

const PRO = 'rtx-pro-6000-blackwell';

export const FIT_ROWS: readonly FitRow[] = [
${fits.map((fit) => `  ${row([...configuration(fit), fit.form, fit.stepMs, fit.prefillTokenMs, fit.sequenceMs, fit.kvTokenMs, fit.chunkMs, fit.extraMs, fit.knee, fit.mapePct])},`).join('\n')}
];

/** What the tokens of a step take without attention, kernel by kernel as profiled. */
export const TOKEN_TABLES: readonly TableRow[] = [
${fits
  .filter(({ tokensMs }) => tokensMs !== undefined)
  .map((fit) => `  [${configuration(fit).map(literal).join(', ')}, ${JSON.stringify(fit.tokensMs)}],`)
  .join('\n')}
];

type RecordedRow = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
  stepMs: number,
  spreadTokenMs: number,
  mixedDecodeFactor: number,
];

/** From half of the requests of a recorded run (casys-kaist/LLMServingSim, MIT): these three figures and nothing else. */
export const RECORDED_ROWS: readonly RecordedRow[] = [
${recorded.map((one) => `  ${row([...configuration(one), rounded(one.stepMs), rounded(one.spreadTokenMs), rounded(one.mixedDecodeFactor)])},`).join('\n')}
];

type RefusedRow = readonly [hardware: string, model: string, precision: Precision, gpusPerNode: number, why: string];

/** Fits that exist but are not used, and why; the roofline serves instead. */
export const REFUSED_ROWS: readonly RefusedRow[] = [
${refused.map((fit) => `  ${row([...configuration(fit), fit.why])},`).join('\n')}
];

type MixedRow = readonly [hardware: string, queriesPerKvHead: number, factor: number];

/** Decode attention beside prefill chunks, of casys-kaist/LLMServingSim mixed-batch profiles (MIT). */
export const MIXED_DECODE: readonly MixedRow[] = [
${mixed.map((cells) => `  ${row(cells)},`).join('\n')}
];

/** From the fitted half of the points in accuracy/data/served-points.csv. */
export const SERVED: ServedFit = {
${Object.entries(served)
  .filter(([name]) => name !== 'factors')
  .map(([name, value]) => `  ${name}: ${rounded(value)},`)
  .join('\n')}
  factors: [
${served.factors.map((cells) => `    ${row(cells.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell)))},`).join('\n')}
  ],
};
`;
}

const configuration = ({ hardware, model, precision, gpusPerNode }) => [hardware, model, precision, gpusPerNode];
const row = (cells) => `[${cells.map(literal).join(', ')}]`;

/** The one name that is too long for a line of figures has a short one. */
function literal(cell) {
  if (typeof cell !== 'string') return String(cell);
  return cell === 'rtx-pro-6000-blackwell' ? 'PRO' : `'${cell}'`;
}

/** Three digits: more would only say which machine computed them. */
const rounded = (value) => Number(value.toPrecision(3));
