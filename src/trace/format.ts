import type { TraceTable } from '../models/trace.js';

/** What is wrong with a row or a header, and which field it is in; -1: the row as a whole. */
export interface RowProblem {
  readonly message: string;
  readonly field: number;
}

/** Reads the rows of one format. */
export interface RowReader {
  /** True: the first line is a header and names the columns. */
  readonly hasHeader: boolean;
  /** A line is cut into fields; false: it is given whole, as the only field. */
  readonly isCsv: boolean;
  header(names: readonly string[]): RowProblem | null;
  row(fields: readonly string[]): RowProblem | null;
  /** Rows taken so far. */
  readonly rows: number;
  table(badRows: number, sha256: string): TraceTable;
}

export function wholeRow(message: string): RowProblem {
  return { message, field: -1 };
}
