import type { PromptBlocks, RateTable, RequestTable, TraceTable } from '../models/trace.js';

/** What is in a trace: plain data. */
export interface TraceStatistics {
  readonly kind: TraceTable['kind'];
  /** Of its rates. */
  readonly unit: RateTable['unit'];
  readonly rows: number;
  readonly badRows: number;
  readonly durationSeconds: number;
  readonly arrivals: ArrivalStatistics | null;
  readonly input: LengthStatistics | null;
  readonly output: LengthStatistics | null;
  /** Of prompt and answer lengths; null: not both are known, or one never changes. */
  readonly correlation: number | null;
  readonly prefix: PrefixStatistics | null;
  /** Rows of each label, or mean rate of each client, the most frequent first. */
  readonly labels: readonly { readonly label: string; readonly share: number }[];
}

export interface ArrivalStatistics {
  readonly perSecond: number;
  /** Highest rate of a minute over the mean. */
  readonly peakOverMean: number;
  /** Standard deviation over mean of the gaps between arrivals; null: too few. */
  readonly gapCv: number | null;
  /** Variance over mean of the counts in windows of one and of sixty seconds; 1: Poisson. */
  readonly dispersion1s: number | null;
  readonly dispersion60s: number | null;
  readonly emptySecondsShare: number;
  /** Arrivals that share their instant with another. */
  readonly sharedInstantsShare: number;
}

export interface LengthStatistics {
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly zeros: number;
}

export interface PrefixStatistics {
  readonly tokensPerBlock: number;
  readonly blocks: number;
  readonly distinctBlocks: number;
  /** Share of prompt tokens that a cache without end would hold. */
  readonly hitShare: number;
}

export function traceStatistics(table: TraceTable): TraceStatistics {
  return table.kind === 'requests' ? requestStatistics(table) : rateStatistics(table);
}

function requestStatistics(table: RequestTable): TraceStatistics {
  const { rows, atUs, input, output } = table;
  const last = atUs[rows - 1]!;
  return {
    kind: 'requests',
    unit: 'requests',
    rows,
    badRows: table.badRows,
    durationSeconds: last / 1e6,
    arrivals: arrivalStatistics(atUs),
    input: input === null ? null : lengthStatistics(input),
    output: output === null ? null : lengthStatistics(output),
    correlation: input === null || output === null ? null : correlation(input, output),
    prefix: table.blocks === null || input === null ? null : prefixStatistics(table.blocks, input),
    labels: labelShares(table),
  };
}

function rateStatistics(table: RateTable): TraceStatistics {
  const expected = table.clients.map(({ windows }) =>
    windows.reduce((sum, { fromUs, toUs, perSecond }) => sum + (perSecond * (toUs - fromUs)) / 1e6, 0),
  );
  const total = expected.reduce((sum, of) => sum + of, 0);
  const seconds = table.endUs / 1e6;
  const perSecond = total / seconds;
  return {
    kind: 'rates',
    unit: table.unit,
    rows: table.clients.reduce((sum, { windows }) => sum + windows.length, 0),
    badRows: table.badRows,
    durationSeconds: seconds,
    arrivals: {
      perSecond,
      peakOverMean: perSecond === 0 ? 0 : peakRate(table) / perSecond,
      gapCv: null,
      dispersion1s: null,
      dispersion60s: null,
      emptySecondsShare: 0,
      sharedInstantsShare: 0,
    },
    input: null,
    output: null,
    correlation: null,
    prefix: null,
    labels: ranked(
      table.clients.map(({ label }, index) => ({ label, share: total === 0 ? 0 : expected[index]! / total })),
    ),
  };
}

/** The highest sum of all clients' rates, which can only change where a window begins or ends. */
function peakRate({ clients }: RateTable): number {
  const changes = clients.flatMap(({ windows }) =>
    windows.flatMap(({ fromUs, toUs, perSecond }) => [
      { atUs: fromUs, by: perSecond },
      { atUs: toUs, by: -perSecond },
    ]),
  );
  changes.sort((a, b) => a.atUs - b.atUs || a.by - b.by);
  let rate = 0;
  let peak = 0;
  for (const { by } of changes) {
    rate += by;
    peak = Math.max(peak, rate);
  }
  return peak;
}

