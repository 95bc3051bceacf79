import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/models/outcome.js';
import { drawnScenario } from './drawn-scenario.js';
import { CASES, DRAWS, ran, TIMEOUT_MS } from './run.js';

/** Laws that are tried on scenarios without trouble prove nothing. */
describe('the drawn scenarios', { timeout: TIMEOUT_MS }, () => {
  it('meet every outcome, preemption, eviction, cached prefixes, waste, changes of tier and nodes taken over', () => {
    const seen = new Set<string>();
    for (const scenario of fc.sample(drawnScenario(), DRAWS)) {
      const { records, summary } = ran(scenario);
      for (const { name, nodes, operations } of scenario.pools) {
        const { starting, idle, active } = summary.pools[name]!.nodeHoursByState;
        if (operations.takesFrom !== undefined && nodes === 0 && starting + idle + active > 0) seen.add('taken over');
      }
      for (const record of records) {
        seen.add(record.outcome);
        if (record.preemptions > 0) seen.add('preempted');
        if (record.evictions > 0) seen.add('requeued');
        if (record.cachedTokens > 0) seen.add('cached');
        if (record.wastedTokens > 0) seen.add('wasted');
        if (record.attempt > 1) seen.add('retried');
        if (record.tierServed !== '' && record.tierServed !== record.tierAsked) seen.add('downgraded');
      }
    }
    expect([...seen].sort()).toEqual(
      [...OUTCOMES, 'requeued', 'preempted', 'cached', 'wasted', 'retried', 'downgraded', 'taken over'].sort(),
    );
  });

  it('let a law fail that does not hold: nothing is ever shed', () => {
    const details = fc.check(
      fc.property(drawnScenario(), (scenario) => ran(scenario).records.every(({ outcome }) => outcome !== 'shed')),
      DRAWS,
    );
    expect(details.failed).toBe(true);
    expect(details.numRuns).toBeLessThan(CASES);
  });

  it('let a law fail that is off by one: a request has fewer attempts than its client may make', () => {
    const details = fc.check(
      fc.property(drawnScenario(), (scenario) =>
        ran(scenario).records.every(({ attempt, class: name }) => {
          return attempt < 1 + scenario.traffic.find((one) => one.name === name)!.client.retries;
        }),
      ),
      DRAWS,
    );
    expect(details.failed).toBe(true);
  });
});
