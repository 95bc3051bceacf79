import { NODE_STATES } from '../models/node-state.js';
import type { Distribution, PoolSummary, Summary, TierDetail, TierSummary } from '../sim/summary.js';
import type { Rows, Value } from './cells.js';
import { briefly, rounded } from './rounding.js';

/** One row a tier and one for the total. */
export function tierRows(summary: Summary): Rows {
  const columns = Object.keys(tierFields(summary.total));
  const row = (name: string, tier: TierSummary): Value[] => [name, ...Object.values(tierFields(tier))];
  return [
    ['tier', ...columns],
    ...Object.entries(summary.tiers).map(([name, tier]) => row(name, tier)),
    row('total', summary.total),
  ].map(roundedRow);
}

function tierFields(tier: TierSummary): Record<string, Value> {
  const outcomes: Record<string, Value> = {};
  for (const [outcome, count] of Object.entries(tier.outcomes)) outcomes[`outcome.${outcome}`] = count;
  return {
    requests: tier.requests,
    attempts: tier.attempts,
    retries: tier.retries,
    amplification: tier.amplification,
    ...outcomes,
    shedRate: tier.shedRate,
    requestShedRate: tier.requestShedRate,
    rateLimitedRate: tier.rateLimitedRate,
    expiredRate: tier.expiredRate,
    evictedRate: tier.evictedRate,
    downgradeRate: tier.downgradeRate,
    successRate: tier.successRate,
    availability: tier.availability,
    availabilityAdmitted: tier.availabilityAdmitted,
    ...distributionFields('ttftMs', tier.ttftMs),
    ...distributionFields('requestTtftMs', tier.requestTtftMs),
    ...distributionFields('tpotMs', tier.tpotMs),
    ...distributionFields('itlMs', tier.itlMs),
    ...distributionFields('e2eMs', tier.e2eMs),
    ...distributionFields('queueMs', tier.queueMs),
    ...distributionFields('chainE2eMs', tier.chainE2eMs),
    inputTokens: tier.inputTokens,
    cachedTokens: tier.cachedTokens,
    outputTokens: tier.outputTokens,
    wastedTokens: tier.wastedTokens,
    preemptions: tier.preemptions,
    evictions: tier.evictions,
    recomputedTokens: tier.recomputedTokens,
    outputTokPerSec: tier.outputTokPerSec,
    attainment: tier.attainment,
    billed: tier.billed,
    cost: tier.cost,
    margin: tier.margin,
    usdPerMTok: tier.usdPerMTok,
    usdPerMOutTok: tier.usdPerMOutTok,
    energyKWh: tier.energyKWh,
    joulesPerOutputToken: tier.joulesPerOutputToken,
    'served.attempts': tier.served.attempts,
    'served.outputTokens': tier.served.outputTokens,
    'served.billed': tier.served.billed,
  };
}

function distributionFields(name: string, distribution: Distribution): Record<string, Value> {
  const { mean, p50, p90, p95, p99, max, n } = distribution;
  return {
    [`${name}.mean`]: mean,
    [`${name}.p50`]: p50,
    [`${name}.p90`]: p90,
    [`${name}.p95`]: p95,
    [`${name}.p99`]: p99,
    [`${name}.max`]: max,
    [`${name}.n`]: n,
  };
}

const POOL_COLUMNS = [
  'model',
  'hardware',
  'nodes',
  'nodeHours',
  'availability',
  'attempts',
  'inputTokens',
  'outputTokens',
  'steps',
  'preemptions',
  'prefixHitShare',
  'meanRunning',
  'meanWaiting',
  'meanKvUse',
  'busyShare',
  'busyNodeHours',
  'idleNodeHours',
  'cost',
  'energyKWh',
  'meanWatts',
  'joulesPerOutputToken',
  'stepTimeSource',
  'powerSource',
] satisfies (keyof PoolSummary)[];

/** One row a pool. */
export function poolRows(summary: Summary): Rows {
  const pools = Object.entries(summary.pools);
  return [
    ['pool', ...POOL_COLUMNS, ...NODE_STATES.map((state) => `nodeHours.${state}`)],
    ...pools.map(([name, pool]) => {
      const hours = NODE_STATES.map((state) => pool.nodeHoursByState[state]);
      return [name, ...POOL_COLUMNS.map((column) => pool[column]), ...hours];
    }),
  ].map(roundedRow);
}

/** One row an account. */
export function accountRows(summary: Summary): Rows {
  const columns = ['requests', 'attempts', 'rateLimited', 'billed'] as const;
  return [
    ['account', ...columns],
    ...Object.entries(summary.accounts).map(([name, account]) => [name, ...columns.map((column) => account[column])]),
  ];
}

/** One row a tier and way of ending, and one a tier and cause; what did not happen has none. */
export function outcomeRows(summary: Summary): Rows {
  const rows: Value[][] = [['tier', 'by', 'name', 'attempts', 'share']];
  for (const [name, tier] of [...Object.entries(summary.tiers), ['total', summary.total] as const]) {
    for (const [by, counts] of [['outcome', tier.outcomes] as const, ['cause', tier.causes] as const]) {
      for (const [what, count] of Object.entries(counts)) {
        if (count > 0) rows.push(roundedRow([name, by, what, count, count / tier.attempts]));
      }
    }
  }
  return rows;
}

/** One row a bucket of time, one column a series: `tier.standard.sent`, `pool.main.running`. */
export function seriesRows(summary: Summary): Rows {
  const series = briefly(summary.series);
  const columns: SeriesColumn[] = [['atSeconds', series.atSeconds]];
  for (const [name, tier] of Object.entries(series.tiers)) {
    for (const key of ['sent', 'shed', 'ttftMeanMs'] as const) columns.push([`tier.${name}.${key}`, tier[key]]);
    columns.push(...detailColumns(name, summary.detail?.tiers[name]));
  }
  for (const [name, pool] of Object.entries(series.pools)) {
    for (const key of ['running', 'waiting', 'kvUse', 'watts'] as const) {
      columns.push([`pool.${name}.${key}`, pool[key]]);
    }
    const preemptions = summary.detail?.pools[name]?.preemptions;
    if (preemptions !== undefined) columns.push([`pool.${name}.preemptions`, preemptions]);
  }
  const rows: Value[][] = [columns.map(([name]) => name)];
  for (let bucket = 0; bucket < series.atSeconds.length; bucket++) {
    rows.push(roundedRow(columns.map(([, values]) => values[bucket] ?? null)));
  }
  return rows;
}

type SeriesColumn = readonly [name: string, values: readonly (number | null)[]];

function detailColumns(name: string, detail: TierDetail | undefined): SeriesColumn[] {
  if (detail === undefined) return [];
  const { ttftOverTime, outcomesOverTime, requestsOverTime } = detail;
  return [
    [`tier.${name}.ttftP50Ms`, ttftOverTime.p50],
    [`tier.${name}.ttftP95Ms`, ttftOverTime.p95],
    [`tier.${name}.ttftP99Ms`, ttftOverTime.p99],
    [`tier.${name}.firstTokens`, ttftOverTime.n],
    [`tier.${name}.requests`, requestsOverTime.sent],
    [`tier.${name}.good`, requestsOverTime.good],
    ...outcomesOverTime.map(({ outcome, cause, count }): SeriesColumn => {
      return [`tier.${name}.${cause === 'none' ? outcome : `${outcome}.${cause}`}`, count];
    }),
  ];
}

function roundedRow(row: readonly Value[]): Value[] {
  return row.map((value) => (typeof value === 'number' ? rounded(value) : value));
}
