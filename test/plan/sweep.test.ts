import { describe, expect, it } from 'vitest';
import type { Scenario, Target } from '../../src/models/scenario.js';
import { inProcess } from '../../src/plan/executor.js';
import { figureAt } from '../../src/plan/findings.js';
import { type SweepCase, sweep } from '../../src/plan/sweep.js';
import { renderSweep } from '../../src/report/sweep-text.js';
import { simulate } from '../../src/sim/simulate.js';
import { exponential, fixed, pool, SECOND_US, scenario, slots, traffic } from '../helpers/scenario.js';
import { waitInManyServers } from '../theory/formulas.js';
import { subjectOf } from './subject.js';

const below: Target = {
  text: 'standard.queue.mean < 200ms',
  scope: 'standard',
  served: false,
  metric: 'queue.mean',
  above: null,
  below: { value: 200, inclusive: false },
};

/** So many servers of one second mean service each, 6 requests a second. */
function staffed(servers: number): Scenario {
  return scenario({
    durationUs: 2500 * SECOND_US,
    warmupUs: 100 * SECOND_US,
    pools: [pool({ engine: slots(servers), costPicoPerHour: servers * 1e12 })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 6 }, input: fixed(1), output: exponential(1000) })],
    targets: [below],
  });
}

function cases(specs: readonly (readonly [string, Scenario])[]): [SweepCase, ...SweepCase[]] {
  const [first, ...others] = specs.map(([value, spec]): SweepCase => ({ values: [value], subject: subjectOf(spec) }));
  return [first!, ...others];
}

describe('a sweep', { timeout: 120_000 }, () => {
  it('staffs as Erlang C does, and the winner holds in fresh runs', async () => {
    const staffs = [7, 8, 9, 10, 11];
    const found = await sweep(['servers'], cases(staffs.map((n) => [String(n), staffed(n)])), 2, inProcess);
    const expected = staffs.findIndex((n) => waitInManyServers(n, 6, 1) < 0.2);
    expect(found.winner).toMatchObject({ point: expected, refuted: [], freshRuns: 2 });
    const fresh = [3, 4].map(
      (run) => simulate(staffed(staffs[expected]!), { version: '', hash: '', run }).targets[0]!.actual!,
    );
    expect((fresh[0]! + fresh[1]!) / 2).toBeLessThan(200);
  });

  it('has at each point what the runs say', async () => {
    const short = (n: number) => ({ ...staffed(n), durationUs: 200 * SECOND_US });
    const found = await sweep(
      ['servers'],
      cases([
        ['7', short(7)],
        ['9', short(9)],
      ]),
      3,
      inProcess,
    );
    const p95 = [1, 2, 3].map(
      (run) => simulate(short(9), { version: '', hash: '', run }).tiers['standard']!.ttftMs.p95!,
    );
    expect(figureAt(found.points[1]!, 'standard', 'ttft.p95')!.mean).toBeCloseTo((p95[0]! + p95[1]! + p95[2]!) / 3, 6);
    expect(found.fronts.find(({ figure }) => figure === 'offeredTtft.p95')!.points).toEqual([0, 1]);
  });

  it('has no p95 where many never got a first token, and the table says how many did', async () => {
    const impatient = (seats: number) => {
      const spec = { ...staffed(seats), targets: [], durationUs: 200 * SECOND_US };
      return { ...spec, traffic: [{ ...spec.traffic[0]!, client: { ...traffic().client, patienceUs: SECOND_US } }] };
    };
    const both = cases([
      ['2', impatient(2)],
      ['20', impatient(20)],
    ]);
    const found = await sweep(['servers'], both, 2, inProcess);
    expect(figureAt(found.points[0]!, 'standard', 'offeredTtft.p95')).toBeNull();
    expect(figureAt(found.points[0]!, 'standard', 'ttft.p95')).not.toBeNull();
    const text = renderSweep(found, { color: false, width: 120 });
    expect(text).toMatch(/^2 +[\d.]+ +never \(\d\d\.\d %\) /m);
    expect(text).toContain('"never": only so many of them ever got a first token');
  });

  it('marks the knee of latency against load', async () => {
    const loads = [2, 3, 4, 5, 6, 7, 7.8];
    const at = (perSecond: number) => {
      const spec = { ...staffed(8), targets: [] };
      return { ...spec, traffic: [{ ...spec.traffic[0]!, arrivals: { kind: 'poisson' as const, perSecond } }] };
    };
    const found = await sweep(['rate'], cases(loads.map((rate) => [`${rate}/s`, at(rate)])), 1, inProcess);
    expect(found.winner).toBeNull();
    expect(found.knees.find(({ scope }) => scope === 'standard')!.point).toBe(5);
  });

  it('says when no point meets the targets', async () => {
    const found = await sweep(
      ['servers'],
      cases([['7', { ...staffed(7), durationUs: 600 * SECOND_US }]]),
      1,
      inProcess,
    );
    expect(found.winner).toMatchObject({ point: null, candidates: 0 });
  });
});
