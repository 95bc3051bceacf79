import { describe, expect, it } from 'vitest';
import { inProcess } from '../../src/plan/executor.js';
import { meanSummary } from '../../src/plan/mean-summary.js';
import { replicate } from '../../src/plan/replicate.js';
import { studentT95 } from '../../src/plan/student-t.js';
import { hashWithTraces } from '../../src/scenario/hash.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';
import { provider, SECOND_US, scenario, tier, traffic } from '../helpers/scenario.js';
import { subjectOf } from './subject.js';

const spec = scenario({
  durationUs: 60 * SECOND_US,
  replications: 4,
  provider: provider({ tiers: [tier('standard'), tier('priority')] }),
  traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 1 } })],
  targets: [
    {
      text: 'standard.ttft.p95 < 1s',
      scope: 'standard',
      served: false,
      metric: 'ttft.p95',
      above: null,
      below: { value: 1000, inclusive: false },
    },
  ],
});

function runs(): Summary[] {
  return [1, 2, 3, 4].map((run) => simulate(spec, { version: 'test', hash: hashWithTraces(spec, new Map()), run }));
}

describe('replicate', () => {
  it('makes runs with streams of their own and gives their means', async () => {
    const { summary, failures } = await replicate(subjectOf(spec), inProcess);
    const each = runs();
    expect(failures).toEqual([]);
    expect(new Set(each.map(({ run }) => run.fingerprint)).size).toBe(4);
    const p95 = each.map(({ tiers }) => tiers['standard']!.ttftMs.p95!);
    const mean = p95.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(p95.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 3);
    expect(summary!.tiers['standard']!.ttftMs.p95).toBeCloseTo(mean, 6);
    expect(summary!.replications!.n).toBe(4);
    expect(summary!.replications!.intervals['tiers.standard.ttftMs.p95']).toBeCloseTo(
      (studentT95(3) * deviation) / 2,
      6,
    );
  });

  it('keeps the law of outcomes and the exactness of money', async () => {
    const { summary } = await replicate(subjectOf(spec), inProcess);
    const { attempts, outcomes, billed } = summary!.total;
    expect(Object.values(outcomes).reduce((a, b) => a + b)).toBeCloseTo(attempts, 9);
    const pico = runs().map(({ total }) => BigInt(total.billed.replace('.', '').padEnd(13, '0')));
    expect(Number(billed)).toBeCloseTo(Number(pico.reduce((a, b) => a + b)) / 4 / 1e12, 9);
  });

  it('judges targets by the mean', async () => {
    const { summary } = await replicate(subjectOf(spec), inProcess);
    const [target] = summary!.targets;
    expect(target!.actual).toBe(summary!.tiers['standard']!.ttftMs.p95);
    expect(target!.passed).toBe(target!.actual! < 1000);
    expect(summary!.replications!.intervals['targets.standard.ttft.p95 < 1s']).toBeGreaterThan(0);
  });

  it('says in how many runs a figure could not be judged', async () => {
    const rare = { ...spec, traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 0.012 } as const })] };
    const { summary } = await replicate(subjectOf(rare), inProcess);
    const [target] = summary!.targets;
    const without = runs().length;
    expect(without).toBe(4);
    expect(target!.passed).toBe(false);
    expect(target!.error).toMatch(/^no attempt to judge it by( in \d of 4 runs)?$/);
    expect(summary!.tiers['priority']!.ttftMs.p95).toBeNull();
  });

  it('leaves out the episodes of rare sheds, which are those of one run', () => {
    const rareSheds = { gapSeconds: 60, meanPerSecond: 1, tiers: {} };
    const each = runs().map((run) => ({ ...run, rareSheds }));
    expect(meanSummary(spec, each.slice(0, 1)).rareSheds).toEqual(rareSheds);
    expect(meanSummary(spec, each)).not.toHaveProperty('rareSheds');
  });

  it('is one plain run where one is wanted', async () => {
    const { summary } = await replicate(subjectOf({ ...spec, replications: 1 }), inProcess);
    expect(summary!.replications).toBeUndefined();
    expect(summary!.run.fingerprint).toBe(runs()[0]!.run.fingerprint);
  });
});
