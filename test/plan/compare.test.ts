import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { compare, type Variant } from '../../src/plan/compare.js';
import { inProcess } from '../../src/plan/executor.js';
import { renderComparison, runsSentence } from '../../src/report/comparison.js';
import { simulate } from '../../src/sim/simulate.js';
import { exponential, fixed, pool, SECOND_US, scenario, slots, traffic } from '../helpers/scenario.js';
import { subjectOf } from './subject.js';

const spec = (seats: number, change: Partial<Scenario> = {}): Scenario =>
  scenario({
    durationUs: 300 * SECOND_US,
    pools: [pool({ engine: slots(seats), costPicoPerHour: seats * 1e12 })],
    traffic: [traffic({ arrivals: { kind: 'poisson', perSecond: 6 }, input: fixed(1), output: exponential(1000) })],
    ...change,
  });
const variants = (...specs: Scenario[]) =>
  specs.map((one, i) => ({ label: `v${i}`, subject: subjectOf(one) })) as unknown as readonly [Variant, ...Variant[]];
const plain = (runs: number) => ({ runs, precision: null, runsMax: runs });

describe('a comparison', () => {
  it('is of pairs of runs with the same random numbers', async () => {
    const found = await compare(variants(spec(7), spec(8, { seed: 'other' })), plain(4), inProcess);
    const p95 = (seats: number) =>
      [1, 2, 3, 4].map((run) => simulate(spec(seats), { version: '', hash: '', run }).tiers['standard']!.ttftMs.p95!);
    const [a, b] = [p95(7), p95(8)];
    const figure = found.variants[0]!.figures.find((one) => one.scope === 'standard' && one.figure === 'ttft.p95')!;
    expect(figure.difference!.mean).toBeCloseTo(a.reduce((sum, value, i) => sum + b[i]! - value, 0) / 4, 6);
    const logs = a.map((value, i) => Math.log(b[i]! / value));
    expect(Math.log(figure.ratio!.ratio)).toBeCloseTo(logs.reduce((x, y) => x + y) / 4, 9);
    expect(figure.isSignificant).toBe(true);
  });

  it('has narrower intervals than runs that are not paired', async () => {
    const found = await compare(variants(spec(9), spec(10)), plain(6), inProcess);
    const figure = found.variants[0]!.figures.find(
      (one) => one.scope === 'standard' && one.figure === 'outputTokPerSec',
    )!;
    const apart = Math.sqrt(figure.base!.halfWidth! ** 2 + figure.changed!.halfWidth! ** 2);
    expect(figure.difference!.halfWidth!).toBeLessThan(apart / 4);
  });

  it('says what changed, in the words of the file', async () => {
    const other = spec(8, { targets: [], warmupUs: 5 * SECOND_US });
    const found = await compare(variants(spec(7), other), plain(1), inProcess);
    expect(found.variants[0]!.changes).toEqual([
      { path: 'warmupUs', from: 0, to: 5e6 },
      { path: 'fleet.main.engine.maxNumSeqs', from: 7, to: 8 },
      { path: 'fleet.main.costPicoPerHour', from: 7e12, to: 8e12 },
    ]);
  });

  it('finds no difference where there is none, and knows nothing of chance from one run', async () => {
    const same = await compare(variants(spec(8), spec(8)), plain(3), inProcess);
    expect(same.variants[0]!.changes).toEqual([]);
    for (const figure of same.variants[0]!.figures) {
      expect(figure.difference).toMatchObject({ mean: 0, halfWidth: 0 });
      expect(figure.isSignificant).toBe(false);
    }
    const once = await compare(variants(spec(7), spec(8)), plain(1), inProcess);
    expect(once.variants[0]!.figures.every(({ isSignificant }) => isSignificant === null)).toBe(true);
  });

  it('stops when the ratio of p95 is known well enough, or says that it is not', async () => {
    const long = (seats: number) => spec(seats, { durationUs: 2000 * SECOND_US });
    const enough = await compare(variants(long(12), long(13)), { runs: 3, precision: 0.05, runsMax: 40 }, inProcess);
    expect(enough.precision!.goals).toMatchObject([{ scope: 'standard', figure: 'offeredTtft.p95' }]);
    for (const { halfWidth } of enough.precision!.goals) expect(halfWidth).toBeLessThanOrEqual(0.05);
    expect(enough.runs).toBeLessThan(40);
    // What would take a million runs is not waited for.
    const never = await compare(variants(spec(7), spec(8)), { runs: 3, precision: 1e-6, runsMax: 40 }, inProcess);
    expect(never.runs).toBe(5);
    for (const { runsNeeded } of never.precision!.goals) expect(runsNeeded).toBeGreaterThan(40);
  });

  it('judges a tier of which many never got a first token by their share, not by the lucky ones', async () => {
    const impatient = (seats: number) =>
      spec(seats, {
        traffic: [{ ...spec(seats).traffic[0]!, client: { ...traffic().client, patienceUs: SECOND_US } }],
      });
    // 6 requests a second of a second each: four seats serve two thirds, twelve serve all.
    const found = await compare(
      variants(impatient(4), impatient(12)),
      { runs: 4, precision: 0.05, runsMax: 40 },
      inProcess,
    );
    const of = (name: string) =>
      found.variants[0]!.figures.find((one) => one.scope === 'standard' && one.figure === name)!;
    expect(of('ttft.p95').base).not.toBeNull();
    expect(of('offeredTtft.p95')).toMatchObject({ base: null, difference: null, ratio: null });
    expect(of('offeredTtft.p95').changed!.mean).toBeGreaterThan(0);
    const [before, after] = [of('firstTokenShare').base!.mean, of('firstTokenShare').changed!.mean];
    expect(before).toBeGreaterThan(0.5);
    expect(before).toBeLessThan(0.8);
    expect(after).toBeGreaterThan(0.95);
    expect(found.precision!.goals).toMatchObject([{ scope: 'standard', figure: 'firstTokenShare', isAwaited: true }]);
    expect(found.precision!.goals[0]!.halfWidth).toBe(of('firstTokenShare').difference!.halfWidth!);
    expect(runsSentence(found)).toMatch(
      /known: the share of requests .* within ±5\.0 points \(no tier has a p95 TTFT on/,
    );
    expect(renderComparison(found, { color: false, width: 200 })).toMatch(
      /standard had no p95 TTFT and has one of .* ±.* now: \d\d\.\d % of its requests got a first token before, /,
    );
  });

  it('leaves out a pair whose run fails, and says so', async () => {
    const failing = {
      width: 1,
      runAll: async (jobs: Parameters<typeof inProcess.runAll>[0]) => {
        const results = await inProcess.runAll(jobs);
        return results.map((result, place) => (place === 1 ? { ok: false as const, message: 'broken' } : result));
      },
    };
    const found = await compare(variants(spec(7), spec(8)), plain(3), failing);
    expect(found.failures).toEqual([{ scenario: 'v1', run: 1, message: 'broken' }]);
    const figure = found.variants[0]!.figures.find(({ figure }) => figure === 'ttft.p95')!;
    expect([figure.base!.n, figure.changed!.n, figure.difference!.n]).toEqual([3, 2, 2]);
  });

  // False alarms: of many figures that cannot differ in truth, about one in twenty is marked.
  it('cries wolf about as often as it says', async () => {
    let marked = 0;
    let all = 0;
    for (let seed = 0; seed < 40; seed++) {
      // Another name of the class, so other random numbers: the same in distribution, and not paired.
      const rename = (name: string) =>
        spec(9, { seed: String(seed), durationUs: 100 * SECOND_US, traffic: [{ ...spec(9).traffic[0]!, name }] });
      const found = await compare(variants(rename('a'), rename('b')), plain(5), inProcess);
      const figure = found.variants[0]!.figures.find(
        (one) => one.scope === 'standard' && one.figure === 'outputTokPerSec',
      )!;
      all++;
      if (figure.isSignificant) marked++;
    }
    // Binomial(40, 0.05): more than 8 has a chance of 0.1 %.
    expect(marked / all).toBeLessThanOrEqual(8 / 40);
  });
});
