import { steadyState } from './capacity.js';
import { type MeanWork, meanWork, momentsOf } from './lengths.js';
import { type OfferedRate, offeredRate } from './offered.js';
import { forModel } from './per-model.js';
import type { Lengths, Pool, Scenario, TrafficClass } from './scenario.js';
import { StepTime } from './step-time.js';
import { type TraceTable, traceKey } from './trace.js';

/** What comes and what the pools can take, worked out by means and without a run. */
export interface FleetLoad {
  /** In the order of the scenario's. */
  readonly classes: readonly ClassLoad[];
  readonly pools: readonly PoolLoad[];
}

export interface ClassLoad {
  readonly name: string;
  /** Requests a second, all calls of conversations counted; null: known only when it runs. */
  readonly requests: OfferedRate | null;
  /** A closed loop: `requests` is the most that its users can send. */
  readonly isClosed: boolean;
  /** null: lengths are not known. */
  readonly work: FreshWork | null;
}

/** Mean lengths of a request; `cachedTokens` of the prompt can come out of the prefix cache at best. */
export interface FreshWork extends MeanWork {
  readonly cachedTokens: number;
}

export interface PoolLoad {
  readonly pool: string;
  /** As many as there can be: its own, or what it may grow to. */
  readonly nodes: number;
  /** Of the computed capacity, when classes that can reach several pools spread evenly; retries not counted. */
  readonly meanUse: number;
  readonly peakUse: number;
  readonly parts: readonly PoolPart[];
}

/** What one class brings to one pool. */
export interface PoolPart {
  readonly name: string;
  readonly isClosed: boolean;
  readonly requestsPerSecond: number;
  /** What a node takes of this class alone. */
  readonly nodePerSecond: number;
}

/** `tables`: of the traces, by traceKey; without its table a trace brings nothing here. */
export function fleetLoad(scenario: Scenario, tables: ReadonlyMap<string, TraceTable>): FleetLoad {
  const classes = scenario.traffic.map((traffic) => classLoad(scenario, traffic, tables));
  const flows = scenario.traffic.flatMap((traffic, index) => flowsOf(scenario, traffic, classes[index]!));
  const mean = spread(scenario.pools, flows, ({ requests }) => requests.meanPerSecond);
  const peak = spread(scenario.pools, flows, ({ requests }) => requests.peakPerSecond);
  const pools = scenario.pools.map((pool, index) => ({
    pool: pool.name,
    nodes: mostNodes(pool, scenario.pools),
    meanUse: use(mean, index),
    peakUse: use(peak, index),
    parts: partsOf(flows, mean, mostNodes(pool, scenario.pools), index),
  }));
  return { classes, pools };
}

/** What it may grow to, with what another pool can spare. */
function mostNodes({ nodes, operations }: Pool, pools: readonly Pool[]): number {
  const most = Math.max(nodes, operations.autoscale?.max ?? 0);
  const { takesFrom } = operations;
  const lender = pools.find(({ name }) => name === takesFrom?.pool);
  if (takesFrom === undefined || lender === undefined) return most;
  const taken = Math.floor((mostNodes(lender, []) - takesFrom.keep) / takesFrom.nodesForOne);
  return Math.min(most, nodes + Math.max(0, taken));
}

/** One tier of one class: what can go to the same pools. */
interface Flow {
  readonly name: string;
  readonly isClosed: boolean;
  readonly requests: OfferedRate;
  /** By pool; 0: it cannot go there. */
  readonly nodePerSecond: readonly number[];
}

function classLoad(scenario: Scenario, traffic: TrafficClass, tables: ReadonlyMap<string, TraceTable>): ClassLoad {
  const { arrivals, name } = traffic;
  const table = arrivals.kind === 'trace' ? (tables.get(traceKey(arrivals)) ?? null) : null;
  const work = freshWork(traffic, table);
  const isClosed = arrivals.kind === 'users';
  const span = { startMs: scenario.startMs, fromUs: scenario.warmupUs, toUs: scenario.durationUs };
  const offered = isClosed
    ? work && closedLoop(arrivals, fastestSeconds(scenario, traffic, work))
    : offeredRate(arrivals, span, table);
  if (offered === null || work === null) return { name, requests: null, isClosed, work };
  const perArrival = isTokens(table) ? 1 / work.promptTokens : work.calls;
  return { name, requests: times(offered, perArrival), isClosed, work };
}

const isTokens = (table: TraceTable | null): boolean => table?.kind === 'rates' && table.unit === 'promptTokens';

function times({ meanPerSecond, peakPerSecond }: OfferedRate, factor: number): OfferedRate {
  return { meanPerSecond: meanPerSecond * factor, peakPerSecond: peakPerSecond * factor };
}

/** A user sends again after thinking and after an answer that takes as long as with nobody else there. */
function closedLoop({ count, thinkUs }: { readonly count: number; readonly thinkUs: number }, seconds: number) {
  const perSecond = count / (thinkUs / 1e6 + seconds);
  return { meanPerSecond: perSecond, peakPerSecond: perSecond };
}

function fastestSeconds({ pools }: Scenario, { model }: TrafficClass, work: FreshWork): number {
  const serving = pools.filter(({ models }) => models.includes(model));
  const alone = serving.map((pool) => secondsAlone(forModel(pool, model), work));
  return Math.min(...alone);
}

