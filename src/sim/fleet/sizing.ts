import type { Takeover } from '../../models/operations.js';
import { invariant } from '../core/invariant.js';
import type { Simulation } from '../core/simulation.js';
import { EventKind } from '../event-kind.js';
import { Autoscaler } from './autoscaler.js';
import { Loans } from './loans.js';
import { type Node, numberOf } from './node.js';
import type { Pool } from './pool.js';
import { Roster, type RosterHost } from './roster.js';

/** What changes of size need done for them. */
export interface SizingHost {
  /** Gives the node an engine that has seen nothing. */
  renew(node: Node): void;
  /** Time after a node of the pool went off for which it is paid all the same. */
  billed(pool: Pool, fromUs: number, toUs: number): void;
  /** What has not begun to answer on the nodes for which this holds goes to others. */
  moveWork(isLeft: (nodeNumber: number) => boolean): void;
}

/** How many nodes each pool has: by the timeline, by load, by who waits, and by what pools take from each other. */
export class Sizing {
  private readonly rosters: readonly Roster[];
  /** By pool: those that it is the lender or a borrower of; null: it keeps to itself. */
  private readonly loans: readonly (Loans | null)[];
  private readonly scalers: readonly (Autoscaler | null)[];
  /** Nodes that drain and whose work is to go elsewhere. */
  private readonly draining = new Set<number>();

  constructor(
    /** By pool of the scenario, for its first model. */
    private readonly pools: readonly Pool[],
    /** By number in the fleet. */
    private readonly nodes: readonly Node[],
    private readonly simulation: Simulation,
    private readonly host: SizingHost,
  ) {
    this.rosters = pools.map((pool) => this.makeRoster(pool));
    this.loans = this.makeLoans();
    this.scalers = pools.map(({ spec: { operations } }) => {
      return operations.autoscale === null ? null : new Autoscaler(operations.autoscale);
    });
  }

  /** Pools have at once what they take from others at the start. */
  beginLoans(): void {
    for (const loans of new Set(this.loans)) loans?.begin();
  }

  ready(node: Node): void {
    this.rosters[node.pool.at.machines]!.ready(this.simulation.nowUs, node.place);
    this.settleLoans(node.pool);
  }

  /** A node that is not wanted has finished its last request. */
  drained(node: Node): void {
    this.rosters[node.pool.at.machines]!.drained(this.simulation.nowUs, node.place);
    this.settleLoans(node.pool);
  }

  /** Something has become possible: a node has done its last step, or works again. */
  settleLoans({ at }: Pool): void {
    this.loans[at.machines]?.settle(this.simulation.nowUs);
  }

  /** The gateway and the meters learn what has become of the node. */
  show(node: Node): void {
    this.rosters[node.pool.at.machines]!.show(this.simulation.nowUs, node);
  }

  /** The pool is to have so many nodes from now on. */
  want(pool: number, nodes: number): void {
    this.rosters[pool]!.want(this.simulation.nowUs, nodes);
    this.settleLoans(this.pools[pool]!);
    this.moveDraining();
  }

  /** These are to be left for a while. */
  close(nodes: readonly Node[]): void {
    for (const node of nodes) this.drains(node);
    this.moveDraining();
  }

  /** Once all nodes have their new use: work is not to go from one that drains to the next. */
  private moveDraining(): void {
    if (this.draining.size === 0) return;
    const left = new Set(this.draining);
    this.draining.clear();
    this.host.moveWork((nodeNumber) => left.has(nodeNumber));
  }

  /** The autoscaler of a pool looks at its signal. */
  scale(poolIndex: number): void {
    const pool = this.pools[poolIndex]!;
    const roster = this.rosters[poolIndex]!;
    const { nowUs } = this.simulation;
    const scaler = this.scalers[poolIndex]!;
    const value = this.read(pool, scaler.spec.signal);
    const wanted = scaler.decide(nowUs, value, pool.activeNodes, roster.wanted, this.isIdle(pool), roster.lent);
    if (wanted !== roster.wanted) this.want(poolIndex, wanted);
    this.scheduleScaling(pool);
  }

