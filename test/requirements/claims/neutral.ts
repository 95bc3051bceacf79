import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { AttemptRecord } from '../../../src/sim/record.js';
import { BOX, ended, FULL_RATE, of, type Played, pico, play, quantile, type Simple, simple, sum } from '../play.js';

/** What the four neutral tiers promise, each for their profile with changes: `change` is further keys of the mapping. */

export const TIERS = ['priority', 'standard', 'flex', 'background'] as const;
export const MIX = '{priority: 15%, standard: 55%, flex: 20%, background: 10%}';
export const provider = (change: string): string => (change === '' ? 'neutral' : `{extends: neutral, ${change}}`);
const base = (change: string, options: Omit<Simple, 'provider'>): string =>
  simple({ ...options, provider: provider(change) });
export const overloaded = (change = ''): Played =>
  play(base(change, { tier: MIX, rate: FULL_RATE * 1.5, seconds: 300 }));

/** F5 and flat fees. */
export function pricesOfFourTiers(change = ''): void {
  const bill = (tier: string, keys = ''): number => {
    const text = base(change, { tier, rate: 1, seconds: 30, input: '1000', output: '500', keys });
    return ended(play(text).records, 'completed')[0]!.billedPico;
  };
  expect(TIERS.map((tier) => bill(tier))).toEqual(['0.003', '0.002', '0.001', '0.0005'].map(pico));
  const fee = pico('0.001');
  for (const tier of TIERS) expect(bill(tier, ', fees: {request: $0.001}') - bill(tier)).toBe(fee);
}

/** Nobody less urgent is started on a node while somebody more urgent that was sent there waits. */
export function urgentFirst(change = ''): void {
  const started = overloaded(change).records.filter(({ scheduledUs }) => scheduledUs >= 0);
  // Flex and background wait at the gateway, so only what was at the node can be passed over: priority and standard.
  for (const [urgent, later] of [
    ['priority', ['standard', 'flex', 'background']],
    ['standard', ['flex', 'background']],
  ] as const) {
    for (const one of started.filter(({ tierServed }) => (later as readonly string[]).includes(tierServed))) {
      const passedOver = of(started, urgent).filter(
        (other) => other.node === one.node && other.sentUs <= one.scheduledUs && other.scheduledUs > one.scheduledUs,
      );
      expect(passedOver).toEqual([]);
    }
  }
}

/** What is shed and what waited too long get 503, what an account's limit stops 429. */
export function codes(change = ''): void {
  const seen = ({ records }: Played): Set<string> =>
    new Set(
      records
        .filter(({ outcome }) => outcome !== 'completed' && outcome !== 'unfinished')
        .map(({ outcome, status, cause }) => `${outcome} ${status} ${cause}`),
    );
  expect(seen(overloaded(change))).toEqual(new Set(['shed 503 overloaded']));
  const flex = base(change, { tier: '{standard: 80%, flex: 20%}', rate: FULL_RATE * 1.6, seconds: 900 });
  expect(seen(play(flex))).toEqual(new Set(['shed 503 overloaded', 'expired 503 hold_expired']));
  const account = { more: 'accounts: [{name: a, limits: {rpm: 60}}]', keys: ', account: a' };
  const limited = base(change, { tier: 'standard', rate: 3, seconds: 60, ...account });
  expect(seen(play(limited))).toEqual(new Set(['rateLimited 429 rate_limited']));
}

/**
 * A backlog of two hours of jobs and a run of 25: the limits of calls do not count them, and whoever came in the first hour
 * has ended, completed or expired after exactly a day.
 */
