import type { Pool as PoolSpec } from '../../models/scenario.js';
import { StepEnergy, type StepFeatures } from '../../models/step-energy.js';
import { ExactSum, FIRST_ROOM, moreRoom } from '../core/exact-sum.js';
import { LARGE } from '../core/expect-large.js';
import type { StepUnderWay } from '../engine/node-engine.js';

/**
 * What the steps of a pool draw above the active watts of its nodes, in whole nanojoules. Finished steps are summed;
 * of those under way the part up to now is counted at each reading, so that no step's energy falls into one instant.
 */
export class EnergyMeter {
  private readonly energy: StepEnergy;
  /** What finished steps drew lately, for which there is so much room, and before. */
  private latelyNj = LARGE;
  private roomNj = FIRST_ROOM;
  private readonly beforeNj = new ExactSum();
  private readonly readingsNj: bigint[] = [];
  private atWindowStartNj = 0n;

  constructor({ power, stepTime, engine }: PoolSpec) {
    this.energy = new StepEnergy(power, stepTime, engine.maxNumBatchedTokens);
    this.latelyNj = 0;
  }

  /** `steps` like steps have ended. */
  done(steps: number, work: StepFeatures): void {
    const { energy } = this;
    let nj = this.latelyNj + steps * energy.stepNj(work);
    if (steps > 1) nj += ((steps * (steps - 1)) / 2) * energy.slopeNj(work);
    // All of it is whole and nothing negative, so it is exact if the sum is small enough.
    if (nj < this.roomNj) this.latelyNj = nj;
    else this.addUp(steps, work);
  }

  private addUp(steps: number, work: StepFeatures): void {
    this.beforeNj.add(this.latelyNj);
    this.latelyNj = 0;
    this.roomNj = moreRoom(this.roomNj);
    this.beforeNj.addProduct(this.energy.stepNj(work), steps);
    this.beforeNj.addProduct(this.energy.slopeNj(work), (steps * (steps - 1)) / 2);
  }

  /** A step that never ends: its node broke down. */
  broken(step: StepUnderWay): void {
    this.beforeNj.add(this.partNj(step));
  }

  /** All energy up to now. Whoever tells of the steps under way may report others that have ended meanwhile. */
  totalNj(underWay: Iterable<StepUnderWay>): bigint {
    const sum = new ExactSum();
    for (const step of underWay) sum.add(this.partNj(step));
    sum.addSum(this.beforeNj);
    sum.add(this.latelyNj);
    return sum.toBigInt();
  }

  beginWindow(underWay: Iterable<StepUnderWay>): void {
    this.atWindowStartNj = this.totalNj(underWay);
  }

  /** The end of a bucket of the time series. */
  read(underWay: Iterable<StepUnderWay>): void {
    this.readingsNj.push(this.totalNj(underWay));
  }

  inWindowNj(underWay: Iterable<StepUnderWay>): bigint {
    return this.totalNj(underWay) - this.atWindowStartNj;
  }

  /** By bucket of the time series; the last one may be unfinished. */
  seriesNj(underWay: Iterable<StepUnderWay>, buckets: number): number[] {
    const readings = [...this.readingsNj.slice(0, buckets - 1), this.totalNj(underWay)];
    return readings.map((reading, i) => Number(reading - (readings[i - 1] ?? 0n)));
  }

  private partNj({ work, passedPs, lengthPs }: StepUnderWay): number {
    if (lengthPs === 0) return 0;
    return Math.floor(this.energy.stepNj(work) * Math.min(1, Math.max(0, passedPs / lengthPs)));
  }
}
