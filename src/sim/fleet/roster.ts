import { coldStartUs, type Operations } from '../../models/operations.js';
import type { Node, NodeUse } from './node.js';

/** What a roster needs done for it. */
export interface RosterHost {
  /** Calls `ready` for this place after so long; returns a handle for `forget`. */
  callWhenReady(place: number, afterUs: number): number;
  forget(handle: number): void;
  /** Gives the node an engine that has seen nothing. */
  renew(node: Node): void;
  /** A node went off and is paid for a little longer. */
  billed(fromUs: number, toUs: number): void;
  /** A node with work on it is to take none any more. */
  drains(node: Node): void;
}

/**
 * Which places of a pool hold a node: the first `wanted` are open for work, the next ones are kept warm, all others
 * are off. A place that is wanted takes its time to start; one that no longer is finishes its work first. Nodes that
 * other pools have (see Loans) are wanted all the same, but their places are passed over.
 */
export class Roster {
  wanted = 0;
  /** Of the wanted nodes: those that others have or get, and those that they get and that are still here. */
  lent = 0;
  private owed = 0;
  /** So many are not lent, whatever is wanted. */
  private keep = 0;
  /** So many places beyond the pool's own ones may hold nodes of another pool. */
  private granted = 0;
  private readonly coldStartUs: number;
  private readonly warmStartUs: number;
  private readonly warmNodes: number;
  private readonly minimumBilledUs: number;
  /** Handles of starts under way and when nodes were started, by place; none at t = 0. */
  private readonly timers: number[] = [];
  private readonly startedUs: number[] = [];
  /** Nodes that come back now, and how long that takes. */
  private returning: readonly Node[] = [];
  private returnUs = 0;

