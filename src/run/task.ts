import type { Detail, JobResult } from '../plan/job.js';
import type { Subject } from '../plan/subject.js';

/** A job as it goes to a thread: traces are long, so they go as memory that all threads share. */
export interface Task {
  readonly subject: Omit<Subject, 'traces'>;
  readonly traces: readonly SharedText[];
  readonly run: number;
  readonly detail: Detail;
}

export interface SharedText {
  readonly name: string;
  /** Two texts of one process never have the same. */
  readonly id: number;
  readonly bytes: SharedArrayBuffer;
}

export interface Answer {
  /** null: a trace cannot be read. */
  readonly result: JobResult | null;
  readonly trace: { readonly file: string; readonly line: number; readonly message: string } | null;
}

/** The two ends of the shared memory: each text is put there once, and read once by each thread. */
export class SharedTexts {
  readonly #shared = new Map<string, SharedText>();
  readonly #texts = new Map<number, string>();

  share(texts: ReadonlyMap<string, string>): SharedText[] {
    return [...texts].map(([name, text]) => {
      let shared = this.#shared.get(text);
      if (shared === undefined) {
        const encoded = new TextEncoder().encode(text);
        const bytes = new SharedArrayBuffer(encoded.length);
        new Uint8Array(bytes).set(encoded);
        shared = { name, id: this.#shared.size, bytes };
        this.#shared.set(text, shared);
      }
      return { ...shared, name };
    });
  }

  read(texts: readonly SharedText[]): Map<string, string> {
    return new Map(
      texts.map(({ name, id, bytes }) => {
        let text = this.#texts.get(id);
        if (text === undefined) {
          // The decoder takes no shared memory, hence the copy.
          text = new TextDecoder().decode(new Uint8Array(bytes).slice());
          this.#texts.set(id, text);
        }
        return [name, text];
      }),
    );
  }
}
