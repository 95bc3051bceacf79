import type { Pool as PoolSpec } from '../../models/scenario.js';
import { StepEnergy, type StepFeatures } from '../../models/step-energy.js';
import { ExactSum } from '../core/exact-sum.js';
import type { StepUnderWay } from '../engine/node-engine.js';

/**
 * What the steps of a pool draw above the active watts of its nodes, in whole nanojoules. Finished steps are summed;
 * of those under way the part up to now is counted at each reading, so that no step's energy falls into one instant.
 */
export class EnergyMeter {
  private readonly energy: StepEnergy;
  private readonly finishedNj = new ExactSum();
  private readonly readingsNj: bigint[] = [];
  private atWindowStartNj = 0n;

  constructor({ power, stepTime, engine }: PoolSpec) {
    this.energy = new StepEnergy(power, stepTime, engine.maxNumBatchedTokens);
  }

  /** `steps` like steps have ended. */
  done(steps: number, work: StepFeatures): void {
    const firstNj = this.energy.stepNj(work);
    if (steps === 1) {
      this.finishedNj.add(firstNj);
      return;
    }
    const slopeNj = this.energy.slopeNj(work);
    const slopes = (steps * (steps - 1)) / 2;
    // Nothing in it is negative, so all of it is exact if the whole is.
    const nj = steps * firstNj + slopes * slopeNj;
    if (nj <= Number.MAX_SAFE_INTEGER) {
      this.finishedNj.add(nj);
      return;
    }
    this.finishedNj.addProduct(firstNj, steps);
    this.finishedNj.addProduct(slopeNj, slopes);
  }

  /** A step that never ends: its node broke down. */
  broken(step: StepUnderWay): void {
    this.finishedNj.add(this.partNj(step));
  }

  /** All energy up to now. */
  totalNj(underWay: Iterable<StepUnderWay>): bigint {
    const sum = new ExactSum();
    sum.addSum(this.finishedNj);
    for (const step of underWay) sum.add(this.partNj(step));
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
