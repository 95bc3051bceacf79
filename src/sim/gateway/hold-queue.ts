import type { Attempt } from '../attempt.js';

/**
 * Attempts that wait at the gateway, first come first served. One that leaves early (expired, abandoned) is
 * marked by its caller through `forget` and skipped when it surfaces.
 */
export class HoldQueue {
  private entries: (Attempt | null)[] = [];
  private head = 0;
  private live = 0;

  get length(): number {
    return this.live;
  }

  push(attempt: Attempt): void {
    attempt.holdPlace = this.entries.length;
    this.entries.push(attempt);
    this.live++;
  }

  first(): Attempt | null {
    while (this.head < this.entries.length) {
      const attempt = this.entries[this.head];
      if (attempt) return attempt;
      this.head++;
    }
    this.clear();
    return null;
  }

  /** Takes the attempt out, wherever it stands. */
  forget(attempt: Attempt): void {
    this.entries[attempt.holdPlace] = null;
    attempt.holdPlace = -1;
    this.live--;
    if (this.live === 0) this.clear();
    else if (this.head > 1024 && this.head > this.entries.length / 2) this.compact();
  }

  private clear(): void {
    this.entries.length = 0;
    this.head = 0;
  }

  private compact(): void {
    let kept = 0;
    for (let i = this.head; i < this.entries.length; i++) {
      const attempt = this.entries[i];
      if (!attempt) continue;
      attempt.holdPlace = kept;
      this.entries[kept++] = attempt;
    }
    this.entries.length = kept;
    this.head = 0;
  }
}