function arrivalStatistics(atUs: Float64Array): ArrivalStatistics {
  const rows = atUs.length;
  const spanUs = atUs[rows - 1]!;
  let shared = 0;
  for (let row = 0; row < rows; row++) if (atUs[row] === atUs[row - 1] || atUs[row] === atUs[row + 1]) shared++;
  const seconds = countsPer(atUs, 1e6);
  const minutes = countsPer(atUs, 6e7);
  const perSecond = spanUs === 0 ? rows : rows / (spanUs / 1e6);
  return {
    perSecond,
    peakOverMean: minutes.most / 60 / perSecond,
    gapCv: gapCv(atUs),
    dispersion1s: seconds.dispersion,
    dispersion60s: minutes.dispersion,
    emptySecondsShare: seconds.emptyShare,
    sharedInstantsShare: shared / rows,
  };
}

function gapCv(atUs: Float64Array): number | null {
  const gaps = atUs.length - 1;
  if (gaps < 2) return null;
  const mean = atUs[gaps]! / gaps;
  if (mean === 0) return null;
  let squares = 0;
  for (let row = 1; row <= gaps; row++) {
    const deviation = atUs[row]! - atUs[row - 1]! - mean;
    squares += deviation * deviation;
  }
  return Math.sqrt(squares / gaps) / mean;
}

/** Counts in windows of that length, empty ones included, without a window's array: the times ascend. */
function countsPer(atUs: Float64Array, windowUs: number) {
  const windows = Math.floor(atUs[atUs.length - 1]! / windowUs) + 1;
  let busy = 0;
  let most = 0;
  let squares = 0;
  for (let row = 0; row < atUs.length; ) {
    const window = Math.floor(atUs[row]! / windowUs);
    const first = row;
    while (row < atUs.length && Math.floor(atUs[row]! / windowUs) === window) row++;
    const count = row - first;
    busy++;
    most = Math.max(most, count);
    squares += count * count;
  }
  const mean = atUs.length / windows;
  const dispersion = windows < 2 ? null : (squares / windows - mean * mean) / mean;
  return { most, dispersion, emptyShare: 1 - busy / windows };
}

function lengthStatistics(values: Int32Array): LengthStatistics {
  const sorted = values.slice().sort();
  let sum = 0;
  let max = 0;
  let zeros = 0;
  for (const value of values) {
    sum += value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  const at = (share: number): number => {
    const rank = share * (sorted.length - 1);
    const below = Math.floor(rank);
    const low = sorted[below]!;
    return rank === below ? low : low + (rank - below) * (sorted[below + 1]! - low);
  };
  return {
    mean: sum / values.length,
    min: at(0),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max,
    zeros,
  };
}

/** Pearson's. */
function correlation(a: Int32Array, b: Int32Array): number | null {
  const n = a.length;
  const mean = (of: Int32Array): number => of.reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let row = 0; row < n; row++) {
    const [fromA, fromB] = [a[row]! - meanA, b[row]! - meanB];
    product += fromA * fromB;
    squaresA += fromA * fromA;
    squaresB += fromB * fromB;
  }
  return squaresA === 0 || squaresB === 0 ? null : product / Math.sqrt(squaresA * squaresB);
}

/** A prompt hits as far as its blocks have come before, from the first on; ids stand for all that precedes them too. */
function prefixStatistics(blocks: PromptBlocks, input: Int32Array): PrefixStatistics {
  const { ids, from, tokensPerBlock } = blocks;
  const seen = new Set<number>();
  let hitTokens = 0;
  let tokens = 0;
  for (let row = 0; row < input.length; row++) {
    let hits = 0;
    const end = from[row + 1]!;
    while (from[row]! + hits < end && seen.has(ids[from[row]! + hits]!)) hits++;
    for (let at = from[row]!; at < end; at++) seen.add(ids[at]!);
    hitTokens += Math.min(hits * tokensPerBlock, input[row]!);
    tokens += input[row]!;
  }
  return {
    tokensPerBlock,
    blocks: ids.length,
    distinctBlocks: seen.size,
    hitShare: tokens === 0 ? 0 : hitTokens / tokens,
  };
}

function labelShares({ label, labels, rows }: RequestTable): TraceStatistics['labels'] {
  if (label === null) return [];
  const counts = labels.map(() => 0);
  for (const number of label) counts[number]!++;
  return ranked(labels.map((name, index) => ({ label: name, share: counts[index]! / rows })));
}

function ranked(shares: { readonly label: string; readonly share: number }[]): TraceStatistics['labels'] {
  return shares.sort((a, b) => b.share - a.share || (a.label < b.label ? -1 : 1));
}
