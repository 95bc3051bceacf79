import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { simulate } from '../../src/sim/simulate.js';
import {
  exponential,
  FLAT_STEP,
  pool,
  provider,
  SECOND_US,
  scenario,
  slots,
  tier,
  traffic,
  vllm,
} from '../helpers/scenario.js';
import { expectEquivalent } from './measure.js';

/** Two unlike pools under bursts, clients that leave before and after the abort arrives, and tight KV memory. */
function busy(overrides: Partial<Scenario> = {}): Scenario {
  const client = { ...traffic().client, patienceUs: 4 * SECOND_US, timeoutUs: 9 * SECOND_US, abortLagUs: 700_000 };
  return scenario({
    durationUs: 200 * SECOND_US,
    provider: provider({ tiers: [tier('priority', { rank: 100 }), tier('standard')] }),
    pools: [
      pool({
        name: 'tight',
        nodes: 2,
        engine: vllm({ kvBlocks: 64, maxModelLen: 1000, maxNumSeqs: 16 }),
        stepTime: { ...FLAT_STEP, basePs: 15e9, prefillTokenPs: 1e8, sequencePs: 1e9 },
      }),
      pool({ name: 'slots', engine: slots(4), stepTime: { ...FLAT_STEP, basePs: 20e9 } }),
    ],
    traffic: [
      traffic({
        tiers: [
          { tier: 'priority', value: 0.3 },
          { tier: 'standard', value: 0.7 },
        ],
        arrivals: { kind: 'bursts', basePerSecond: 2, peakPerSecond: 15, everyUs: 40e6, forUs: 10e6 },
        input: { ...exponential(100), max: 600 },
        output: { ...exponential(120), max: 380 },
        client,
      }),
    ],
    ...overrides,
  });
}

describe("Little's law", () => {
  it('holds for each pool to the last microsecond: the integral of those present is the sum of their times present', () => {
    const presentUs = new Map<string, number>([
      ['tight', 0],
      ['slots', 0],
    ]);
    let preemptions = 0;
    let left = 0;
    const summary = simulate(busy(), {
      version: 'test',
      hash: '',
      onRecord: ({ pool: name, sentUs, endUs, preemptions: times, outcome }) => {
        presentUs.set(name, presentUs.get(name)! + endUs - sentUs);
        preemptions += times;
        if (outcome === 'abandoned') left++;
      },
    });
    expect(preemptions).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
    for (const [name, { meanRunning, meanWaiting, nodeHours }] of Object.entries(summary.pools)) {
      expect((meanRunning + meanWaiting) * nodeHours * 3.6e9).toBeCloseTo(presentUs.get(name)!, 1);
    }
  });

  it('holds on average in a window that cuts through: number present = arrivals a second x mean time present', () => {
    const plain = busy({
      durationUs: 4000 * SECOND_US,
      warmupUs: 100 * SECOND_US,
      drain: true,
      pools: [pool({ engine: slots(16), stepTime: { ...FLAT_STEP, basePs: 5e9, sequencePs: 1e9 } })],
      traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 4 }, output: exponential(120) })],
    });
    const { pools, tiers, run } = simulate(plain, { version: 'test', hash: '' });
    const { attempts, e2eMs } = tiers['standard']!;
    const perSecond = attempts / (run.window.toSeconds - run.window.fromSeconds);
    const present = pools['main']!.meanRunning + pools['main']!.meanWaiting;
    expectEquivalent("Little's law of one window", { mean: present, halfWidth: 0 }, perSecond * (e2eMs.mean! / 1000));
  });
});
