import type { Takeover } from '../../models/operations.js';
import type { FleetChange } from '../../models/scenario.js';
import { invariant } from '../core/invariant.js';
import type { Streams } from '../core/random.js';
import type { Simulation } from '../core/simulation.js';
import { EventKind } from '../event-kind.js';
import { Autoscaler } from './autoscaler.js';
import { Loans } from './loans.js';
import type { Node } from './node.js';
import { OutageTimes } from './outage-times.js';
import type { Pool } from './pool.js';
import { Roster, type RosterHost } from './roster.js';

/** What upkeep needs done for it. */
export interface UpkeepHost {
  /** Gives the node an engine that has seen nothing. */
  renew(node: Node): void;
  /** From its next step on the node takes so many times as long. */
  setPace(node: Node, factor: number): void;
  /** Time after a node of the pool went off for which it is paid all the same. */
  billed(pool: Pool, fromUs: number, toUs: number): void;
  /** Everything on the nodes for which this holds has failed. */
  failWork(isBroken: (nodeNumber: number) => boolean): void;
  /** What has not begun to answer on the nodes for which this holds goes to others. */
  moveWork(isLeft: (nodeNumber: number) => boolean): void;
}

/** An outage under way. */
interface Incident {
  readonly nodes: readonly Node[];
  readonly slowdown: number | null;
  readonly lengthUs: number;
  /** Still to come: the nodes drain. */
  isAnnounced: boolean;
}

/** What happens to nodes: they are started and drained by plan or by load, break, are slow for a while, come back. */
export class Upkeep {
  private readonly rosters: readonly Roster[];
  /** By pool: those that it is the lender or a borrower of; null: it keeps to itself. */
  private readonly loans: readonly (Loans | null)[];
  /** Nodes that drain and whose work is to go elsewhere. */
  private readonly draining = new Set<number>();
  private readonly failures: readonly { readonly times: OutageTimes; readonly pool: Pool }[];
  /** By pool. */
  private readonly scalers: readonly (Autoscaler | null)[];
  /** By number of the incident; recycled. */
  private readonly incidents: (Incident | null)[] = [];
  /** By pool: how many of its first nodes the timeline has broken or slowed. */
  private readonly downNodes: number[];
  private readonly slow: { nodes: number; factor: number }[];

  constructor(
    /** By pool of the scenario, for its first model. */
    private readonly pools: readonly Pool[],
    /** By number in the fleet. */
    private readonly nodes: readonly Node[],
    private readonly simulation: Simulation,
    streams: Streams,
    private readonly host: UpkeepHost,
  ) {
    this.rosters = pools.map((pool) => this.makeRoster(pool));
    this.loans = this.makeLoans();
    this.downNodes = pools.map(() => 0);
    this.slow = pools.map(() => ({ nodes: 0, factor: 1 }));
    this.failures = pools.flatMap((pool) =>
      pool.spec.operations.outages.map((outage, index) => {
        const domains = outage.domain.kind === 'nodes' ? Math.ceil(pool.nodeCount / outage.domain.nodes) : 1;
        const stream = streams.get(`fleet/${pool.spec.name}/outages/${index}`);
        return { pool, times: new OutageTimes(outage, Math.max(1, domains), stream) };
      }),
    );
    this.scalers = pools.map(({ spec: { operations } }) => {
      return operations.autoscale === null ? null : new Autoscaler(operations.autoscale);
    });
    for (const pool of pools) {
      this.scheduleScaling(pool);
      const { downNodes, slow } = pool.spec.operations;
      this.setDown(pool, downNodes);
      this.setSlow(pool, slow.nodes, slow.factor);
    }
    for (let index = 0; index < this.failures.length; index++) this.schedule(index, true);
    for (const loans of new Set(this.loans)) loans?.begin();
  }

