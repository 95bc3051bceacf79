import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { World } from '../../src/sim/world.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, TIMEOUT_MS } from './run.js';

function ended(scenario: Scenario): World {
  const world = new World(scenario, { run: 1, traces: new Map(), ttftThresholdsUs: [], onRecord: null, onEvent: null });
  world.advance(Number.POSITIVE_INFINITY);
  return world;
}

describe('at the end of a run', { timeout: TIMEOUT_MS }, () => {
  it('every KV block is free again and no node holds anything, whether it drained or was cut', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        const world = ended(scenario);
        expect(world.hasEnded).toBe(true);
        for (const pool of world.fleet.pools) {
          for (let node = 0; node < pool.nodeCount; node++) {
            expect(pool.kvUseOf(node)).toBe(0);
            expect(pool.loadOf(node)).toBe(0);
          }
        }
      }),
      DRAWS,
    );
  });

  it('the gateway counts nothing as queued any more: no prompt goes before another and nothing presses', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        for (const pool of ended(scenario).fleet.pools) {
          for (let node = 0; node < pool.nodeCount; node++) expect(pool.dispatchPressure(node)).toBe(0);
          for (let tier = 0; tier < scenario.provider.tiers.length; tier++) expect(pool.tokensBefore(tier)).toBe(0);
        }
      }),
      DRAWS,
    );
  });

  it('a run that drains leaves nothing unfinished', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = { ...drawn, drain: true };
        const { books } = ended(scenario);
        for (const tier of books.tiers) expect(tier.outcomes.unfinished).toBe(0);
      }),
      DRAWS,
    );
  });
});
