import { describe, expect, it } from 'vitest';
import { type Autoscale, STEADY } from '../../src/models/operations.js';
import type { Scenario } from '../../src/models/scenario.js';
import { attribute, NotSeparable } from '../../src/plan/attribution.js';
import { inProcess } from '../../src/plan/executor.js';
import { renderAttribution } from '../../src/report/attribution.js';
import {
  fixed,
  pool,
  provider,
  SECOND_US,
  scenario,
  slots,
  tier,
  traceArrivals,
  traffic,
} from '../helpers/scenario.js';
import { subjectOf } from './subject.js';

const autoscale: Autoscale = {
  signal: 'running',
  target: 1,
  min: 1,
  max: 20,
  intervalUs: SECOND_US,
  averageUs: 20 * SECOND_US,
  lagUs: 0,
  cooldownUs: 20 * SECOND_US,
};
const mixed = (change: Partial<Scenario> = {}): Scenario =>
  scenario({
    durationUs: 400 * SECOND_US,
    warmupUs: 100 * SECOND_US,
    provider: provider({ tiers: [tier('much'), tier('little')] }),
    pools: [pool({ nodes: 5, engine: slots(4), operations: { ...STEADY, autoscale } })],
    traffic: [
      traffic({
        tiers: [
          { tier: 'much', value: 0.8 },
          { tier: 'little', value: 0.2 },
        ],
        arrivals: { kind: 'poisson', perSecond: 5 },
        output: fixed(1000),
      }),
    ],
    ...change,
  });
const options = { runs: 3, withPeak: false, tolerance: 0.05 };

describe('what each tier costs', () => {
  it('is its share of node time, and what leaving it out saves where the fleet follows load', async () => {
    const { tiers } = await attribute(subjectOf(mixed()), options, inProcess);
    expect(tiers.map((one) => one.tier)).toEqual(['much', 'little']);
    const [much, little] = tiers;
    const share = much!.byTimePerDay!.mean / (much!.byTimePerDay!.mean + little!.byTimePerDay!.mean);
    expect(share).toBeGreaterThan(0.75);
    expect(share).toBeLessThan(0.85);
    expect(much!.marginalPerDay!.mean).toBeGreaterThan(2 * little!.marginalPerDay!.mean);
    expect(little!.marginalPerDay!.mean).toBeGreaterThan(0);
    expect(much!.others.map((other) => other.tier)).toEqual(['little']);
  });

  it('is nothing by leaving it out where the fleet is fixed, and the text says what to ask instead', async () => {
    const found = await attribute(
      subjectOf(mixed({ pools: [pool({ nodes: 9, engine: slots(4) })] })),
      options,
      inProcess,
    );
    expect(found.tiers.map(({ marginalPerDay }) => marginalPerDay!.mean)).toEqual([0, 0]);
    expect(found.tiers.every(({ marginalKWhPerDay }) => marginalKWhPerDay!.mean > 0)).toBe(true);
    const text = renderAttribution(found, { color: false, width: 100 });
    expect(text).toContain('so nothing is saved');
    expect(text).toMatch(/Share of node time USD +\S+/);
  });

  it('at the peak is the fleet that the others could do without', async () => {
    const targets = [
      {
        ...{ text: 'total.queue.p95 < 1s', scope: 'total', served: false, metric: 'queue.p95' },
        ...{ above: null, below: { value: 1000, inclusive: false } },
      },
    ];
    const spec = mixed({ pools: [pool({ nodes: 3, engine: slots(4) })], targets });
    const { tiers } = await attribute(subjectOf(spec), { ...options, withPeak: true }, inProcess);
    expect(tiers[0]!.peakShare).toBeGreaterThan(0.6);
    expect(tiers[1]!.peakShare).toBeGreaterThan(0.05);
    expect(tiers[1]!.peakShare).toBeLessThan(0.4);
  });

  it('is all of one tier that is alone', async () => {
    const alone = mixed({ traffic: [traffic({ tiers: [{ tier: 'much', value: 1 }] })] });
    const found = await attribute(subjectOf(alone), options, inProcess);
    expect(found.tiers).toEqual([]);
    expect(renderAttribution(found, { color: false, width: 80 })).toContain('One tier is alone');
  });

  it('cannot be told of a trace that mixes tiers', async () => {
    const [one] = mixed().traffic;
    const spec = mixed({ traffic: [{ ...one!, arrivals: traceArrivals() }] });
    await expect(attribute(subjectOf(spec), options, inProcess)).rejects.toThrow(NotSeparable);
  });
});
