import type { Takeover } from '../models/operations.js';
import type { Pool } from '../models/scenario.js';
import { formatPico } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { PoolInput } from './schema-fleet.js';
import type { TakesFromInput } from './schema-operations.js';

/** The pools with what they take from each other; `inputs` and `pools` stand at their places in the file. */
export function resolveTakeovers(
  inputs: readonly (PoolInput | null)[],
  pools: readonly (Pool | null)[],
  found: Collector,
): readonly (Pool | null)[] {
  const names = inputs.flatMap((input) => (input === null ? [] : [input.name]));
  return pools.map((pool, index) => {
    const input = inputs[index] ?? null;
    if (input?.takesFrom === undefined) return pool;
    const { name, path } = named(input.takesFrom, ['fleet', index, 'takesFrom']);
    if (!names.includes(name)) {
      found.add(path, say.unknownName('pool', name, names));
      return pool;
    }
    const at = inputs.findIndex((other) => other?.name === name);
    const refusal = refusalOf(input, inputs[at]!);
    if (refusal !== null) {
      found.add(path, refusal);
      return pool;
    }
    const lender = pools[at] ?? null;
    return pool === null || lender === null ? pool : taking(pool, lender, input, index, found);
  });
}

function named(input: TakesFromInput, path: readonly PropertyKey[]) {
  return typeof input === 'string' ? { name: input, path } : { name: input.pool, path: [...path, 'pool'] };
}

/** Why nodes of the one cannot become nodes of the other; null: they can. */
function refusalOf(input: PoolInput, from: PoolInput): say.Message | null {
  if (from.name === input.name) return say.contradiction('a pool cannot take nodes from itself');
  if (from.takesFrom !== undefined) {
    return say.contradiction(`${from.name} takes nodes itself`, 'take them from the pool that it takes them from');
  }
  if (from.hardware !== input.hardware) {
    return say.contradiction(`the nodes of ${from.name} are ${from.hardware} and not ${input.hardware}`);
  }
  if (input.gpusPerNode % from.gpusPerNode !== 0) {
    return say.contradiction(
      `no whole number of nodes with ${from.gpusPerNode} devices makes one with ${input.gpusPerNode}`,
      `gpusPerNode: ${from.gpusPerNode}, or a multiple of it`,
    );
  }
  if (from.zone !== input.zone) {
    return say.contradiction(
      `nodes stay where they are: ${from.name} stands in ${from.zone === undefined ? 'no zone' : `zone ${from.zone}`}`,
      from.zone === undefined ? 'give both the same zone, or none' : `zone: ${from.zone}`,
    );
  }
  return null;
}

/** A machine costs the same in both, and is not fetched anew. */
function taking(pool: Pool, lender: Pool, input: PoolInput, index: number, found: Collector): Pool {
  const given = typeof input.takesFrom === 'object' ? input.takesFrom : null;
  const nodesForOne = pool.gpusPerNode / lender.gpusPerNode;
  const keep = given?.keep ?? Math.max(1, lender.operations.autoscale?.min ?? 1);
  const costPicoPerHour = lender.costPicoPerHour === null ? null : lender.costPicoPerHour * nodesForOne;
  const isSame = pool.costPicoPerHour === costPicoPerHour && pool.costCurrency === lender.costCurrency;
  if (input.usdPerHour !== undefined && !isSame) {
    const reason = `a node costs here what it costs in ${lender.name}, from which it is taken`;
    found.add(['fleet', index, 'usdPerHour'], say.contradiction(reason, priceHint(costPicoPerHour, lender)));
  }
  const takesFrom: Takeover = {
    pool: lender.name,
    nodesForOne,
    keep,
    switchUs: given?.switch ?? switchUs(pool, lender),
    backUs: given?.back ?? switchUs(lender, pool),
  };
  return {
    ...pool,
    costPicoPerHour,
    costCurrency: lender.costCurrency,
    operations: { ...pool.operations, takesFrom },
  };
}

function priceHint(pico: number | null, { costCurrency }: Pool): string {
  return pico === null ? 'leave it out' : `leave it out: ${costCurrency} ${formatPico(BigInt(pico))}`;
}

/** The machine is there, and its weights too unless other models are to be loaded. */
function switchUs(to: Pool, from: Pool): number {
  const { pullUs, loadUs, compileUs } = to.operations.coldStart;
  const isThere = to.precision.weights === from.precision.weights && to.models.every((id) => from.models.includes(id));
  return (isThere ? 0 : pullUs) + loadUs + compileUs;
}
