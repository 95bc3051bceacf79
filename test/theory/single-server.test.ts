import { describe, expect, it } from 'vitest';
import { exponential, fixed, tier } from '../helpers/scenario.js';
import { fixedService, geometricService, waitInSingleServer, waitsByPriority } from './formulas.js';
import { expectEquivalent, measure } from './measure.js';
import { requests, TIMEOUT_MS } from './size.js';
import { experiment, MEAN_TICKS, ONE_TOKEN, type System, singleStepPool, TICK_SECONDS } from './systems.js';

/** Seconds; with the exact moments of whole ticks, the formulas of M/G/1 are exact for it. */
const random = geometricService(MEAN_TICKS, TICK_SECONDS);

/**
 * Means of the time present, wait and service together: a wait alone takes ten times the requests for the same
 * relative precision. Single waits are compared without any chance in pathwise.test.ts.
 */
describe('one server', { timeout: TIMEOUT_MS }, () => {
  it('M/M/1: mean time present, and mean number present', () => {
    const rate = 0.4;
    const system: System = {
      pool: singleStepPool(1),
      rates: [['standard', rate]],
      input: exponential(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: requests(800_000),
    };
    const time = waitInSingleServer(rate, random) + random.mean;
    const measured = measure({
      ...experiment(system),
      figures: {
        time: ({ total }) => total.e2eMs.mean! / 1000,
        present: ({ pools }) => pools['main']!.meanRunning + pools['main']!.meanWaiting,
      },
    });
    expectEquivalent('M/M/1 at load 0.4, mean time present (s)', measured.time, time);
    expectEquivalent('M/M/1 at load 0.4, mean number present', measured.present, rate * time);
  });

  it('M/D/1: mean time present', () => {
    const rate = 0.5;
    const service = fixedService(MEAN_TICKS * TICK_SECONDS);
    const system: System = {
      pool: singleStepPool(1),
      rates: [['standard', rate]],
      input: fixed(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: requests(500_000),
    };
    const measured = measure({
      ...experiment(system, fixedService(MEAN_TICKS)),
      figures: { time: ({ total }) => total.e2eMs.mean! / 1000 },
    });
    const time = waitInSingleServer(rate, service) + service.mean;
    expectEquivalent('M/D/1 at load 0.5, mean time present (s)', measured.time, time);
  });

  it('two classes, the urgent one first but never interrupting: mean time present of each', () => {
    const system: System = {
      pool: singleStepPool(1),
      tiers: [tier('urgent', { rank: 100 }), tier('other', { rank: 0 })],
      rates: [
        ['urgent', 0.2],
        ['other', 0.3],
      ],
      input: exponential(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: requests(1_200_000),
    };
    const [urgent, other] = waitsByPriority(system.rates.map(([, arrivalRate]) => ({ arrivalRate, service: random })));
    const measured = measure({
      ...experiment(system),
      figures: {
        urgent: ({ tiers }) => tiers['urgent']!.e2eMs.mean! / 1000,
        other: ({ tiers }) => tiers['other']!.e2eMs.mean! / 1000,
      },
    });
    expectEquivalent(
      'two priorities at load 0.5, urgent: mean time present (s)',
      measured.urgent,
      urgent! + random.mean,
    );
    expectEquivalent('two priorities at load 0.5, other: mean time present (s)', measured.other, other! + random.mean);
    expect(measured.urgent.mean).toBeLessThan(measured.other.mean);
  });
});
