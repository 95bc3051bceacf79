import { describe, expect, it } from 'vitest';
import { answer } from '../../src/report/answer.js';
import type { Summary, TierSummary } from '../../src/sim/summary.js';
import { summary } from './summary-fixture.js';

interface Told {
  readonly p95: number | null;
  readonly n: number;
}

/** Of tiers with 100 attempts each. */
function sentences(tiers: Readonly<Record<string, Told>>): string {
  const base = summary();
  const [any] = Object.values(base.tiers) as [TierSummary];
  const told = Object.entries(tiers).map(([name, { p95, n }]): [string, TierSummary] => [
    name,
    { ...any, attempts: 100, requests: 100, successRate: 1, ttftMs: { ...any.ttftMs, p95, n } },
  ]);
  return answer({ ...base, targets: [], tiers: Object.fromEntries(told) } as Summary).sentences.join(' ');
}

describe('the answer', () => {
  it('names what is missed and by how much', () => {
    const { isMet, sentences: told } = answer(summary());
    expect(isMet).toBe(false);
    expect(told[0]).toBe(
      '2 of 3 targets are missed: priority.shedRate < 0.1% (it is 1.10 %), flex.ttft.p95 < 1s (not judged).',
    );
    expect(answer(summary({ targets: [] }))).toMatchObject({ isMet: null });
  });

  it('compares the quickest tier with the slowest', () => {
    const text = sentences({ a: { p95: 200, n: 100 }, b: { p95: 900, n: 96 }, c: { p95: 400, n: 100 } });
    expect(text).toContain("95 % of a's first tokens come within 200 ms, of b's within 900 ms: 4.50 times as long.");
  });

  it('does not compare the few that got through in a tier that most did not', () => {
    const text = sentences({ a: { p95: 200, n: 100 }, b: { p95: 900, n: 97 }, c: { p95: 5, n: 20 } });
    expect(text).toContain("95 % of a's first tokens come within 200 ms, of b's within 900 ms");
    expect(sentences({ a: { p95: 200, n: 100 }, c: { p95: 5, n: 20 } })).toContain(
      'of the other tiers many never get one',
    );
    expect(sentences({ a: { p95: 200, n: 10 }, c: { p95: 5, n: 20 } })).not.toContain('first token');
    expect(sentences({ a: { p95: null, n: 0 } })).toContain('Nobody got a first token.');
  });

  it('says that tiers wait alike', () => {
    expect(sentences({ a: { p95: 200, n: 100 }, b: { p95: 210, n: 100 } })).toContain('Tiers wait alike');
  });
});
