import { expect } from 'vitest';
import type { AttemptRecord } from '../../../src/sim/record.js';
import { BOX, ended, FULL_RATE, of, play, quantile, sum } from '../play.js';
import { MIX, MODEL, provider } from './siati.js';

/** What siati promises of its router and its fleet, in the way of siati.ts. */

/** Minis, Sparks, L40S and Blackwells with the weights of its pages. */
const FLEET = (change: string): string => `
seed: 3
duration: 10m
provider: ${provider(change)}
fleet:
  - {name: minis, model: apertus-8b, hardware: mac-mini-m4, nodes: 4, engine: {name: slots}, tierWeights: {slow: 200, medium: 80}}
  - {name: spark, model: ${MODEL}, hardware: gb10, nodes: 2, tierWeights: {slow: 300, medium: 100}}
  - {name: l40s, model: ${MODEL}, hardware: l40s, gpusPerNode: 4, nodes: 2, tierWeights: {slow: 100, medium: 200, fast: 500, ludicrous: 50}}
  - {name: blackwell, model: ${MODEL}, hardware: rtx-pro-6000-blackwell-max-q, gpusPerNode: 4, engine: {maxNumSeqs: 32}, tierWeights: {fast: 100, ludicrous: 1000}, reservedSlots: {ludicrous: 8}}
traffic:
  - {name: small, model: apertus-8b, tier: slow, arrivals: 0.3/s, input: 300, output: 60}
  - {name: large, model: ${MODEL}, tier: ${MIX}, arrivals: 0.6/s, input: 400, output: 80}
`;

/** Shares of the tokens of each tier by hardware, and where they go when the first choice is gone. */
export function hardwareByTier(change = '', ...set: readonly string[]): void {
  expect(tokenShares(play(FLEET(change), ...set).records)).toEqual({
    'small slow': { minis: 1 },
    'large slow': { spark: 1 },
    'large medium': { l40s: 1 },
    'large fast': { l40s: 1 },
    'large ludicrous': { blackwell: 1 },
  });
  const without = (pool: string, ...tiers: readonly string[]) => {
    const { records } = play(FLEET(change), ...set, `fleet.${pool}.nodes=0`);
    return tokenShares(records.filter(({ tierAsked }) => tiers.includes(tierAsked)));
  };
  expect(without('l40s', 'medium', 'fast')).toEqual({ 'large medium': { spark: 1 }, 'large fast': { blackwell: 1 } });
  expect(without('spark', 'slow')).toEqual({ 'small slow': { minis: 1 }, 'large slow': { l40s: 1 } });
  expect(without('blackwell', 'ludicrous')).toEqual({ 'large ludicrous': { l40s: 1 } });
}

function tokenShares(records: readonly AttemptRecord[]): Record<string, Record<string, number>> {
  const shares: Record<string, Record<string, number>> = {};
  for (const key of new Set(records.map(({ class: name, tierAsked }) => `${name} ${tierAsked}`))) {
    const own = ended(records, 'completed').filter(({ class: name, tierAsked }) => `${name} ${tierAsked}` === key);
    const total = sum(own.map(({ outputTokens }) => outputTokens));
    expect(own.length).toBeGreaterThan(10);
    const pools = [...new Set(own.map(({ pool }) => pool))];
    const share = (name: string) =>
      sum(own.filter(({ pool }) => pool === name).map(({ outputTokens }) => outputTokens)) / total;
    shares[key] = Object.fromEntries(pools.map((pool) => [pool, share(pool)]));
  }
  return shares;
}

/** Ludicrous runs on the four Blackwells; slow on the Spark, which draws less and makes fewer tokens a second. */
export function ludicrousAndSlow(change = '', ...set: readonly string[]): void {
  const { records, summary } = play(FLEET(change), ...set);
  const pools = (tier: string) =>
    new Set(
      of(records, tier)
        .filter((one) => one.class === 'large')
        .map(({ pool }) => pool),
    );
  expect([pools('ludicrous'), pools('slow')]).toEqual([new Set(['blackwell']), new Set(['spark'])]);
  const { spark, blackwell } = summary.pools;
  expect(blackwell!.hardware).toBe('4 x rtx-pro-6000-blackwell-max-q');
  expect(spark!.meanWatts! / spark!.nodes).toBeLessThan(blackwell!.meanWatts! / 3);
  const tpot = (tier: string) =>
    quantile(
      of(ended(records, 'completed'), tier)
        .filter((one) => one.class === 'large')
        .map((one) => (one.lastTokenUs - one.firstTokenUs) / (one.outputTokens - 1)),
      0.5,
    );
  expect(tpot('slow')).toBeGreaterThan(3 * tpot('ludicrous'));
}

