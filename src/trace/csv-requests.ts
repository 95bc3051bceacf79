import type { TimeUnit, TraceTable } from '../models/trace.js';
import { parseTimeUs, parseTokens } from './cells.js';
import { type RowProblem, type RowReader, wholeRow } from './format.js';
import { type RequestRow, RequestRows } from './request-rows.js';

/** The columns of a CSV of requests. Names are compared without regard to case and outer blanks. */
export interface RequestColumns {
  readonly time: string;
  readonly input: string | null;
  readonly output: string | null;
  readonly tier: string | null;
}

export const AZURE_COLUMNS: RequestColumns = {
  time: 'TIMESTAMP',
  input: 'ContextTokens',
  output: 'GeneratedTokens',
  tier: null,
};

export const BURSTGPT_COLUMNS: RequestColumns = {
  time: 'Timestamp',
  input: 'Request tokens',
  output: 'Response tokens',
  tier: null,
};

/** One row a request: when it came and, where the columns say so, how long it was and which tier it asked for. */
export class CsvRequests implements RowReader {
  readonly hasHeader = true;
  readonly isCsv = true;
  private readonly table_: RequestRows;
  private readonly row_: RequestRow = { atUs: 0, input: 0, output: 0, label: '' };
  private time = 0;
  private input = -1;
  private output = -1;
  private tier = -1;
  private width = 0;

  constructor(
    private readonly columns: RequestColumns,
    private readonly timeUnit: TimeUnit,
  ) {
    this.table_ = new RequestRows({
      input: columns.input !== null,
      output: columns.output !== null,
      label: columns.tier !== null,
      tokensPerBlock: 0,
    });
  }

  get rows(): number {
    return this.table_.rows;
  }

  header(names: readonly string[]): RowProblem | null {
    const known = names.map((name) => name.trim().toLowerCase());
    const place = (column: string | null): number => (column === null ? -1 : known.indexOf(column.toLowerCase()));
    const { columns } = this;
    const missing = [columns.time, columns.input, columns.output, columns.tier].filter(
      (column) => column !== null && place(column) < 0,
    );
    if (missing.length > 0) {
      return wholeRow(`no column "${missing.join('" and no column "')}"; the header has ${names.join(', ')}`);
    }
    this.time = place(columns.time);
    this.input = place(columns.input);
    this.output = place(columns.output);
    this.tier = place(columns.tier);
    this.width = names.length;
    return null;
  }

  row(fields: readonly string[]): RowProblem | null {
    if (fields.length !== this.width) return wholeRow(`${fields.length} fields where the header has ${this.width}`);
    const { row_: row } = this;
    const atUs = parseTimeUs(fields[this.time]!.trim(), this.timeUnit);
    if (atUs === null) return { message: 'not a time', field: this.time };
    row.atUs = atUs;
    if (this.input >= 0) {
      const tokens = parseTokens(fields[this.input]!.trim());
      if (tokens === null) return { message: NOT_TOKENS, field: this.input };
      row.input = tokens;
    }
    if (this.output >= 0) {
      const tokens = parseTokens(fields[this.output]!.trim());
      if (tokens === null) return { message: NOT_TOKENS, field: this.output };
      row.output = tokens;
    }
    if (this.tier >= 0) row.label = fields[this.tier]!.trim();
    const problem = this.table_.add(row);
    return problem === null ? null : { message: problem, field: this.time };
  }

  table(badRows: number, sha256: string): TraceTable {
    return this.table_.table(badRows, sha256);
  }
}

export const NOT_TOKENS = 'not a number of tokens';