export function backgroundEndsWithinADay(change = ''): void {
  const { records } = play(`
seed: 9
duration: 25h
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: llama-3.1-8b, hardware: box}]
accounts: [{name: a, background: true, limits: {rpm: 134}}]
traffic:
  - {name: calls, account: a, model: llama-3.1-8b, tier: standard, arrivals: 2.2/s, input: 400, output: {exponential: 150}}
  - {name: jobs, account: a, model: llama-3.1-8b, tier: background, arrivals: {bursts: {base: 0/s, peak: 6/s, every: 26h, for: 2h}}, input: 400, output: {exponential: 150}}
`);
  expect(ended(of(records, 'standard'), 'rateLimited').length).toBeGreaterThan(100);
  const jobs = of(records, 'background');
  expect(jobs.length).toBeGreaterThan(40_000);
  const outcomes = (some: readonly AttemptRecord[]) => new Set(some.map(({ outcome }) => outcome));
  expect(outcomes(jobs.filter(({ sentUs }) => sentUs < 3600e6))).toEqual(new Set(['completed', 'expired']));
  // Who is at a node at that instant is finished, or expires when it is thrown out.
  const over = ended(jobs, 'expired').map(({ sentUs, endUs }) => endUs - sentUs - 86_400e6);
  expect([Math.min(...over), quantile(over, 0.5)]).toEqual([0, 0]);
  const done = ended(jobs, 'completed');
  const late = done.map(({ sentUs, lastTokenUs }) => lastTokenUs - sentUs - 86_400e6);
  expect(Math.max(...over, ...late.filter((us) => us > 0))).toBeLessThan(60e6);
  expect(new Set(ended(jobs, 'expired').map(({ status }) => status))).toEqual(new Set([503]));
  expect(
    quantile(
      done.map(({ firstTokenUs, sentUs }) => firstTokenUs - sentUs),
      0.5,
    ),
  ).toBeGreaterThan(3600e6);
  expect(outcomes(jobs)).toEqual(new Set(['completed', 'expired', 'unfinished']));
}

/** When one is let go to a node, flex finds at most 80 % of the seats taken and background at most 60 %. */
export function dispatchedBelowTheirPressure(change = ''): void {
  for (const load of [0.7, 1, 1.4]) {
    const text = base(change, { tier: MIX, rate: 2 * FULL_RATE * load, nodes: 2, seconds: 240 });
    const atNode = play(text).records.filter(({ scheduledUs, evictions }) => scheduledUs >= 0 && evictions === 0);
    const startUs = ({ tierServed, scheduledUs, sentUs }: AttemptRecord) =>
      tierServed === 'flex' || tierServed === 'background' ? scheduledUs : sentUs;
    for (const [tier, pressure] of [
      ['flex', 0.8],
      ['background', 0.6],
    ] as const) {
      const held = of(atNode, tier).filter(({ scheduledUs }) => scheduledUs > 20e6);
      if (load < 1) expect(held.length).toBeGreaterThan(50);
      for (const one of held) {
        // It was let go at most a step, 40 ms, before it was scheduled; who was there all that time had a seat then.
        const there = atNode.filter(
          (other) =>
            other.node === one.node && startUs(other) < one.scheduledUs - 40_000 && other.endUs > one.scheduledUs,
        );
        expect(there.length / 8).toBeLessThanOrEqual(pressure);
      }
    }
  }
}