/** Four pools of which one at a time is the right one: the preferred while it is healthy, whatever it costs in waiting. */
export function filterOfTheRouter(change = '', ...set: readonly string[]): void {
  const { records } = play(
    `
seed: 2
duration: 90s
provider: ${provider(change)}
${BOX}
fleet:
  - {name: zero, model: ${MODEL}, hardware: box, tierWeights: {slow: 9000, medium: 0}}
  - {name: other, model: apertus-8b, hardware: box, tierWeights: {medium: 900}}
  - {name: sick, model: ${MODEL}, hardware: box, tierWeights: {medium: 500}, healthCheck: 0s, outages: {at: 30s, for: 30s}}
  - {name: fine, model: ${MODEL}, hardware: box, tierWeights: {medium: 100}}
traffic:
  - {name: all, model: ${MODEL}, tier: medium, arrivals: ${FULL_RATE * 1.3}/s, input: 100, output: 50}
`,
    ...set,
  );
  const from = (low: number, high: number) =>
    new Set(records.filter(({ sentUs }) => sentUs > low * 1e6 && sentUs < high * 1e6).map(({ pool }) => pool));
  expect([from(0, 30), from(30, 60), from(60, 90)]).toEqual(['sick', 'fine', 'sick'].map((pool) => new Set([pool])));
  // All the while requests waited for the one that was taken, and others stood idle.
  expect(records.filter(({ scheduledUs, sentUs }) => scheduledUs > sentUs + 1e6).length).toBeGreaterThan(100);
}

export interface SortCase {
  readonly weights: readonly [a: number, b: number];
  /** Requests that each already has, and how many tokens of prompt each of those. */
  readonly depth: readonly [a: number, b: number];
  readonly prompt: readonly [a: number, b: number];
  readonly winner: 'a' | 'b';
}

/** Ties at every level: each row is decided by the first of weight, depth and pressure that differs, then by the file. */
export const SORT_CASES: readonly SortCase[] = [
  { weights: [100, 200], depth: [0, 6], prompt: [16, 1600], winner: 'b' },
  { weights: [200, 100], depth: [6, 0], prompt: [1600, 16], winner: 'a' },
  { weights: [100, 100], depth: [3, 2], prompt: [16, 1600], winner: 'b' },
  { weights: [100, 100], depth: [2, 3], prompt: [1600, 16], winner: 'a' },
  { weights: [100, 100], depth: [2, 2], prompt: [1600, 400], winner: 'b' },
  { weights: [100, 100], depth: [2, 2], prompt: [400, 1600], winner: 'a' },
  { weights: [100, 100], depth: [2, 2], prompt: [800, 800], winner: 'a' },
  { weights: [100, 100], depth: [0, 0], prompt: [16, 16], winner: 'a' },
];

/** Weight from high to low, then queue depth from low to high, then pressure from low to high. */
export function sortOfTheRouter(change = ''): void {
  for (const { weights, depth, prompt, winner } of SORT_CASES) {
    const users = (tier: string, index: 0 | 1) =>
      depth[index] === 0
        ? ''
        : `\n  - {name: ${tier}, model: ${MODEL}, tier: ${tier}, arrivals: {users: {count: ${depth[index]}, thinkTime: 1ms}}, input: ${prompt[index]}, output: 5000}`;
    const { records } = play(`
seed: 5
duration: 40s
provider: ${provider(change)}
${BOX}
fleet:
  - {name: a, model: ${MODEL}, hardware: box, engine: {kvBlocks: 8000, maxModelLen: 8000}, tierWeights: {slow: 1, fast: ${weights[0]}}}
  - {name: b, model: ${MODEL}, hardware: box, engine: {kvBlocks: 8000, maxModelLen: 8000}, tierWeights: {medium: 1, fast: ${weights[1]}}}
traffic:
  - {name: asked, model: ${MODEL}, tier: fast, arrivals: {constant: 0.5/s}, input: 16, output: 2}${users('slow', 0)}${users('medium', 1)}
`);
    const asked = of(records, 'fast').filter(({ sentUs }) => sentUs > 5e6);
    expect(asked.length).toBeGreaterThan(10);
    expect([weights, depth, prompt, ...new Set(asked.map(({ pool }) => pool))]).toEqual([
      weights,
      depth,
      prompt,
      winner,
    ]);
  }
}
