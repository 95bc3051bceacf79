import { describe, expect, it } from 'vitest';
import {
  cumulativeWeights,
  drawIndex,
  exponential,
  gamma,
  lognormal,
  standardNormal,
  uniformInt,
  weibull,
  zipfWeights,
} from '../../../src/sim/core/distributions.js';
import { logGamma } from '../../../src/sim/core/log-gamma.js';
import { type RandomStream, stream } from '../../../src/sim/core/random.js';
import { drawn, gammaCumulative, kolmogorovSmirnov, meanOf, normalCumulative, varianceOf } from './statistics.js';

const SAMPLES = 50_000;
const KS_LIMIT = 1.95;

interface Law {
  readonly name: string;
  readonly draw: (source: RandomStream) => number;
  readonly mean: number;
  readonly variance: number;
  /** Fourth central moment over the squared variance. */
  readonly kurtosis: number;
}

const lognormalLaw = (mu: number, sigma: number): Law => {
  const q = Math.exp(sigma * sigma);
  const mean = Math.exp(mu + (sigma * sigma) / 2);
  const kurtosis = q * q * q * q + 2 * q * q * q + 3 * q * q - 3;
  const draw = (source: RandomStream) => lognormal(source, mu, sigma);
  return { name: `lognormal ${mu} ${sigma}`, draw, mean, variance: (q - 1) * mean * mean, kurtosis };
};

const gammaLaw = (shape: number, scale: number): Law => ({
  name: `gamma ${shape} ${scale}`,
  draw: (source) => gamma(source, shape, scale),
  mean: shape * scale,
  variance: shape * scale * scale,
  kurtosis: 3 + 6 / shape,
});

const weibullLaw = (shape: number, scale: number): Law => {
  const [m1, m2, m3, m4] = [1, 2, 3, 4].map((power) => Math.exp(logGamma(1 + power / shape))) as number[];
  const unitVariance = m2! - m1! * m1!;
  const fourth = m4! - 4 * m1! * m3! + 6 * m1! * m1! * m2! - 3 * m1! * m1! * m1! * m1!;
  return {
    name: `weibull ${shape} ${scale}`,
    draw: (source) => weibull(source, shape, scale),
    mean: scale * m1!,
    variance: scale * scale * unitVariance,
    kurtosis: fourth / (unitVariance * unitVariance),
  };
};

const LAWS: Law[] = [
  { name: 'exponential 3', draw: (source) => exponential(source, 3), mean: 3, variance: 9, kurtosis: 9 },
  { name: 'standard normal', draw: standardNormal, mean: 0, variance: 1, kurtosis: 3 },
  lognormalLaw(2, 0.5),
  lognormalLaw(0, 0.25),
  gammaLaw(0.25, 2),
  gammaLaw(0.9, 1),
  gammaLaw(1, 5),
  gammaLaw(7.5, 0.1),
  weibullLaw(0.8, 2),
  weibullLaw(2.5, 10),
  {
    name: 'whole numbers -3 to 6',
    draw: (source) => uniformInt(source, -3, 6),
    mean: 1.5,
    variance: 99 / 12,
    kurtosis: 3 - (1.2 * 101) / 99,
  },
];

describe('moments', () => {
  it.each(LAWS)('$name has its closed-form mean and variance', ({ name, draw, mean, variance, kurtosis }) => {
    const source = stream('moments', 0, name);
    const values = drawn(SAMPLES, () => draw(source));
    expect(Math.abs(meanOf(values) - mean)).toBeLessThan(4 * Math.sqrt(variance / SAMPLES));
    expect(Math.abs(varianceOf(values) - variance)).toBeLessThan(4 * variance * Math.sqrt((kurtosis - 1) / SAMPLES));
  });
});

