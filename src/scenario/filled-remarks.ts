import { UNLIMITED_KV_BLOCKS } from '../models/engine.js';
import { type ClassLoad, type FleetLoad, fleetLoad, type PoolLoad } from '../models/fleet-load.js';
import { perModel } from '../models/per-model.js';
import type { Admission, LimiterSpec, ProviderProfile, TierProfile } from '../models/provider.js';
import type { ClientPolicy, Pool, Scenario, TrafficClass } from '../models/scenario.js';
import { UNLIMITED_RETRIES } from '../models/scenario.js';
import type { TraceTable } from '../models/trace.js';
import { formatCount, formatDurationUs, formatRough } from '../models/units.js';
import { demand, room, share } from './check-load.js';
import type { Remarks } from './filled.js';
import { vocabulary } from './vocabulary.js';

/** What blocks mean and what profile, catalogue and arithmetic make of them, to stand above each. */
export function remarksOn(
  scenario: Scenario,
  memory: ReadonlyMap<string, string>,
  tables: ReadonlyMap<string, TraceTable>,
): Remarks {
  const remarks = new Map<string, readonly string[]>();
  const load = fleetLoad(scenario, tables);
  for (const [block, { description }] of Object.entries(vocabulary()[0]?.properties ?? {})) {
    if (BLOCKS_OF_ONE_VALUE.includes(block)) continue;
    remarks.set(block, ['', `${block}: ${description ?? ''}`]);
  }
  const add = (path: string, lines: readonly string[]): void => {
    remarks.set(path, [...(remarks.get(path) ?? (path.endsWith('.0') ? [] : [''])), ...lines]);
  };
  add('provider', providerLines(scenario.provider));
  for (const [index, pool] of scenario.pools.entries()) {
    add(`fleet.${index}`, poolLines(pool, memory, load.pools[index]!, load.classes));
  }
  for (const [index, traffic] of scenario.traffic.entries()) {
    add(`traffic.${index}`, classLines(traffic, load.classes[index]!));
  }
  for (const [index, { limiters }] of scenario.accounts.entries()) add(`accounts.${index}`, limiters.map(limiterLine));
  return remarks;
}

/** The load of every pool in one line each, worst first. */
export function loadLines({ pools }: FleetLoad): readonly string[] {
  return [...pools].sort((a, b) => b.meanUse - a.meanUse).map((pool) => useLine(pool));
}

const BLOCKS_OF_ONE_VALUE: readonly string[] = [
  'about',
  'seed',
  'start',
  'duration',
  'warmup',
  'drain',
  'replications',
];

function providerLines(provider: ProviderProfile): readonly string[] {
  const { id, asOf, tiers, limiters, currency, prices, endpoint } = provider;
  const models = new Set(prices.map(({ model }) => model)).size;
  return [
    `${id} as of ${asOf}${endpoint === null ? '' : `, endpoint ${endpoint}`}; prices in ${currency} for ${models} ${models === 1 ? 'model' : 'models'}`,
    ...tiers.map((tier) => tierLine(tier, tier.name === provider.defaultTier)),
    ...(limiters.length === 0 ? ['no limits'] : limiters.map(limiterLine)),
  ];
}

function tierLine(tier: TierProfile, isDefault: boolean): string {
  const { name, rank, priceMultiplier, path, admission, onNoCapacity, hold } = tier;
  const parts = [
    `rank ${rank}`,
    `price x${priceMultiplier}`,
    ...(path === 'standard' ? [] : [`${path} pools`]),
    admissionText(admission),
    ...(admission.kind === 'none'
      ? []
      : [`then ${onNoCapacity.do}${onNoCapacity.do === 'downgrade' ? ` to ${onNoCapacity.to}` : ''}`]),
    ...(hold === null
      ? []
      : [`held up to ${formatDurationUs(hold.maxWaitUs)} for KV use below ${share(hold.dispatchAtPressure)}`]),
    ...(isDefault ? ['the default'] : []),
  ];
  return `tier ${name}: ${parts.join(', ')}`;
}

function admissionText(admission: Admission): string {
  switch (admission.kind) {
    case 'none':
      return 'always let in';
    case 'predicted-ttft':
      return `let in up to a predicted ttft of ${formatDurationUs(admission.shedAboveUs)}`;
    case 'queue-depth':
      return `let in below ${formatCount(admission.shedAbove)} requests at its node`;
    case 'kv-pressure':
      return `let in up to a KV use of ${share(admission.shedAbove)}`;
    case 'vllm-queue-caps':
      return `let in while ${admission.requests ?? 'any number of'} requests and ${admission.tokens ?? 'any number of'} tokens wait`;
    case 'holdback':
      return `let in while ${share(admission.share)} of a node is free`;
  }
}

