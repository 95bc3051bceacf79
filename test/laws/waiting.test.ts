import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { FreedEngines } from '../../src/sim/fleet/freed-engines.js';
import { WaitingLines } from '../../src/sim/gateway/waiting-lines.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, TIMEOUT_MS } from './run.js';

describe('work that waits at the gateway', { timeout: TIMEOUT_MS }, () => {
  afterEach(() => vi.restoreAllMocks());

  const fingerprint = (scenario: Scenario): string => fresh(scenario).summary.run.fingerprint;
  /** A line that others might keep out is asked at every occasion; here every line is. */
  const askedAlways = (scenario: Scenario): string => {
    const rivals = vi.spyOn(WaitingLines.prototype, 'hasRivals').mockReturnValue(true);
    try {
      return fingerprint(scenario);
    } finally {
      rivals.mockRestore();
    }
  };
  const held = drawnScenario().filter(({ provider }) => provider.tiers.some(({ hold }) => hold !== null));

  it('goes on at the same instants when only nodes that gave something up are looked at', () => {
    fc.assert(
      fc.property(held, (drawn) => {
        expect(fingerprint(drawn)).toBe(askedAlways(drawn));
      }),
      DRAWS,
    );
  });

  it('and a node whose giving up goes unnoticed is caught', () => {
    vi.spyOn(FreedEngines.prototype, 'note').mockReturnValue();
    const details = fc.check(
      fc.property(held, (drawn) => {
        expect(fingerprint(drawn)).toBe(askedAlways(drawn));
      }),
      DRAWS,
    );
    expect(details.failed).toBe(true);
  });
});
