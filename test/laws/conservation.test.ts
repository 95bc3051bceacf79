import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/models/outcome.js';
import { drawnScenario } from './drawn-scenario.js';
import { counted, DRAWS, ran, TIMEOUT_MS } from './run.js';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('nothing is lost and nothing counted twice', { timeout: TIMEOUT_MS }, () => {
  it('every attempt has one record, and its request the ones before it', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        const triesOf = new Map<number, number[]>();
        for (const { request, attempt } of records) triesOf.set(request, [...(triesOf.get(request) ?? []), attempt]);
        expect(records.length).toBe(summary.run.attempts);
        expect(triesOf.size).toBe(summary.run.requests);
        const gaps = [...triesOf.values()].filter((tries) => tries.sort((a, b) => a - b).some((n, i) => n !== i + 1));
        expect(gaps).toEqual([]);
      }),
      DRAWS,
    );
  });

  it('a request goes on exactly as long as its attempts say that it will be tried again', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { records } = ran(scenario);
        const lastOf = new Map<number, number>();
        for (const { request, attempt } of records) lastOf.set(request, Math.max(attempt, lastOf.get(request) ?? 0));
        const wrong = records.filter(({ request, attempt, willRetry, outcome }) => {
          if (outcome === 'completed' || outcome === 'unfinished') return willRetry;
          const isLast = attempt === lastOf.get(request);
          // Without a drain the run may end while a client waits to try again.
          return isLast ? willRetry && scenario.drain : !willRetry;
        });
        expect(wrong).toEqual([]);
      }),
      DRAWS,
    );
  });

  it('attempts are the sum over outcomes, in each tier and in total', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        const inWindow = counted(scenario, records);
        for (const [name, tier] of Object.entries({ ...summary.tiers, total: summary.total })) {
          const mine = inWindow.filter(({ tierAsked }) => name === 'total' || tierAsked === name);
          expect(sum(Object.values(tier.outcomes))).toBe(tier.attempts);
          for (const outcome of OUTCOMES) {
            expect(tier.outcomes[outcome]).toBe(mine.filter((record) => record.outcome === outcome).length);
          }
        }
      }),
      DRAWS,
    );
  });

  it('requests are those first sent in the counted window', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { summary, records } = ran(scenario);
        const first = counted(scenario, records).filter(({ attempt }) => attempt === 1);
        for (const [name, { requests }] of Object.entries(summary.tiers)) {
          expect(requests).toBe(first.filter(({ tierAsked }) => tierAsked === name).length);
        }
        expect(first.every(({ sentUs }) => sentUs < scenario.durationUs)).toBe(true);
      }),
      DRAWS,
    );
  });

  it('tiers add up to the total, field by field', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { tiers, total } = ran(scenario).summary;
        const parts = Object.values(tiers);
        for (const field of [
          'requests',
          'attempts',
          'inputTokens',
          'cachedTokens',
          'outputTokens',
          'wastedTokens',
          'preemptions',
          'evictions',
          'recomputedTokens',
        ] as const) {
          expect(sum(parts.map((tier) => tier[field]))).toBe(total[field]);
        }
        for (const field of ['ttftMs', 'requestTtftMs', 'tpotMs', 'itlMs', 'e2eMs', 'queueMs'] as const) {
          expect(sum(parts.map((tier) => tier[field].n))).toBe(total[field].n);
        }
        for (const field of ['attempts', 'outputTokens'] as const) {
          expect(sum(parts.map(({ served }) => served[field]))).toBe(total.served[field]);
        }
      }),
      DRAWS,
    );
  });

  it('tokens of records are the tokens of the tiers, and those of the pools when all is counted', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = { ...drawn, warmupUs: 0, drain: false };
        const { summary, records } = ran(scenario);
        const made = sum(records.map(({ outputTokens }) => outputTokens));
        expect(summary.total.outputTokens + summary.total.wastedTokens).toBe(made);
        expect(sum(Object.values(summary.pools).map(({ outputTokens }) => outputTokens))).toBe(made);
        const began = records.filter(({ scheduledUs }) => scheduledUs >= 0);
        expect(sum(Object.values(summary.pools).map(({ inputTokens }) => inputTokens))).toBe(
          sum(began.map(({ promptTokens }) => promptTokens)),
        );
        expect(sum(Object.values(summary.pools).map(({ preemptions }) => preemptions))).toBe(
          sum(records.map(({ preemptions }) => preemptions)),
        );
      }),
      DRAWS,
    );
  });
});