function limiterLine({ name, unit, limit, window, per, tiers }: LimiterSpec): string {
  const span =
    window === null ? 'at a time' : window.kind === 'ramp' ? 'a minute, growing' : `in ${formatDurationUs(window.us)}`;
  const scope = per.length === 0 ? 'of all together' : `for each ${per.join(' and ')}`;
  return `limit ${name}: ${formatCount(limit)} ${unit === 'concurrency' ? 'requests' : unit} ${span} ${scope}${tiers === null ? '' : `, of ${tiers.join(', ')}`}`;
}

function poolLines(
  pool: Pool,
  memory: ReadonlyMap<string, string>,
  load: PoolLoad,
  classes: readonly ClassLoad[],
): readonly string[] {
  const nodes =
    load.nodes === pool.nodes ? formatCount(pool.nodes) : `${formatCount(pool.nodes)} to ${formatCount(load.nodes)}`;
  const isPlural = load.nodes !== 1;
  return [
    `${pool.name}: ${nodes} ${isPlural ? 'nodes' : 'node'} of ${pool.gpusPerNode} x ${pool.hardware}`,
    ...perModel(pool).flatMap((one) => modelLines(one, pool, memory)),
    ...(load.parts.length === 0
      ? ['nothing whose rate is known beforehand comes here']
      : [`offered: ${demand(load, classes)}`, room(load), useLine(load)]),
  ];
}

/** Of several models of a pool each line says whose it is. */
function modelLines(one: Pool, { name, models }: Pool, memory: ReadonlyMap<string, string>): readonly string[] {
  const isOnly = models.length === 1;
  const [model = ''] = one.models;
  const of = isOnly ? '' : ` of ${model}`;
  const divided = memory.get(isOnly ? name : `${name}, ${model}`);
  const { maxNumSeqs, maxModelLen, kvBlocks, blockSize } = one.engine;
  const kv = kvBlocks >= UNLIMITED_KV_BLOCKS ? [] : [`${formatCount(kvBlocks)} KV blocks of ${formatCount(blockSize)}`];
  const engine = [`${formatCount(maxNumSeqs)} seats`, ...kv, `contexts up to ${formatCount(maxModelLen)}`];
  return [
    ...(divided === undefined ? [] : [`memory of a node${of}: ${divided}`]),
    ...(isOnly ? [] : [`engine${of}: ${engine.join(', ')}`]),
    `step time${of}: ${one.stepTimeSource}`,
  ];
}

function useLine({ pool, meanUse, peakUse, parts }: PoolLoad): string {
  const isClosed = parts.some((part) => part.isClosed);
  const peak = peakUse > meanUse * 1.005 ? `, ${share(peakUse)} at the busiest moment` : '';
  const note = isClosed
    ? ' at most: users wait for answers'
    : meanUse > 1
      ? ': queues grow until requests are shed or leave'
      : '';
  return `expected use of ${pool}: ${share(meanUse)}${peak}${note}`;
}

function classLines(traffic: TrafficClass, { requests, isClosed, work }: ClassLoad): readonly string[] {
  const rate =
    requests === null
      ? 'its rate is known only when it runs'
      : `${isClosed ? 'at most ' : ''}${formatRough(requests.meanPerSecond)} requests/s in the mean${requests.peakPerSecond > requests.meanPerSecond * 1.005 ? `, ${formatRough(requests.peakPerSecond)}/s at the busiest moment` : ''}`;
  const cached =
    work !== null && work.cachedTokens >= 1
      ? `, up to ${formatRough(work.cachedTokens)} of them out of the prefix cache`
      : '';
  const lengths =
    work === null
      ? []
      : [
          `mean prompt ${formatRough(work.promptTokens)} tokens${cached}, mean answer ${formatRough(work.outputTokens)}`,
        ];
  const calls =
    work === null || work.calls === 1 ? [] : [`a session makes ${formatRough(work.calls)} requests in the mean`];
  return [`${traffic.name}: ${rate}`, ...calls, ...lengths, clientLine(traffic.client)];
}

function clientLine({ name, retries, backoff, retryOn, retryFromStatus, timeoutUs, patienceUs }: ClientPolicy): string {
  const tries =
    retries === UNLIMITED_RETRIES ? 'tries without end' : `${retries} ${retries === 1 ? 'retry' : 'retries'}`;
  const statuses = [
    ...retryOn.map((status) => (status === 0 ? 'timeout' : String(status))),
    ...(retryFromStatus === null ? [] : [`${retryFromStatus} and above`]),
  ];
  const waits = retries === 0 ? [] : [`on ${statuses.join(', ')}`, `first after ${formatDurationUs(backoff.baseUs)}`];
  const leaves = [
    ...(patienceUs === null ? [] : [`waits ${formatDurationUs(patienceUs)} for the first token`]),
    ...(timeoutUs === null ? [] : [`${formatDurationUs(timeoutUs)} for the last`]),
  ];
  return `client ${name}: ${[tries, ...waits, ...(leaves.length === 0 ? ['never leaves'] : leaves)].join(', ')}`;
}
