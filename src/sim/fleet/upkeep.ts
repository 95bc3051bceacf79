import type { FleetChange } from '../../models/scenario.js';
import type { Streams } from '../core/random.js';
import type { Simulation } from '../core/simulation.js';
import { type IncidentHost, Incidents } from './incidents.js';
import type { Node } from './node.js';
import type { Pool } from './pool.js';
import { Sizing, type SizingHost } from './sizing.js';

/** What upkeep needs done for it. */
export type UpkeepHost = SizingHost & Pick<IncidentHost, 'setPace' | 'failWork'>;

/** What happens to nodes: they are started and drained by plan or by load, break, are slow for a while, come back. */
export class Upkeep {
  private readonly sizing: Sizing;
  private readonly incidents: Incidents;

  constructor(
    /** By pool of the scenario, for its first model. */
    private readonly pools: readonly Pool[],
    /** By number in the fleet. */
    private readonly nodes: readonly Node[],
    simulation: Simulation,
    streams: Streams,
    host: UpkeepHost,
  ) {
    this.sizing = new Sizing(pools, nodes, simulation, host);
    this.incidents = new Incidents(pools, nodes, simulation, streams, {
      renew: (node) => host.renew(node),
      setPace: (node, factor) => host.setPace(node, factor),
      failWork: (isBroken) => host.failWork(isBroken),
      show: (node) => this.sizing.show(node),
      close: (left) => this.sizing.close(left),
      mended: ({ pool }) => this.sizing.settleLoans(pool),
    });
    for (const pool of pools) {
      this.sizing.scheduleScaling(pool);
      this.incidents.beginPool(pool);
    }
    this.incidents.beginOutages();
    this.sizing.beginLoans();
  }

  /** The timeline changes something. */
  change(change: FleetChange): void {
    const pool = this.pools.find(({ spec }) => spec.name === change.pool)!;
    switch (change.kind) {
      case 'nodes':
        this.sizing.want(pool.at.machines, change.nodes);
        break;
      case 'down':
        this.incidents.setDown(pool, change.nodes);
        break;
      case 'slowNodes':
        this.incidents.setSlow(pool, { nodes: change.nodes });
        break;
      case 'slowFactor':
        this.incidents.setSlow(pool, { factor: change.factor });
        break;
    }
  }

  /** A node has been started. */
  ready(nodeNumber: number): void {
    const node = this.nodes[nodeNumber]!;
    this.sizing.ready(node);
    if (node.outages > 0) this.incidents.look(nodeNumber);
  }

  /** A node that is not wanted has finished its last request. */
  drained(node: Node): void {
    this.sizing.drained(node);
  }

  /** Likewise its last step. */
  rested({ pool }: Node): void {
    this.sizing.settleLoans(pool);
  }

  /** The autoscaler of a pool looks at its signal. */
  scale(poolIndex: number): void {
    this.sizing.scale(poolIndex);
  }

  /** Somebody waits for pools of which none has a node: the first that was scaled to zero gets one. */
  wake(pools: Iterable<Pick<Pool, 'at' | 'spec'>>): void {
    this.sizing.wake(pools);
  }

  /** The next outage of one kind. */
  strike(index: number): void {
    this.incidents.strike(index);
  }

  /** An incident goes on: what was announced begins, what has begun is over. */
  next(number: number): void {
    this.incidents.next(number);
  }

  /** The gateway's health check of one node. */
  look(nodeNumber: number): void {
    this.incidents.look(nodeNumber);
  }
}
