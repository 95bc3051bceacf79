import type { TraceTable } from '../models/trace.js';
import type { Detail, JobResult } from '../plan/job.js';
import type { Subject } from '../plan/subject.js';

/** A job as it goes to a thread. */
export interface Task {
  /** Its traces lie in memory that all threads share. */
  readonly subject: Subject;
  readonly run: number;
  readonly detail: Detail;
}

export interface Answer {
  /** null: a trace cannot be played. */
  readonly result: JobResult | null;
  readonly trace: { readonly file: string; readonly line: number; readonly message: string } | null;
}

/** Traces are long: their columns are put into shared memory once, and every thread reads them there. */
export class SharedTables {
  readonly #shared = new WeakMap<TraceTable, TraceTable>();

  share(tables: ReadonlyMap<string, TraceTable>): Map<string, TraceTable> {
    return new Map([...tables].map(([key, table]) => [key, this.#sharedOf(table)]));
  }

  #sharedOf(table: TraceTable): TraceTable {
    const known = this.#shared.get(table);
    if (known !== undefined) return known;
    const made = table.kind === 'requests' ? (withSharedColumns(table) as TraceTable) : table;
    this.#shared.set(table, made);
    return made;
  }
}

function withSharedColumns(value: object): object {
  const entries = Object.entries(value as Record<string, unknown>).map(([name, field]): [string, unknown] => {
    if (field instanceof Float64Array) return [name, inSharedMemory(Float64Array, field)];
    if (field instanceof Int32Array) return [name, inSharedMemory(Int32Array, field)];
    const isPlain = typeof field === 'object' && field !== null && !Array.isArray(field);
    return [name, isPlain ? withSharedColumns(field) : field];
  });
  return Object.fromEntries(entries);
}

function inSharedMemory<T extends Float64Array | Int32Array>(
  kind: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  values: T,
): T {
  const shared = new kind(new SharedArrayBuffer(values.length * kind.BYTES_PER_ELEMENT));
  shared.set(values);
  return shared;
}
