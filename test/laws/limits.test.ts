import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Account, EMPTY, type Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, ran, TIMEOUT_MS, tierMeant } from './run.js';

const MINUTE_US = 60_000_000;

/** Long enough for windows to slide, with limits that bind, which what waits at the start does not meet. */
function limited(): fc.Arbitrary<Scenario> {
  return fc.tuple(drawnScenario(), fc.integer({ min: 65, max: 90 })).map(([scenario, seconds]) => ({
    ...scenario,
    durationUs: seconds * 1_000_000,
    warmupUs: 0,
    drain: false,
    initial: EMPTY,
    events: [],
  }));
}

/** Attempts of one account that the limiter let in, and those that it refused, each in order of sending. */
function byDecision(scenario: Scenario, account: string, records: readonly AttemptRecord[]) {
  const mine = records
    .filter((record) => record.account === account)
    // Outcomes decided before the limiter is asked.
    .filter(({ cause }) => cause !== 'unsupported_tier' && cause !== 'context_length')
    .filter(({ tierAsked }) => tierMeant(scenario, tierAsked).limits === 'account')
    .sort((a, b) => a.sentUs - b.sentUs);
  return {
    admitted: mine.filter(({ outcome }) => outcome !== 'rateLimited'),
    refused: mine.filter(({ outcome }) => outcome === 'rateLimited'),
  };
}

/** Most that any window (t - 1 min, t] held, t an instant at which something was charged. */
function mostInAMinute(charges: readonly { readonly atUs: number; readonly amount: number }[]): number {
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const { atUs, amount } of charges) {
    sum += amount;
    while (charges[first]!.atUs <= atUs - MINUTE_US) sum -= charges[first++]!.amount;
    most = Math.max(most, sum);
  }
  return most;
}

const requestsOf = (records: readonly AttemptRecord[]) => records.map(({ sentUs }) => ({ atUs: sentUs, amount: 1 }));
const promptsOf = (records: readonly AttemptRecord[]) =>
  records.map(({ sentUs, promptTokens }) => ({ atUs: sentUs, amount: promptTokens }));

describe('limits of accounts', { timeout: TIMEOUT_MS }, () => {
  it('no sliding minute holds more requests or prompt tokens than promised, recomputed from the records', () => {
    fc.assert(
      fc.property(limited(), (scenario) => {
        const { records } = ran(scenario);
        for (const account of scenario.accounts) {
          const { admitted } = byDecision(scenario, account.name, records);
          expect(mostInAMinute(requestsOf(admitted))).toBeLessThanOrEqual(limitOf(account, 'rpm'));
          expect(mostInAMinute(promptsOf(admitted))).toBeLessThanOrEqual(limitOf(account, 'inputTpm'));
        }
      }),
      DRAWS,
    );
  });

  it("no sliding minute holds more of a tier's requests than promised, by account", () => {
    fc.assert(
      fc.property(limited(), (scenario) => {
        const { records } = ran(scenario);
        for (const account of scenario.accounts) {
          const { admitted } = byDecision(scenario, account.name, records);
          for (const tier of scenario.provider.tiers) {
            const ofTier = admitted.filter(({ tierAsked }) => tierMeant(scenario, tierAsked) === tier);
            expect(mostInAMinute(requestsOf(ofTier))).toBeLessThanOrEqual(limitOf(account, `${tier.name}.rpm`));
          }
        }
      }),
      DRAWS,
    );
  });

  it('nobody is let in while the output of the last minute has reached its limit', () => {
    fc.assert(
      fc.property(limited(), (scenario) => {
        const { records } = ran(scenario);
        for (const account of scenario.accounts) {
          const { admitted } = byDecision(scenario, account.name, records);
          const wrong = admitted.filter(({ sentUs }) => {
            // What ends at the very instant may come after it.
            const before = admitted.filter(({ endUs }) => endUs > sentUs - MINUTE_US && endUs < sentUs);
            return before.reduce((sum, { outputTokens }) => sum + outputTokens, 0) >= limitOf(account, 'outputTpm');
          });
          expect(wrong).toEqual([]);
        }
      }),
      DRAWS,
    );
  });

  it('no more than the limit of an account are under way at once', () => {
    fc.assert(
      fc.property(limited(), (scenario) => {
        const { records } = ran(scenario);
        for (const account of scenario.accounts) {
          const { admitted } = byDecision(scenario, account.name, records);
          expect(mostAtOnce(admitted)).toBeLessThanOrEqual(limitOf(account, 'concurrency'));
        }
      }),
      DRAWS,
    );
  });

  it('nobody is refused while every limit has room', () => {
    fc.assert(
      fc.property(limited(), (scenario) => {
        const { records } = ran(scenario);
        for (const account of scenario.accounts) {
          const { admitted, refused } = byDecision(scenario, account.name, records);
          expect(refused.filter((attempt) => !isFull(scenario, account, admitted, attempt))).toEqual([]);
        }
      }),
      DRAWS,
    );
  });

  it('an account without limits, and whoever has no account, is never rate limited', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const accounts = drawn.accounts.map((account) => ({ ...account, limiters: [] }));
        const { summary } = ran({ ...drawn, accounts, provider: { ...drawn.provider, limiters: [] } });
        expect(summary.total.outcomes.rateLimited).toBe(0);
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 2 },
    );
  });
});

/** Those that end at an instant are counted beside those sent at it only if they were there before. */
function mostAtOnce(admitted: readonly AttemptRecord[]): number {
  const changes = admitted.flatMap(({ sentUs, endUs }) =>
    endUs > sentUs ? [[sentUs, 1] as const, [endUs, -1] as const] : [],
  );
  changes.sort(([a, aBy], [b, bBy]) => a - b || aBy - bBy);
  let now = 0;
  let most = 0;
  for (const [, by] of changes) most = Math.max(most, (now += by));
  return most;
}

/** Did some limit leave no room for this attempt? What happened at its very instant may have come before it. */
function isFull(
  scenario: Scenario,
  account: Account,
  admitted: readonly AttemptRecord[],
  attempt: AttemptRecord,
): boolean {
  const { sentUs, promptTokens, tierAsked } = attempt;
  const inWindow = (atUs: number): boolean => atUs > sentUs - MINUTE_US && atUs <= sentUs;
  const recent = admitted.filter((other) => inWindow(other.sentUs));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const tier = tierMeant(scenario, tierAsked);
  const ofTier = recent.filter((other) => tierMeant(scenario, other.tierAsked) === tier).length;
  const underWay = admitted.filter((other) => other.sentUs <= sentUs && other.endUs >= sentUs).length;
  const prompts = sum(recent.map((other) => other.promptTokens));
  const outputs = sum(admitted.filter(({ endUs }) => inWindow(endUs)).map(({ outputTokens }) => outputTokens));
  return (
    ofTier + 1 > limitOf(account, `${tier.name}.rpm`) ||
    recent.length + 1 > limitOf(account, 'rpm') ||
    prompts + promptTokens > limitOf(account, 'inputTpm') ||
    outputs + 1 > limitOf(account, 'outputTpm') ||
    underWay + 1 > limitOf(account, 'concurrency')
  );
}

function limitOf({ limiters }: Account, name: string): number {
  return limiters.find((spec) => spec.name === name)?.limit ?? Number.POSITIVE_INFINITY;
}
