import { expect } from 'vitest';
import type { TierSummary } from '../../../src/sim/summary.js';
import {
  BOX,
  byRequest,
  ended,
  FULL_RATE,
  of,
  type Played,
  pico,
  play,
  quantile,
  type Simple,
  simple,
  sum,
} from '../play.js';

/** What Fireworks promises, each for its profile with changes: `change` is further keys of the provider's mapping. */

export const MODEL = 'kimi-k2.6';
export const MIX = '{standard: 80%, priority: 20%}';
export const provider = (change: string, id = 'fireworks'): string =>
  change === '' ? id : `{extends: ${id}, ${change}}`;
const base = (change: string, options: Omit<Simple, 'provider' | 'model'>): string =>
  simple({ ...options, provider: provider(change), model: MODEL });
export const overloaded = (change = ''): Played =>
  play(base(change, { tier: MIX, rate: FULL_RATE * 1.4, seconds: 240 }));

/** F2: 10k tokens in, 1k out, nothing cached. */
export function pricesOfFivePaths(change = ''): void {
  const bill = (tier: string, id?: string): number => {
    const options = { model: MODEL, tier, rate: 1, seconds: 40, input: '10000', output: '1000' };
    const text = simple({ ...options, provider: provider(change, id) });
    const path = tier === 'fast' ? 'fast' : 'standard';
    return ended(play(text.replace('hardware: box,', `hardware: box, path: ${path},`)).records, 'completed')[0]!
      .billedPico;
  };
  expect(bill('standard')).toBe(pico('0.0135'));
  expect(bill('priority')).toBe(pico('0.02025'));
  expect(bill('priority', 'fireworks@2026-09')).toBe(pico('0.016875'));
  expect(bill('fast')).toBe(pico('0.0280'));
  expect(bill('background')).toBe(pico('0.003375'));
}

/** Three paths at once on one fleet: priority and standard share nodes, fast has its own; nobody but who asks notices. */
export function threePathsOneFleet(change = ''): void {
  const fleet = (traffic: string): Played =>
    play(`
seed: 1
duration: 60s
provider: ${provider(change)}
${BOX}
fleet:
  - {name: shared, model: ${MODEL}, hardware: box, nodes: 2}
  - {name: turbo, model: ${MODEL}, hardware: box, path: fast}
traffic:
  - {name: calls, model: ${MODEL}, arrivals: ${FULL_RATE}/s, input: 100, output: 50}
${traffic}`);
  const tiers = (pool: string, { records }: Played) =>
    [...new Set(records.filter((one) => one.pool === pool).map(({ tierServed }) => tierServed))].sort();
  const nodes = (tier: string, { records }: Played) => [...new Set(of(records, tier).map(({ node }) => node))].sort();
  const more = (tier: string, rate: number) =>
    `  - {name: ${tier}, model: ${MODEL}, tier: ${tier}, arrivals: ${rate}/s, input: 100, output: 50}\n`;
  const all = fleet(more('priority', 3) + more('fast', 3));
  expect([tiers('shared', all), tiers('turbo', all)]).toEqual([['priority', 'standard'], ['fast']]);
  expect(nodes('priority', all)).toEqual(nodes('standard', all));
  // Calls that name no tier are as they were, whether others use fast or the tiers do not exist at all.
  const calls = ({ records }: Played) => byRequest(records.filter((one) => one.class === 'calls')).map(withoutNumber);
  const alone = fleet('');
  expect(new Set(alone.records.map(({ tierAsked }) => tierAsked))).toEqual(new Set(['standard']));
  expect(calls(fleet(more('fast', 3)))).toEqual(calls(alone));
  const plain = `{extends: fireworks, models: {${MODEL}: {priority: false, fast: refuse, background: refuse}}}`;
  const text = base(change, { tier: 'standard', rate: FULL_RATE, seconds: 60 });
  expect(play(text, `provider=${plain}`).summary.run.fingerprint).toBe(play(text).summary.run.fingerprint);
}

/** Requests are numbered across classes. */
const withoutNumber = ({ request, ...rest }: Played['records'][number]) => rest;

/** Those let in as either wait and run alike. */
export function admissionNotSpeed(change = ''): void {
  const { records } = play(base(change, { tier: MIX, rate: FULL_RATE * 0.96, seconds: 900 }));
  const done = ended(records, 'completed');
  const mean = (tier: string, of1: (one: (typeof done)[number]) => number) => {
    const values = of(done, tier).map(of1);
    return sum(values) / values.length;
  };
  const ratio = (of1: (one: (typeof done)[number]) => number) => mean('priority', of1) / mean('standard', of1);
  expect(mean('standard', ({ scheduledUs, sentUs }) => scheduledUs - sentUs)).toBeGreaterThan(100_000);
  expect(ratio(({ firstTokenUs, sentUs }) => firstTokenUs - sentUs)).toBeGreaterThan(0.85);
  expect(ratio(({ firstTokenUs, sentUs }) => firstTokenUs - sentUs)).toBeLessThan(1.15);
  const pace = ratio((one) => (one.lastTokenUs - one.firstTokenUs) / (one.outputTokens - 1));
  expect(pace).toBeGreaterThan(0.98);
  expect(pace).toBeLessThan(1.02);
}

