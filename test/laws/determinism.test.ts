import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY, type Scenario, type TrafficClass } from '../../src/models/scenario.js';
import { Run, simulate } from '../../src/sim/simulate.js';
import { fixed, scenario as made, tier, traffic } from '../helpers/scenario.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, ran, TIMEOUT_MS } from './run.js';

const OPTIONS = { version: 'test', hash: '' };

describe('the same scenario', { timeout: TIMEOUT_MS }, () => {
  it('gives the same bytes twice, records and fingerprint too', () => {
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        expect(JSON.stringify(fresh(scenario))).toBe(JSON.stringify(fresh(scenario)));
      }),
      DRAWS,
    );
  });

  it('gives the same bytes however the run is cut into slices', () => {
    fc.assert(
      fc.property(
        drawnScenario(),
        fc.array(fc.integer({ min: 0, max: 30_000_000 }), { maxLength: 20 }),
        fc.boolean(),
        (scenario, cuts, cutsAtTheEnd) => {
          const run = new Run(scenario, OPTIONS);
          for (const cutUs of [...cuts].sort((a, b) => a - b)) run.advance(cutUs);
          if (cutsAtTheEnd) run.advance(scenario.durationUs);
          run.advance(Number.POSITIVE_INFINITY);
          expect(JSON.stringify(run.summary())).toBe(JSON.stringify(simulate(scenario, OPTIONS)));
        },
      ),
      DRAWS,
    );
  });

  it('has handed over the rows of all that has ended by the end of a slice, and those of nothing later', () => {
    fc.assert(
      fc.property(drawnScenario(), fc.integer({ min: 0, max: 10_000_000 }), (scenario, cutUs) => {
        const ends: number[] = [];
        const run = new Run(scenario, { ...OPTIONS, onRecord: ({ endUs }) => ends.push(endUs) });
        run.advance(cutUs);
        const early = ends.length;
        run.advance(Number.POSITIVE_INFINITY);
        run.summary();
        expect(ends.slice(0, early).every((endUs) => endUs <= cutUs)).toBe(true);
        expect(ends.slice(early).every((endUs) => endUs > cutUs || endUs === scenario.durationUs)).toBe(true);
      }),
      DRAWS,
    );
  });

  it('gives another run under another seed', () => {
    const scenario = made({ durationUs: 100_000_000 });
    const other = { ...scenario, seed: '2' };
    expect(simulate(scenario, OPTIONS).run.fingerprint).not.toBe(simulate(other, OPTIONS).run.fingerprint);
  });

  it('may be asked for its summary again', () => {
    fc.assert(
      fc.property(drawnScenario(), fc.integer({ min: 0, max: 10_000_000 }), (scenario, stopUs) => {
        const run = new Run(scenario, OPTIONS);
        run.advance(stopUs);
        const first = JSON.stringify(run.summary());
        run.advance(Number.POSITIVE_INFINITY);
        expect(JSON.stringify(run.summary())).toBe(first);
      }),
      { ...DRAWS, numRuns: DRAWS.numRuns / 2 },
    );
  });
});

describe('chance', { timeout: TIMEOUT_MS }, () => {
  it('a new traffic class leaves the arrivals and lengths of the others as they were', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = { ...drawn, traffic: drawn.traffic.filter(isOpen) };
        fc.pre(scenario.traffic.length > 0);
        const added = traffic({
          name: 'added',
          tiers: [{ tier: 'priority', value: 1 }],
          input: fixed(50),
          output: fixed(9),
        });
        const crowded = { ...scenario, traffic: [added, ...scenario.traffic] };
        for (const { name } of scenario.traffic) expect(requestsOf(crowded, name)).toBe(requestsOf(scenario, name));
      }),
      DRAWS,
    );
  });

  it('other policies, limits and machines meet the same requests', () => {
    fc.assert(
      fc.property(drawnScenario(), drawnScenario(), (scenario, other) => {
        const open = scenario.traffic.filter(isOpen);
        fc.pre(open.length > 0);
        const { seed, durationUs, initial } = scenario;
        const changed = { ...other, seed, durationUs, initial, traffic: open };
        changed.traffic = changed.traffic.map((one) => ({ ...one, account: null }));
        for (const { name } of open)
          expect(requestsOf(changed, name)).toBe(requestsOf({ ...scenario, traffic: open }, name));
      }),
      DRAWS,
    );
  });
});

