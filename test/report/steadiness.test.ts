import { describe, expect, it } from 'vitest';
import { steadiness } from '../../src/report/steadiness.js';
import { renderTable } from '../../src/report/table.js';
import { simulate } from '../../src/sim/simulate.js';
import type { Summary } from '../../src/sim/summary.js';
import { pool, SECOND_US, scenario, slots, traffic } from '../helpers/scenario.js';

/** One M/M/1-like server: seats 1, one prompt step of a millisecond and one a token. */
function queue(overrides: Parameters<typeof scenario>[0]): Summary {
  const built = scenario({ durationUs: 400 * SECOND_US, warmupUs: 20 * SECOND_US, ...overrides });
  return simulate(built, { version: 'test', hash: '', detail: true });
}

const poisson = (perSecond: number) =>
  traffic({ arrivals: { kind: 'poisson', perSecond }, output: { kind: 'exponential', mean: 10, min: 1, max: null } });

describe('one run', () => {
  it('has an interval from batch means where the load is steady and light', () => {
    const found = steadiness(queue({ traffic: [poisson(30)], pools: [pool({ engine: slots(1) })] }));
    expect(found?.unsteady).toBeNull();
    expect(found?.notes[0]).toMatch(/mean TTFT [\d.]+ ms ± [\d.]+ ms \(95 %, 20 batch means of this run\)$/);
  });

  it('has none where the queue grows without end', () => {
    const found = steadiness(queue({ traffic: [poisson(120)], pools: [pool({ engine: slots(1) })] }));
    expect(found?.unsteady).toBe('for a part of the counted time no attempt of standard got a first token');
  });

  it('has none where the queue still fills', () => {
    const found = steadiness(queue({ traffic: [poisson(102)], pools: [pool({ engine: slots(1) })] }));
    expect(found?.unsteady).toMatch(/drifts over the counted time \(.* in its first half, .* in its second\)/);
  });

  it('has none where the load changes', () => {
    const arrivals = {
      kind: 'profile',
      points: [
        [0, 10],
        [400 * SECOND_US, 30],
      ],
    } as const;
    const summary = queue({ traffic: [{ ...poisson(1), arrivals }], pools: [pool({ engine: slots(1) })] });
    expect(steadiness(summary)?.unsteady).toMatch(/^the load of .* changes over time \(profile\)$/);
    const text = renderTable(summary, { color: false, width: 200, repeat: null });
    expect(text).toContain('Figures depend on the horizon: the load of');
  });

  it('says nothing without detail, or where several runs speak for it', () => {
    const summary = queue({ traffic: [poisson(30)], pools: [pool({ engine: slots(1) })] });
    expect(steadiness({ ...summary, detail: null })).toBeNull();
    const replications = { n: 3, confidence: 0.95, intervals: {}, fewer: {} };
    expect(steadiness({ ...summary, replications })).toBeNull();
  });
});
