import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Stringifier, stringify } from 'csv-stringify';
import { spreadsheetSafe } from '../report/cells.js';
import { recordColumns, recordRow } from '../report/record-rows.js';
import type { AttemptRecord } from '../sim/record.js';
import { fileErrorReason, UserError } from './user-error.js';

/** Takes one row an attempt while a run goes on. */
export interface RecordSink {
  write(record: AttemptRecord): void;
  /** Waits until the disk has caught up; to be called between slices of the run. */
  drain(): Promise<void>;
  /** Returns the path under which the rows now stand. */
  close(isComplete: boolean): Promise<string>;
}

/**
 * One row an attempt, streamed: memory does not grow with the run. The file carries the suffix `.partial` until it
 * is complete, so that an interrupted run leaves an honest name behind.
 */
export class RecordFile implements RecordSink {
  readonly #partialPath: string;
  readonly #rows: Stringifier;
  readonly #written: Promise<void>;
  #failure: unknown = null;

  constructor(readonly path: string) {
    this.#partialPath = `${this.path}.partial`;
    this.#rows = stringify();
    this.#written = pipeline(this.#rows, createWriteStream(this.#partialPath)).catch((error: unknown) => {
      this.#failure = error;
    });
    this.#rows.write(recordColumns);
  }

  write(record: AttemptRecord): void {
    if (this.#failure === null) this.#rows.write(recordRow(record).map(spreadsheetSafe));
  }

  async drain(): Promise<void> {
    if (this.#failure === null && this.#rows.writableNeedDrain) {
      await Promise.race([new Promise((resolve) => this.#rows.once('drain', resolve)), this.#written]);
    }
    this.#throwFailure();
  }

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
