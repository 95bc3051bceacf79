import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, ran, TIMEOUT_MS } from './run.js';

const FEW = { ...DRAWS, numRuns: Math.ceil(DRAWS.numRuns / 2) };

describe('what waits at the start', { timeout: TIMEOUT_MS }, () => {
  it('is sent at t = 0 before all others, to the last request of each class', () => {
    let waited = 0;
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { records } = ran(scenario);
        const { queued } = scenario.initial;
        const all = queued.reduce((sum, { requests }) => sum + requests, 0);
        const firstTries = records.filter(({ attempt }) => attempt === 1).sort((a, b) => a.request - b.request);
        const waiting = firstTries.slice(0, all);
        expect(waiting.filter(({ sentUs }) => sentUs !== 0)).toEqual([]);
        expect(queued.map(({ class: name }) => waiting.filter((record) => record.class === name).length)).toEqual(
          queued.map(({ requests }) => requests),
        );
        waited += all;
      }),
      DRAWS,
    );
    expect(waited).toBeGreaterThan(200);
  });

  it('was let in before: no limit and no admission turns it away', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const { records } = ran(scenario);
        const waiting = scenario.initial.queued.reduce((sum, { requests }) => sum + requests, 0);
        const turnedAway = records.filter(
          ({ request, attempt, outcome }) =>
            request <= waiting && attempt === 1 && (outcome === 'rateLimited' || outcome === 'shed'),
        );
        expect(turnedAway).toEqual([]);
      }),
      DRAWS,
    );
  });

  it('moves no later request', () => {
    let compared = 0;
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        // What users of a closed loop and conversations send depends on what was answered.
        const open = scenario.traffic.filter(
          ({ arrivals, sessions }) => arrivals.kind !== 'users' && sessions === null,
        );
        const sent = (records: readonly AttemptRecord[]) =>
          records
            .filter(({ attempt, sentUs }) => attempt === 1 && sentUs > 0)
            .filter((record) => open.some(({ name }) => name === record.class))
            .sort((a, b) => a.request - b.request)
            .map((record) => [record.class, record.sentUs, record.tierAsked, record.promptTokens]);
        const later = sent(ran(scenario).records);
        expect(later).toEqual(sent(fresh({ ...scenario, initial: EMPTY }).records));
        if (scenario.initial.queued.some(({ requests }) => requests > 0)) compared += later.length;
      }),
      FEW,
    );
    expect(compared).toBeGreaterThan(500);
  });
});
