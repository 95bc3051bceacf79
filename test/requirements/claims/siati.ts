import { expect } from 'vitest';
import { type ENGINES, sentPriority } from '../../../src/models/engine.js';
import { PROVIDERS } from '../../../src/models/providers.js';
import { writePriority } from '../../../src/sim/gateway/wire-selection.js';
import type { AttemptRecord } from '../../../src/sim/record.js';
import { BOX, ended, FULL_RATE, of, pico, play, quantile, type Simple, simple, sum, times } from '../play.js';

/**
 * What siati promises, each for its profile and fleet with changes: `change` is further keys of the provider's mapping, `set`
 * overrides by path.
 */

export const TIERS = ['slow', 'medium', 'fast', 'ludicrous'] as const;
export const MODEL = 'apertus-70b';
export const provider = (change: string): string => (change === '' ? 'siati' : `{extends: siati, ${change}}`);
const base = (change: string, options: Omit<Simple, 'provider' | 'model'>): string =>
  simple({ ...options, provider: provider(change), model: MODEL });
export const MIX = '{slow: 25%, medium: 25%, fast: 25%, ludicrous: 25%}';
const atNode = (records: readonly AttemptRecord[]) => records.filter(({ scheduledUs }) => scheduledUs >= 0);

/** What differs is the price: nothing happens at another instant, and the bills do differ. */
export function priceChangesNoEvent(change = ''): void {
  const text = base(change, { tier: MIX, rate: FULL_RATE, seconds: 60 });
  const plain = play(text);
  const dear = play(
    text,
    'provider={extends: siati, prices: {"*": {input: CHF 1, output: CHF 1, tiers: {slow: {input: CHF 9, output: CHF 9}}}}}',
  );
  expect(dear.summary.run.fingerprint).toBe(plain.summary.run.fingerprint);
  const sum = (records: readonly AttemptRecord[]) =>
    of(records, 'slow').reduce((pico, one) => pico + one.billedPico, 0);
  expect(sum(dear.records)).toBeGreaterThan(10 * sum(plain.records));
  // The tier also sets place and hardware: another rank or other weights are another run.
  for (const other of ['provider={extends: siati, tiers: {slow: {rank: 5000}}}', 'fleet.main.tierWeights={slow: 1}']) {
    expect(play(text, other).summary.run.fingerprint).not.toBe(plain.summary.run.fingerprint);
  }
}

/** 1, 10, 100, 1000, bigger first: nobody starts on a node while somebody more urgent waits there. */
export function urgentFirst(change = ''): void {
  const { records, summary } = play(base(change, { tier: MIX, rate: FULL_RATE * 1.1, seconds: 240 }));
  const started = atNode(records);
  for (const one of started) {
    const passedOver = started.filter(
      (other) =>
        TIERS.indexOf(other.tierServed as 'slow') > TIERS.indexOf(one.tierServed as 'slow') &&
        other.sentUs <= one.scheduledUs &&
        other.scheduledUs > one.scheduledUs,
    );
    expect(passedOver).toEqual([]);
  }
  expect(summary.tiers['slow']!.queueMs.p95!).toBeGreaterThan(2 * summary.tiers['ludicrous']!.queueMs.p95!);
}

/** The number on its way to the engine: vLLM serves smaller ones first, so it gets them negated. */
export function prioritySent(change = ''): void {
  urgentFirst(change);
  const profile = PROVIDERS.find(({ id }) => id === 'siati')!;
  const ranks = TIERS.map((name) => profile.tiers.find((tier) => tier.name === name)!.rank);
  expect(ranks).toEqual([1, 10, 100, 1000]);
  const body = (engine: keyof typeof ENGINES) => ranks.map((rank) => writePriority(engine, { model: 'm' }, rank));
  expect(body('vllm')).toEqual([-1, -10, -100, -1000].map((priority) => ({ model: 'm', priority })));
  expect(body('sglang')).toEqual([1, 10, 100, 1000].map((priority) => ({ model: 'm', priority })));
  expect(body('slots')).toEqual(ranks.map(() => ({ model: 'm' })));
  expect(ranks.map((rank) => sentPriority('vllm', rank))).toEqual([-1, -10, -100, -1000]);
}

