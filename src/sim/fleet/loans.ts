import type { Takeover } from '../../models/operations.js';
import type { Node } from './node.js';
import type { Roster } from './roster.js';

/** A pool that takes nodes over from another one. */
export interface Borrower {
  readonly roster: Roster;
  readonly terms: Takeover;
}

/**
 * Nodes of one pool that become nodes of others and come back. A borrower asks for what it wants beyond its own nodes; the
 * lender keeps its least, promises the rest, drains so many, and each goes when it has nothing to do any more. What is not
 * needed drains and goes back likewise. A node that has broken stays where it is until it works.
 */
export class Loans {
  private readonly loans: readonly Loan[];
  private readonly keep: number;

  constructor(
    private readonly lender: Roster,
    /** Who comes first is served first. */
    borrowers: readonly Borrower[],
  ) {
    this.loans = borrowers.map(({ roster, terms }) => ({ roster, terms, granted: 0, machines: new Map() }));
    this.keep = Math.max(...borrowers.map(({ terms }) => terms.keep));
  }

  /** What each node of a borrower is made of. */
  machinesOf(borrower: number): readonly (readonly Node[])[] {
    return [...this.loans[borrower]!.machines.values()];
  }

  /** At t = 0 what is wanted has moved already. */
  begin(): void {
    this.promise(0);
    for (const loan of this.loans) this.handOver(0, loan, 0);
    this.promise(0);
  }

  /** Whatever can move now moves. */
  settle(nowUs: number): void {
    let hasMoved = true;
    while (hasMoved) {
      this.promise(nowUs);
      hasMoved = false;
      for (const loan of this.loans) hasMoved = this.takeBack(nowUs, loan) || hasMoved;
      for (const loan of this.loans) hasMoved = this.handOver(nowUs, loan, loan.terms.switchUs) || hasMoved;
    }
  }

  private takeBack(nowUs: number, { roster, terms, machines }: Loan): boolean {
    const leaving = roster.leaving();
    for (const node of leaving) {
      roster.letGo(nowUs, node);
      this.lender.takeBack(machines.get(node)!, terms.backUs);
      machines.delete(node);
    }
    return leaving.length > 0;
  }

  /** Who has nodes keeps them before others get more. */
  private promise(nowUs: number): void {
    const { lender, loans, keep } = this;
    let free = Math.max(0, lender.wanted - keep);
    const grant = (loan: Loan, most: number): void => {
      const { nodesForOne } = loan.terms;
      const nodes = Math.min(most, Math.floor(free / nodesForOne));
      loan.granted += nodes;
      free -= nodes * nodesForOne;
    };
    for (const loan of loans) loan.granted = 0;
    for (const loan of loans) grant(loan, Math.min(loan.roster.asked, loan.roster.held));
    for (const loan of loans) grant(loan, loan.roster.asked - loan.granted);
    let lent = 0;
    let coming = 0;
    let away = 0;
    for (const { roster, granted, terms } of loans) {
      const { held } = roster;
      lent += Math.max(granted, held) * terms.nodesForOne;
      coming += Math.max(0, granted - held) * terms.nodesForOne;
      away += held * terms.nodesForOne;
    }
    for (const { roster, granted } of loans) roster.grant(nowUs, granted);
    const kept = Math.max(Math.min(keep, lender.wanted), lender.wanted - lent);
    lender.lend(nowUs, lent, keep, Math.min(coming, Math.max(0, lender.wanted - kept - away)));
  }

  private handOver(nowUs: number, { roster, terms, machines }: Loan, afterUs: number): boolean {
    let hasMoved = false;
    for (const node of roster.vacant()) {
      const spares = this.lender.spares().slice(0, terms.nodesForOne);
      if (spares.length < terms.nodesForOne) break;
      this.lender.sendAway(nowUs, spares);
      machines.set(node, spares);
      roster.fill(nowUs, node, afterUs);
      hasMoved = true;
    }
    return hasMoved;
  }
}

interface Loan extends Borrower {
  /** So many nodes it may have. */
  granted: number;
  /** By node: the lender's nodes that it is made of. */
  readonly machines: Map<Node, readonly Node[]>;
}
