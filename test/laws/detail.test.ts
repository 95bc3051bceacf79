import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Blame, BlameBand, Detail, Summary } from '../../src/sim/summary.js';
import { drawnScenario } from './drawn-scenario.js';
import { CASES, counted, fresh, TIMEOUT_MS } from './run.js';

const DRAWS = { numRuns: Math.ceil(CASES / 4), seed: 20_261_125 } as const;

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

function detailed(scenario: Scenario): Summary & { readonly detail: Detail } {
  const summary = simulate(scenario, { version: 'test', hash: '', detail: true });
  return { ...summary, detail: summary.detail! };
}

const partsOf = ({ parts }: BlameBand): number[] => {
  const { behind, ...others } = parts;
  return [...Object.values(behind), ...Object.values(others)];
};
const bandsOf = ({ ttft, e2e, unanswered }: Blame): BlameBand[] => [
  ...ttft,
  ...e2e,
  ...(unanswered === null ? [] : [unanswered]),
];

function check(law: (scenario: Scenario, summary: Summary & { readonly detail: Detail }) => void): void {
  fc.assert(
    fc.property(drawnScenario(), (scenario) => void law(scenario, detailed(scenario))),
    DRAWS,
  );
}

it('collecting it changes nothing else', { timeout: TIMEOUT_MS }, () => {
  check((scenario, summary) => expect({ ...summary, detail: null }).toEqual(fresh(scenario).summary));
});

it('the outcomes over time add up to all attempts sent', { timeout: TIMEOUT_MS }, () => {
  check((_scenario, { detail, series, run }) => {
    let all = 0;
    for (const [name, tier] of Object.entries(detail.tiers)) {
      const { sent, shed } = series.tiers[name]!;
      const ofBucket = (bucket: number, kind?: string): number =>
        sum(
          tier.outcomesOverTime.flatMap(({ outcome, count }) =>
            kind === undefined || kind === outcome ? [count[bucket]!] : [],
          ),
        );
      expect(sent.map((_, bucket) => ofBucket(bucket))).toEqual(sent);
      expect(shed.map((_, bucket) => ofBucket(bucket, 'shed'))).toEqual(shed);
      all += sum(sent);
    }
    expect(all).toBe(run.attempts);
  });
});

it('good requests are among those sent, and without limits they are those that completed', {
  timeout: TIMEOUT_MS,
}, () => {
  check((scenario, { detail, tiers, run }) => {
    const all = Object.entries(detail.tiers).map(([name, { requestsOverTime }]) => ({ name, ...requestsOverTime }));
    expect(sum(all.map(({ sent }) => sum(sent)))).toBe(run.requests);
    const hasLimits = scenario.traffic.some(({ slo }) => slo !== null);
    for (const { name, sent, good } of all) {
      expect(good.every((count, bucket) => count <= sent[bucket]!)).toBe(true);
      const { requests, successRate } = tiers[name]!;
      if (!hasLimits && scenario.warmupUs === 0 && successRate !== null) {
        expect(sum(good)).toBe(Math.round(successRate * requests));
      }
    }
  });
});

it('the curve over offered attempts ends at the share that got a first token, and never falls', {
  timeout: TIMEOUT_MS,
}, () => {
  check((_scenario, { detail, tiers }) => {
    for (const [name, { ttftCurve, attemptsByTry, servedAs }] of Object.entries(detail.tiers)) {
      const { attempts, ttftMs } = tiers[name]!;
      expect(sum(attemptsByTry)).toBe(attempts);
      expect(sum(Object.values(servedAs))).toBeLessThanOrEqual(attempts);
      if (ttftMs.n > 0) expect(ttftCurve.share.at(-1)).toBeCloseTo(ttftMs.n / attempts, 6);
      expect(ttftCurve.ms.at(-1) ?? null).toBe(ttftMs.max);
      for (const list of [ttftCurve.ms, ttftCurve.share]) expect([...list].sort((a, b) => a - b)).toEqual(list);
    }
  });
});

