import type { Autoscale } from '../../models/operations.js';

/** Within this share of its target a signal changes nothing, as with Kubernetes' horizontal autoscaler. */
const TOLERANCE = 0.1;

/**
 * How many nodes a pool should have: as many as bring the signal, averaged and seen late, to its target. More are asked
 * for at once; fewer only when nothing within the cooldown asked for more, as Kubernetes does it.
 */
export class Autoscaler {
  private average: number | null = null;
  private readonly weight: number;
  /** Readings that are not seen yet, and what was needed within the cooldown. */
  private readonly readings: { readonly atUs: number; readonly value: number }[] = [];
  private readonly needs: { readonly atUs: number; readonly nodes: number }[] = [];

  constructor(readonly spec: Autoscale) {
    this.weight = spec.averageUs === 0 ? 1 : 1 - Math.exp(-spec.intervalUs / spec.averageUs);
  }

  /**
   * `value`: the signal now, of the `open` nodes that take work; `wanted`: nodes asked for so far; `isIdle`: no request is
   * at any; `lent`: of the wanted ones, those that other pools have or get.
   */
  decide(nowUs: number, value: number, open: number, wanted: number, isIdle = false, lent = 0): number {
    const { readings, spec } = this;
    readings.push({ atUs: nowUs, value });
    while (readings.length > 0 && readings[0]!.atUs <= nowUs - spec.lagUs) {
      const { value: seen } = readings.shift()!;
      this.average = this.average === null ? seen : this.average + this.weight * (seen - this.average);
    }
    if (this.average === null) return wanted;
    // Nobody can say how many are needed from nodes that are not there; whoever comes wakes the first.
    if (open === 0) return this.settle(nowUs, wanted, wanted);
    const needed = this.neededOf(open, wanted, lent);
    if (spec.min > 0) return this.settle(nowUs, needed, wanted);
    // An average never comes to nothing, and where nobody queues somebody may still run: zero is for idle pools.
    return this.settle(nowUs, isIdle ? lent : Math.max(1, needed), wanted);
  }

  private neededOf(open: number, wanted: number, lent: number): number {
    const ratio = this.average! / this.spec.target;
    const isNear = Math.abs(ratio - 1) <= TOLERANCE;
    return isNear ? wanted : Math.ceil(open * ratio - 1e-9) + lent;
  }

  private settle(nowUs: number, needed: number, wanted: number): number {
    const { needs, spec } = this;
    const nodes = Math.min(spec.max, Math.max(spec.min, needed));
    while (needs.length > 0 && needs[0]!.atUs <= nowUs - spec.cooldownUs) needs.shift();
    needs.push({ atUs: nowUs, nodes });
    if (nodes >= wanted) return nodes;
    return Math.min(wanted, Math.max(...needs.map((need) => need.nodes)));
  }
}