/** What is shed made no token, gets 503 with a reason of its own, and is no failure under the promise. */
export function shedIsOutsideTheSla(change = ''): void {
  const { records, summary } = overloaded(change);
  const shed = ended(records, 'shed');
  expect(shed.length).toBeGreaterThan(50);
  for (const { status, cause, outputTokens, node } of shed) {
    expect([status, cause, outputTokens, node]).toEqual([503, 'overloaded', 0, -1]);
  }
  expect(summary.total).toMatchObject({ availability: 1, availabilityAdmitted: 1 });
  expect(summary.sla).toEqual({
    target: 0.999,
    denominator: 'admitted',
    countedCauses: ['unavailable', 'node_down'],
  });
}

/** Nodes that break are the platform's fault, whichever way attempts are counted. */
export function unavailableIsInsideTheSla(change = ''): void {
  const text = base(change, {
    tier: MIX,
    rate: FULL_RATE * 2.8,
    nodes: 2,
    seconds: 240,
    more: 'accounts: [{name: a, limits: {rpm: 1000, outputTpm: none}}]',
    keys: ', account: a',
  });
  const broken = text.replace('nodes: 2,', 'nodes: 2, healthCheck: 0s, outages: {at: 100s, for: 4s, domain: pool},');
  const { records, summary } = play(broken);
  const failed = ended(records, 'failed');
  const seen = new Set(failed.map(({ status, cause }) => `${status} ${cause}`));
  expect(seen).toEqual(new Set(['503 node_down', '503 unavailable']));
  const unavailable = failed.filter(({ cause }) => cause === 'unavailable');
  expect(unavailable.every(({ sentUs, outputTokens }) => sentUs >= 100e6 && sentUs < 104e6 && outputTokens === 0)).toBe(
    true,
  );
  const limited = ended(records, 'rateLimited').length;
  const shed = ended(records, 'shed').length;
  expect(Math.min(limited, shed)).toBeGreaterThan(20);
  const { availability, availabilityAdmitted } = summary.total;
  expect(availability).toBe(1 - failed.length / records.length);
  expect(availabilityAdmitted).toBe(1 - failed.length / (records.length - limited - shed));
  expect(availabilityAdmitted!).toBeLessThan(summary.sla.target!);
}

/** For each cause the advised client and the one that does the wrong thing. */
export function adviceToClients(change = ''): void {
  const text = (arrivals: string, client: string, more = '', keys = ''): string =>
    base(change, { tier: 'standard', rate: 1, seconds: 360, more, keys: `${keys}, client: ${client}` }).replace(
      'arrivals: 1/s',
      `arrivals: ${arrivals}`,
    );
  const total = (scenario: string): TierSummary => play(scenario).summary.total;
  const NEVER = '{retries: 0}';
  const BACKOFF = '{retries: 6, backoff: {base: 1s, factor: 2, max: 30s, jitter: 25%}, retryOn: [429, 503]';

  // Overload: who stops, as if it were a limit, gets less done than who backs off, and priority needs fewer tries still.
  const rush = '{bursts: {base: 3/s, peak: 25/s, every: 2m, for: 15s}}';
  const stops = total(text(rush, '{retries: 6, retryOn: [429]}'));
  const backsOff = total(text(rush, `${BACKOFF}}`));
  const escalates = total(text(rush, `${BACKOFF}, escalate: [standard, priority]}`));
  expect(stops.shedRate!).toBeGreaterThan(0.1);
  expect(backsOff.successRate!).toBeGreaterThan(stops.successRate! + 0.1);
  expect(escalates.successRate!).toBeGreaterThanOrEqual(backsOff.successRate! - 0.02);
  expect(escalates.amplification!).toBeLessThan(backsOff.amplification!);

  // The account's limit: who slows down gets more done with fewer tries than who hammers.
  const account = 'accounts: [{name: a, limits: {rpm: 60, outputTpm: none}}]';
  const calls = '{bursts: {base: 0/s, peak: 6/s, every: 3m, for: 20s}}';
  const limited = (client: string) => total(text(calls, client, account, ', account: a'));
  const hammers = limited('{retries: 12, backoff: {base: 100ms, factor: 1, max: 100ms, jitter: 25%}, retryOn: [429]}');
  const slowsDown = limited('{retries: 12, backoff: {base: 5s, factor: 2, max: 60s, jitter: 25%}, retryOn: [429]}');
  expect(slowsDown.successRate!).toBeGreaterThan(hammers.successRate! + 0.1);
  expect(slowsDown.amplification!).toBeLessThan(hammers.amplification! / 2);
  expect(hammers.causes['rate_limited']!).toBeGreaterThan(100);

  // An outage of four seconds: a brief retry is enough.
  const outage = (client: string) =>
    total(text('4/s', client).replace('nodes: 1,', 'nodes: 1, healthCheck: 0s, outages: {at: 60s, for: 4s},'));
  const givesUp = outage(NEVER);
  const retries = outage('{retries: 4, backoff: {base: 1s, factor: 2, max: 4s, jitter: 25%}, retryOn: [503]}');
  expect(givesUp.causes['unavailable']!).toBeGreaterThan(5);
  expect(retries.requests - completed(retries)).toBeLessThan(givesUp.requests - completed(givesUp));
  expect(retries.successRate!).toBeGreaterThan(0.99);
}

