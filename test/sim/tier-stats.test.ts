import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/sim/core/histogram.js';
import { Samples } from '../../src/sim/core/samples.js';
import { TierStats } from '../../src/sim/tier-stats.js';
import { TtftSamples } from '../../src/sim/ttft-samples.js';

/** Every figure different, so that none can be taken for another. */
function stats(n: number): TierStats {
  const one = new TierStats(2, 1);
  Object.assign(one, {
    requests: n,
    requestsCompleted: n + 1,
    requestsShed: n + 2,
    attempts: n + 3,
    downgraded: n + 4,
    inputTokens: n + 5,
    cachedTokens: n + 6,
    outputTokens: n + 7,
    wastedTokens: n + 8,
    preemptions: n + 9,
    requestsWithSlo: n + 10,
    requestsMeetingSlo: n + 11,
    servedAttempts: n + 12,
    servedOutputTokens: n + 13,
  });
  one.outcomes.shed = n;
  one.causes.set('overloaded', n);
  if (n > 100) one.causes.set('timeout', 1);
  for (const samples of [one.tpotUs, one.e2eUs, one.queueUs, one.chainE2eUs]) samples.add(n);
  one.ttft.addLater(n);
  one.ttft.addRequest(n);
  one.itlPs.addMany(n, 2);
  one.billedPico.add(n);
  one.withinTtft[0] = n;
  one.seatUs.set([n, 2 * n]);
  return one;
}

describe('merging the counts of tiers', () => {
  it('adds every figure', () => {
    const merged = stats(10);
    merged.merge(stats(1000));
    expect(merged).toMatchObject({
      requests: 1010,
      requestsCompleted: 1012,
      requestsShed: 1014,
      attempts: 1016,
      downgraded: 1018,
      inputTokens: 1020,
      cachedTokens: 1022,
      outputTokens: 1024,
      wastedTokens: 1026,
      preemptions: 1028,
      requestsWithSlo: 1030,
      requestsMeetingSlo: 1032,
      servedAttempts: 1034,
      servedOutputTokens: 1036,
      withinTtft: [1010],
    });
    expect(merged.outcomes).toMatchObject({ shed: 1010, completed: 0 });
    expect([...merged.causes]).toEqual([
      ['overloaded', 1010],
      ['timeout', 1],
    ]);
    expect([...merged.seatUs]).toEqual([1010, 2020]);
    expect(merged.billedPico.toBigInt()).toBe(1010n);
    for (const samples of [
      merged.ttft.ofAttempts,
      merged.ttft.ofRequests,
      merged.tpotUs,
      merged.e2eUs,
      merged.queueUs,
      merged.chainE2eUs,
    ]) {
      expect([samples.n, samples.mean, samples.max]).toEqual([2, 505, 1000]);
    }
    expect(merged.itlPs.count).toBe(4);
  });

  it('leaves the one that is added as it was', () => {
    const other = stats(7);
    const merged = stats(1);
    merged.merge(other);
    merged.ttft.addFirst(5);
    merged.itlPs.add(5);
    expect(figuresOf(other)).toEqual(figuresOf(stats(7)));
  });
});

/** Everything that can be seen of it; samples know besides that others have a part in them. */
function figuresOf(stats: TierStats | Samples): unknown {
  if (stats instanceof Samples) return [stats.n, stats.mean, stats.max, stats.quantile(0.5)];
  return Object.entries(stats).map(([name, value]) => {
    if (value instanceof TtftSamples) return [name, figuresOf(value.ofAttempts), figuresOf(value.ofRequests)];
    if (!(value instanceof Samples || value instanceof Histogram)) return [name, value];
    return [name, value instanceof Samples ? value.n : value.count, value.mean, value.max, value.quantile(0.5)];
  });
}
