import { describe, it } from 'vitest';
import type { Summary } from '../../src/sim/summary.js';
import { exponential, fixed, tier } from '../helpers/scenario.js';
import { erlangB, erlangC, fixedService, waitInManyServers } from './formulas.js';
import { expectEquivalent, measure } from './measure.js';
import { requests, TIMEOUT_MS } from './size.js';
import { delaySystem, experiment, MEAN_TICKS, ONE_TOKEN, type System, singleStepPool } from './systems.js';

/** Nobody waits: who finds every node busy is shed. */
function lossSystem(servers: number, rate: number, input: System['input'], count: number): System {
  return {
    pool: singleStepPool(servers),
    tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })],
    rates: [['standard', rate]],
    input,
    output: ONE_TOKEN,
    requests: count,
  };
}

const figures = { shedRate: ({ total }: Summary) => total.shedRate! };

describe('many servers', { timeout: TIMEOUT_MS }, () => {
  // Services are geometric on a thousand ticks: next to the exponentials of the formulas, waits are 0.05 % shorter at most.
  it('M/M/c behind one queue and Erlang C, c = 5: who waits, and the mean time present', () => {
    const rate = 3.25;
    const system = delaySystem(5, rate, requests(1_600_000));
    const measured = measure({
      ...experiment(system),
      figures: {
        waits: (_, { waited, attempts }) => waited / attempts,
        time: ({ total }) => total.e2eMs.mean! / 1000,
      },
    });
    expectEquivalent('M/M/5 at load 0.65, share of arrivals that wait', measured.waits, erlangC(5, rate));
    expectEquivalent('M/M/5 at load 0.65, mean time present (s)', measured.time, waitInManyServers(5, rate, 1) + 1);
  });

  it('Erlang B, c = 5: the share shed', () => {
    const system = lossSystem(5, 4, exponential(MEAN_TICKS), requests(500_000));
    const measured = measure({ ...experiment(system), figures });
    expectEquivalent('Erlang B with 5 nodes and load 4, share shed', measured.shedRate, erlangB(5, 4));
  });

  it('Erlang B holds for fixed service times too', () => {
    const system = lossSystem(5, 4, fixed(MEAN_TICKS), requests(500_000));
    const measured = measure({ ...experiment(system, fixedService(MEAN_TICKS)), figures });
    expectEquivalent('M/D/5/5 with load 4, share shed', measured.shedRate, erlangB(5, 4));
  });
});
