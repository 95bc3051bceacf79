import { describe, expect, it } from 'vitest';
import { meanWork, momentsOf } from '../../src/models/lengths.js';
import { lognormalFromMeanP95 } from '../../src/models/lognormal.js';
import type { Lengths, Sessions } from '../../src/models/scenario.js';
import { stream } from '../../src/sim/core/random.js';
import { LengthSampler } from '../../src/sim/workload/lengths.js';
import { exponential, fixed } from '../helpers/scenario.js';

const bounds = { min: 1, max: null };
const LENGTHS: readonly Lengths[] = [
  fixed(7),
  exponential(20),
  { kind: 'lognormal', ...lognormalFromMeanP95(900, 3000)!, ...bounds },
  { kind: 'uniform', low: 10, high: 50, ...bounds },
  {
    kind: 'histogram',
    bins: [
      [10, 1],
      [20, 2],
      [90, 1],
    ],
    ...bounds,
  },
];

describe('momentsOf', () => {
  it.each(LENGTHS.map((lengths) => [lengths.kind, lengths] as const))('%s: as drawn', (_kind, lengths) => {
    const sampler = new LengthSampler(lengths, stream('1', 0, 'moments'));
    const draws = 200_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i++) {
      const tokens = sampler.next();
      sum += tokens;
      squares += tokens * tokens;
    }
    const { mean, square } = momentsOf(lengths)!;
    expect(sum / draws / mean).toBeCloseTo(1, 2);
    expect(squares / draws / square).toBeCloseTo(1, 1);
  });

  it('nothing is known of lengths that come with a trace', () => {
    expect(momentsOf({ kind: 'trace', ...bounds })).toBeNull();
  });
});

describe('meanWork', () => {
  const sessions = (turns: Lengths, hops: Lengths, context: Sessions['context']): Sessions => {
    return { turns, hops, thinkUs: 0, toolUs: 0, context };
  };

  it('of three fixed turns: prompts of 100, 220 and 340', () => {
    expect(meanWork(fixed(100), fixed(20), sessions(fixed(3), fixed(1), 'grows'))).toEqual({
      calls: 3,
      promptTokens: 220,
      outputTokens: 20,
    });
    expect(meanWork(fixed(100), fixed(20), sessions(fixed(3), fixed(2), 'fresh'))?.promptTokens).toBe(100);
    expect(meanWork(fixed(100), fixed(20), null)).toEqual({ calls: 1, promptTokens: 100, outputTokens: 20 });
  });

  it('of turns and calls by chance: as drawn', () => {
    const spec = sessions(exponential(3), exponential(2), 'grows');
    const [turns, hops] = [spec.turns, spec.hops].map((of, i) => new LengthSampler(of as never, stream('1', i, 'w')));
    let calls = 0;
    let tokens = 0;
    for (let session = 0; session < 100_000; session++) {
      let n = 0;
      for (let turn = turns!.next(); turn > 0; turn--) n += hops!.next();
      calls += n;
      tokens += (10 * n * (n + 1)) / 2 + (5 * n * (n - 1)) / 2;
    }
    const work = meanWork(fixed(10), fixed(5), spec)!;
    expect(work.calls).toBeCloseTo(calls / 100_000, 1);
    expect(work.promptTokens / (tokens / calls)).toBeCloseTo(1, 1);
  });
});