it('every time is blamed on parts that add up to it, none below zero', { timeout: TIMEOUT_MS }, () => {
  check((scenario, { detail, tiers }) => {
    const records = counted(scenario, fresh(scenario).records);
    for (const [name, { blame }] of Object.entries(detail.tiers)) {
      expect(sum(blame.ttft.map(({ n }) => n))).toBe(tiers[name]!.requestTtftMs.n);
      expect(sum(blame.e2e.map(({ n }) => n))).toBeLessThanOrEqual(sum(blame.ttft.map(({ n }) => n)));
      const whole = sum(blame.ttft.map(({ n, meanMs }) => n * meanMs));
      expect(whole).toBeCloseTo(tiers[name]!.requestTtftMs.n * (tiers[name]!.requestTtftMs.mean ?? 0), 3);
      for (const band of bandsOf(blame)) {
        expect(sum(partsOf(band))).toBeCloseTo(band.meanMs, 6);
        for (const part of partsOf(band)) expect(part).toBeGreaterThanOrEqual(0);
      }
      // A request that the run's end caught between two tries has no last attempt, answered or not.
      const requests = requestsOf(name, records);
      expect(blame.unanswered?.n ?? 0).toBeLessThanOrEqual(requests.size - sum(blame.ttft.map(({ n }) => n)));
      const last = records.filter((record) => requests.has(record.request) && !record.willRetry);
      const silent = last.filter(({ request }) => {
        return records.every((other) => other.request !== request || other.firstTokenUs < 0);
      });
      expect(blame.unanswered?.n ?? 0).toBeGreaterThanOrEqual(silent.length);
    }
  });
});

/** Requests that asked for this tier in their first try. */
function requestsOf(tier: string, records: readonly AttemptRecord[]): Set<number> {
  return new Set(
    records.flatMap(({ request, attempt, tierAsked }) => (attempt === 1 && tierAsked === tier ? [request] : [])),
  );
}

it('samples are requests as they were recorded, with times in order', { timeout: TIMEOUT_MS }, () => {
  check((scenario, { detail }) => {
    const records = counted(scenario, fresh(scenario).records);
    const random = new Map<string, number>();
    for (const { request, tier, why, attempts } of detail.samples) {
      const recorded = records.filter((record) => record.request === request);
      if (why === 'random') {
        random.set(tier, (random.get(tier) ?? 0) + 1);
        expect(attempts.map(({ attempt }) => attempt)).toEqual(recorded.map(({ attempt }) => attempt).slice(-8));
      }
      for (const { attempt, sentMs, atNodeMs, scheduledMs, firstTokenMs, endMs, outcome } of attempts) {
        const record = recorded.find((one) => one.attempt === attempt)!;
        expect([outcome, sentMs, endMs]).toEqual([record.outcome, record.sentUs / 1000, record.endUs / 1000]);
        const times = [sentMs, atNodeMs, scheduledMs, firstTokenMs, endMs].filter((ms) => ms !== null);
        expect([...times].sort((a, b) => a - b)).toEqual(times);
      }
    }
    for (const tier of scenario.provider.tiers.map(({ name }) => name)) {
      const requests = requestsOf(tier, records);
      expect(random.get(tier) ?? 0).toBe(Math.min(8, requests.size));
    }
  });
});

it('percentiles over time are as near as they say', { timeout: TIMEOUT_MS }, () => {
  check((scenario, { detail, series }) => {
    const { records } = fresh(scenario);
    for (const [name, { ttftOverTime }] of Object.entries(detail.tiers)) {
      const { n, p50, p99, relativeError } = ttftOverTime;
      for (const [bucket, count] of n.entries()) {
        if (count === 0) {
          expect([p50[bucket], p99[bucket]]).toEqual([null, null]);
          continue;
        }
        const end =
          bucket === n.length - 1 ? Number.POSITIVE_INFINITY : series.atSeconds[bucket]! + series.bucketSeconds;
        const ttftMs = records
          .filter((record) => record.tierAsked === name && record.firstTokenUs >= 0)
          .filter(({ sentUs }) => sentUs / 1e6 >= series.atSeconds[bucket]! && sentUs / 1e6 < end)
          .map(({ firstTokenUs, sentUs }) => (firstTokenUs - sentUs) / 1000)
          .sort((a, b) => a - b);
        if (ttftMs.length !== count) continue;
        const exact = ttftMs[Math.ceil(0.5 * count) - 1]!;
        expect(Math.abs(p50[bucket]! - exact)).toBeLessThanOrEqual(exact * relativeError + 0.001);
      }
    }
  });
});
