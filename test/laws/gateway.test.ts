import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findClient } from '../../src/models/clients.js';
import type { Admission, LimiterSpec } from '../../src/models/provider.js';
import { limiter } from '../../src/models/providers/build.js';
import type { Scenario } from '../../src/models/scenario.js';
import { stream } from '../../src/sim/core/random.js';
import { contextsOf } from '../../src/sim/gateway/context-fit.js';
import { Gateway } from '../../src/sim/gateway/gateway.js';
import type { GatewayPool, Route } from '../../src/sim/gateway/route.js';
import { makeRouter } from '../../src/sim/gateway/router.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, TIMEOUT_MS } from './run.js';

const FEW = { ...DRAWS, numRuns: Math.ceil(DRAWS.numRuns / 4) };

describe('who is rate limited', { timeout: TIMEOUT_MS }, () => {
  /** Open arrivals and nobody who tries again: what is sent does not depend on what is answered. */
  const openLoop = (drawn: Scenario, limiters: readonly LimiterSpec[]): Scenario => ({
    ...drawn,
    provider: { ...drawn.provider, limiters: limiters.filter(({ per }) => !per.includes('account')) },
    accounts: drawn.accounts.map((account) => ({
      ...account,
      limiters: limiters.filter(({ per }) => per.includes('account')),
    })),
    traffic: drawn.traffic.map((one) => ({
      ...one,
      client: findClient('none')!,
      sessions: null,
      arrivals: one.arrivals.kind === 'users' ? { kind: 'poisson', perSecond: 8 } : one.arrivals,
    })),
    pools: drawn.pools.map((pool) => ({ ...pool, nodes: 2, tiers: null, tierWeights: null })),
    events: [],
  });
  const halved = (scenario: Scenario): Scenario => ({
    ...scenario,
    pools: scenario.pools.map((pool) => ({ ...pool, nodes: 1 })),
  });
  const limited = (scenario: Scenario): string[] =>
    fresh(scenario)
      .records.filter(({ outcome }) => outcome === 'rateLimited')
      .map(({ request, cause }) => `${request} ${cause}`)
      .sort();
  const onArrival = fc.constantFrom<LimiterSpec>(
    limiter('rpm', 20),
    limiter('inputTpm', 1000),
    limiter('priority.rpm', 9, { action: { do: 'downgrade', to: 'standard' } }),
    limiter('whole', 25, { per: [], window: { kind: 'fixed', us: 5_000_000 } }),
    limiter('ramp', 5, {
      window: { kind: 'ramp', start: 20, growth: 0.5, periodUs: 5_000_000 },
      cause: 'ramp_limited',
    }),
    limiter('weighted', 10, { weightByTier: [{ tier: 'flex', weight: 0.3 }] }),
  );

  it('is the same whatever the fleet, where limits count what is known on arrival', () => {
    let any = 0;
    fc.assert(
      fc.property(drawnScenario(), fc.uniqueArray(onArrival, { minLength: 1, maxLength: 3 }), (drawn, limiters) => {
        const scenario = openLoop(drawn, limiters);
        const whole = limited(scenario);
        any += whole.length;
        expect(limited(halved(scenario))).toEqual(whole);
      }),
      FEW,
    );
    expect(any).toBeGreaterThan(100);
  });

  it('and a limit on what is under way, which does depend on it, is caught', () => {
    const details = fc.check(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = openLoop(drawn, [limiter('concurrency', 2)]);
        expect(limited(halved(scenario))).toEqual(limited(scenario));
      }),
      FEW,
    );
    expect(details.failed).toBe(true);
  });
});