  constructor(
    private readonly nodes: readonly Node[],
    operations: Operations,
    private readonly host: RosterHost,
    /** Places with nodes of the pool's own, the first ones; the others are for nodes of another pool. */
    private readonly own: number = nodes.length,
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
      node.use = this.useOf(place);
      if (place < loaded) node.phase = 'loaded';
      else if (node.isWanted) this.start(node, this.coldStartUs);
      else if (node.use === 'warm') node.phase = 'warm';
      this.show(0, node);
    }
  }

  want(nowUs: number, wanted: number): void {
    this.wanted = wanted;
    this.rearrange(nowUs);
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

  // Lending.

  /** `lent` of the wanted nodes are not for this pool, unless fewer than `keep` would be left; `owed` are still to go. */
  lend(nowUs: number, lent: number, keep: number, owed: number): void {
    this.lent = lent;
    this.keep = keep;
    this.owed = owed;
    this.rearrange(nowUs);
    for (const node of this.returning) if (node.phase === 'off') this.turnOff(nowUs, node);
    this.returning = [];
  }

  /** Nodes that are open for work at most, at home or not there yet. */
  get openNodes(): number {
    return Math.max(Math.min(this.keep, this.wanted), this.wanted - this.lent);
  }

  /** Nodes that can go to another pool now. */
  spares(): readonly Node[] {
    return this.nodes.filter(
      (node) => node.use === 'promised' && (node.phase === 'loaded' || node.phase === 'warm') && node.isMovable,
    );
  }

  sendAway(nowUs: number, nodes: readonly Node[]): void {
    for (const node of nodes) {
      node.phase = 'off';
      node.use = 'none';
      node.isAway = true;
      this.show(nowUs, node);
    }
  }

  /** They are to be used at the next `lend`, after so long. */
  takeBack(nodes: readonly Node[], afterUs: number): void {
    for (const node of nodes) node.isAway = false;
    this.returning = [...this.returning, ...nodes];
    this.returnUs = afterUs;
  }

  // Borrowing.

  /** Nodes of another pool that are wanted, and that are here. */
  get asked(): number {
    return Math.max(0, Math.min(this.nodes.length, this.wanted + this.warmNodes) - this.own);
  }

  get held(): number {
    let held = 0;
    for (let place = this.own; place < this.nodes.length; place++) if (this.nodes[place]!.phase !== 'off') held++;
    return held;
  }

  grant(nowUs: number, places: number): void {
    if (places === this.granted) return;
    this.granted = places;
    this.rearrange(nowUs);
  }

  /** Places that wait for a node of another pool. */
  vacant(): readonly Node[] {
    return this.nodes.filter((node) => this.isForOthers(node) && node.use !== 'none' && node.phase === 'off');
  }

  /** Its node has come and begins to be made ready. */
  fill(nowUs: number, node: Node, afterUs: number): void {
    this.host.renew(node);
    this.start(node, afterUs);
    this.show(nowUs, node);
  }

  /** Nodes of another pool that are not needed any more and can go back now. */
  leaving(): readonly Node[] {
    return this.nodes.filter(
      (node) => this.isForOthers(node) && node.use === 'none' && node.phase !== 'off' && node.isMovable,
    );
  }

  letGo(nowUs: number, node: Node): void {
    if (node.phase === 'starting') this.host.forget(this.timers[node.place]!);
    node.phase = 'off';
    this.show(nowUs, node);
  }

  private isForOthers({ place }: Node): boolean {
    return place >= this.own;
  }

  /** Every place gets its use, and what that changes is done, the first place first. */
  private rearrange(nowUs: number): void {
    const changed: Node[] = [];
    for (const [index, node] of this.inOrder().entries()) {
      const use = this.useOf(index);
      if (use === node.use) continue;
      node.use = use;
      changed.push(node);
    }
    for (const node of changed) this.arrange(nowUs, node);
    for (const node of changed) if (node.phase === 'loaded' && !node.isWanted && node.load > 0) this.host.drains(node);
  }

  /** Places as they are used; of those for others' nodes the ones that have one go first, so that none is fetched twice. */
  private inOrder(): readonly Node[] {
    const { nodes, own } = this;
    if (own < nodes.length) {
      const others = nodes.slice(own);
      const isFilled = ({ phase }: Node): boolean => phase !== 'off';
      return [...nodes.slice(0, own), ...others.filter(isFilled), ...others.filter((node) => !isFilled(node))];
    }
    return nodes.some(({ isAway }) => isAway) ? nodes.filter(({ isAway }) => !isAway) : nodes;
  }

  private useOf(index: number): NodeUse {
    const open = this.openNodes;
    const kept = open + this.warmNodes;
    if (index >= this.own + this.granted) return 'none';
    if (index < open) return 'open';
    if (index < kept) return 'warm';
    return index < kept + this.owed ? 'promised' : 'none';
  }

  private arrange(nowUs: number, node: Node): void {
    switch (node.phase) {
      case 'loaded':
        if (node.isWanted || node.load > 0) break;
        if (node.use === 'warm') node.phase = 'warm';
        else if (node.use === 'none') this.giveUp(nowUs, node);
        break;
      case 'warm':
        if (node.isWanted) this.start(node, this.warmStartUs);
        else if (node.use === 'none') this.giveUp(nowUs, node);
        break;
      case 'starting':
        if (node.use !== 'none' || this.isForOthers(node)) break;
        this.host.forget(this.timers[node.place]!);
        this.giveUp(nowUs, node);
        break;
      case 'off':
        if (node.use === 'none' || this.isForOthers(node)) break;
        this.host.renew(node);
        if (this.returning.includes(node)) {
          this.start(node, this.returnUs);
          break;
        }
        this.startedUs[node.place] = nowUs;
        this.start(node, this.coldStartUs);
        break;
    }
    this.show(nowUs, node);
  }

  /** A node of the pool's own goes off; another's goes back when somebody fetches it. */
  private giveUp(nowUs: number, node: Node): void {
    if (!this.isForOthers(node)) this.turnOff(nowUs, node);
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
