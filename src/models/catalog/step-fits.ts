import type { FittedStep } from '../fitted.js';
import type { Precision } from '../scenario.js';
import { FIT_ROWS, MIXED_DECODE, RECORDED_ROWS, REFUSED_ROWS, TOKEN_TABLES } from './fits.js';

/** Step times fitted to kernels, see fits.ts. */
export const FITS: readonly FittedStep[] = FIT_ROWS.map(
  (row): FittedStep => ({
    hardware: row[0],
    model: row[1],
    precision: row[2],
    gpusPerNode: row[3],
    form: row[4],
    stepMs: row[5],
    prefillTokenMs: row[6],
    sequenceMs: row[7],
    kvTokenMs: row[8],
    chunkMs: row[9],
    extraMs: row[10],
    knee: row[11],
    mapePct: row[12],
    ...profiled(row),
  }),
);

type Configuration = readonly [
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
  ...unknown[],
];

/** What was profiled and recorded on the device itself, where it was. */
function profiled(fit: Configuration): Pick<FittedStep, 'source' | 'tokensMs' | 'recorded'> {
  const isSame = (row: Configuration): boolean => [0, 1, 2, 3].every((at) => row[at] === fit[at]);
  const tokensMs = TOKEN_TABLES.find(isSame)?.[4];
  const recorded = RECORDED_ROWS.find(isSame);
  if (tokensMs === undefined || recorded === undefined) return { source: 'aiconfigurator tables for vLLM' };
  const [, , , , stepMs, spreadTokenMs, mixedDecodeFactor] = recorded;
  return {
    source: 'LLMServingSim profile and half of a recorded run, vLLM 0.19.0',
    tokensMs,
    recorded: { stepMs, spreadTokenMs, mixedDecodeFactor },
  };
}

/** Why no fit of this configuration is used although one exists; undefined: none exists. */
export function refusedFit(
  hardware: string,
  model: string,
  precision: Precision,
  gpusPerNode: number,
): string | undefined {
  return REFUSED_ROWS.find(
    (row) => row[0] === hardware && row[1] === model && row[2] === precision && row[3] === gpusPerNode,
  )?.[4];
}

/** Chips that run the kernels of one that was measured: assumed. */
const SAME_CHIP: Readonly<Record<string, string>> = {
  l40s: 'rtx-4090',
  l4: 'rtx-4090',
  'rtx-6000-ada': 'rtx-4090',
  'rtx-pro-6000-blackwell-max-q': 'rtx-pro-6000-blackwell',
};

/**
 * How much slower decode attention reads its KV when prefill chunks share the step, by chip and by query heads per KV
 * head: that of the nearest measured head ratio. Other chips: the sources show no such data, factor 1.
 */
export function mixedDecodeFactor(hardware: string, queriesPerKvHead: number): number {
  const chip = SAME_CHIP[hardware] ?? hardware;
  let nearest = Number.POSITIVE_INFINITY;
  let factor = 1;
  for (const [name, ratio, measured] of MIXED_DECODE) {
    const distance = Math.abs(ratio - queriesPerKvHead);
    if (name === chip && distance < nearest) {
      nearest = distance;
      factor = measured;
    }
  }
  return factor;
}