/** The key's default where nothing is named, the profile's without a key, and what is named before both. */
export function tierOfTheKey(change = ''): void {
  const { records } = play(`
seed: 1
duration: 30s
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: ${MODEL}, hardware: box}]
accounts: [{name: key, defaultTier: fast}]
traffic:
  - {name: bare, account: key, model: ${MODEL}, arrivals: 1/s, input: 100, output: 10}
  - {name: named, account: key, model: ${MODEL}, tier: slow, arrivals: 1/s, input: 100, output: 10}
  - {name: keyless, model: ${MODEL}, arrivals: 1/s, input: 100, output: 10}
`);
  const tiers = (name: string) =>
    new Set(records.filter((one) => one.class === name).map(({ tierAsked }) => tierAsked));
  expect([tiers('bare'), tiers('named'), tiers('keyless')]).toEqual(
    ['fast', 'slow', 'medium'].map((tier) => new Set([tier])),
  );
}

/** On one shared backend: the same when it is idle, and a lower tier slower in every way when it is not. */
export function slowerOnlyUnderContention(change = ''): void {
  const idle = (tier: string) =>
    times(play(base(change, { tier, rate: FULL_RATE * 0.05, nodes: 4, seconds: 200 })).records);
  const first = idle('slow');
  expect(first.length).toBeGreaterThan(50);
  for (const tier of TIERS) expect(idle(tier)).toEqual(first);
  const { records } = play(base(change, { tier: MIX, rate: FULL_RATE * 0.98, seconds: 600 }));
  const done = ended(records, 'completed');
  const ttft = TIERS.map((tier) => {
    const own = of(done, tier);
    return sum(own.map(({ firstTokenUs, sentUs }) => firstTokenUs - sentUs)) / own.length;
  });
  const pace = TIERS.map((tier) =>
    quantile(
      of(done, tier).map(({ outputTokens, lastTokenUs, sentUs }) => outputTokens / (lastTokenUs - sentUs)),
      0.25,
    ),
  );
  expect(ttft).toEqual([...ttft].sort((a, b) => b - a));
  expect(pace).toEqual([...pace].sort((a, b) => a - b));
  expect(ttft[0]! / ttft[3]!).toBeGreaterThan(2);
}

/** Lower tiers never fill the last two of eight slots; ludicrous with less than two in flight starts in the next step. */
export function reservedSlots(change = '', ...set: readonly string[]): void {
  const text = `${base(change, { tier: '{slow: 30%, medium: 30%, fast: 25%, ludicrous: 15%}', rate: FULL_RATE * 1.2, seconds: 300 })}`;
  const pool = text.replace('nodes: 1,', 'nodes: 1, reservedSlots: {ludicrous: 2},');
  const started = atNode(play(pool, ...set).records);
  const isLudicrous = ({ tierServed }: AttemptRecord) => tierServed === 'ludicrous';
  const under = (t: number, from: readonly AttemptRecord[]) =>
    from.filter(({ scheduledUs, endUs }) => scheduledUs <= t && endUs > t).length;
  const lower = started.filter((one) => !isLudicrous(one));
  expect(Math.max(...lower.map(({ scheduledUs }) => under(scheduledUs, lower)))).toBe(6);
  const ludicrous = started.filter(isLudicrous);
  let guaranteed = 0;
  for (const { sentUs, scheduledUs } of ludicrous) {
    const inFlight = ludicrous.filter((other) => other.sentUs < sentUs && other.endUs > sentUs).length;
    if (inFlight >= 2) continue;
    guaranteed++;
    // The step under way, with 20 ms of decoding for eight and a prompt or two.
    expect(scheduledUs - sentUs).toBeLessThan(40_000);
  }
  expect(guaranteed).toBeGreaterThan(100);
}

