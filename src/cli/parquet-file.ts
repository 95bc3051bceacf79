import { renameSync } from 'node:fs';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { Value } from '../report/cells.js';
import { recordColumns, recordRow } from '../report/record-rows.js';
import type { AttemptRecord } from '../sim/record.js';
import type { RecordSink } from './record-file.js';
import { fileErrorReason, UserError } from './user-error.js';

/** Rows kept in memory at most: a row group. */
const GROUP_ROWS = 50_000;

const TEXT = new Set(['class', 'account', 'model', 'tierAsked', 'tierServed', 'outcome', 'cause', 'pool']);

/** One row an attempt as Parquet, for DuckDB, pandas and the like; written a row group at a time. */
export class ParquetFile implements RecordSink {
  readonly #partialPath: string;
  readonly #columns: Value[][] = recordColumns.map(() => []);
  readonly #writer: ParquetWriter;
  #rows = 0;

  constructor(readonly path: string) {
    this.#partialPath = `${path}.partial`;
    this.#writer = this.#guarded(() => new ParquetWriter({ writer: fileWriter(this.#partialPath), schema: SCHEMA }));
  }

  write(record: AttemptRecord): void {
    const row = recordRow(record);
    for (let column = 0; column < row.length; column++) this.#columns[column]!.push(row[column]!);
    if (++this.#rows >= GROUP_ROWS) this.#flush();
  }

  /** The writer is synchronous: there is nothing to wait for. */
  async drain(): Promise<void> {}

  async close(isComplete: boolean): Promise<string> {
    this.#flush();
    return this.#guarded(() => {
      void this.#writer.finish();
      if (isComplete) renameSync(this.#partialPath, this.path);
      return isComplete ? this.path : this.#partialPath;
    });
  }

  #flush(): void {
    if (this.#rows === 0) return;
    const columnData = recordColumns.map((name, column) => ({ name, data: cells(name, this.#columns[column]!) }));
    // Into a file it writes synchronously.
    this.#guarded(() => void this.#writer.write({ columnData, rowGroupSize: GROUP_ROWS }));
    for (const column of this.#columns) column.length = 0;
    this.#rows = 0;
  }

  #guarded<Made>(action: () => Made): Made {
    try {
      return action();
    } catch (error) {
      throw new UserError(`cannot write ${this.path}: ${fileErrorReason(error)}`);
    }
  }
}

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const SCHEMA: Schema = [
  { name: 'root', num_children: recordColumns.length },
  ...recordColumns.map((name): Schema[number] => {
    if (TEXT.has(name)) return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' };
    if (name === 'willRetry') return { name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' };
    return { name, type: 'INT64', repetition_type: 'OPTIONAL' };
  }),
];

/** Whole numbers beyond 2^31 occur (microseconds, pico-units), so all are 64 bits wide. */
function cells(name: string, values: readonly Value[]): unknown[] {
  if (TEXT.has(name)) return [...values];
  if (name === 'willRetry') return values.map((value) => value === 'true');
  return values.map((value) => (typeof value === 'number' ? BigInt(value) : null));
}
