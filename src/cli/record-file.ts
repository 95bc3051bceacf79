import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Stringifier, stringify } from 'csv-stringify';
import { recordColumns, recordRow } from '../report/export.js';
import type { AttemptRecord } from '../sim/record.js';
import { fileErrorReason, UserError } from './user-error.js';

/**
 * One row an attempt, streamed: memory does not grow with the run. The file carries the suffix `.partial` until it
 * is complete, so that an interrupted run leaves an honest name behind.
 */
export class RecordFile {
  readonly path: string;
  readonly #partialPath: string;
  readonly #rows: Stringifier;
  readonly #written: Promise<void>;
  #failure: unknown = null;

  constructor(folder: string) {
    this.path = join(folder, 'requests.csv');
    this.#partialPath = `${this.path}.partial`;
    this.#rows = stringify({ escape_formulas: true });
    this.#written = pipeline(this.#rows, createWriteStream(this.#partialPath)).catch((error: unknown) => {
      this.#failure = error;
    });
    this.#rows.write(recordColumns);
  }

  write(record: AttemptRecord): void {
    if (this.#failure === null) this.#rows.write(recordRow(record));
  }

  /** Waits until the disk has caught up; to be called between slices of the run. */
  async drain(): Promise<void> {
    if (this.#failure === null && this.#rows.writableNeedDrain) {
      await Promise.race([new Promise((resolve) => this.#rows.once('drain', resolve)), this.#written]);
    }
    this.#throwFailure();
  }

  /** Returns the path under which the rows now stand. */
  async close(isComplete: boolean): Promise<string> {
    this.#rows.end();
    await this.#written;
    this.#throwFailure();
    if (!isComplete) return this.#partialPath;
    await rename(this.#partialPath, this.path);
    return this.path;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw new UserError(`cannot write ${this.path}: ${fileErrorReason(this.#failure)}`);
  }
}