/** Users and conversations wait for answers, so when they ask depends on the fleet. */
function isOpen({ arrivals, sessions }: TrafficClass): boolean {
  return arrivals.kind !== 'users' && sessions === null;
}

/** What the requests of a class were at their birth: when, how long a prompt, which tier. */
function requestsOf(scenario: Scenario, name: string): string {
  const requests = ran(scenario)
    .records.filter((record) => record.class === name && record.attempt === 1)
    .sort((a, b) => a.request - b.request)
    .map(({ sentUs, promptTokens, tierAsked }) => [sentUs, promptTokens, tierAsked]);
  return JSON.stringify(requests);
}

describe('output lengths', () => {
  it('do not change when a class is added', () => {
    const alone = made({ durationUs: 200_000_000, drain: true });
    const crowded = {
      ...alone,
      traffic: [traffic({ name: 'other', arrivals: { kind: 'poisson', perSecond: 3 } }), ...alone.traffic],
    };
    const lengths = (scenario: Scenario): number[] =>
      ran(scenario)
        .records.filter((record) => record.class === 'all')
        .sort((a, b) => a.request - b.request)
        .map(({ outputTokens }) => outputTokens);
    expect(lengths(alone).length).toBeGreaterThan(100);
    expect(lengths(crowded)).toEqual(lengths(alone));
  });
});

describe('tiers without contention', { timeout: TIMEOUT_MS }, () => {
  it('priority and standard are equal to the last bit when nothing ever waits', () => {
    fc.assert(
      fc.property(drawnScenario(), fc.nat(), (drawn, seed) => {
        const scenario = quiet(drawn, seed);
        const times = (name: string) =>
          ran({ ...scenario, traffic: [{ ...scenario.traffic[0]!, tiers: [{ tier: name, value: 1 }] }] }).records.map(
            ({ sentUs, scheduledUs, firstTokenUs, lastTokenUs, outcome }) => [
              sentUs,
              scheduledUs,
              firstTokenUs,
              lastTokenUs,
              outcome,
            ],
          );
        const standard = times('standard');
        // An engine that begins a request the moment it comes lets nothing wait.
        fc.pre(standard.length > 0 && standard.every(([sentUs, scheduledUs]) => scheduledUs === sentUs));
        expect(times('priority')).toEqual(standard);
      }),
      DRAWS,
    );
  });

  it('mixed with standard, priority still leaves every time as it was when nothing ever waits', () => {
    fc.assert(
      fc.property(drawnScenario(), fc.nat(), (drawn, seed) => {
        const scenario = quiet(drawn, seed);
        const times = (priorityShare: number) => {
          const tiers = [
            { tier: 'priority', value: priorityShare },
            { tier: 'standard', value: 1 - priorityShare },
          ];
          return ran({ ...scenario, traffic: [{ ...scenario.traffic[0]!, tiers }] }).records.map((record) => ({
            ...record,
            tierAsked: '',
            tierServed: '',
            billedPico: 0,
          }));
        };
        const standard = times(0.001);
        fc.pre(standard.length > 0 && standard.every(({ sentUs, scheduledUs }) => scheduledUs === sentUs));
        expect(times(0.5)).toEqual(standard);
      }),
      DRAWS,
    );
  });
});

/** One request every five seconds on the drawn machines, and tiers that differ in rank only. */
function quiet(drawn: Scenario, seed: number): Scenario {
  const [first] = drawn.traffic;
  return {
    ...drawn,
    seed: String(seed),
    durationUs: 60_000_000,
    drain: true,
    initial: EMPTY,
    provider: {
      ...drawn.provider,
      support: [],
      tiers: [tier('priority', { rank: 300 }), tier('standard', { rank: 200 })],
    },
    pools: drawn.pools.map((pool) => ({ ...pool, tiers: null, tierWeights: null, reservedSlots: [] })),
    accounts: [],
    events: [],
    traffic: [
      {
        ...first!,
        account: null,
        arrivals: { kind: 'constant', perSecond: 0.2 },
        input: { kind: 'exponential', mean: 60, min: 1, max: 300 },
        output: { kind: 'exponential', mean: 20, min: 1, max: 60 },
        client: traffic().client,
      },
    ],
  };
}
