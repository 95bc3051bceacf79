/** How a trace file is laid out. */
export const TRACE_FORMATS = ['azure', 'burstgpt', 'mooncake', 'servegen', 'sageserve', 'rates', 'csv'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

export const TIME_UNITS = ['us', 'ms', 's', 'min', 'h'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export const RATE_UNITS = ['requestsPerSecond', 'requestsPerMinute', 'promptTokensPerMinute'] as const;
export type RateUnit = (typeof RATE_UNITS)[number];

/** What of a scenario's `trace` decides how its file is read. */
export interface TraceSource {
  /** As the scenario names it, relative to itself. */
  readonly file: string;
  readonly format: TraceFormat;
  /** Our column to theirs, see the formats; empty: the format's own names. */
  readonly columns: Readonly<Record<string, string>>;
  /** Of numbers in the time column; null: the format's own. */
  readonly timeUnit: TimeUnit | null;
  /** Of the columns of a rate trace; null: the format's own. */
  readonly rateUnit: RateUnit | null;
  /** So many bad rows are left out and counted; one more refuses the file. */
  readonly maxBadRows: number;
}

/** Traces with one key are read alike, hence once. */
export function traceKey({ file, format, columns, timeUnit, rateUnit, maxBadRows }: TraceSource): string {
  const pairs = Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([file, format, pairs, timeUnit, rateUnit, maxBadRows]);
}

/** Something wrong in a trace file; line and column count from 1, line 0: the file as a whole. */
export interface TraceProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The row, shortened. */
  readonly text: string;
}

/** A trace as the simulator takes it: typed columns, nothing of the text. */
export type TraceTable = RequestTable | RateTable;

/** One row a request, in order of time. */
export interface RequestTable {
  readonly kind: 'requests';
  readonly rows: number;
  /** Whole microseconds since the first row. */
  readonly atUs: Float64Array;
  /** Tokens; null: the trace does not say. */
  readonly input: Int32Array | null;
  readonly output: Int32Array | null;
  /** Place in `labels`, by row; null: the rows have none. */
  readonly label: Int32Array | null;
  readonly labels: readonly string[];
  /** What prompts share; null: the trace does not say. */
  readonly blocks: PromptBlocks | null;
  readonly badRows: number;
  /** SHA-256 in hex of the file's unpacked bytes. */
  readonly sha256: string;
}

/** Row r's prompt consists of the blocks ids[from[r]] .. ids[from[r + 1] - 1]; equal ids are equal tokens. */
export interface PromptBlocks {
  readonly tokensPerBlock: number;
  readonly ids: Int32Array;
  readonly from: Int32Array;
}

/** No requests but how often they come: clients or columns, each with a rate that changes from window to window. */
export interface RateTable {
  readonly kind: 'rates';
  readonly unit: 'requests' | 'promptTokens';
  readonly clients: readonly RateClient[];
  /** End of the last window. */
  readonly endUs: number;
  readonly badRows: number;
  /** SHA-256 in hex of the file's unpacked bytes. */
  readonly sha256: string;
}

export interface RateClient {
  readonly label: string;
  readonly windows: readonly RateWindow[];
}

/** [fromUs, toUs); between windows nothing comes. */
export interface RateWindow {
  readonly fromUs: number;
  readonly toUs: number;
  readonly perSecond: number;
  /** Of the gaps between arrivals. */
  readonly cv: number;
  readonly law: GapLaw;
}

export const GAP_LAWS = ['gamma', 'weibull'] as const;
export type GapLaw = (typeof GAP_LAWS)[number];
