import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIT_ROWS, MIXED_DECODE, RECORDED_ROWS, REFUSED_ROWS, TOKEN_TABLES } from '../../src/models/catalog/fits.js';

const { recordedFit } = await import(join(import.meta.dirname, '../../accuracy/fit/recorded.mjs'));
const { kernelFits, mixedDecodeRows } = await import(join(import.meta.dirname, '../../accuracy/fit/kernels.mjs'));

interface Fit {
  readonly [key: string]: string | number;
}

describe('the catalogue of fits', () => {
  const { fits, refused } = kernelFits() as { readonly fits: Fit[]; readonly refused: Fit[] };
  const cells = (fit: Fit, keys: readonly string[]): (string | number)[] => keys.map((key) => fit[key]!);
  const configuration = ['hardware', 'model', 'precision', 'gpusPerNode'];
  const coefficients = ['stepMs', 'prefillTokenMs', 'sequenceMs', 'kvTokenMs', 'chunkMs', 'extraMs', 'knee', 'mapePct'];

  it('is what the script makes of the data', () => {
    expect(fits.map((fit) => cells(fit, [...configuration, 'form', ...coefficients]))).toEqual(FIT_ROWS);
    expect(refused.map((fit) => cells(fit, [...configuration, 'why']))).toEqual(REFUSED_ROWS);
    expect(mixedDecodeRows()).toEqual(MIXED_DECODE);
  });

  it('holds what was profiled token by token, and what the fitted half of a recorded run says of it', () => {
    const profiled = fits.filter((fit) => fit['tokensMs'] !== undefined);
    expect(profiled.map((fit) => cells(fit, [...configuration, 'tokensMs']))).toEqual(TOKEN_TABLES);
    const figures = ['stepMs', 'spreadTokenMs', 'mixedDecodeFactor'];
    const rounded = (fit: Fit): number[] => figures.map((name) => Number((fit[name] as number).toPrecision(3)));
    const recorded = profiled.map(recordedFit) as Fit[];
    expect(recorded.map((fit) => [...cells(fit, configuration), ...rounded(fit)])).toEqual(RECORDED_ROWS);
  });
});
