import type { Pool, Scenario } from './scenario.js';

/**
 * A pool as each of its models sees it: a node has an engine for each of them, with step times, KV memory, seats and
 * power of its own. The machine's time is shared: while several engines work, each step takes so many times as long.
 */
export function perModel(pool: Pool): readonly Pool[] {
  const { others, ...first } = pool;
  if (others === undefined || others.length === 0) return [pool];
  const [model = ''] = pool.models;
  return [
    { ...first, models: [model] },
    ...others.map(({ model: other, ...engine }) => ({ ...first, ...engine, models: [other] })),
  ];
}

/** The pool as this model, one of its own, sees it. */
export function forModel(pool: Pool, model: string): Pool {
  return perModel(pool).find(({ models }) => models.includes(model)) ?? pool;
}

/** By pool and traffic class what is made of the pool as the class's model sees it; once for each model. */
export function byClass<T>(
  { pools, traffic }: Pick<Scenario, 'pools' | 'traffic'>,
  make: (pool: Pool) => T,
): readonly (readonly T[])[] {
  return pools.map((pool) => {
    const made = perModel(pool).map(make);
    // A class whose model the pool has not never comes to it.
    return traffic.map(({ model }) => made[Math.max(0, pool.models.indexOf(model))]!);
  });
}
