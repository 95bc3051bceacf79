import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientPolicy, Scenario } from '../../src/models/scenario.js';
import type { AttemptRecord } from '../../src/sim/record.js';
import { drawnScenario } from './drawn-scenario.js';
import { DRAWS, ran, TIMEOUT_MS, tierMeant } from './run.js';

describe('times', { timeout: TIMEOUT_MS }, () => {
  it('of an attempt never decrease: sent, scheduled, first token, last token, end', () => {
    noneBreaks((record) => {
      const { requestSentUs, sentUs, scheduledUs, firstTokenUs, lastTokenUs, endUs } = record;
      const times = [requestSentUs, sentUs, scheduledUs, firstTokenUs, lastTokenUs, endUs].filter((at) => at >= 0);
      return times.every((at, i) => Number.isSafeInteger(at) && (i === 0 || at >= times[i - 1]!));
    });
  });

  it('stand where something happened, and only there', () => {
    noneBreaks((record, scenario) => {
      const { node, pool, tierServed, scheduledUs, firstTokenUs, lastTokenUs, outputTokens, evictions } = record;
      const reached = node >= 0;
      const made = outputTokens > 0;
      if (reached !== (pool !== '') || reached !== (tierServed !== '')) return false;
      if ((scheduledUs >= 0 && !reached) || (firstTokenUs >= 0 && scheduledUs < 0)) return false;
      if (isEmbedding(record, scenario)) return !made && firstTokenUs >= 0 === lastTokenUs >= 0;
      // Tokens of a run that ended with an eviction have no time.
      if (evictions > 0 && made) return firstTokenUs >= 0 === lastTokenUs >= 0;
      return made === firstTokenUs >= 0 && made === lastTokenUs >= 0;
    });
  });

  it('fit the outcome: what completed made tokens, what the gateway turned away never reached a node', () => {
    noneBreaks((record, scenario) => {
      const { outcome, node, outputTokens, firstTokenUs, evictions } = record;
      if (outcome === 'completed') return firstTokenUs >= 0 && outputTokens > 0 !== isEmbedding(record, scenario);
      if (outcome === 'expired') return node < 0 || evictions > 0 || hasMoves(scenario);
      return node < 0 || ['abandoned', 'failed', 'unfinished', 'evicted'].includes(outcome);
    });
  });

  it('of records end with the run, unless it drains', () => {
    noneBreaks(({ endUs, outcome }, { drain, durationUs }) => {
      return drain || (outcome === 'unfinished' ? endUs === durationUs : endUs <= durationUs);
    });
  });

  it('nobody who completed waited as long as patience to the first token, or as the timeout to the last', () => {
    noneBreaks((record, scenario) => {
      if (record.outcome !== 'completed' || isAsynchronous(record, scenario)) return true;
      const { patienceUs, timeoutUs } = clientOf(record, scenario);
      const isPatient = patienceUs === null || record.firstTokenUs - record.sentUs < patienceUs;
      return isPatient && (timeoutUs === null || record.endUs - record.sentUs < timeoutUs);
    });
  });

  it('a client that left did so at its limit, and its node let go when the abort arrived', () => {
    noneBreaks((record, scenario) => {
      if (record.outcome !== 'abandoned') return true;
      const { patienceUs, timeoutUs, abortLagUs } = clientOf(record, scenario);
      const leftUs = record.sentUs + (record.cause === 'patience' ? patienceUs! : timeoutUs!);
      return record.endUs >= leftUs && record.endUs <= leftUs + abortLagUs;
    });
  });

  it('held work that expires has waited exactly as long as its tier allows', () => {
    noneBreaks(({ outcome, tierAsked, sentUs, endUs, evictions }, scenario) => {
      const { hold, queue } = tierMeant(scenario, tierAsked);
      const { maxWaitUs } = hold ?? queue;
      if (outcome !== 'expired') return true;
      // Who had left the line and comes back too late to it expires there at once.
      const mayHaveLeft = evictions > 0 || hasMoves(scenario);
      return mayHaveLeft ? endUs - sentUs >= maxWaitUs! : endUs - sentUs === maxWaitUs;
    });
  });

  it("add up to what the pools measured: Little's law to the microsecond, where nothing is held", () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = withoutHolds({ ...drawn, warmupUs: 0, drain: false });
        const { summary, records } = ran(scenario);
        for (const [name, pool] of Object.entries(summary.pools)) {
          const presentUs = records.reduce(
            (sum, { pool: at, sentUs, endUs }) => sum + (at === name ? endUs - sentUs : 0),
            0,
          );
          const { idle, active, draining, down } = pool.nodeHoursByState;
          const measuredUs = (pool.meanRunning + pool.meanWaiting) * (idle + active + draining + down) * 3.6e9;
          expect(Math.abs(measuredUs - presentUs)).toBeLessThan(0.5);
        }
      }),
      DRAWS,
    );
  });

  it('no node above those that are up takes anything, where nothing is held', () => {
    fc.assert(
      fc.property(drawnScenario(), (drawn) => {
        const scenario = withoutHolds(drawn);
        const firstNode = new Map<string, number>();
        let next = 0;
        for (const { name, nodes, operations } of scenario.pools) {
          firstNode.set(name, next);
          const asked = scenario.events.map(({ change }) => {
            return change.kind === 'nodes' && change.pool === name ? change.nodes : 0;
          });
          next += Math.max(nodes, operations.autoscale?.max ?? 0, ...asked) + (operations.warmPool?.nodes ?? 0);
        }
        const wrong = ran(scenario).records.filter(({ pool, node, sentUs }) => {
          return node >= 0 && node - firstNode.get(pool)! >= nodesAt(scenario, pool, sentUs);
        });
        expect(wrong).toEqual([]);
      }),
      DRAWS,
    );
  });
});

