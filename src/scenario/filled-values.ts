import { type EngineConfig, UNLIMITED_KV_BLOCKS } from '../models/engine.js';
import type { Pool, Scenario, TrafficClass } from '../models/scenario.js';
import { formatDurationUs, formatPico } from '../models/units.js';

/** A value the file leaves out, and who decided it. */
export interface Decided {
  readonly value: unknown;
  readonly by: string;
}

/** What profile, catalogue and loader chose where the file says nothing, by path: `fleet.0.engine.policy`. */
export function decidedValues(scenario: Scenario): ReadonlyMap<string, Decided> {
  const decided = new Map<string, Decided>();
  const add = (path: string, value: unknown, by: string): void => {
    if (value !== null) decided.set(path, { value, by });
  };
  const profile = `profile ${scenario.provider.id}`;
  const { router, queueing, spareSlotFilter } = scenario.gateway;
  for (const [key, value] of Object.entries({ router, queueing, spareSlotFilter }))
    add(`gateway.${key}`, value, profile);
  for (const [index, pool] of scenario.pools.entries()) decidePool(pool, `fleet.${index}`, add);
  for (const [index, traffic] of scenario.traffic.entries()) decideClass(scenario, traffic, `traffic.${index}`, add);
  return decided;
}

type Add = (path: string, value: unknown, by: string) => void;

function decidePool({ precision, ...pool }: Pool, at: string, add: Add): void {
  add(`${at}.precision.weights`, precision.weights, 'the widest that fits');
  add(`${at}.precision.kv`, precision.kv, 'default');
  const engines = [pool.engine, ...(pool.others ?? []).map(({ engine }) => engine)];
  const { name, policy } = pool.engine;
  // What a file says holds for every model of the pool, so it cannot say what differs between them.
  const addShared = (key: keyof EngineConfig, by: string): void => {
    const value = pool.engine[key];
    if (engines.every((engine) => engine[key] === value)) add(`${at}.engine.${key}`, value, by);
  };
  addShared('name', 'default');
  addShared('policy', policy === 'priority' ? 'the profile ranks queues' : 'default');
  addShared('maxNumSeqs', `${name}'s default on ${pool.hardware}`);
  addShared('maxNumBatchedTokens', `${name}'s default on ${pool.hardware}`);
  addShared('maxModelLen', "the model's, or what fits");
  addShared('blockSize', 'default');
  if (pool.engine.kvBlocks !== UNLIMITED_KV_BLOCKS) addShared('kvBlocks', 'memory left by the weights');
  addShared('prefixCaching', 'default');
  addShared('chunkedPrefill', 'default');
  addShared('longPrefillThreshold', 'default');
  const cost =
    pool.costPicoPerHour === null ? null : `${pool.costCurrency} ${formatPico(BigInt(pool.costPicoPerHour))}`;
  const { takesFrom } = pool.operations;
  add(`${at}.usdPerHour`, cost, takesFrom === undefined ? `hardware ${pool.hardware}` : `pool ${takesFrom.pool}`);
  if (takesFrom === undefined) return;
  add(`${at}.takesFrom.keep`, takesFrom.keep, `pool ${takesFrom.pool}`);
  add(`${at}.takesFrom.switch`, formatDurationUs(takesFrom.switchUs), "the pool's coldStart");
  add(`${at}.takesFrom.back`, formatDurationUs(takesFrom.backUs), `coldStart of ${takesFrom.pool}`);
}

function decideClass(scenario: Scenario, traffic: TrafficClass, at: string, add: Add): void {
  const { model, tiers, arrivals, account, client } = traffic;
  add(`${at}.model`, model, 'the only one of the fleet');
  const [only] = tiers;
  if (tiers.length === 1 && only !== undefined)
    add(`${at}.tier`, only.tier, tierBy(scenario, account, client.escalate));
  if (arrivals.kind === 'trace')
    add(`${at}.trace.spread`, formatDurationUs(arrivals.spreadUs), `format ${arrivals.format}`);
}

function tierBy({ provider, accounts }: Scenario, account: string | null, ladder: readonly string[]): string {
  if (ladder.length > 0) return 'the first of client.escalate';
  const own = accounts.find(({ name }) => name === account)?.defaultTier ?? null;
  return own === null ? `profile ${provider.id}` : `account ${account}`;
}
