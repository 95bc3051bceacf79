import type { Fingerprint } from '../sim/core/fingerprint.js';

const CHUNK_EVENTS = 1 << 18;

export interface EventDifference {
  /** Counts from 0. */
  readonly index: number;
  readonly timeUs: number;
  readonly kind: number;
  readonly subject: number;
}

/** Keeps 52 bits of the running fingerprint after every event of one run and compares those of another with them. */
export class DeterminismCheck {
  readonly #chunks: Float64Array[] = [];
  #kept = 0;
  #compared = 0;
  /** The first event of the second run after which the two differ; null: none so far. */
  difference: EventDifference | null = null;

  get kept(): number {
    return this.#kept;
  }

  get compared(): number {
    return this.#compared;
  }

  /** For every event of the first run. */
  keep(fingerprint: Fingerprint): void {
    const place = this.#kept % CHUNK_EVENTS;
    if (place === 0) this.#chunks.push(new Float64Array(CHUNK_EVENTS));
    const chunk = this.#chunks.at(-1);
    if (chunk !== undefined) chunk[place] = leadingBits(fingerprint);
    this.#kept++;
  }

  /** For every event of the second run. */
  compare(timeUs: number, kind: number, subject: number, fingerprint: Fingerprint): void {
    const index = this.#compared++;
    if (this.difference !== null) return;
    const expected = index < this.#kept ? this.#chunks[Math.floor(index / CHUNK_EVENTS)]?.[index % CHUNK_EVENTS] : null;
    if (expected !== leadingBits(fingerprint)) this.difference = { index, timeUs, kind, subject };
  }
}

function leadingBits(fingerprint: Fingerprint): number {
  return Number.parseInt(fingerprint.hex().slice(0, 13), 16);
}