/** Every record of every drawn scenario keeps the rule. */
function noneBreaks(keeps: (record: AttemptRecord, scenario: Scenario) => boolean): void {
  fc.assert(
    fc.property(drawnScenario(), (scenario) => {
      expect(ran(scenario).records.filter((record) => !keeps(record, scenario))).toEqual([]);
    }),
    DRAWS,
  );
}

/** A job in an asynchronous queue has no connection that could time out. */
/** Does work go on from nodes that drain, back to the line if need be? */
function hasMoves({ pools }: Scenario): boolean {
  return pools.some(({ operations }) => operations.draining === 'move');
}

function isAsynchronous({ tierAsked }: AttemptRecord, scenario: Scenario): boolean {
  return tierMeant(scenario, tierAsked).hold?.asynchronous === true;
}

function isEmbedding(record: AttemptRecord, { traffic }: Scenario): boolean {
  return traffic.find(({ name }) => name === record.class)!.api === 'embeddings';
}

function clientOf(record: AttemptRecord, { traffic }: Scenario): ClientPolicy {
  return traffic.find(({ name }) => name === record.class)!.client;
}

function withoutHolds(scenario: Scenario): Scenario {
  const { provider } = scenario;
  const tiers = provider.tiers.map((tier) => {
    return { ...tier, hold: null, eviction: null, onNoCapacity: { do: 'shed' } } as const;
  });
  return {
    ...scenario,
    provider: { ...provider, tiers },
    gateway: { ...scenario.gateway, queueing: 'node', spareSlotFilter: false, replicas: 1, stalenessUs: 0 },
    pools: scenario.pools.map((pool) => ({ ...pool, reservedSlots: [] })),
  };
}

/** The timeline goes before arrivals of the same microsecond; of two lines at one instant the later counts. */
function nodesAt(scenario: Scenario, pool: string, atUs: number): number {
  const { nodes: begun, operations } = scenario.pools.find(({ name }) => name === pool)!;
  let nodes = begun;
  const changes = scenario.events.map((event, i) => ({ ...event, i })).sort((a, b) => a.atUs - b.atUs || a.i - b.i);
  for (const { atUs: changedUs, change } of changes) {
    if (change.kind === 'nodes' && change.pool === pool && changedUs <= atUs) nodes = change.nodes;
  }
  // An autoscaler goes up to its most from wherever the timeline has put it.
  if (operations.autoscale !== null) return Math.max(nodes, operations.autoscale.max);
  return nodes;
}
