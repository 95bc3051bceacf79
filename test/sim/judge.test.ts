import { describe, expect, it } from 'vitest';
import { support } from '../../src/models/providers/build.js';
import type { Bound, Target } from '../../src/models/scenario.js';
import { ttftThresholdsUs } from '../../src/sim/judge.js';
import { FLAT_STEP, pool, provider, runOf, slots, tier, traced } from '../helpers/scenario.js';

const MS = 1000;

function target(metric: string, bounds: { above?: Bound; below?: Bound }, options: Partial<Target> = {}): Target {
  return {
    text: metric,
    scope: 'standard',
    served: false,
    metric,
    above: bounds.above ?? null,
    below: bounds.below ?? null,
    ...options,
  };
}
const under = (value: number, inclusive = false): { below: Bound } => ({ below: { value, inclusive } });
const over = (value: number, inclusive = false): { above: Bound } => ({ above: { value, inclusive } });

/** Ten requests a second apart, of ten tokens each: ttft 1 ms, e2e 10 ms. */
function judged(...targets: Target[]) {
  const rows = Array.from({ length: 10 }, (_, i) => [i, 1, 10] as const);
  const slo = { ttftUs: MS, tpotUs: null, e2eUs: null };
  return runOf({ durationUs: 20_000 * MS, targets }, [traced(rows, { slo })]).summary.targets;
}

describe('judging targets', () => {
  it('reads a statistic of a distribution with its n', () => {
    expect(judged(target('ttft.p95', under(2)))).toEqual([
      { target: 'ttft.p95', actual: 1, n: 10, passed: true, error: null },
    ]);
    expect(judged(target('e2e.max', under(2)))).toMatchObject([{ actual: 10, passed: false, error: null }]);
  });

  it('takes a bound strictly unless it is inclusive', () => {
    const results = judged(
      target('ttft.max', under(1)),
      target('ttft.max', under(1, true)),
      target('ttft.max', over(1)),
      target('ttft.max', over(1, true)),
    );
    expect(results.map(({ passed }) => passed)).toEqual([false, true, false, true]);
  });

  it('takes two bounds at once', () => {
    const results = judged(
      target('e2e.mean', { ...over(9), ...under(11) }),
      target('e2e.mean', { ...over(10.5), ...under(11) }),
    );
    expect(results.map(({ passed }) => passed)).toEqual([true, false]);
  });

  it('counts withinTtft over requests, each threshold for itself', () => {
    const results = judged(target('withinTtft(1ms)', over(0.9)), target('withinTtft(999us)', over(0.9)));
    expect(results.map(({ actual, n }) => [actual, n])).toEqual([
      [1, 10],
      [0, 10],
    ]);
  });

  it('reads goodput as requests a second that met their slo', () => {
    expect(judged(target('goodput', over(0.4)))).toMatchObject([{ actual: 0.5, passed: true }]);
  });

  it('reads money and the total', () => {
    const total = { scope: 'total' };
    const results = judged(target('billed', over(0.0002), total), target('usdPerMTok', under(1e9), total));
    expect(results[0]).toMatchObject({ actual: 10 * (1e6 + 10 * 2e6) * 1e-12, passed: true });
    // Twenty seconds at $2 an hour for 110 tokens.
    expect(results[1]!.actual).toBeCloseTo(((2 / 180) * 1e6) / 110, 6);
  });

  it('cannot judge an empty sample, and says so', () => {
    const profile = provider({ tiers: [tier('standard'), tier('unused')] });
    const targets = [
      target('ttft.p95', under(1), { scope: 'unused' }),
      target('shedRate', under(1), { scope: 'unused' }),
    ];
    const { summary } = runOf({ provider: profile, targets }, [traced([[0, 1, 1]])]);
    expect(summary.targets).toMatchObject([
      { actual: null, n: 0, passed: false, error: 'no attempt to judge it by' },
      { actual: null, n: 0, passed: false, error: 'no attempt to judge it by' },
    ]);
  });

  it('cannot judge money that is not known, and says that instead', () => {
    const targets = [target('cost', under(1))];
    const { summary } = runOf({ targets, pools: [pool({ costPicoPerHour: null })] }, [traced([[0, 1, 1]])]);
    expect(summary.targets).toMatchObject([
      { actual: null, n: 1, passed: false, error: expect.stringContaining('not known') },
    ]);
  });

  it('groups by the tier served where the target asks for that', () => {
    const profile = provider({
      tiers: [tier('priority'), tier('standard')],
      support: [support('priority', 'downgrade', { model: 'm' })],
    });
    const targets = [target('attempts', over(0), { served: true }), target('attempts', over(0))];
    const { summary } = runOf({ provider: profile, targets }, [
      traced([[0, 1, 1]], { tiers: [{ tier: 'priority', value: 1 }] }),
    ]);
    expect(summary.targets.map(({ actual }) => actual)).toEqual([1, 0]);
  });

  it('counts each threshold once', () => {
    const same = target('withinTtft(5ms)', over(0));
    expect(ttftThresholdsUs([same, same, target('withinTtft(1s)', over(0)), target('shedRate', over(0))])).toEqual([
      5000, 1e6,
    ]);
  });

  it('does not count a first token that came after the client had left', () => {
    const targets = [target('withinTtft(1s)', over(0))];
    const leaves = { ...traced([]).spec.client, patienceUs: 5 * MS, abortLagUs: 100 * MS };
    const pools = [pool({ engine: slots(1), stepTime: { ...FLAT_STEP, basePs: 9e9 } })];
    const { summary, records } = runOf({ targets, pools }, [traced([[0, 1, 5]], { client: leaves })]);
    expect(records[0]!.firstTokenUs).toBe(9 * MS);
    expect(summary.targets[0]!.actual).toBe(0);
  });
});