/** Drawn load, long flex and background work that is thrown out: every request ends once and pays for its tokens once. */
export function evictionLosesNothing(change = ''): void {
  const drawn = fc.record({
    seed: fc.nat(1e6),
    load: fc.double({ min: 0.5, max: 1.2, noNaN: true }),
    flex: fc.integer({ min: 1, max: 4 }),
    prompt: fc.constantFrom(1000, 4000),
    nodes: fc.constantFrom(1, 2),
  });
  let evictions = 0;
  let remade = 0;
  fc.assert(
    fc.property(drawn, ({ seed, load, flex, prompt, nodes }) => {
      const { records, summary } = play(`
seed: ${seed}
duration: 60s
drain: true
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: llama-3.1-8b, hardware: box, nodes: ${nodes}}]
traffic:
  - {name: calls, model: llama-3.1-8b, tier: {priority: 20%, standard: 80%}, arrivals: ${nodes * FULL_RATE * load}/s, input: {uniform: [20, 180]}, output: {exponential: 50}}
  - {name: reports, model: llama-3.1-8b, tier: {flex: ${20 * flex}%, background: ${100 - 20 * flex}%}, arrivals: ${nodes / 2}/s, input: ${prompt}, output: {exponential: 60}}
`);
      expect(new Set(records.map(({ request }) => request)).size).toBe(records.length);
      expect(summary.total.requests).toBe(records.length);
      for (const one of records) {
        const { tierServed, outcome, promptTokens, cachedTokens, outputTokens, wastedTokens, billedPico } = one;
        // What was made and thrown away was made in vain, and is made again.
        const output = outputTokens - wastedTokens;
        const full = (promptTokens - cachedTokens) * 1e6 + cachedTokens * 1e5 + output * 2e6;
        expect([outcome, billedPico]).toEqual(
          outcome === 'shed' ? ['shed', 0] : ['completed', full * FACTORS[tierServed as (typeof TIERS)[number]]],
        );
        if (one.evictions > 0) expect(['flex', 'background']).toContain(tierServed);
        evictions += one.evictions;
        remade += wastedTokens;
      }
      expect(pico(summary.total.billed)).toBe(sum(records.map(({ billedPico }) => billedPico)));
      expect(pico(summary.total.billed)).toBe(sum(summary.invoice.map(({ amount }) => pico(amount))));
      expect(sum(records.map((one) => one.outputTokens - one.wastedTokens))).toBe(summary.total.outputTokens);
    }),
    { numRuns: 25, seed: 4, endOnFailure: true },
  );
  expect(evictions).toBeGreaterThan(50);
  expect(remade).toBeGreaterThan(50);
}

const FACTORS = { priority: 1.5, standard: 1, flex: 0.5, background: 0.25 } as const;

const FOUR_TIERS = readFileSync(resolve(import.meta.dirname, '../../../scenarios/four-tiers.yaml'), 'utf8');

/** The scenario of the four tiers from nearly idle to 130 % load, and to 220 %, where standard alone is too much. */
export function orderFromIdleToOverload(change = ''): void {
  for (const load of [20, 60, 90, 110, 130, 220]) {
    const set = [`traffic.all.arrivals={load: ${load}%}`, 'duration=5m', `provider=${provider(change)}`];
    const { records, summary } = play(FOUR_TIERS, 'warmup=0s', ...set);
    // At 90 % background is as good as flex for minutes, and a run has 700 of it: in 16 runs its p95 was 0.77 to 11 times that of
    // flex, in six groups of four runs 1.1 to 10 times. From 110 % on no tier came within 30 % of the next in any of them.
    const more =
      load === 90
        ? ['2', '3', '4'].flatMap((seed) => play(FOUR_TIERS, 'warmup=0s', `seed=${seed}`, ...set).records)
        : [];
    const { priority, standard } = summary.tiers;
    expect(standard!.shedRate!).toBeGreaterThanOrEqual(priority!.shedRate!);
    if (load === 220) expect(standard!.shedRate!).toBeGreaterThan(priority!.shedRate! + 0.05);
    if (load < 90) continue;
    // Of all that were offered: who got no first token waits for ever. Neighbours may be 5 % apart by chance.
    const settled = [...records, ...more].filter(({ sentUs }) => sentUs > 60e6 && sentUs < 270e6);
    const p95 = TIERS.map((tier) =>
      quantile(
        of(settled, tier).map(({ firstTokenUs, sentUs }) => (firstTokenUs < 0 ? Infinity : firstTokenUs - sentUs)),
        0.95,
      ),
    );
    for (const [index, us] of p95.entries()) {
      if (index > 0) expect([load, index, us]).toEqual([load, index, Math.max(us, p95[index - 1]! * 0.95)]);
    }
    expect(p95[3]! / p95[0]!).toBeGreaterThan(1.2);
  }
}
