import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario, TrafficClass } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { slots } from '../helpers/scenario.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, TIMEOUT_MS } from './run.js';

/** What a class asked for, whatever came of it: first tries, in the order of sending. */
function asked({ records }: { readonly records: readonly AttemptRecord[] }, name: string): string[] {
  return records
    .filter((record) => record.class === name && record.attempt === 1)
    .sort((a, b) => a.request - b.request)
    .map(({ sentUs, tierAsked, promptTokens }) => `${sentUs} ${tierAsked} ${promptTokens}`);
}

const isOpen = ({ arrivals, sessions }: TrafficClass): boolean => arrivals.kind !== 'users' && sessions === null;

describe('random streams', { timeout: TIMEOUT_MS }, () => {
  it('adding a class shifts no other: each asks at the same times for the same', () => {
    let compared = 0;
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        for (const one of scenario.traffic.filter(isOpen)) {
          const alone = asked(fresh({ ...scenario, traffic: [one] }), one.name);
          expect(asked(fresh(scenario), one.name)).toEqual(alone);
          if (scenario.traffic.length > 1) compared += alone.length;
        }
      }),
      { ...DRAWS, numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('a faster fleet moves no draw either', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const other: Scenario = {
          ...scenario,
          pools: scenario.pools.map((pool) => ({ ...pool, engine: slots(500, { maxModelLen: 512 }) })),
        };
        for (const { name } of scenario.traffic.filter(isOpen)) {
          expect(asked(fresh(other), name)).toEqual(asked(fresh(scenario), name));
        }
      }),
      { ...DRAWS, numRuns: 60 },
    );
  });
});
