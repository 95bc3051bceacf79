import { expect } from 'vitest';
import { byRequest, ended, type Played, play, quantile } from '../play.js';
import { MODEL, provider } from './fireworks.js';

export interface Speed {
  readonly standard: number;
  readonly fast: number;
  readonly ratio: number;
  /** Of the requests on fast: 100 tokens a second or more. */
  readonly share: number;
}

/** Standard: four GPUs a node. Fast: eight, and a second node, so that fewer share a batch. */
export const FAST_POOL = 'gpusPerNode: 8, nodes: 2, path: fast';

/** Median decode speed on each path with so many requests in flight there all the time. */
export function speeds(users: number, change: string, pool = FAST_POOL): Speed {
  const paces = (tier: string): number[] =>
    ended(runPath(tier, `{users: {count: ${users}, thinkTime: 1ms}}`, change, pool).records, 'completed')
      .filter(({ outputTokens, sentUs }) => outputTokens > 10 && sentUs > 10e6)
      .map((one) => (1e6 * (one.outputTokens - 1)) / (one.lastTokenUs - one.firstTokenUs));
  const [standard, fast] = [paces('standard'), paces('fast')];
  const medians = { standard: quantile(standard, 0.5), fast: quantile(fast, 0.5) };
  const share = fast.filter((pace) => pace >= 100).length / fast.length;
  return { ...medians, ratio: medians.fast / medians.standard, share };
}

function runPath(tier: string, arrivals: string, change: string, pool: string): Played {
  return play(`
seed: 7
duration: 60s
provider: ${provider(change)}
fleet:
  - {name: shared, model: ${MODEL}, hardware: b200, gpusPerNode: 4, precision: {weights: fp4, kv: fp8}}
  - {name: turbo, model: ${MODEL}, hardware: b200, ${pool}, precision: {weights: fp4, kv: fp8}}
traffic:
  - {name: all, model: ${MODEL}, tier: ${tier}, arrivals: ${arrivals}, input: {lognormal: {mean: 1000, p95: 3000}}, output: {lognormal: {mean: 300, p95: 900}}, sharedPrefix: 50%}
`);
}

/** About twice the speed, and the target of 100 tokens a second; both fade as more share the fleet. */
export function twiceTheSpeed(change = ''): void {
  const calm = speeds(32, change);
  console.log(`FW-6: ${(100 * calm.share).toFixed(1)} % of fast requests reach 100 tok/s with 32 in flight`);
  expect(calm.share).toBeGreaterThan(0.9);
  const [few, some, many] = [calm, speeds(64, change), speeds(256, change)];
  for (const { ratio } of [few, some, many]) {
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
  }
  expect(many.ratio).toBeLessThan(some.ratio - 0.1);
  expect([few.fast, some.fast, many.fast]).toEqual([few.fast, some.fast, many.fast].sort((a, b) => b - a));
  expect(many.share).toBeLessThan(0.05);
  // It is the pool that makes it fast: the same nodes under the name of fast are as slow as standard.
  expect(speeds(32, change, 'gpusPerNode: 4, path: fast').ratio).toBeCloseTo(1, 6);
}

/** The same requests get answers of the same lengths on both paths. */
export function sameModel(change = ''): void {
  const lengths = (tier: string) =>
    new Map(
      byRequest(ended(runPath(tier, '4/s', change, FAST_POOL).records, 'completed')).map((one) => [one.request, one]),
    );
  const [standard, fast] = [lengths('standard'), lengths('fast')];
  const both = [...standard.keys()].filter((request) => fast.has(request));
  expect(both.length).toBeGreaterThan(80);
  for (const request of both) {
    const [a, b] = [standard.get(request)!, fast.get(request)!];
    expect([a.promptTokens, a.outputTokens]).toEqual([b.promptTokens, b.outputTokens]);
  }
}
