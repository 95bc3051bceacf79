import { type Attempt, AttemptState } from './attempt.js';
import type { Simulation } from './core/simulation.js';
import { EventKind } from './event-kind.js';
import type { Fleet } from './fleet/fleet.js';
import { NODES_LOOKED_AT, type Pool } from './fleet/pool.js';
import { type Gateway, hasRoomAt } from './gateway/gateway.js';
import { wasSentBefore } from './gateway/hold-queue.js';
import type { Route } from './gateway/route.js';
import type { WaitingLines } from './gateway/waiting-lines.js';
import type { Routes } from './routes.js';

/** What waits at the gateway: who stands in which line, for how long, and who goes on when there is room. */
export class Holding {
  /** When the signals of admission are asked for those who wait. */
  private readingUs = 0;
  /** By line: its first has no room for now. */
  private readonly blocked: Uint8Array;
  /** By line: its first found no room anywhere, so there is none but at nodes that have given something up since. */
  private readonly isStuck: Uint8Array;
  /** By line: can nothing but a node's giving something up, opening or closing bring its first room? */
  private readonly hingesOnNodes: readonly boolean[];
  /** How often nodes had been opened or closed when lines were last gone through. */
  private openings = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly routes: Routes<Pool>,
    private readonly lines: WaitingLines,
    private readonly gateway: Gateway<Pool>,
    private readonly fleet: Pick<Fleet, 'pools' | 'freed'>,
    private readonly dispatch: (attempt: Attempt, pool: Pool, node: number) => void,
  ) {
    this.blocked = new Uint8Array(routes.lines.length);
    this.isStuck = new Uint8Array(routes.lines.length);
    this.hingesOnNodes = routes.lines.map(({ route, pools }, line) => {
      // A large pool is not searched to its end, so that room may come in sight that was there before.
      const isSearched = pools.every((pool) => fleet.pools[pool]!.nodeCount <= NODES_LOOKED_AT);
      return isSearched && route.onNoCapacity !== 'wait' && !lines.hasRivals(line);
    });
  }

  enter(attempt: Attempt, line: number): void {
    this.begin(attempt, line);
    this.lines.enter(attempt, line);
    this.lookAgain(this.routes.lines[line]!.route);
  }

  /** Back to its place, after it had its turn. */
  comeBack(attempt: Attempt, line: number): void {
    this.begin(attempt, line);
    this.isStuck[line] = 0;
    this.lines.comeBack(attempt, line);
  }

  leave(attempt: Attempt): void {
    this.isStuck[attempt.line] = 0;
    this.lines.leave(attempt);
    if (attempt.timers !== null && attempt.timers.hold !== 0) this.simulation.cancel(attempt.timers.hold);
  }

  /** Whatever now has room goes to a node, the most urgent first. */
  release(): void {
    if (this.lines.count === 0) return;
    this.forgetBlocks();
    for (const equals of this.lines.order) this.releaseOf(equals);
  }

  /** Every line may try anew, but for those of which it is known that they would in vain. */
  private forgetBlocks(): void {
    const { pools, freed } = this.fleet;
    const engines = freed.take();
    let openings = 0;
    for (let i = 0; i < pools.length; i++) openings += pools[i]!.openings;
    if (openings !== this.openings) this.isStuck.fill(0);
    this.openings = openings;
    for (let line = 0; line < this.blocked.length; line++) {
      this.blocked[line] = this.isStuck[line] === 1 && !this.hasRoomAtOne(engines, line) ? 1 : 0;
    }
  }

  private hasRoomAtOne(engines: readonly number[], line: number): boolean {
    const { route, pools } = this.routes.lines[line]!;
    const first = this.lines.first(line)!;
    for (let i = 0; i < pools.length; i++) {
      const pool = this.fleet.pools[pools[i]!]!;
      for (let j = 0; j < engines.length; j++) {
        const node = engines[j]! - pool.firstEngine;
        if (node >= 0 && node < pool.nodeCount && hasRoomAt(pool, node, route, first)) return true;
      }
    }
    return false;
  }

  /** Of lines that are equally urgent: who was sent first, goes first. */
  private releaseOf(equals: readonly number[]): void {
    for (let line = this.nextOf(equals); line >= 0; line = this.nextOf(equals)) {
      const { route } = this.routes.lines[line]!;
      const attempt = this.lines.first(line)!;
      const choice = this.gateway.release(this.simulation.nowUs, route, attempt);
      if (choice === null) {
        this.blocked[line] = 1;
        if (this.hingesOnNodes[line]) this.isStuck[line] = 1;
        this.lookAgain(route);
        continue;
      }
      this.leave(attempt);
      this.dispatch(attempt, choice.pool, choice.node);
    }
  }

  /** The line whose first may have its turn; -1: none is left. */
  private nextOf(equals: readonly number[]): number {
    let next = -1;
    let earliest: Attempt | null = null;
    for (const line of equals) {
      const first = this.blocked[line] === 1 ? null : this.lines.first(line);
      if (first === null || (earliest !== null && !wasSentBefore(first, earliest))) continue;
      next = line;
      earliest = first;
    }
    return next;
  }

  /** A signal may let somebody in later although nothing happens at the nodes. */
  private lookAgain({ signal, onNoCapacity }: Route<Pool>): void {
    const { nowUs } = this.simulation;
    if (signal === null || onNoCapacity !== 'wait') return;
    const atUs = signal.nextUs(nowUs);
    if (atUs === Number.POSITIVE_INFINITY || this.readingUs > nowUs) return;
    this.readingUs = atUs;
    this.simulation.at(atUs, EventKind.reading, 0);
  }

  private begin(attempt: Attempt, line: number): void {
    const { nowUs } = this.simulation;
    const { maxWaitUs } = this.lines.rules[line]!;
    attempt.state = AttemptState.held;
    if (attempt.timers !== null) attempt.timers.hold = 0;
    if (maxWaitUs === null) return;
    // Counted from its sending: time at a node that threw it out again was waiting too.
    const untilUs = Math.max(nowUs, attempt.sentUs + maxWaitUs);
    attempt.ownTimers.hold = this.simulation.at(untilUs, EventKind.holdExpiry, attempt.index);
  }
}
