import { describe, expect, it } from 'vitest';
import { AccountLimiter } from '../../../src/sim/gateway/account-limiter.js';
import { limiters } from '../../helpers/scenario.js';

const MINUTE_US = 60_000_000;

function limiter(limits: Readonly<Record<string, number>>): AccountLimiter {
  return new AccountLimiter(limiters(limits), ['priority', 'standard']);
}

describe('AccountLimiter', () => {
  it('lets everything in without limits', () => {
    const account = limiter({});
    for (let i = 0; i < 1000; i++) expect(account.admit(0, 0, 100_000)).toBe(true);
  });

  it('holds requests per minute', () => {
    const account = limiter({ rpm: 2 });
    expect([account.admit(0, 0, 1), account.admit(1, 0, 1), account.admit(2, 0, 1)]).toEqual([true, true, false]);
    expect(account.admit(MINUTE_US, 0, 1)).toBe(true);
  });

  it('holds prompt tokens per minute, and a smaller prompt may still fit', () => {
    const account = limiter({ inputTpm: 100 });
    expect([account.admit(0, 0, 80), account.admit(0, 0, 21), account.admit(0, 0, 20)]).toEqual([true, false, true]);
  });

  it('lets in while the output window has room for one token, and charges what came out at the end', () => {
    const account = limiter({ outputTpm: 100 });
    expect(account.admit(0, 0, 1)).toBe(true);
    expect(account.admit(0, 0, 1)).toBe(true);
    account.release(10, 99);
    expect(account.admit(11, 0, 1)).toBe(true);
    account.release(20, 50);
    expect(account.admit(21, 0, 1)).toBe(false);
    expect(account.admit(10 + MINUTE_US, 0, 1)).toBe(true);
  });

  it('holds how many are under way at once', () => {
    const account = limiter({ concurrency: 1 });
    expect(account.admit(0, 0, 1)).toBe(true);
    expect(account.admit(0, 0, 1)).toBe(false);
    account.release(5, 0);
    expect(account.admit(5, 0, 1)).toBe(true);
  });

  it("holds a tier's own requests per minute without touching the other tiers", () => {
    const account = limiter({ 'priority.rpm': 1 });
    expect([account.admit(0, 0, 1), account.admit(0, 0, 1), account.admit(0, 1, 1)]).toEqual([true, false, true]);
  });

  it('charges a refused attempt nothing', () => {
    const account = limiter({ rpm: 2, inputTpm: 50 });
    expect(account.admit(0, 0, 40)).toBe(true);
    expect(account.admit(0, 0, 40)).toBe(false);
    expect(account.admit(0, 0, 10)).toBe(true);
    expect(account.admit(0, 0, 0)).toBe(false);
  });
});