function secondsAlone({ stepTime, engine }: Pool, { promptTokens, outputTokens }: FreshWork): number {
  const step = new StepTime(stepTime, 0);
  const context = promptTokens + outputTokens / 2;
  const prefillPs = step.stepPs(promptTokens, promptTokens * promptTokens, 0, 0);
  const steps = Math.ceil(promptTokens / engine.maxNumBatchedTokens);
  return (prefillPs + (steps - 1) * stepTime.basePs + (outputTokens - 1) * step.stepPs(0, 0, 1, context)) / 1e12;
}

/** Mean lengths, the trace's own where the class has none, and what prompts have in common. */
function freshWork(traffic: TrafficClass, table: TraceTable | null): FreshWork | null {
  const input = ownOrTraced(traffic.input, table, 'input');
  const output = ownOrTraced(traffic.output, table, 'output');
  const work = input === null || output === null ? null : meanWork(input, output, traffic.sessions);
  if (work === null || input === null) return null;
  const said = momentsOf(input)!.mean;
  const { prefix } = traffic;
  const shared = prefix === null ? 0 : prefix.kind === 'share' ? prefix.share * said : Math.min(prefix.tokens, said);
  // A prompt has at least one token that is computed.
  return { ...work, cachedTokens: Math.max(0, work.promptTokens - Math.max(1, said - shared)) };
}

function ownOrTraced(lengths: Lengths, table: TraceTable | null, side: 'input' | 'output'): Lengths | null {
  if (lengths.kind !== 'trace') return lengths;
  const column = table?.kind === 'requests' ? table[side] : null;
  if (column === null || column.length === 0) return null;
  // A failed request of the trace has no tokens and is played with one.
  const mean = column.reduce((sum, tokens) => sum + Math.max(1, tokens), 0) / column.length;
  return { kind: 'fixed', tokens: mean, min: 1, max: null };
}

function flowsOf(scenario: Scenario, traffic: TrafficClass, { requests, isClosed, work }: ClassLoad): readonly Flow[] {
  if (requests === null || work === null) return [];
  return traffic.tiers.flatMap(({ tier, value }) => {
    if (value === 0) return [];
    const nodePerSecond = scenario.pools.map((pool) =>
      reaches(scenario, traffic, tier, pool) ? taken(forModel(pool, traffic.model), work) : 0,
    );
    return [{ name: traffic.name, isClosed, requests: times(requests, value), nodePerSecond }];
  });
}

function reaches({ provider }: Scenario, { model }: TrafficClass, asked: string, pool: Pool): boolean {
  const tier = provider.tiers.find(({ name }) => name === asked);
  if (tier === undefined || !pool.models.includes(model) || pool.path !== tier.path) return false;
  if (pool.tiers !== null && !pool.tiers.includes(asked)) return false;
  return pool.tierWeights === null || pool.tierWeights.some((entry) => entry.tier === asked && entry.value > 0);
}

function taken(pool: Pool, { promptTokens, outputTokens, cachedTokens }: FreshWork): number {
  const cached = pool.engine.prefixCaching ? cachedTokens : 0;
  return steadyState(pool, promptTokens, outputTokens, cached).requestsPerSecond;
}

/** By flow and pool: what of the pool's capacity the flow takes. */
type Uses = readonly (readonly number[])[];

const ROUNDS = 40;

/** Each flow fills the emptiest of its pools in turn, until nothing moves any more: as even as the pools allow. */
function spread(pools: readonly Pool[], flows: readonly Flow[], rateOf: (flow: Flow) => number): Uses {
  const uses = flows.map(() => pools.map(() => 0));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, flow] of flows.entries()) {
      const others = pools.map((_, pool) => use(uses, pool) - uses[index]![pool]!);
      const room = flow.nodePerSecond.map((perSecond, pool) => perSecond * mostNodes(pools[pool]!, pools));
      uses[index] = filled(rateOf(flow), room, others);
    }
  }
  return uses;
}

/** The level L at which the sum of room * max(0, L - used) is the rate, found from the emptiest pool up. */
function filled(rate: number, room: readonly number[], used: readonly number[]): number[] {
  const open = room.flatMap((perSecond, pool) => (perSecond > 0 ? [pool] : [])).sort((a, b) => used[a]! - used[b]!);
  let width = 0;
  let level = 0;
  let held = 0;
  for (const [place, pool] of open.entries()) {
    width += room[pool]!;
    held += room[pool]! * used[pool]!;
    level = (rate + held) / width;
    if (level <= (used[open[place + 1] ?? -1] ?? Number.POSITIVE_INFINITY)) break;
  }
  return room.map((perSecond, pool) => (perSecond > 0 ? Math.max(0, level - used[pool]!) : 0));
}

function use(uses: Uses, pool: number): number {
  return uses.reduce((sum, ofFlow) => sum + ofFlow[pool]!, 0);
}

/** The tiers of a class together. */
function partsOf(flows: readonly Flow[], uses: Uses, nodes: number, pool: number): readonly PoolPart[] {
  const parts = new Map<string, PoolPart>();
  for (const [index, { name, isClosed, nodePerSecond }] of flows.entries()) {
    const ofNode = nodePerSecond[pool]!;
    const requestsPerSecond = uses[index]![pool]! * ofNode * nodes + (parts.get(name)?.requestsPerSecond ?? 0);
    if (requestsPerSecond > 0) parts.set(name, { name, isClosed, requestsPerSecond, nodePerSecond: ofNode });
  }
  return [...parts.values()];
}
