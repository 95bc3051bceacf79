import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../accuracy');
const { errors, ksDistance, median, percentile } = await import(join(folder, 'statistics.mjs'));
const { fitParameters } = await import(join(folder, 'fit/least-squares.mjs'));
const { readPoints, shareOfPeak } = await import(join(folder, 'points.mjs'));

interface Point {
  readonly key: string;
  readonly half: 'fitted' | 'tested';
  readonly excluded: string | null;
}

describe('statistics', () => {
  it('measures the distance of two samples', () => {
    expect(ksDistance([1, 2, 3, 4], [1, 2, 3, 4])).toBe(0);
    expect(ksDistance([1, 2, 3, 4], [11, 12, 13, 14])).toBe(1);
    expect(ksDistance([1, 2, 3, 4], [3, 4, 5, 6])).toBe(0.5);
    expect(ksDistance([1, 1, 1, 2], [1, 2, 2, 2])).toBe(0.5);
  });

  it('agrees with the definition of the distance on drawn samples', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const below = (values: number[], x: number) => values.filter((value) => value <= x).length / values.length;
        const most = Math.max(...[...a, ...b].map((x) => Math.abs(below(a, x) - below(b, x))));
        expect(ksDistance(a, b)).toBeCloseTo(most, 12);
      }),
    );
  });

  it('takes medians and percentiles by nearest rank', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(percentile([...Array(100).keys()], 0.99)).toBe(98);
  });

  it('tells bias from error', () => {
    const pairs = [
      [110, 100],
      [90, 100],
    ];
    const { bias, mape } = errors(pairs);
    expect([bias, mape].map((value) => Number(value.toFixed(9)))).toEqual([0, 10]);
  });
});

describe('the fit', () => {
  const priors = { slope: { mean: 1, deviation: 10 }, offset: { mean: 0, deviation: 10 } };
  const at = [1, 2, 3, 4, 5, 6, 7, 8];

  it('finds a line, whatever one wild point says', () => {
    const measured = at.map((x) => (x === 4 ? 100 : 2 * x + 3));
    const residuals = ({ slope, offset }: { slope: number; offset: number }) =>
      at.map((x, index) => (slope * x + offset - measured[index]!) / 0.1);
    const { slope, offset } = fitParameters(priors, residuals, 30);
    expect(slope).toBeCloseTo(2, 1);
    expect(offset).toBeCloseTo(3, 1);
  });

  it('stays with what was known where nothing was measured', () => {
    expect(fitParameters(priors, () => [])).toEqual({ slope: 1, offset: 0 });
  });
});

describe('the points', () => {
  const points = readPoints() as Point[];
  const counted = points.filter(({ excluded }) => excluded === null);

  it('fall into two halves by their configuration alone', () => {
    const halves = new Map<string, string>();
    for (const { key, half } of points) {
      expect(halves.get(key) ?? half).toBe(half);
      halves.set(key, half);
    }
    const fitted = counted.filter(({ half }) => half === 'fitted').length / counted.length;
    expect(fitted).toBeGreaterThan(0.4);
    expect(fitted).toBeLessThan(0.6);
  });

  it('need less than seven tenths of the peak, or are left out with the reason', () => {
    for (const point of counted) expect(shareOfPeak(point)).toBeLessThan(0.7);
    for (const { excluded } of points) expect(excluded).not.toBe('');
  });
});
