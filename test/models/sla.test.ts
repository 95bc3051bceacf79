import { describe, expect, it } from 'vitest';
import { answer } from '../../src/models/providers/build.js';
import { availability, countedCauses } from '../../src/models/sla.js';

const FAULTS = ['unavailable', 'node_down'] as const;
const counts = { attempts: 1000, rateLimited: 100, shed: 400 };

describe('what counts against a promise', () => {
  it('is what the profile says of each cause', () => {
    const answers = {
      overloaded: answer('overloaded', { status: 503, slaCounted: true }),
      unavailable: answer('unavailable', { status: 503 }),
    };
    expect(countedCauses({ answers })).toEqual(['overloaded', 'unavailable', 'node_down']);
  });

  it('is a fault of the platform where it says nothing; a broken node is a service that is not there', () => {
    expect(countedCauses({ answers: {} })).toEqual(FAULTS);
    const unavailable = answer('unavailable', { status: 503, slaCounted: false });
    expect(countedCauses({ answers: { unavailable } })).toEqual([]);
  });
});

describe('availability', () => {
  it('has two denominators: all attempts, and those that no limit and no overload turned away', () => {
    const causes = new Map([
      ['overloaded', 400],
      ['rate_limited', 100],
      ['unavailable', 3],
      ['node_down', 2],
    ] as const);
    expect(availability({ ...counts, causes }, FAULTS)).toEqual({ offered: 0.995, admitted: 0.99 });
  });

  it('counts a shed attempt among all where the promise says so, and never among those let in', () => {
    const causes = new Map([['overloaded', 400]] as const);
    expect(availability({ ...counts, causes }, [...FAULTS, 'overloaded'])).toEqual({ offered: 0.6, admitted: 1 });
  });

  it('is not known of nobody', () => {
    const causes = new Map([['rate_limited', 7]] as const);
    expect(availability({ attempts: 0, rateLimited: 0, shed: 0, causes: new Map() }, FAULTS).offered).toBeNull();
    expect(availability({ attempts: 7, rateLimited: 7, shed: 0, causes }, FAULTS)).toEqual({
      offered: 1,
      admitted: null,
    });
  });
});
