import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../../src/sim/record.js';
import type { Summary } from '../../src/sim/summary.js';
import { exponential } from '../helpers/scenario.js';
import {
  birthDeath,
  geometricService,
  meanOf,
  type StepEngine,
  steppedEngine,
  timeInSharedServer,
} from './formulas.js';
import { expectEquivalent, measure } from './measure.js';
import { requests, TIMEOUT_MS } from './size.js';
import { arrivalsPerSecond, ONE_TOKEN, poissonScenario, type System, steppedPool } from './systems.js';

/** Seconds of a step: alone, and for each sequence in it. */
interface Step {
  readonly base: number;
  readonly each: number;
}

function system(seats: number, { base, each }: Step, perSecond: number, meanTokens: number, count: number): System {
  return {
    pool: steppedPool(seats, base, each),
    rates: [['standard', perSecond]],
    input: ONE_TOKEN,
    output: exponential(meanTokens),
    requests: count,
  };
}

/** The work of a request is its output. */
function experiment(of: System, meanTokens: number) {
  return {
    scenario: (seed: string) => poissonScenario(of, seed),
    arrivalsPerSecond: arrivalsPerSecond(of),
    work: geometricService(meanTokens, 1),
    workOf: ({ outputTokens }: AttemptRecord) => outputTokens,
    figures: {
      running: ({ pools }: Summary) => pools['main']!.meanRunning,
      time: ({ total }: Summary) => total.e2eMs.mean! / 1000,
    },
  };
}

function engine(seats: number, { base, each }: Step, meanTokens: number): StepEngine {
  return { seats, meanTokens, stepTime: (sequences) => base + each * sequences };
}

describe('one engine that works in steps', { timeout: TIMEOUT_MS }, () => {
  it('seats of one engine: M/M/c whose services begin and end together', () => {
    const step = { base: 0.1, each: 0 };
    const measured = measure(experiment(system(5, step, 3, 10, requests(400_000)), 10));
    const exact = steppedEngine(3, engine(5, step, 10), 150);
    expectEquivalent('5 seats in steps, mean time present (s)', measured.time, (exact.running + exact.waiting) / 3);
  });

  it('processor sharing: a step as long as its batch is large gives everybody an equal share', () => {
    const step = { base: 0, each: 0.1 };
    const measured = measure(experiment(system(1000, step, 0.4, 10, requests(600_000)), 10));
    const exact = steppedEngine(0.4, engine(1000, step, 10), 60);
    const time = (exact.running + exact.waiting) / 0.4;
    expectEquivalent('processor sharing at load 0.4, mean time present (s)', measured.time, time);
    // Steps as coarse as a tenth of a service cost ideal sharing 0.1 % of its mean.
    expect(time).toBeCloseTo(timeInSharedServer(0.4, 1), 2);
  });

  it('continuous batching: the birth-death chain with death rate n / (tokens * (a + c n))', () => {
    // Alone, a request takes 100 steps of 21 ms; at two a second the engine carries five of them on average.
    const step = { base: 0.02, each: 0.001 };
    const measured = measure(experiment(system(1000, step, 2, 100, requests(200_000)), 100));
    const chain = meanOf(birthDeath(2, (n) => n / (100 * (step.base + step.each * n)), 200));
    // Those present but waiting for a step to begin are no part of the chain: half a step's arrivals.
    const exact = steppedEngine(2, engine(1000, step, 100), 60);
    expectEquivalent('continuous batching, mean number running', measured.running, chain);
    expectEquivalent('continuous batching, mean time present (s)', measured.time, (exact.running + exact.waiting) / 2);
  });
});
