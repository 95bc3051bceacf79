import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { bindingOf } from '../../src/plan/binding.js';
import { peaksOf } from '../../src/plan/pool-peaks.js';
import { pool, runOf, SECOND_US, scenario, slots, type TraceRow, traced } from '../helpers/scenario.js';

describe('how close a pool came to its limits', () => {
  /** Ten minutes of one request a second, each a second long, of which the last minute brings four at a time. */
  const rows = (each: number): TraceRow[] =>
    Array.from({ length: 600 }, (_, at) => at).flatMap((at) =>
      Array.from({ length: at < 540 ? 1 : each }, (): TraceRow => [at, 1, 1000]),
    );
  const peaks = (overrides: Partial<Scenario>, classes: Parameters<typeof runOf>[1]) => {
    const base = { durationUs: 600 * SECOND_US, ...overrides };
    return peaksOf(scenario(base), runOf(base, classes).summary);
  };

  it('is judged by its busiest tenth of the time', () => {
    const found = peaks({ pools: [pool({ engine: slots(4) })] }, [traced(rows(4))]);
    expect(Object.keys(found)).toEqual(['main']);
    expect(found['main']!.seatUse).toBeGreaterThan(0.95);
    expect(bindingOf([found])).toMatchObject({ pool: 'main', resource: 'seats' });
  });

  it('is told of each model of a pool: one may be full while another is idle', () => {
    const { precision, stepTime, stepTimeSource, power } = pool();
    const others = [{ model: 'n', precision, engine: slots(2), stepTime, stepTimeSource, power }];
    const shared = pool({ models: ['m', 'n'], engine: slots(64), others });
    const found = peaks({ pools: [shared] }, [
      traced(rows(1), { name: 'few', model: 'm' }),
      traced(rows(2), { name: 'many', model: 'n' }),
    ]);
    expect(Object.keys(found)).toEqual(['main, m', 'main, n']);
    expect(found['main, m']!.seatUse).toBeLessThan(0.1);
    expect(found['main, n']!.seatUse).toBeGreaterThan(0.9);
    expect(found['main, n']!.waiting).toBeGreaterThan(1);
    expect(found['main, m']!.waiting).toBe(0);
    expect(bindingOf([found])).toMatchObject({ pool: 'main, n', resource: 'seats' });
  });
});
