import type { Attempt } from '../attempt.js';
import { HoldQueue, wasSentBefore } from './hold-queue.js';
import type { Offer } from './offer.js';

/** What a line is told about itself; the rest of it is its route. */
export interface LineRules {
  readonly model: string;
  readonly rank: number;
  /** Numbers of the pools that its work may go to. */
  readonly pools: readonly number[];
  /** null: as long as the client waits. */
  readonly maxWaitUs: number | null;
  /** null: any number. */
  readonly maxQueued: number | null;
  /** Waits for leftover capacity: it is in nobody's way. */
  readonly isHeld: boolean;
  /** Its work is bound to a node only when one has room for it. */
  readonly bindsLate: boolean;
}

/**
 * The queues at the gateway, one for each model and tier, and who goes before whom: the more urgent, and of equally
 * urgent ones who was sent first. Whoever waits keeps those behind out of the pools that it could go to, and of no others.
 */
export class WaitingLines {
  /** Numbers of the lines, the most urgent first, equally urgent ones together. */
  readonly order: readonly (readonly number[])[];
  /** How many wait in all. */
  count = 0;
  /** Does room appear also while nothing ends, as steps take prompts in or throw others out? */
  readonly watchesSteps: boolean;
  private readonly queues: readonly HoldQueue[];
  /** By line: others, as urgent or more, that want room in a pool of its own. */
  private readonly rivals: readonly (readonly number[])[];

  constructor(readonly rules: readonly LineRules[]) {
    const numbers = rules.map((_, line) => line);
    const ranks = [...new Set(rules.map(({ rank }) => rank))].sort((a, b) => b - a);
    this.queues = rules.map(() => new HoldQueue());
    this.order = ranks.map((rank) => numbers.filter((line) => rules[line]!.rank === rank));
    this.watchesSteps = rules.some(({ bindsLate, isHeld }) => bindsLate || isHeld);
    this.rivals = rules.map((own, line) => numbers.filter((other) => other !== line && isRival(rules[other]!, own)));
  }

  isFull(line: number): boolean {
    const { maxQueued } = this.rules[line]!;
    return maxQueued !== null && this.queues[line]!.length >= maxQueued;
  }

  /** Does somebody wait in this line already? */
  isBehind(line: number): boolean {
    return this.count > 0 && this.queues[line]!.length > 0;
  }

  /** Is there somebody in another line who waits for this pool and goes before this one? */
  keepsOut(offer: Offer, line: number, pool: number): boolean {
    if (this.count === 0) return false;
    for (const other of this.rivals[line]!) {
      const first = this.first(other);
      if (first === null || !this.rules[other]!.pools.includes(pool)) continue;
      if (this.rules[other]!.rank > this.rules[line]!.rank || wasSentBefore(first, offer)) return true;
    }
    return false;
  }

  /** Can work of other lines keep this one out of its pools? */
  hasRivals(line: number): boolean {
    return this.rivals[line]!.length > 0;
  }

  /** Prompt tokens that wait at the gateway and go before new work of this line. */
  tokensAhead(line: number): number {
    if (this.count === 0) return 0;
    let tokens = this.rules[line]!.isHeld ? 0 : this.queues[line]!.tokens;
    for (const other of this.rivals[line]!) tokens += this.queues[other]!.tokens;
    return tokens;
  }

  first(line: number): Attempt | null {
    return this.queues[line]!.first();
  }

  enter(attempt: Attempt, line: number): void {
    this.count++;
    attempt.line = line;
    this.queues[line]!.push(attempt);
  }

  /** Back to its place, after it had its turn. */
  comeBack(attempt: Attempt, line: number): void {
    this.count++;
    attempt.line = line;
    this.queues[line]!.putBack(attempt);
  }

  leave(attempt: Attempt): void {
    this.count--;
    this.queues[attempt.line]!.forget(attempt);
    attempt.line = -1;
  }
}

function isRival(other: LineRules, own: LineRules): boolean {
  if (!other.bindsLate || other.isHeld || other.rank < own.rank) return false;
  return other.pools.some((pool) => own.pools.includes(pool));
}
