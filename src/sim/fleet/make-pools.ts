import { perModel } from '../../models/per-model.js';
import type { Admission, TierProfile } from '../../models/provider.js';
import type { Pool as PoolSpec, Scenario } from '../../models/scenario.js';
import type { StepTime } from '../../models/step-time.js';
import { Pool } from './pool.js';
import { QueuedPrompts } from './queued-prompts.js';
import { ReservedSlots } from './reserved-slots.js';
import type { StepTimes } from './step-times.js';

/**
 * The pools of a scenario, each once for every model it serves, with room for every node they can ever have.
 * `usedBlocks`: of an engine, by its number.
 */
export function makePools(
  scenario: Scenario,
  stepTimes: StepTimes,
  usedBlocks: (engine: number) => number,
): readonly Pool[] {
  const { tiers } = scenario.provider;
  const ranks = tiers.map(({ rank }) => rank);
  const distinct = [...new Set(ranks)].sort((a, b) => b - a);
  const rankClass = ranks.map((rank) => distinct.indexOf(rank));
  const pools: Pool[] = [];
  let firstNode = 0;
  let nextEngine = 0;
  for (const [machines, spec] of scenario.pools.entries()) {
    const count = mostNodes(scenario, spec);
    for (const [slot, ofModel] of perModel(spec).entries()) {
      const firstEngine = nextEngine;
      nextEngine += count;
      const index = pools.length;
      const rate = asksForRate(tiers, spec) ? designPrefillRate(ofModel, stepTimes.of(index, 1)) : null;
      const reserved = reservedSlots(ofModel, tiers, count);
      const place = { machines, slot, firstNode, firstEngine };
      const blocks = (node: number): number => usedBlocks(firstEngine + node);
      const queued = asksForQueue(scenario, spec)
        ? new QueuedPrompts(rankClass, count, ofModel.engine.blockSize)
        : null;
      pools.push(new Pool(ofModel, index, place, count, rankClass, rate, blocks, reserved, queued));
    }
    firstNode += count;
  }
  return pools;
}

/** Room for every size that the timeline and the autoscaler may ask for. */
function mostNodes(scenario: Scenario, spec: PoolSpec): number {
  let most = Math.max(spec.nodes, spec.operations.autoscale?.max ?? 0);
  for (const { change } of scenario.events) {
    if (change.kind === 'nodes' && change.pool === spec.name) most = Math.max(most, change.nodes);
  }
  return most + (spec.operations.warmPool?.nodes ?? 0);
}

function reservedSlots(spec: PoolSpec, tiers: readonly TierProfile[], nodes: number): ReservedSlots | null {
  if (spec.reservedSlots.every(({ value }) => value === 0)) return null;
  return new ReservedSlots(tiers, spec.reservedSlots, spec.engine.maxNumSeqs, nodes);
}

/** Does anybody go by how much waits at nodes, or look at all that there is to know of them? */
function asksForQueue({ provider: { tiers }, gateway }: Scenario, spec: PoolSpec): boolean {
  if (gateway.replicas > 1 || gateway.stalenessUs > 0) return true;
  if (gateway.queueing === 'gateway' || asksForRate(tiers, spec)) return true;
  return tiers.some(({ admission, hold, eviction }) => {
    return hold !== null || eviction !== null || LOOKS_AT_QUEUES[admission.kind];
  });
}

const LOOKS_AT_QUEUES: Readonly<Record<Admission['kind'], boolean>> = {
  none: false,
  'predicted-ttft': true,
  'queue-depth': false,
  'kv-pressure': false,
  'vllm-queue-caps': true,
  holdback: true,
};

/** Does admission or the autoscaler go by how long prompts will wait? */
function asksForRate(tiers: readonly TierProfile[], { operations }: PoolSpec): boolean {
  return operations.autoscale?.signal === 'ttft' || tiers.some(({ admission: { kind } }) => kind === 'predicted-ttft');
}

/** Prompt tokens per microsecond and node of steps that do nothing but prefill, the first guess of the prefill rate. */
function designPrefillRate(spec: PoolSpec, stepTime: StepTime): number {
  const tokens = Math.min(spec.engine.maxNumBatchedTokens, spec.engine.maxModelLen);
  return tokens / (stepTime.stepPs(tokens, tokens * tokens, 0, 0, 1) / 1e6);
}
