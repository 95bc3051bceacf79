import { describe, expect, it } from 'vitest';
import { availability } from '../../src/models/availability.js';
import type { Cause } from '../../src/models/outcome.js';
import { answer, answers } from '../../src/models/providers/build.js';

const sent = answers({ unavailable: 503, overloaded: 503, rate_limited: 429 });
const of = (attempts: number, causes: Partial<Record<Cause, number>>, given = sent) =>
  availability(attempts, new Map(Object.entries(causes) as [Cause, number][]), given);

describe('availability', () => {
  it('leaves out of its lower denominator whom limits and overload turned away', () => {
    const causes = { unavailable: 5, node_down: 5, overloaded: 60, rate_limited: 30, hold_expired: 7, patience: 3 };
    expect(of(200, causes)).toEqual({ offered: 1 - 10 / 200, admitted: 1 - 10 / 110 });
  });

  it('counts overload where the promise does', () => {
    const strict = { ...sent, overloaded: answer('overloaded', { status: 503, slaCounted: true }) };
    expect(of(100, { overloaded: 10 }, strict)).toEqual({ offered: 0.9, admitted: 0.9 });
  });

  it('is not known without attempts', () => {
    expect(of(0, {})).toEqual({ offered: null, admitted: null });
    expect(of(3, { overloaded: 3 })).toEqual({ offered: 1, admitted: null });
  });
});