describe('shedding is monotone: at one decision state nobody is shed where a tier that is shed earlier is let in', () => {
  interface State {
    readonly load: number;
    readonly kvUse: number;
    readonly waiting: number;
    readonly predictedUs: number;
    readonly pressure: number;
  }
  const poolIn = (state: State): GatewayPool => ({
    index: 0,
    activeNodes: 1,
    nodeAt: () => 0,
    loadOf: () => state.load,
    leastLoadedNode: 0,
    leastLoad: state.load,
    kvUseOf: () => state.kvUse,
    maxModelLen: 1000,
    seats: 8,
    leastPressedNode: () => 0,
    costPicoPerHour: 1,
    watts: 1,
    dispatchPressure: () => state.pressure,
    waitingOf: () => state.waiting,
    waitingTokensOf: () => state.waiting * 50,
    predictTtftUs: () => state.predictedUs,
    nodeFor: () => 0,
    findNode: () => 0,
    admits: () => true,
    hasSpace: () => true,
    isHungry: () => true,
  });
  const lets = (state: State, admission: Admission): boolean => {
    const pool = poolIn(state);
    const route: Route<GatewayPool> = {
      tierServed: 0,
      tierQueued: 0,
      refusal: null,
      ...contextsOf([[pool]]),
      limiters: null,
      admission,
      signal: null,
      onNoCapacity: 'shed',
      downgrade: null,
      limitDowngrades: new Map(),
      line: -1,
      isHeld: false,
      bindsLate: false,
      dispatchAtPressure: 1,
      mayBeAsleep: false,
      isAsynchronous: false,
    };
    const lines = { isFull: () => false, isBehind: () => false, keepsOut: () => false, tokensAhead: () => 0 };
    const gateway = new Gateway(makeRouter('least-loaded', stream('a', 1, 'b')), pool, route, lines);
    const offer = { request: 1, sentUs: 0, class: 0, tierAsked: 0, promptTokens: 5, sharedTokens: 0, sharedFamily: 0 };
    return gateway.decide(0, offer, route).kind === 'dispatch';
  };
  const states = fc.record<State>({
    load: fc.integer({ min: 0, max: 10 }),
    kvUse: fc.double({ min: 0, max: 1, noNaN: true }),
    waiting: fc.integer({ min: 0, max: 10 }),
    predictedUs: fc.integer({ min: 0, max: 30_000 }),
    pressure: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const count = fc.integer({ min: 0, max: 10 });
  /** Two thresholds of one kind, the first the more patient one. */
  const ordered = (n: fc.Arbitrary<number>): fc.Arbitrary<readonly [number, number]> =>
    fc.tuple(n, n).map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const);
  const pairs: fc.Arbitrary<readonly [Admission, Admission]> = fc.oneof(
    ordered(fc.integer({ min: 0, max: 30_000 })).map(([a, b]) => {
      const of = (shedAboveUs: number): Admission => ({ kind: 'predicted-ttft', shedAboveUs });
      return [of(a), of(b)] as const;
    }),
    ordered(count).map(([a, b]) => {
      const of = (shedAbove: number): Admission => ({ kind: 'queue-depth', shedAbove });
      return [of(a), of(b)] as const;
    }),
    ordered(share).map(([a, b]) => {
      const of = (shedAbove: number): Admission => ({ kind: 'kv-pressure', shedAbove });
      return [of(a), of(b)] as const;
    }),
    ordered(share).map(([a, b]) => {
      const of = (held: number): Admission => ({ kind: 'holdback', share: held });
      return [of(b), of(a)] as const;
    }),
    fc.tuple(ordered(count), ordered(count)).map(([[a, b], [c, d]]) => {
      const of = (requests: number, tokens: number): Admission => {
        return { kind: 'vllm-queue-caps', requests, tokens: tokens * 50 };
      };
      return [of(a, c), of(b, d)] as const;
    }),
  );

  it('for every kind of admission', () => {
    fc.assert(
      fc.property(states, pairs, (state, [patient, hasty]) => {
        if (lets(state, hasty)) expect(lets(state, patient)).toBe(true);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('and thresholds the wrong way round are caught', () => {
    const details = fc.check(
      fc.property(states, pairs, (state, [patient, hasty]) => !lets(state, patient) || lets(state, hasty)),
      { numRuns: 2000, seed: 7 },
    );
    expect(details.failed).toBe(true);
  });
});

describe('reserved slots', { timeout: TIMEOUT_MS }, () => {
  it('are never taken by lower tiers, recomputed from the records', () => {
    let busiest = 0;
    fc.assert(
      fc.property(drawnScenario(), fc.integer({ min: 1, max: 3 }), (drawn, reserved) => {
        const scenario: Scenario = {
          ...drawn,
          warmupUs: 0,
          provider: {
            ...drawn.provider,
            support: [],
            tiers: drawn.provider.tiers.map((tier, i) => ({ ...tier, rank: 3 - i, eviction: null })),
          },
          pools: drawn.pools.map((pool) => ({
            ...pool,
            engine: { ...pool.engine, maxNumSeqs: 4 },
            reservedSlots: [{ tier: 'priority', value: reserved }],
          })),
        };
        const lower = fresh(scenario).records.filter((r) => r.scheduledUs >= 0 && r.tierServed !== 'priority');
        // Each model of a node has an engine, and seats, of its own.
        const engineOf = ({ node, model }: { node: number; model: string }) => `${node} ${model}`;
        for (const engine of new Set(lower.map(engineOf))) {
          const changes = lower
            .filter((record) => engineOf(record) === engine && record.endUs > record.scheduledUs)
            .flatMap(({ scheduledUs, endUs }) => [[scheduledUs, 1] as const, [endUs, -1] as const])
            .sort(([a, aBy], [b, bBy]) => a - b || aBy - bBy);
          let now = 0;
          for (const [, by] of changes) {
            busiest = Math.max(busiest, (now += by));
            expect(now).toBeLessThanOrEqual(4 - reserved);
          }
        }
      }),
      FEW,
    );
    expect(busiest).toBeGreaterThanOrEqual(2);
  });
});
