import type { NodeEngine } from '../engine/replica.js';
import type { Pool } from './pool.js';
import type { PoolMeters } from './pool-meters.js';

/** One replica and its place in the fleet, with what its pool's meters were last told about it. */
export class Node {
  private running = 0;
  private waiting = 0;
  private isBusy = false;
  private isUp: boolean;

  constructor(
    readonly pool: Pool,
    /** Its number within the pool. */
    readonly place: number,
    readonly replica: NodeEngine,
    private readonly meters: PoolMeters,
  ) {
    this.isUp = place < pool.activeNodes;
  }

  /** Tells the pool's meters what has changed since the last time. */
  settle(nowUs: number): void {
    const { meters } = this;
    const { running, waiting, isBusy } = this.replica;
    if (running !== this.running) meters.running.add(nowUs, running - this.running);
    if (waiting !== this.waiting) meters.waiting.add(nowUs, waiting - this.waiting);
    if (isBusy !== this.isBusy) meters.busyNodes.add(nowUs, isBusy ? 1 : -1);
    this.running = running;
    this.waiting = waiting;
    this.isBusy = isBusy;
    this.settleUp(nowUs);
  }

  private settleUp(nowUs: number): void {
    const isUp = this.place < this.pool.activeNodes || this.pool.loadOf(this.place) > 0;
    if (isUp !== this.isUp) this.meters.upNodes.add(nowUs, isUp ? 1 : -1);
    this.isUp = isUp;
  }
}