  /** The timeline changes something. */
  change(change: FleetChange): void {
    const pool = this.pools.find(({ spec }) => spec.name === change.pool)!;
    const slow = this.slow[pool.at.machines]!;
    switch (change.kind) {
      case 'nodes':
        this.want(pool.at.machines, change.nodes);
        break;
      case 'down':
        this.setDown(pool, change.nodes);
        break;
      case 'slowNodes':
        this.setSlow(pool, change.nodes, slow.factor);
        break;
      case 'slowFactor':
        this.setSlow(pool, slow.nodes, change.factor);
        break;
    }
  }

  /** A node has been started. */
  ready(nodeNumber: number): void {
    const node = this.nodes[nodeNumber]!;
    this.rosters[node.pool.at.machines]!.ready(this.simulation.nowUs, node.place);
    this.settleLoans(node.pool);
    if (node.outages > 0) this.look(nodeNumber);
  }

  /** A node that is not wanted has finished its last request. */
  drained(node: Node): void {
    this.rosters[node.pool.at.machines]!.drained(this.simulation.nowUs, node.place);
    this.settleLoans(node.pool);
  }

  /** Likewise its last step. */
  rested(node: Node): void {
    this.settleLoans(node.pool);
  }

  // Scaling.

  private want(pool: number, nodes: number): void {
    this.rosters[pool]!.want(this.simulation.nowUs, nodes);
    this.settleLoans(this.pools[pool]!);
    this.moveDraining();
  }

