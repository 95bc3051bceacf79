import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryBudget } from '../../../src/sim/workload/retry-budget.js';

const SECOND = 1_000_000;

describe('RetryBudget', () => {
  it('gives one retry for every ten requests at 10 %', () => {
    const budget = new RetryBudget(0.1);
    expect(budget.withdraw(0)).toBe(false);
    for (let i = 0; i < 19; i++) budget.request(0);
    expect(budget.withdraw(1)).toBe(true);
    expect(budget.withdraw(1)).toBe(false);
    budget.request(2);
    expect(budget.withdraw(3)).toBe(true);
    expect(budget.withdraw(3)).toBe(false);
  });

  it('forgets what was not used within ten seconds', () => {
    const budget = new RetryBudget(1);
    budget.request(0);
    budget.request(4 * SECOND);
    expect(budget.withdraw(11 * SECOND)).toBe(true);
    expect(budget.withdraw(11 * SECOND)).toBe(false);
    budget.request(12 * SECOND);
    expect(budget.withdraw(100 * SECOND)).toBe(false);
  });

  it('never allows more than the share of the requests so far, whatever comes when', () => {
    const step = fc.record({ afterUs: fc.integer({ min: 0, max: 4 * SECOND }), isRequest: fc.boolean() });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(step, { maxLength: 300 }), (share, steps) => {
        const budget = new RetryBudget(share);
        let [nowUs, requests, retries] = [0, 0, 0];
        for (const { afterUs, isRequest } of steps) {
          nowUs += afterUs;
          if (isRequest) {
            budget.request(nowUs);
            requests++;
          } else if (budget.withdraw(nowUs)) retries++;
          expect(retries).toBeLessThanOrEqual(share * requests + 1e-9);
        }
      }),
    );
  });
});
