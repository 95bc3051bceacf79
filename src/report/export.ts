import { NODE_STATES } from '../models/node-state.js';
import type { AttemptRecord } from '../sim/record.js';
import type { Distribution, PoolSummary, Summary, TierDetail, TierSummary } from '../sim/summary.js';

/** A cell of a table to be written as CSV; null is an empty cell. */
export type Value = string | number | null;

/** The first row is the header. */
export type Rows = readonly (readonly Value[])[];

/**
 * Fractions carry nine significant digits: more than any figure is good for, and few enough that a last-bit
 * difference does not show. Whole numbers and decimal strings are left as they are.
 */
const DIGITS = 9;

/**
 * The summary as JSON: keys in the order of the Summary type, tiers and pools in their own order, two spaces of
 * indent. Characters that could steer a terminal are escaped, so that the text is safe to print.
 */
export function summaryJson(summary: Summary): string {
  const { schema, scenario, run, currency, costCurrency, tiers, total, pools, accounts, invoice, energy, series } =
    summary;
  const { sla, targets, warnings, notes, detail } = summary;
  const ordered = {
    schema,
    scenario,
    run,
    currency,
    costCurrency,
    tiers,
    total,
    pools,
    accounts,
    invoice,
    energy,
    sla,
    series,
    targets,
    warnings,
    notes,
    detail,
    ...(summary.replications === undefined ? {} : { replications: summary.replications }),
  } satisfies Summary;
  return safeJson(ordered);
}

/** The summary with its numbers rounded as the JSON of it has them. */
export function compactSummary(summary: Summary): Summary {
  return JSON.parse(summaryJson(summary)) as Summary;
}

/** Any plain value as JSON with the same rounding, indent and escapes; lists of plain values stand on one line. */
export function safeJson(value: unknown): string {
  const whole = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? rounded(part) : part), 2);
  const text = whole.replace(PLAIN_LIST, (list) =>
    list.replace(/\s*\n\s*/g, ' ').replace(/^\[ | \]$/g, (end) => end.trim()),
  );
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Numbers, nulls and the like between brackets, one a line; a string in it would not match, so no text is changed. */
const PLAIN_LIST = /\[\n(?:\s*(?:-?\d[\d.e+-]*|null|true|false),?\n)+\s*\]/g;

/** Delete, the C1 controls and direction overrides; JSON itself escapes what is below the space. */
const UNSAFE = /[\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/g;

function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
}

/** Header of the rows of `recordRow`; times are whole microseconds of simulated time. */
export const recordColumns: readonly string[] = [
  'request',
  'attempt',
  'willRetry',
  'class',
  'account',
  'model',
  'tierAsked',
  'tierServed',
  'outcome',
  'cause',
  'status',
  'pool',
  'node',
  'requestSentUs',
  'sentUs',
  'scheduledUs',
  'firstTokenUs',
  'lastTokenUs',
  'endUs',
  'promptTokens',
  'cachedTokens',
  'outputTokens',
  'wastedTokens',
  'preemptions',
  'evictions',
  'billedPico',
] satisfies (keyof AttemptRecord)[];

/** A new array a call: the record itself is reused by the simulator. What did not happen is null. */
export function recordRow(record: AttemptRecord): Value[] {
  return [
    record.request,
    record.attempt,
    record.willRetry ? 'true' : 'false',
    record.class,
    record.account,
    record.model,
    record.tierAsked,
    record.tierServed,
    record.outcome,
    record.cause,
    record.status === 0 ? null : record.status,
    record.pool,
    happened(record.node),
    happened(record.requestSentUs),
    happened(record.sentUs),
    happened(record.scheduledUs),
    happened(record.firstTokenUs),
    happened(record.lastTokenUs),
    happened(record.endUs),
    record.promptTokens,
    record.cachedTokens,
    record.outputTokens,
    record.wastedTokens,
    record.preemptions,
    record.evictions,
    record.billedPico,
  ];
}

function happened(value: number): number | null {
  return value < 0 ? null : value;
}

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
  const { series } = summary;
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

/** What a spreadsheet would run as a formula becomes text; a decimal number stays one. */
export function spreadsheetSafe(value: Value): Value {
  if (typeof value !== 'string' || !FORMULA.test(value) || DECIMAL.test(value)) return value;
  return `'${value}`;
}

/** ASCII and full-width. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const DECIMAL = /^-\d+(?:\.\d+)?$/;

function roundedRow(row: readonly Value[]): Value[] {
  return row.map((value) => (typeof value === 'number' ? rounded(value) : value));
}
