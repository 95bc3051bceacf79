import type { Attempt } from '../attempt.js';
import type { Offer } from './offer.js';

/** Attempts that wait at the gateway, in the order in which they were sent: a list through the attempts themselves. */
export class HoldQueue {
  length = 0;
  /** Prompt tokens of all that wait. */
  tokens = 0;
  private head: Attempt | null = null;
  private tail: Attempt | null = null;

  first(): Attempt | null {
    return this.head;
  }

  /** One that was sent after all others. */
  push(attempt: Attempt): void {
    this.insertBehind(this.tail, attempt);
  }

  /** One that had its turn comes back to where it would stand now. */
  putBack(attempt: Attempt): void {
    let ahead: Attempt | null = null;
    for (let next = this.head; next !== null && wasSentBefore(next, attempt); next = next.holdBehind) ahead = next;
    this.insertBehind(ahead, attempt);
  }

  /** Takes the attempt out, wherever it stands. */
  forget(attempt: Attempt): void {
    const { holdAhead, holdBehind } = attempt;
    if (holdAhead === null) this.head = holdBehind;
    else holdAhead.holdBehind = holdBehind;
    if (holdBehind === null) this.tail = holdAhead;
    else holdBehind.holdAhead = holdAhead;
    this.length--;
    this.tokens -= attempt.promptTokens;
  }

  /** null: at the head. */
  private insertBehind(ahead: Attempt | null, attempt: Attempt): void {
    const behind = ahead === null ? this.head : ahead.holdBehind;
    attempt.holdAhead = ahead;
    attempt.holdBehind = behind;
    if (ahead === null) this.head = attempt;
    else ahead.holdBehind = attempt;
    if (behind === null) this.tail = attempt;
    else behind.holdAhead = attempt;
    this.length++;
    this.tokens += attempt.promptTokens;
  }
}

/** Who was sent first, goes first. */
export function wasSentBefore(a: Offer, b: Offer): boolean {
  return a.sentUs < b.sentUs || (a.sentUs === b.sentUs && a.request < b.request);
}