/** The request after the last that a minute allows gets 429, in each tier by itself. */
export function limitsByTier(change = ''): void {
  const rpm = { slow: 60, medium: 120, fast: 240, ludicrous: 1000 };
  const classes = Object.entries(rpm).map(
    ([tier, limit]) =>
      `  - {name: ${tier}, account: key, model: ${MODEL}, tier: ${tier}, arrivals: ${(limit / 60) * 1.2}/s, input: 1, output: 1}`,
  );
  const { records } = play(`
seed: 4
duration: 150s
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: ${MODEL}, hardware: box, nodes: 4}]
accounts: [{name: key}]
traffic:
${classes.join('\n')}
`);
  for (const [tier, limit] of Object.entries(rpm)) {
    const admitted: number[] = [];
    const own = of(records, tier).sort((a, b) => a.sentUs - b.sentUs);
    for (const { sentUs, status, outcome, cause } of own) {
      const lastMinute = admitted.filter((at) => at > sentUs - 60e6).length;
      const isRefused = outcome === 'rateLimited';
      expect([tier, sentUs, isRefused]).toEqual([tier, sentUs, lastMinute >= limit]);
      if (isRefused) expect([status, cause]).toEqual([429, 'rate_limited']);
      else admitted.push(sentUs);
    }
    expect(own.length - admitted.length).toBeGreaterThan(limit / 10);
  }
}

/** F4 and the other tiers' prices. */
export function priceByTier(change = ''): void {
  const bill = (tier: string): number => {
    const text = base(change, { tier, rate: 1, seconds: 20, input: '1000', output: '200' });
    return ended(play(text).records, 'completed')[0]!.billedPico;
  };
  expect(TIERS.map(bill)).toEqual(['0.00028', '0.00105', '0.0028', '0.007'].map(pico));
}

/** The same work for the same time takes forty times the energy; what counts is joules a token, and so it is reported. */
export function wattsAndJoules(change = ''): void {
  const { summary } = play(`
seed: 6
duration: 10m
provider: ${provider(change)}
hardware:
  mini: {tdpWatts: 30, idleWatts: 5, slots: 8, prefillTokPerSec: 20000, decodeTokPerSec: {single: 100, full: 400}, usdPerHour: $1}
  node: {tdpWatts: 1200, idleWatts: 200, slots: 8, prefillTokPerSec: 20000, decodeTokPerSec: {single: 100, full: 400}, usdPerHour: $1}
  quick: {tdpWatts: 1200, idleWatts: 200, slots: 8, prefillTokPerSec: 2000000, decodeTokPerSec: {single: 10000, full: 40000}, usdPerHour: $1}
fleet:
  - {name: mini, model: ${MODEL}, hardware: mini, tierWeights: {slow: 1}}
  - {name: node, model: ${MODEL}, hardware: node, tierWeights: {medium: 1}}
  - {name: quick, model: ${MODEL}, hardware: quick, tierWeights: {fast: 1}}
traffic:
  - {name: slow, model: ${MODEL}, tier: slow, arrivals: {constant: 4/s}, input: 100, output: 50}
  - {name: medium, model: ${MODEL}, tier: medium, arrivals: {constant: 4/s}, input: 100, output: 50}
  - {name: fast, model: ${MODEL}, tier: fast, arrivals: {constant: 4/s}, input: 100, output: 50}
`);
  const { pools, energy } = summary;
  expect(pools['mini']!.busyNodeHours).toBe(pools['node']!.busyNodeHours);
  const busyJoules = (name: string) => Number(energy.pools[name]!.joules) - Number(energy.pools[name]!.idleJoules);
  const busySeconds = pools['mini']!.busyShare * 600;
  expect(busySeconds).toBeGreaterThan(300);
  expect(busyJoules('node') / busyJoules('mini')).toBeCloseTo(40, 9);
  expect(busyJoules('mini') / busySeconds).toBeCloseTo(30, 6);
  expect(busyJoules('node') / busySeconds).toBeCloseTo(1200, 4);
  // Watts alone mislead: a node that draws as much and is a hundred times as fast takes less for a token than the mini.
  const perToken = (name: string) => energy.hardware[name]!.joulesPerOutputToken!;
  expect(busyJoules('quick')).toBeLessThan(busyJoules('mini'));
  for (const name of ['mini', 'node', 'quick']) {
    const { joules } = energy.pools[name]!;
    expect(perToken(name)).toBeCloseTo(Number(joules) / pools[name]!.outputTokens, 9);
    expect(pools[name]!.joulesPerOutputToken).toBe(perToken(name));
  }
}
