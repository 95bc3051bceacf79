import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/models/scenario.js';
import { exponential as draw } from '../../src/sim/core/distributions.js';
import { type RandomStream, stream } from '../../src/sim/core/random.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { simulate } from '../../src/sim/simulate.js';
import { exponential, tier } from '../helpers/scenario.js';
import { erlangC, waitInManyServers } from './formulas.js';
import { type Estimate, expectEquivalent } from './measure.js';
import { type Job, lostWithoutQueue, waitsBehindOneQueue, waitsByRank } from './recursions.js';
import { REPLICATIONS, requests, STUDENT_T, TIMEOUT_MS } from './size.js';
import { delaySystem, MEAN_TICKS, ONE_TOKEN, poissonScenario, type System, singleStepPool } from './systems.js';

const COUNT = 20_000 * REPLICATIONS;

/** Records in order of arrival. */
function recordsOf(scenario: Scenario): AttemptRecord[] {
  const records: AttemptRecord[] = [];
  simulate(scenario, { version: 'test', hash: '', onRecord: (record) => records.push({ ...record }) });
  return records.sort((a, b) => a.request - b.request);
}

/** Microseconds: a millisecond a prompt token. */
function jobsOf(records: readonly AttemptRecord[]): Job[] {
  return records.map(({ sentUs, promptTokens }) => ({ arrival: sentUs, service: promptTokens * 1000 }));
}

const waitOf = ({ scheduledUs, sentUs }: AttemptRecord): number => scheduledUs - sentUs;

/** The same requests in the simulator and in a few lines that know no events: no chance is left, and no margin. */
describe('request by request', () => {
  it('one server makes everybody wait as long as the recursion says', () => {
    const system: System = {
      pool: singleStepPool(1),
      rates: [['standard', 0.8]],
      input: exponential(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: COUNT,
    };
    const records = recordsOf(poissonScenario(system, 'pathwise'));
    expect(records.map(waitOf)).toEqual(waitsBehindOneQueue(jobsOf(records), 1));
  });

  it('five servers behind one queue do too', () => {
    const records = recordsOf(poissonScenario(delaySystem(5, 4, COUNT), 'pathwise'));
    expect(records.map(waitOf)).toEqual(waitsBehindOneQueue(jobsOf(records), 5));
  });

  it('the urgent overtake the others in the queue, and nobody in service', () => {
    const system: System = {
      pool: singleStepPool(1),
      tiers: [tier('urgent', { rank: 100 }), tier('other', { rank: 0 })],
      rates: [
        ['urgent', 0.4],
        ['other', 0.4],
      ],
      input: exponential(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: COUNT,
    };
    const records = recordsOf(poissonScenario(system, 'pathwise'));
    const jobs = jobsOf(records).map((job, i) => ({ ...job, rank: records[i]!.tierAsked === 'urgent' ? 100 : 0 }));
    expect(records.map(waitOf)).toEqual(waitsByRank(jobs));
  });

  it('five servers without a queue shed exactly those who find all busy', () => {
    const system: System = {
      pool: singleStepPool(5),
      tiers: [tier('standard', { admission: { kind: 'queue-depth', shedAbove: 1 } })],
      rates: [['standard', 4]],
      input: exponential(MEAN_TICKS),
      output: ONE_TOKEN,
      requests: COUNT,
    };
    const records = recordsOf(poissonScenario(system, 'pathwise'));
    expect(records.map(({ outcome }) => outcome === 'shed')).toEqual(lostWithoutQueue(jobsOf(records), 5));
  });
});

/** A recursion needs no events, so its means are cheap: they close the way from the formulas to the simulator. */
describe('the recursions', { timeout: TIMEOUT_MS }, () => {
  it.each([
    { servers: 1, rate: 0.5 },
    { servers: 2, rate: 1 },
  ])('have the waits of the formulas: $servers servers at load $rate', ({ servers, rate }) => {
    const source = stream('recursions', servers, 'arrivals and services');
    const count = requests(12_000_000) / REPLICATIONS;
    const wait: number[] = [];
    const waiting: number[] = [];
    for (let run = 0; run < REPLICATIONS; run++) {
      const waits = waitsBehindOneQueue(randomJobs(source, rate, count), servers);
      wait.push(waits.reduce((a, b) => a + b) / count);
      waiting.push(waits.filter((time) => time > 0).length / count);
    }
    const what = `recursion, M/M/${servers} at load ${rate}`;
    expectEquivalent(`${what}: mean wait`, plainMean(wait), waitInManyServers(servers, rate, 1));
    expectEquivalent(`${what}: share that wait`, plainMean(waiting), erlangC(servers, rate));
  });
});

function randomJobs(source: RandomStream, rate: number, count: number): Job[] {
  let arrival = 0;
  return Array.from({ length: count }, () => {
    arrival += draw(source, 1 / rate);
    return { arrival, service: draw(source, 1) };
  });
}

function plainMean(values: readonly number[]): Estimate {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) * (value - mean), 0);
  return { mean, halfWidth: STUDENT_T * Math.sqrt(squares / (values.length - 1) / values.length) };
}
