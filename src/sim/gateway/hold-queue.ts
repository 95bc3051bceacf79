import type { Attempt } from '../attempt.js';
import type { Offer } from './offer.js';

/** Places kept free in front when somebody comes back to the head of the queue. */
const FRONT = 64;

/**
 * Attempts that wait at the gateway, in the order in which they were sent. One that leaves early (expired, abandoned)
 * is marked by its caller through `forget` and skipped when it surfaces.
 */
export class HoldQueue {
  /** Prompt tokens of all that wait. */
  tokens = 0;
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
    this.tokens += attempt.promptTokens;
  }

  /** One that had its turn comes back to where it would stand now. */
  putBack(attempt: Attempt): void {
    if (this.head === 0) this.makeFront();
    let at = this.head - 1;
    for (let next = at + 1; next < this.entries.length; next++) {
      const other = this.entries[next];
      if (other && !wasSentBefore(other, attempt)) break;
      // It stands further back: those before it move up.
      if (other) other.holdPlace = at;
      this.entries[at] = other ?? null;
      at = next;
    }
    this.entries[at] = attempt;
    attempt.holdPlace = at;
    this.head--;
    this.live++;
    this.tokens += attempt.promptTokens;
  }

  first(): Attempt | null {
    while (this.head < this.entries.length) {
      const attempt = this.entries[this.head];
      if (attempt) return attempt;
      this.head++;
    }
    return null;
  }

  /** Takes the attempt out, wherever it stands. */
  forget(attempt: Attempt): void {
    this.entries[attempt.holdPlace] = null;
    attempt.holdPlace = -1;
    this.live--;
    this.tokens -= attempt.promptTokens;
    if (this.live === 0) this.clear();
    else if (this.head > 1024 && this.head > this.entries.length / 2) this.compact();
  }

  private clear(): void {
    this.entries.length = 0;
    this.head = 0;
  }

  private makeFront(): void {
    const front = new Array<null>(FRONT).fill(null);
    this.entries = [...front, ...this.entries];
    this.head = FRONT;
    for (let i = FRONT; i < this.entries.length; i++) {
      const attempt = this.entries[i];
      if (attempt) attempt.holdPlace = i;
    }
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

/** Who was sent first, goes first. */
export function wasSentBefore(a: Offer, b: Offer): boolean {
  return a.sentUs < b.sentUs || (a.sentUs === b.sentUs && a.request < b.request);
}
