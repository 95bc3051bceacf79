import type { TierProfile } from '../../models/provider.js';
import type { Pool as PoolSpec, Scenario } from '../../models/scenario.js';
import type { StepTime } from '../../models/step-time.js';
import { Pool } from './pool.js';
import { ReservedSlots } from './reserved-slots.js';
import type { StepTimes } from './step-times.js';

/** The pools of a scenario, with room for every node they can ever have. `usedBlocks`: of a node, by its number. */
export function makePools(
  scenario: Scenario,
  stepTimes: StepTimes,
  usedBlocks: (nodeNumber: number) => number,
): readonly Pool[] {
  const { tiers } = scenario.provider;
  const ranks = tiers.map(({ rank }) => rank);
  const distinct = [...new Set(ranks)].sort((a, b) => b - a);
  const rankClass = ranks.map((rank) => distinct.indexOf(rank));
  let nextNode = 0;
  return scenario.pools.map((spec, index) => {
    const firstNode = nextNode;
    const count = mostNodes(scenario, spec);
    nextNode += count;
    const rate = designPrefillRate(spec, stepTimes.of(index, 1));
    const reserved = reservedSlots(spec, tiers, count);
    return new Pool(spec, index, firstNode, count, rankClass, rate, (place) => usedBlocks(firstNode + place), reserved);
  });
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

/** Prompt tokens per microsecond and node of steps that do nothing but prefill, the first guess of the prefill rate. */
function designPrefillRate(spec: PoolSpec, stepTime: StepTime): number {
  const tokens = Math.min(spec.engine.maxNumBatchedTokens, spec.engine.maxModelLen);
  return tokens / (stepTime.stepPs(tokens, tokens * tokens, 0, 0, 1) / 1e6);
}
