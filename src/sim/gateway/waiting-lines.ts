import type { Attempt } from '../attempt.js';
import { HoldQueue } from './hold-queue.js';

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

/** The queues at the gateway, one for each model and tier, and who goes before whom. */
export class WaitingLines {
  /** Numbers of the lines, most urgent first. */
  readonly order: readonly number[];
  /** How many wait in all. */
  count = 0;
  /** Does room appear also while nothing ends, as steps take prompts in? */
  readonly watchesSteps: boolean;
  private readonly queues: readonly HoldQueue[];
  /** By line: those that must be empty before its own work may pass by. */
  private readonly before: readonly (readonly number[])[];
  /** By line: those whose prompts go before its own. */
  private readonly ahead: readonly (readonly number[])[];

  constructor(readonly rules: readonly LineRules[]) {
    const numbers = rules.map((_, line) => line);
    this.queues = rules.map(() => new HoldQueue());
    this.order = [...numbers].sort((a, b) => rules[b]!.rank - rules[a]!.rank || a - b);
    this.watchesSteps = rules.some(({ bindsLate }) => bindsLate);
    const meets = (a: LineRules, b: LineRules): boolean => a.pools.some((pool) => b.pools.includes(pool));
    const goesBefore = (other: LineRules, own: LineRules): boolean => {
      return other.bindsLate && !other.isHeld && other.rank > own.rank && meets(other, own);
    };
    this.before = rules.map((own, line) => [line, ...numbers.filter((other) => goesBefore(rules[other]!, own))]);
    this.ahead = rules.map((own, line) => [
      ...(own.isHeld ? [] : [line]),
      ...numbers.filter((other) => other !== line && goesBefore(rules[other]!, { ...own, rank: own.rank - 0.5 })),
    ]);
  }

  isFull(line: number): boolean {
    const { maxQueued } = this.rules[line]!;
    return maxQueued !== null && this.queues[line]!.length >= maxQueued;
  }

  /** Must new work of this line stand behind somebody? */
  isBehind(line: number): boolean {
    if (this.count === 0) return false;
    for (const other of this.before[line]!) if (this.queues[other]!.length > 0) return true;
    return false;
  }

  /** Prompt tokens that wait at the gateway and go before new work of this line. */
  tokensAhead(line: number): number {
    if (this.count === 0) return 0;
    let tokens = 0;
    for (const other of this.ahead[line]!) tokens += this.queues[other]!.tokens;
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