  /** Somebody waits for pools of which none has a node: the first that was scaled to zero gets one. */
  wake(pools: Iterable<Pick<Pool, 'at' | 'spec'>>): void {
    let asleep: Pick<Pool, 'at' | 'spec'> | null = null;
    for (const pool of pools) {
      if (this.rosters[pool.at.machines]!.wanted > 0) return;
      if (asleep === null && pool.spec.operations.autoscale?.min === 0) asleep = pool;
    }
    if (asleep !== null) this.want(asleep.at.machines, 1);
  }

  private isIdle(pool: Pool): boolean {
    for (let nth = 0; nth < pool.activeNodes; nth++) {
      if (this.nodes[pool.firstNode + pool.nodeAt(nth)]!.load > 0) return false;
    }
    return true;
  }

  /** The next look of the pool's autoscaler, if it has one. */
  scheduleScaling({ at }: Pool): void {
    const scaler = this.scalers[at.machines]!;
    if (scaler === null) return;
    this.simulation.at(this.simulation.nowUs + scaler.spec.intervalUs, EventKind.scale, at.machines);
  }

  /** Looks at every node, as often as the autoscaler does and not more. */
  private read(pool: Pool, signal: Autoscaler['spec']['signal']): number {
    const { activeNodes } = pool;
    const { pools } = this.nodes[pool.firstNode]!;
    if (signal === 'ttft') {
      return Math.max(...pools.map((one) => one.predictTtftUs(this.simulation.nowUs, one.leastUrgentTier)));
    }
    let sum = 0;
    for (let nth = 0; nth < activeNodes; nth++) {
      const place = pool.nodeAt(nth);
      // Of several models: all requests, and of the memory the one with least left.
      if (signal === 'kv') sum += Math.max(...pools.map((one) => one.kvUseOf(place)));
      else for (const one of pools) sum += signal === 'running' ? one.loadOf(place) : one.waitingOf(place);
    }
    return activeNodes === 0 ? 0 : sum / activeNodes;
  }

  private drains(node: Node): void {
    if (node.pool.spec.operations.draining === 'move' && node.load > 0) this.draining.add(numberOf(node));
  }

  private makeRoster(pool: Pool): Roster {
    const { simulation } = this;
    const { spec, firstNode, nodeCount } = pool;
    const { takesFrom, autoscale, initialNodes } = spec.operations;
    const host: RosterHost = {
      callWhenReady: (place, afterUs) =>
        simulation.at(simulation.nowUs + afterUs, EventKind.nodeReady, firstNode + place),
      forget: (handle) => invariant(simulation.cancel(handle), 'a start that is given up was under way'),
      renew: (node) => this.host.renew(node),
      billed: (fromUs, toUs) => this.host.billed(pool, fromUs, toUs),
      drains: (node) => this.drains(node),
    };
    const isBorrower = takesFrom !== undefined;
    const roster = new Roster(
      this.nodes.slice(firstNode, firstNode + nodeCount),
      spec.operations,
      host,
      isBorrower ? spec.nodes : nodeCount,
    );
    const wanted = isBorrower ? Math.max(spec.nodes, autoscale?.min ?? 0) : spec.nodes;
    roster.begin(wanted, initialNodes ?? spec.nodes);
    return roster;
  }

  private makeLoans(): readonly (Loans | null)[] {
    const { pools, rosters } = this;
    const termsOf = (index: number): Takeover | undefined => pools[index]!.spec.operations.takesFrom;
    const lent = pools.map(({ spec }, lender) => {
      const borrowers = rosters.flatMap((roster, index) => {
        const terms = termsOf(index);
        return terms?.pool === spec.name ? [{ roster, terms }] : [];
      });
      return borrowers.length === 0 ? null : new Loans(rosters[lender]!, borrowers);
    });
    return pools.map((_, index) => {
      const terms = termsOf(index);
      return terms === undefined ? lent[index]! : lent[pools.findIndex(({ spec }) => spec.name === terms.pool)]!;
    });
  }
}
