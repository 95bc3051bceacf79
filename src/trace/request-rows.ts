import type { RequestTable } from '../models/trace.js';
import { LabelColumn, NumberColumn, WholeColumn } from './columns.js';

/** One request as a format reads it. */
export interface RequestRow {
  atUs: number;
  input: number;
  output: number;
  label: string;
}

/** No trace may be longer: the columns would not fit a browser's memory. */
const ROWS_MAX = 100_000_000;

/** Gathers the rows of a request trace in columns. */
export class RequestRows {
  private readonly atUs = new NumberColumn();
  private readonly input = new WholeColumn();
  private readonly output = new WholeColumn();
  private readonly label = new LabelColumn();
  private readonly blockIds = new WholeColumn();
  private readonly blocksFrom = new WholeColumn();
  private startUs = 0;

  constructor(
    private readonly has: {
      readonly input: boolean;
      readonly output: boolean;
      readonly label: boolean;
      /** 0: prompts are not told by blocks. */
      readonly tokensPerBlock: number;
    },
  ) {}

  get rows(): number {
    return this.atUs.length;
  }

  /** What is wrong with the row; null: it was taken. */
  add(row: RequestRow, blockIds: readonly number[] = []): string | null {
    if (this.rows === 0) this.startUs = row.atUs;
    const atUs = row.atUs - this.startUs;
    if (this.rows > 0 && atUs < this.atUs.last) return 'earlier than the row before: sort the file by time';
    if (this.rows >= ROWS_MAX) return `more than ${ROWS_MAX} rows`;
    this.atUs.push(atUs);
    if (this.has.input) this.input.push(row.input);
    if (this.has.output) this.output.push(row.output);
    if (this.has.label) this.label.push(row.label);
    if (this.has.tokensPerBlock > 0) {
      this.blocksFrom.push(this.blockIds.length);
      for (const id of blockIds) this.blockIds.push(id);
    }
    return null;
  }

  table(badRows: number, sha256: string): RequestTable {
    const { has } = this;
    if (has.tokensPerBlock > 0) this.blocksFrom.push(this.blockIds.length);
    return {
      kind: 'requests',
      rows: this.rows,
      atUs: this.atUs.doubles(),
      input: has.input ? this.input.wholes() : null,
      output: has.output ? this.output.wholes() : null,
      label: has.label ? this.label.numbers.wholes() : null,
      labels: this.label.labels,
      blocks:
        has.tokensPerBlock === 0
          ? null
          : { tokensPerBlock: has.tokensPerBlock, ids: this.blockIds.wholes(), from: this.blocksFrom.wholes() },
      badRows,
      sha256,
    };
  }
}
