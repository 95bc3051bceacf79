import type { NodeState } from '../../models/node-state.js';
import type { NodeEngine } from '../engine/node-engine.js';
import type { Pool } from './pool.js';
import { isUp, type PoolMeters } from './pool-meters.js';

/**
 * What the pool wants of a node: that it takes work, is kept warm, is made ready for another pool, or nothing. Loaded and
 * not open, it drains.
 */
export type NodeUse = 'open' | 'warm' | 'promised' | 'none';

/** Where an engine stands on its node. */
export interface EnginePlace {
  readonly engine: NodeEngine;
  /** Tells the pool's meters, and the node, what has changed at the engine since the last time. */
  note(): void;
}

/** A machine with an engine for each model of its pool, and what its pool's meters were last told about it. */
export class Node {
  use: NodeUse = 'none';
  /** How many outages hold it down, and how many are announced. */
  outages = 0;
  warnings = 0;
  /** With more than one engine. */
  readonly isShared = this.pools.length > 1;
  private isBusy = false;
  private state: NodeState = 'off';
  /** How far the machine has come; whether it works is another question. */
  phase: 'off' | 'starting' | 'warm' | 'loaded' = 'off';
  /** Its machine is at another pool. */
  isAway = false;
  /** Does the gateway know that it is down? */
  isShunned = false;
  /** Step times are so many times the usual ones: by the timeline, and by each outage that only slows. */
  plannedSlowdown = 1;
  readonly slowdowns: number[] = [];
  /** What comes of both, and by how much engines at work slow each other. */
  pace = 1;
  crowd = 1;

  constructor(
    /** By model. */
    readonly pools: readonly Pool[],
    /** Its number within the pool. */
    readonly place: number,
    /** By model. */
    readonly stations: EnginePlace[],
    private readonly meters: PoolMeters,
  ) {}

  /** Of its first model, for what all of them have in common. */
  get pool(): Pool {
    return this.pools[0]!;
  }

  /** Requests at the node. */
  get load(): number {
    let load = 0;
    for (const pool of this.pools) load += pool.loadOf(this.place);
    return load;
  }

  /** Engines at which a step runs. */
  get busyEngines(): number {
    let busy = 0;
    for (const { engine } of this.stations) if (engine.isBusy) busy++;
    return busy;
  }

  /** As the meters were last told. */
  get isUp(): boolean {
    return isUp(this.state);
  }

  get isWanted(): boolean {
    return this.use === 'open';
  }

  /** Nothing happens on it, and it works: its machine can go elsewhere. */
  get isMovable(): boolean {
    return this.outages === 0 && this.busyEngines === 0 && this.load === 0;
  }

  /** May it get new work, as far as anybody knows? */
  get isOpen(): boolean {
    return this.isWanted && this.phase === 'loaded' && !this.isShunned && this.warnings === 0;
  }

  /** So many more requests are sent to it while it is down: they wait for an answer that does not come. */
  hang(requests: number): void {
    this.meters.waiting.addNow(requests);
  }

  /** Tells the pool's meters what has changed since the last time. */
  settle(nowUs: number): void {
    for (const station of this.stations) station.note();
    this.settleState(nowUs);
  }

  /** One of its engines has begun to work or come to rest. */
  turned(): void {
    const { meters } = this;
    const { nowUs } = meters.clock;
    const isBusy = this.busyEngines > 0;
    if (isBusy === this.isBusy) return;
    meters.busyNodes.add(nowUs, isBusy ? 1 : -1);
    this.isBusy = isBusy;
    this.settleState(nowUs);
  }

  private settleState(nowUs: number): void {
    const { meters } = this;
    const state = this.stateNow();
    if (state === this.state) return;
    meters.moveNode(nowUs, this.state, state);
    this.state = state;
  }

  private stateNow(): NodeState {
    // Nobody waits for its last step any more, but the machine is at it.
    if (this.isBusy && (this.phase === 'off' || this.phase === 'warm')) return 'draining';
    if (this.phase !== 'loaded') return this.phase;
    if (this.outages > 0) return 'down';
    if (!this.isWanted || this.warnings > 0) return 'draining';
    return this.isBusy ? 'active' : 'idle';
  }
}

/** In the whole fleet. */
export function numberOf({ pool, place }: Node): number {
  return pool.firstNode + place;
}