describe('Kolmogorov-Smirnov', () => {
  const sample = (name: string, draw: (source: RandomStream) => number) => {
    const source = stream('ks', 0, name);
    return drawn(20_000, () => draw(source));
  };

  it('takes the exponential for exponential', () => {
    const values = sample('exponential', (source) => exponential(source, 4));
    expect(kolmogorovSmirnov(values, (x) => -Math.expm1(-x / 4))).toBeLessThan(KS_LIMIT);
  });

  it('takes the normal for normal', () => {
    expect(kolmogorovSmirnov(sample('normal', standardNormal), normalCumulative)).toBeLessThan(KS_LIMIT);
  });

  it.each([0.1, 0.5, 1, 3, 20])('takes the gamma of shape %d for gamma', (shape) => {
    const values = sample(`gamma ${shape}`, (source) => gamma(source, shape, 2));
    const logOfShape = logGamma(shape + 1) - Math.log(shape);
    expect(kolmogorovSmirnov(values, (x) => gammaCumulative(x / 2, shape, logOfShape))).toBeLessThan(KS_LIMIT);
  });

  it.each([0.4, 1, 3])('takes the Weibull of shape %d for Weibull', (shape) => {
    const values = sample(`weibull ${shape}`, (source) => weibull(source, shape, 5));
    const cumulative = (x: number) => -Math.expm1(-Math.exp(shape * Math.log(x / 5)));
    expect(kolmogorovSmirnov(values, cumulative)).toBeLessThan(KS_LIMIT);
  });

  it('does not take a gamma of shape 1.1 for an exponential', () => {
    const values = sample('not exponential', (source) => gamma(source, 1.1, 1 / 1.1));
    expect(kolmogorovSmirnov(values, (x) => -Math.expm1(-x))).toBeGreaterThan(KS_LIMIT);
  });
});

describe('drawIndex', () => {
  it('draws each index in proportion to its weight, and never one of weight 0', () => {
    const weights = [3, 0, 5, 1, 0];
    const cumulative = cumulativeWeights(weights);
    const source = stream('1', 0, 'empirical');
    const counts = weights.map(() => 0);
    for (let draw = 0; draw < SAMPLES; draw++) counts[drawIndex(source, cumulative)]!++;
    for (const [index, weight] of weights.entries()) {
      const share = weight / 9;
      const tolerance = 4 * Math.sqrt(SAMPLES * share * (1 - share));
      expect(Math.abs(counts[index]! - SAMPLES * share)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('takes the only index there is', () => {
    expect(drawIndex(stream('1', 0, 'one'), cumulativeWeights([2]))).toBe(0);
  });

  it("draws families by Zipf's law", () => {
    const weights = zipfWeights(50, 1.1);
    expect(weights[1]! / weights[0]!).toBeCloseTo(Math.exp(-1.1 * Math.LN2), 12);
    expect(weights[49]! / weights[0]!).toBeCloseTo(Math.exp(-1.1 * Math.log(50)), 12);
    const cumulative = cumulativeWeights(weights);
    const source = stream('1', 0, 'zipf');
    const drawnFirst = drawn(SAMPLES, () => (drawIndex(source, cumulative) === 0 ? 1 : 0));
    const share = weights[0]! / cumulative[49]!;
    expect(Math.abs(meanOf(drawnFirst) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / SAMPLES));
  });
});

describe('uniformInt', () => {
  it('reaches both ends and nothing beyond', () => {
    const source = stream('1', 0, 'whole');
    const values = new Set(Array.from({ length: 1000 }, () => uniformInt(source, 10, 13)));
    expect([...values].sort()).toEqual([10, 11, 12, 13]);
  });
});

describe('first draws', () => {
  it.each([
    [
      'exponential',
      (source: RandomStream) => exponential(source, 1),
      [4.560721881178614, 0.2657750538186636, 0.13597880416970298],
    ],
    ['normal', standardNormal, [1.7237360175629615, 0.31817294328929635, -0.5712303510344029]],
    [
      'lognormal',
      (source: RandomStream) => lognormal(source, 1, 0.5),
      [2.1102765016960228, 4.227710069657043, 1.9382528407784554],
    ],
    [
      'gamma above 1',
      (source: RandomStream) => gamma(source, 3, 1),
      [1.890982961889093, 4.713866538462638, 1.963158607492428],
    ],
    [
      'gamma below 1',
      (source: RandomStream) => gamma(source, 0.3, 1),
      [0.3607723050541994, 0.8029894510366329, 0.0020243322535630085],
    ],
    [
      'weibull',
      (source: RandomStream) => weibull(source, 0.7, 2),
      [0.21673131454275124, 0.024764175266243027, 0.7073129935527489],
    ],
    ['whole', (source: RandomStream) => uniformInt(source, 1, 1000), [361, 17, 92]],
    ['zipf', (source: RandomStream) => drawIndex(source, cumulativeWeights(zipfWeights(50, 1.1))), [0, 4, 0]],
  ])('of %s stay the same', (name, draw, expected) => {
    const source = stream('golden', 0, name);
    expect([draw(source), draw(source), draw(source)]).toEqual(expected);
  });

  it('of a normal do not depend on what another stream has drawn', () => {
    const draws = (other: RandomStream | null) => {
      const source = stream('golden', 0, 'normal');
      return Array.from({ length: 4 }, () => {
        if (other !== null) standardNormal(other);
        return standardNormal(source);
      });
    };
    expect(draws(stream('golden', 0, 'other'))).toEqual(draws(null));
  });
});
