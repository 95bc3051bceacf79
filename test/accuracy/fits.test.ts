import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIT_ROWS, MIXED_DECODE, REFUSED_ROWS } from '../../src/models/catalog/fits.js';

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
});
