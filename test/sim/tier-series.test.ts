import { describe, expect, it } from 'vitest';
import { TierSeries } from '../../src/sim/tier-series.js';

describe('TierSeries', () => {
  it('counts an attempt in the bucket in which it was sent, its edge belonging to the next', () => {
    const series = new TierSeries(10, 3);
    for (const sentUs of [0, 9, 10, 29]) series.addSent(series.bucketOf(sentUs));
    series.addShed(series.bucketOf(10));
    expect([...series.sent]).toEqual([2, 1, 1]);
    expect([...series.shed]).toEqual([0, 1, 0]);
  });

  it('averages time to first token by the bucket of the sending; null where nobody had one', () => {
    const series = new TierSeries(10, 2);
    series.addTtft(series.bucketOf(3), 4000);
    series.addTtft(series.bucketOf(4), 2000);
    expect([series.ttftMeanMs(0), series.ttftMeanMs(1)]).toEqual([3, null]);
  });

  it('puts what is sent after the end, by a run that drains, into the last bucket', () => {
    const series = new TierSeries(10, 2);
    series.addSent(series.bucketOf(99));
    expect([...series.sent]).toEqual([0, 1]);
  });
});