  private settleLoans({ at }: Pool): void {
    this.loans[at.machines]?.settle(this.simulation.nowUs);
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

  private scheduleScaling({ at }: Pool): void {
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

  // Outages.

  /** The next outage of one kind; with a notice it is only announced. */
  strike(index: number): void {
    const { pool, times } = this.failures[index]!;
    const { domain, slowdown, noticeUs } = times.spec;
    const nodes = this.struck(pool, domain, times.domain());
    const incident: Incident = { nodes, slowdown, lengthUs: times.lengthUs(), isAnnounced: noticeUs > 0 };
    this.schedule(index, false);
    if (!incident.isAnnounced) {
      this.begin(incident, this.numberOf(incident));
      return;
    }
    for (const node of nodes) {
      node.warnings++;
      this.show(node);
      this.drains(node);
    }
    this.moveDraining();
    this.simulation.at(this.simulation.nowUs + noticeUs, EventKind.incident, this.numberOf(incident));
  }

  /** An incident goes on: what was announced begins, what has begun is over. */
  next(number: number): void {
    const incident = this.incidents[number]!;
    const { nodes, slowdown } = incident;
    if (incident.isAnnounced) {
      incident.isAnnounced = false;
      for (const node of nodes) {
        node.warnings--;
        this.show(node);
      }
      this.begin(incident, number);
      return;
    }
    this.incidents[number] = null;
    if (slowdown === null) this.mend(nodes);
    else this.setPaces(nodes, (node) => node.slowdowns.splice(node.slowdowns.indexOf(slowdown), 1));
  }

  private begin({ nodes, slowdown, lengthUs }: Incident, number: number): void {
    if (slowdown === null) this.breakDown(nodes);
    else this.setPaces(nodes, (node) => node.slowdowns.push(slowdown));
    this.simulation.at(this.simulation.nowUs + lengthUs, EventKind.incident, number);
  }

  /** The gateway's health check of one node: what does not work gets nothing new, and what hangs there has failed. */
  look(nodeNumber: number): void {
    const node = this.nodes[nodeNumber]!;
    node.isShunned = node.outages > 0;
    this.show(node);
    if (node.isShunned) this.failHanging(node, nodeNumber);
  }

  private breakDown(nodes: readonly Node[]): void {
    const broken = new Set<number>();
    for (const node of nodes) if (node.outages++ === 0 && node.phase !== 'off') broken.add(numberOf(node));
    if (broken.size === 0) return;
    this.host.failWork((nodeNumber) => broken.has(nodeNumber));
    for (const nodeNumber of broken) {
      const node = this.nodes[nodeNumber]!;
      if (node.phase === 'loaded' || node.phase === 'warm') this.host.renew(node);
      this.show(node);
      this.scheduleLook(node);
    }
  }

  private mend(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (--node.outages > 0) continue;
      if (node.phase === 'off') {
        node.isShunned = false;
        continue;
      }
      // What was sent there meanwhile got no answer, and will get none.
      if (!node.isShunned) this.failHanging(node, numberOf(node));
      this.show(node);
      this.scheduleLook(node);
      this.settleLoans(node.pool);
    }
  }

  private drains(node: Node): void {
    if (node.pool.spec.operations.draining === 'move' && node.load > 0) this.draining.add(numberOf(node));
  }

  private failHanging(node: Node, nodeNumber: number): void {
    if (node.load > 0) this.host.failWork((other) => other === nodeNumber);
  }

  private scheduleLook(node: Node): void {
    const { nowUs } = this.simulation;
    const { healthCheckUs } = node.pool.spec.operations;
    const atUs = healthCheckUs === 0 ? nowUs : (Math.floor(nowUs / healthCheckUs) + 1) * healthCheckUs;
    this.simulation.at(atUs, EventKind.healthCheck, numberOf(node));
  }

  private setDown(pool: Pool, nodes: number): void {
    const before = this.downNodes[pool.at.machines]!;
    this.downNodes[pool.at.machines] = Math.min(nodes, pool.nodeCount);
    if (nodes > before) this.breakDown(this.nodesOf(pool, before, nodes));
    else this.mend(this.nodesOf(pool, nodes, before));
  }

  private setSlow(pool: Pool, nodes: number, factor: number): void {
    const slow = this.slow[pool.at.machines]!;
    if (slow.nodes === nodes && slow.factor === factor) return;
    const most = Math.max(slow.nodes, nodes);
    slow.nodes = nodes;
    slow.factor = factor;
    this.setPaces(this.nodesOf(pool, 0, most), (node) => {
      node.plannedSlowdown = node.place < nodes ? factor : 1;
    });
  }

  /** The worst of what slows a node counts. */
  private setPaces(nodes: readonly Node[], change: (node: Node) => void): void {
    for (const node of nodes) {
      change(node);
      this.host.setPace(node, Math.max(node.plannedSlowdown, ...node.slowdowns));
    }
  }

  private struck(pool: Pool, domain: OutageTimes['spec']['domain'], index: number): readonly Node[] {
    switch (domain.kind) {
      case 'nodes':
        return this.nodesOf(pool, index * domain.nodes, (index + 1) * domain.nodes);
      case 'pool':
        return this.nodesOf(pool);
      case 'zone': {
        const { zone } = pool.spec.operations;
        return this.pools.filter(({ spec }) => spec.operations.zone === zone).flatMap((other) => this.nodesOf(other));
      }
    }
  }

  private schedule(index: number, isFirst: boolean): void {
    const { nowUs } = this.simulation;
    const atUs = this.failures[index]!.times.nextUs(nowUs, isFirst);
    if (atUs < Number.POSITIVE_INFINITY) this.simulation.at(atUs, EventKind.outage, index);
  }

  private numberOf(incident: Incident): number {
    const free = this.incidents.indexOf(null);
    const number = free < 0 ? this.incidents.length : free;
    this.incidents[number] = incident;
    return number;
  }

  private show(node: Node): void {
    this.rosters[node.pool.at.machines]!.show(this.simulation.nowUs, node);
  }

  /** Those of the pool from place `from` up to `to`. */
  private nodesOf({ firstNode, nodeCount }: Pool, from = 0, to = nodeCount): readonly Node[] {
    return this.nodes.slice(firstNode + from, firstNode + Math.min(to, nodeCount));
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
    const roster = new Roster(this.nodesOf(pool), spec.operations, host, isBorrower ? spec.nodes : nodeCount);
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

function numberOf({ pool, place }: Node): number {
  return pool.firstNode + place;
}
