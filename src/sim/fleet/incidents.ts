import type { Streams } from '../core/random.js';
import type { Simulation } from '../core/simulation.js';
import { EventKind } from '../event-kind.js';
import { type Node, numberOf } from './node.js';
import { OutageTimes } from './outage-times.js';
import type { Pool } from './pool.js';

/** What incidents need done for them. */
export interface IncidentHost {
  /** Gives the node an engine that has seen nothing. */
  renew(node: Node): void;
  /** From its next step on the node takes so many times as long. */
  setPace(node: Node, factor: number): void;
  /** Everything on the nodes for which this holds has failed. */
  failWork(isBroken: (nodeNumber: number) => boolean): void;
  /** Something has become of the node. */
  show(node: Node): void;
  /** What is about to break is left. */
  close(nodes: readonly Node[]): void;
  /** It works again. */
  mended(node: Node): void;
}

/** An outage under way. */
interface Incident {
  readonly nodes: readonly Node[];
  readonly slowdown: number | null;
  readonly lengthUs: number;
  /** Still to come: the nodes drain. */
  isAnnounced: boolean;
}

/** Nodes that break or are slow for a while, by plan or at random, and when the gateway finds out. */
export class Incidents {
  private readonly failures: readonly { readonly times: OutageTimes; readonly pool: Pool }[];
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
    private readonly host: IncidentHost,
  ) {
    this.downNodes = pools.map(() => 0);
    this.slow = pools.map(() => ({ nodes: 0, factor: 1 }));
    this.failures = pools.flatMap((pool) =>
      pool.spec.operations.outages.map((outage, index) => {
        const domains = outage.domain.kind === 'nodes' ? Math.ceil(pool.nodeCount / outage.domain.nodes) : 1;
        const stream = streams.get(`fleet/${pool.spec.name}/outages/${index}`);
        return { pool, times: new OutageTimes(outage, Math.max(1, domains), stream) };
      }),
    );
  }

  /** What the file says of this pool. */
  beginPool(pool: Pool): void {
    const { downNodes, slow } = pool.spec.operations;
    this.setDown(pool, downNodes);
    this.setSlow(pool, slow);
  }

  beginOutages(): void {
    for (let index = 0; index < this.failures.length; index++) this.schedule(index, true);
  }

  // By the timeline.

  setDown(pool: Pool, nodes: number): void {
    const before = this.downNodes[pool.at.machines]!;
    this.downNodes[pool.at.machines] = Math.min(nodes, pool.nodeCount);
    if (nodes > before) this.breakDown(this.nodesOf(pool, before, nodes));
    else this.mend(this.nodesOf(pool, nodes, before));
  }

  /** What is not given stays as it is. */
  setSlow(pool: Pool, given: { readonly nodes?: number; readonly factor?: number }): void {
    const slow = this.slow[pool.at.machines]!;
    const { nodes = slow.nodes, factor = slow.factor } = given;
    if (slow.nodes === nodes && slow.factor === factor) return;
    const most = Math.max(slow.nodes, nodes);
    slow.nodes = nodes;
    slow.factor = factor;
    this.setPaces(this.nodesOf(pool, 0, most), (node) => {
      node.plannedSlowdown = node.place < nodes ? factor : 1;
    });
  }

  // By chance or plan.

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
      this.host.show(node);
    }
    this.host.close(nodes);
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
        this.host.show(node);
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
    this.host.show(node);
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
      this.host.show(node);
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
      this.host.show(node);
      this.scheduleLook(node);
      this.host.mended(node);
    }
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

  /** Those of the pool from place `from` up to `to`. */
  private nodesOf({ firstNode, nodeCount }: Pool, from = 0, to = nodeCount): readonly Node[] {
    return this.nodes.slice(firstNode + from, firstNode + Math.min(to, nodeCount));
  }
}
