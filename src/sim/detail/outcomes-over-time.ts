import { CAUSES, type Cause, OUTCOMES, type Outcome } from '../../models/outcome.js';
import type { OutcomeSeries } from '../summary-detail.js';

/** Attempts by how and why they ended and the bucket in which they were sent. */
export class OutcomesOverTime {
  private readonly counts: (Uint32Array | undefined)[] = [];

  constructor(private readonly buckets: number) {}

  add(bucket: number, outcome: Outcome, cause: Cause): void {
    const kind = OUTCOMES.indexOf(outcome) * CAUSES.length + CAUSES.indexOf(cause);
    const counts = this.counts[kind] ?? (this.counts[kind] = new Uint32Array(this.buckets));
    counts[bucket]!++;
  }

  /** Kinds that occurred, in the order of the vocabulary; the first `buckets` only. */
  series(buckets: number): OutcomeSeries[] {
    const found: OutcomeSeries[] = [];
    this.counts.forEach((counts, kind) => {
      if (counts === undefined) return;
      const outcome = OUTCOMES[Math.floor(kind / CAUSES.length)]!;
      const cause = CAUSES[kind % CAUSES.length]!;
      found.push({ outcome, cause, count: [...counts.subarray(0, buckets)] });
    });
    return found;
  }
}
