import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { type Attempt, AttemptState } from '../../src/sim/attempt.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { World } from '../../src/sim/world.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, fresh, TIMEOUT_MS } from './run.js';

/** What a test may see of a world that nobody else may. */
interface Insides {
  readonly attempts: { live(): Iterable<Attempt> };
  handle(kind: number, subject: number): void;
}

/** Attempts under way, by tier asked for, counted between all events and integrated: attempts x microseconds. */
function watched(scenario: Scenario): { readonly present: number[]; readonly records: readonly AttemptRecord[] } {
  const records: AttemptRecord[] = [];
  const world = new World(scenario, {
    run: 1,
    traces: new Map(),
    ttftThresholdsUs: [],
    onRecord: (record) => records.push({ ...record }),
    onEvent: null,
  });
  const insides = world as unknown as Insides;
  const handle = insides.handle.bind(world);
  const present = scenario.provider.tiers.map(() => 0);
  let lastUs = 0;
  insides.handle = (kind, subject) => {
    const { nowUs } = world.simulation;
    for (const { state, tierAsked } of insides.attempts.live()) {
      if (state !== AttemptState.pending) present[tierAsked]! += nowUs - lastUs;
    }
    lastUs = nowUs;
    handle(kind, subject);
  };
  world.advance(scenario.durationUs);
  return { present, records };
}

const FEW = { ...DRAWS, numRuns: Math.ceil(DRAWS.numRuns / 2) };
const TO_ZERO = {
  signal: 'running',
  target: 3,
  min: 0,
  max: 3,
  intervalUs: 500_000,
  averageUs: 0,
  lagUs: 0,
} as const;

/** How many attempts there were. */
function expectToHold(drawn: Scenario): number {
  const scenario = { ...drawn, warmupUs: 0, drain: false };
  const { present, records } = watched(scenario);
  for (const [index, { name }] of scenario.provider.tiers.entries()) {
    const stays = records.filter(({ tierAsked }) => tierAsked === name).map(({ sentUs, endUs }) => endUs - sentUs);
    expect(present[index]).toBe(stays.reduce((sum, us) => sum + us, 0));
  }
  return records.length;
}

describe("Little's law", { timeout: TIMEOUT_MS }, () => {
  it('holds for each tier: who is there at any moment adds up to how long everybody stayed', () => {
    let busy = 0;
    fc.assert(
      fc.property(drawnScenario(), (scenario) => {
        busy += expectToHold(scenario);
      }),
      FEW,
    );
    expect(busy).toBeGreaterThan(1000);
  });

  it('holds for what waits when the run begins, and for pools that go to sleep and are woken', () => {
    const beginnings = fc.record({
      requests: fc.integer({ min: 0, max: 30 }),
      cacheFill: fc.constantFrom(0, 0.4),
      cooldownUs: fc.constantFrom(0, 1_000_000),
    });
    let asleep = 0;
    fc.assert(
      fc.property(drawnScenario(), beginnings, (drawn, { requests, cacheFill, cooldownUs }) => {
        const pools = drawn.pools.map((pool): Scenario['pools'][number] => {
          const { operations } = pool;
          return { ...pool, operations: { ...operations, autoscale: { ...TO_ZERO, cooldownUs } } };
        });
        const queued = [{ class: drawn.traffic[0]!.name, requests }];
        const scenario = { ...drawn, pools, initial: { queued, cacheFill } };
        expectToHold(scenario);
        const { summary, records } = fresh(scenario);
        expect(records.length).toBe(summary.run.attempts);
        for (const tier of Object.values(summary.tiers)) {
          expect(Object.values(tier.outcomes).reduce((sum, count) => sum + count, 0)).toBe(tier.attempts);
        }
        for (const { nodeHoursByState } of Object.values(summary.pools)) if (nodeHoursByState.off > 0) asleep++;
      }),
      FEW,
    );
    expect(asleep).toBeGreaterThan(20);
  });
});
