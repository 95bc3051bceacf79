import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import type { MakeEngine } from '../../src/sim/engine/node-engine.js';
import { EventKind } from '../../src/sim/event-kind.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import {
  exponential,
  FLAT_STEP,
  pool,
  provider,
  SECOND_US,
  scenario,
  tier,
  traffic,
  vllm,
} from '../helpers/scenario.js';
import { Replica as SteppingReplica } from '../reference/engine/replica.js';
import { drawnWorld } from './drawn-world.js';

/** A failure prints the seed and the path that repeat it. */
const RUNS = process.env['TIERSIM_FULL'] ? 100_000 : 1_000;

const stepping: MakeEngine = (...parts) => new SteppingReplica(...parts);

/** All that a run says: every field of every record in the order in which they come, and the whole summary. */
function told(scenario: Scenario, makeEngine?: MakeEngine): { records: AttemptRecord[]; summary: unknown } {
  const records: AttemptRecord[] = [];
  const summary = simulate(scenario, {
    version: 'test',
    hash: '',
    onRecord: (record) => records.push({ ...record }),
    ...(makeEngine === undefined ? {} : { makeEngine }),
  });
  return { records, summary: JSON.parse(JSON.stringify(summary)) };
}

/** The stepping engine has no way to fill its cache beforehand. */
function cold(scenario: Scenario): Scenario {
  return { ...scenario, initial: { ...scenario.initial, cacheFill: 0 } };
}

/** How often nodes were woken. */
function alarms(scenario: Scenario, makeEngine?: MakeEngine): number {
  let count = 0;
  simulate(scenario, {
    version: 'test',
    hash: '',
    onEvent: (_timeUs, kind) => {
      if (kind === EventKind.step) count++;
    },
    ...(makeEngine === undefined ? {} : { makeEngine }),
  });
  return count;
}

function expectSame(scenario: Scenario): void {
  const expected = told(scenario, stepping);
  const actual = told(scenario);
  const isSame = (record: AttemptRecord, index: number): boolean =>
    JSON.stringify(record) === JSON.stringify(actual.records[index]);
  const first = expected.records.findIndex((record, index) => !isSame(record, index));
  if (first >= 0) expect(actual.records[first]).toEqual(expected.records[first]);
  expect(first).toBe(-1);
  expect(actual.records).toHaveLength(expected.records.length);
  expect(actual.summary).toEqual(expected.summary);
}

describe('a world of leaping engines is the world of stepping ones', () => {
  it('in every record, every figure and the fingerprint', () => {
    fc.assert(fc.property(drawnWorld().map(cold), expectSame), { numRuns: RUNS });
  }, 36_000_000);

  it('where a step of one node sends held work to another whose leap has a boundary at that very microsecond', () => {
    const hold = { maxQueued: null, maxWaitUs: 20 * SECOND_US, dispatchAtPressure: 0.3, asynchronous: false };
    const roundSteps = { ...FLAT_STEP, basePs: 10e9 };
    const engine = vllm({ maxNumSeqs: 24, kvBlocks: 40, maxModelLen: 512 });
    expectSame(
      scenario({
        durationUs: 10 * SECOND_US,
        provider: provider({ tiers: [tier('standard', { hold })] }),
        pools: [pool({ nodes: 2, engine, stepTime: roundSteps })],
        traffic: [
          traffic({
            arrivals: { kind: 'constant', perSecond: 20 },
            input: { ...exponential(150), max: 400 },
            output: { ...exponential(30), max: 100 },
          }),
        ],
      }),
    );
  });

  it('where less urgent work may go to a node that is of no use to those who wait before it', () => {
    const node = { engine: vllm({ maxNumSeqs: 1, maxModelLen: 512 }), stepTime: { ...FLAT_STEP, basePs: 10e9 } };
    const steady = (perSecond: number, meanOutput: number) => ({
      arrivals: { kind: 'constant', perSecond } as const,
      input: { ...exponential(20), max: 100 },
      output: { ...exponential(meanOutput), max: 300 },
    });
    expectSame(
      scenario({
        durationUs: 10 * SECOND_US,
        gateway: { ...scenario().gateway, queueing: 'gateway' },
        provider: provider({ tiers: [tier('standard', { rank: 200 }), tier('flex', { rank: 100 })] }),
        pools: [pool({ name: 'a', ...node }), pool({ name: 'b', ...node, tiers: ['flex'] })],
        traffic: [
          traffic({ name: 'standard', ...steady(3, 100) }),
          traffic({ name: 'flex', tiers: [{ tier: 'flex', value: 1 }], ...steady(1.3, 20) }),
        ],
      }),
    );
  });

  it('where many of one microsecond give way to one another, and yet come to an end', () => {
    const length = (mean: number, max: number) => ({ ...exponential(mean), max });
    const engine = vllm({
      policy: 'priority',
      maxNumSeqs: 8,
      maxNumBatchedTokens: 512,
      maxModelLen: 512,
      blockSize: 4,
      kvBlocks: 134,
      prefixCaching: false,
      chunkedPrefill: false,
      longPrefillThreshold: 40,
      reserveFullSequence: false,
      watermark: 0,
    });
    expectSame(
      scenario({
        durationUs: 7 * SECOND_US,
        drain: true,
        initial: { queued: [{ class: 'standard', requests: 6 }], cacheFill: 0 },
        pools: [pool({ engine, stepTime: { ...FLAT_STEP, basePs: 10e9 } })],
        traffic: [
          traffic({
            name: 'standard',
            arrivals: { kind: 'constant', perSecond: 0.01 },
            input: length(100, 300),
            output: length(300, 450),
          }),
        ],
      }),
    );
  });

  it('although it takes far fewer steps one by one, and in worlds with trouble of every kind', () => {
    const seen = {
      leaping: 0,
      stepping: 0,
      preempted: 0,
      cached: 0,
      wasted: 0,
      retried: 0,
      expired: 0,
      broken: 0,
      brokenRunning: 0,
    };
    for (const drawn of fc.sample(drawnWorld(), { seed: 7, numRuns: 150 })) {
      seen.leaping += alarms(drawn);
      seen.stepping += alarms(drawn, stepping);
      for (const record of told(drawn).records) {
        seen.preempted += record.preemptions;
        seen.cached += record.cachedTokens;
        seen.wasted += record.wastedTokens;
        if (record.attempt > 1) seen.retried++;
        if (record.outcome === 'expired') seen.expired++;
        if (record.cause === 'node_down') seen.broken++;
        if (record.cause === 'node_down' && record.outputTokens > 1) seen.brokenRunning++;
      }
    }
    const { leaping: leapt, stepping: stepped, ...trouble } = seen;
    expect(leapt).toBeLessThan(stepped / 2);
    for (const [kind, count] of Object.entries(trouble)) expect([kind, count > 10]).toEqual([kind, true]);
  });
});
