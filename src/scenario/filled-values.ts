import { UNLIMITED_KV_BLOCKS } from '../models/engine.js';
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

function decidePool({ engine, precision, ...pool }: Pool, at: string, add: Add): void {
  add(`${at}.precision.weights`, precision.weights, 'the widest that fits');
  add(`${at}.precision.kv`, precision.kv, 'default');
  const { name, policy, maxNumSeqs, maxNumBatchedTokens } = engine;
  add(`${at}.engine.name`, name, 'default');
  add(`${at}.engine.policy`, policy, policy === 'priority' ? 'the profile ranks queues' : 'default');
  add(`${at}.engine.maxNumSeqs`, maxNumSeqs, `${name}'s default on ${pool.hardware}`);
  add(`${at}.engine.maxNumBatchedTokens`, maxNumBatchedTokens, `${name}'s default on ${pool.hardware}`);
  add(`${at}.engine.maxModelLen`, engine.maxModelLen, "the model's, or what fits");
  add(`${at}.engine.blockSize`, engine.blockSize, 'default');
  if (engine.kvBlocks !== UNLIMITED_KV_BLOCKS)
    add(`${at}.engine.kvBlocks`, engine.kvBlocks, 'memory left by the weights');
  add(`${at}.engine.prefixCaching`, engine.prefixCaching, 'default');
  add(`${at}.engine.chunkedPrefill`, engine.chunkedPrefill, 'default');
  add(`${at}.engine.longPrefillThreshold`, engine.longPrefillThreshold, 'default');
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
