import { coldStartUs, type Operations } from '../../models/operations.js';
import type { Node } from './node.js';

/** What a roster needs done for it. */
export interface RosterHost {
  /** Calls `ready` for this place after so long; returns a handle for `forget`. */
  callWhenReady(place: number, afterUs: number): number;
  forget(handle: number): void;
  /** Gives the node an engine that has seen nothing. */
  renew(node: Node): void;
  /** A node went off and is paid for a little longer. */
  billed(fromUs: number, toUs: number): void;
}

/**
 * Which places of a pool hold a node: those below `wanted` are open for work, the next ones are kept warm, all others
 * are off. A place that is wanted takes its time to start; one that no longer is finishes its work first.
 */
export class Roster {
  wanted = 0;
  private readonly coldStartUs: number;
  private readonly warmStartUs: number;
  private readonly warmNodes: number;
  private readonly minimumBilledUs: number;
  /** Handles of starts under way and when nodes were started, by place; none at t = 0. */
  private readonly timers: number[] = [];
  private readonly startedUs: number[] = [];

  constructor(
    private readonly nodes: readonly Node[],
    operations: Operations,
    private readonly host: RosterHost,
  ) {
    this.coldStartUs = coldStartUs(operations.coldStart);
    this.warmStartUs = operations.warmPool?.startUs ?? 0;
    this.warmNodes = operations.warmPool?.nodes ?? 0;
    this.minimumBilledUs = operations.minimumBilledUs;
  }

  /** The state at t = 0: `loaded` of the wanted nodes are up, and the warm pool is full. */
  begin(wanted: number, loaded: number): void {
    this.wanted = wanted;
    for (const node of this.nodes) {
      const { place } = node;
      node.isWanted = place < wanted;
      if (place < loaded) node.phase = 'loaded';
      else if (node.isWanted) this.start(node, this.coldStartUs);
      else if (place < wanted + this.warmNodes) node.phase = 'warm';
      this.show(0, node);
    }
  }

  want(nowUs: number, wanted: number): void {
    const low = Math.min(this.wanted, wanted);
    const high = Math.min(this.nodes.length, Math.max(this.wanted, wanted) + this.warmNodes);
    this.wanted = wanted;
    for (let place = low; place < high; place++) this.arrange(nowUs, this.nodes[place]!);
  }

  /** A start is over. */
  ready(nowUs: number, place: number): void {
    const node = this.nodes[place]!;
    node.phase = node.isWanted ? 'loaded' : 'warm';
    this.show(nowUs, node);
  }

  /** A node that is not wanted has finished its last request. */
  drained(nowUs: number, place: number): void {
    this.arrange(nowUs, this.nodes[place]!);
  }

  /** The gateway and the meters learn what has become of the node. */
  show(nowUs: number, node: Node): void {
    for (const pool of node.pools) pool.setOpen(node.place, node.isOpen);
    node.settle(nowUs);
  }

  private arrange(nowUs: number, node: Node): void {
    const { place } = node;
    node.isWanted = place < this.wanted;
    const isKept = place < this.wanted + this.warmNodes;
    switch (node.phase) {
      case 'loaded':
        if (node.isWanted || node.load > 0) break;
        if (isKept) node.phase = 'warm';
        else this.turnOff(nowUs, node);
        break;
      case 'warm':
        if (node.isWanted) this.start(node, this.warmStartUs);
        else if (!isKept) this.turnOff(nowUs, node);
        break;
      case 'starting':
        if (isKept) break;
        this.host.forget(this.timers[place]!);
        this.turnOff(nowUs, node);
        break;
      case 'off':
        if (!isKept) break;
        this.host.renew(node);
        this.startedUs[place] = nowUs;
        this.start(node, this.coldStartUs);
        break;
    }
    this.show(nowUs, node);
  }

  private turnOff(nowUs: number, node: Node): void {
    node.phase = 'off';
    const paidUntilUs = (this.startedUs[node.place] ?? Number.NEGATIVE_INFINITY) + this.minimumBilledUs;
    if (paidUntilUs > nowUs) this.host.billed(nowUs, paidUntilUs);
  }

  private start(node: Node, afterUs: number): void {
    if (afterUs === 0) {
      node.phase = node.isWanted ? 'loaded' : 'warm';
      return;
    }
    node.phase = 'starting';
    this.timers[node.place] = this.host.callWhenReady(node.place, afterUs);
  }
}