const completed = ({ outcomes }: TierSummary): number => outcomes.completed;

/**
 * Background on a gated pool: it waits until a node has seats left over, holds eight of 64 at most, and what standard waits
 * for its first token changes by at most 2 % or 5 ms, at up to 90 % load.
 */
export function backgroundRunsOnWhatIsLeft(change = '', id = 'fireworks', urgent = 'standard'): void {
  for (const load of [0.5, 0.8, 0.9]) {
    const p95 = (background: string) => {
      const { summary } = play(gated(provider(change, id), urgent, load, background));
      expect(summary.tiers[urgent]!.outcomes.shed).toBe(0);
      return summary.tiers[urgent]!.ttftMs.p95!;
    };
    const [without, with1] = [p95(''), p95(BACKGROUND)];
    expect(Math.abs(with1 - without)).toBeLessThanOrEqual(Math.max(5, 0.02 * without));
  }
  const { summary } = play(gated(provider(change, id), urgent, 0.5, BACKGROUND));
  expect(summary.tiers['background']!.outcomes.completed).toBeGreaterThan(1000);
}

const BACKGROUND = `  - {name: jobs, account: agents, model: ${MODEL}, tier: background, arrivals: {constant: 10/s}, input: 100, output: 50}`;

const gated = (text: string, urgent: string, load: number, background: string): string => `
seed: 3
duration: 4m
warmup: 30s
provider: ${text}
hardware:
  large: {tdpWatts: 700, idleWatts: 100, slots: 64, prefillTokPerSec: 100000, decodeTokPerSec: {single: 100, full: 3200}, usdPerHour: $2}
fleet: [{name: main, model: ${MODEL}, hardware: large, nodes: 2, reservedSlots: {${urgent}: 56}}]
accounts: [{name: agents, background: true}]
traffic:
  - {name: calls, model: ${MODEL}, tier: ${urgent}, arrivals: ${124 * load}/s, input: 100, output: {exponential: 50}}
${background}
`;

/** Only accounts that were let in to it; the limits of synchronous calls do not count it; a quarter of the price. */
export function backgroundIsForAccountsLetIn(change = ''): void {
  const run = (isEnabled: boolean): Played =>
    play(`
seed: 3
duration: 5m
provider: ${provider(change)}
${BOX}
fleet: [{name: main, model: ${MODEL}, hardware: box, nodes: 2}]
accounts: [{name: agents, background: ${isEnabled}, limits: {rpm: 30}}]
traffic:
  - {name: calls, account: agents, model: ${MODEL}, tier: standard, arrivals: 1/s, input: 100, output: 50}
  - {name: jobs, account: agents, model: ${MODEL}, tier: background, arrivals: 3/s, input: 100, output: 120, client: {timeout: 1s}}
`);
  const refused = of(run(false).records, 'background');
  expect(new Set(refused.map(({ outcome, status, cause }) => `${outcome} ${status} ${cause}`))).toEqual(
    new Set(['refused 403 forbidden_tier']),
  );
  const { records } = run(true);
  expect(ended(of(records, 'standard'), 'rateLimited').length).toBeGreaterThan(50);
  const jobs = of(records, 'background');
  expect(new Set(jobs.map(({ outcome }) => outcome)).has('rateLimited')).toBe(false);
  const done = ended(jobs, 'completed');
  // A job holds no connection that could time out.
  expect(done.length).toBeGreaterThan(500);
  expect(
    quantile(
      done.map(({ endUs, sentUs }) => endUs - sentUs),
      0.9,
    ),
  ).toBeGreaterThan(1e6);
  for (const { billedPico } of done) expect(billedPico).toBe((100 * 950_000 + 120 * 4_000_000) / 4);
}
