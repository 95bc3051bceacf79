import type { StepTime, StepWork } from '../../models/step-time.js';
import { LARGE } from '../core/expect-large.js';

/** Sums of picoseconds stay below this, so that they are exact as doubles with room to spare. */
const MOST_PS = 2_251_799_813_685_248;

/**
 * How long a run of like steps takes. The device's share grows by the same amount from step to step, as contexts do, and
 * the attention work of a prompt that goes on in chunks of one size;
 * the host's share is the same in all. Where the slower of the two counts, the first `flat` steps last as long as the
 * host needs and the rest as long as the device does. Everything is whole picoseconds, so a sum over steps does not
 * depend on where it is cut.
 *
 * One serves all engines: each keeps what it needs to set it again.
 */
export class LeapTime {
  /** Length of the flat steps at the beginning, and how many there are. */
  flatPs = LARGE;
  flat = 0;
  /** What the steps after them grow by, each over the one before. */
  slopePs = LARGE;
  /** How long step 1 takes. */
  firstPs = LARGE;
  /** Of the run that was begun last: how many steps, and how long all of them take. */
  steps = 0;
  totalPs = LARGE;
  /** How much time has passed since it began; in a field it costs no allocation. */
  passedPs = LARGE;
  /** The device's share of step 1. */
  private devicePs = LARGE;

  constructor() {
    this.firstPs = 0;
    this.totalPs = 0;
    this.passedPs = 0;
    this.devicePs = 0;
    this.flatPs = 0;
    this.slopePs = 0;
  }

  /** Steps like the one described: of decodes alone, or of decodes and a chunk of one prompt. */
  set(stepTime: StepTime, step: StepWork): void {
    const { prefillTokens, decodes } = step;
    const hostPs = stepTime.hostPs(decodes + step.prefillChunks);
    this.devicePs = stepTime.devicePsOf(step);
    this.slopePs = stepTime.slopePs(prefillTokens, decodes);
    this.flatPs = hostPs;
    this.flat = 0;
    if (stepTime.combine === 'sum') this.devicePs += hostPs;
    else if (hostPs > this.devicePs) this.flat = this.slopePs === 0 ? Infinity : this.lastUnder(hostPs);
    this.firstPs = this.flat > 0 ? hostPs : this.devicePs;
  }

  /** So many steps that grow evenly and take `totalPs` together: the first is exact, as all are whole picoseconds. */
  setGrowing(steps: number, slopePs: number): void {
    const firstPs = (this.totalPs - (slopePs * steps * (steps - 1)) / 2) / steps;
    this.devicePs = firstPs;
    this.firstPs = firstPs;
    this.slopePs = slopePs;
    this.flat = 0;
  }

  /** A run of as many of `most` such steps as can be summed exactly, which is said in `steps` and `totalPs`. */
  begin(stepTime: StepTime, step: StepWork, most: number): void {
    this.set(stepTime, step);
    if (this.flat > 0) {
      this.steps = this.summable(most);
      this.totalPs = this.sumPs(this.steps);
      return;
    }
    const { devicePs, slopePs } = this;
    const steps = most * (devicePs + slopePs * (most - 1)) <= MOST_PS ? most : this.summable(most);
    this.steps = steps;
    this.totalPs = this.growingPs(steps);
  }

  /** The run ends with this step. */
  shorten(steps: number): void {
    this.steps = steps;
    this.totalPs = this.sumPs(steps);
  }

  /** Length of step `step`, counted from 1. */
  durationPs(step: number): number {
    return step <= this.flat ? this.flatPs : this.devicePs + this.slopePs * (step - 1);
  }

  /** The first `steps` steps together. */
  sumPs(steps: number): number {
    return this.flat > 0 ? this.partlyFlatPs(steps) : this.growingPs(steps);
  }

  private growingPs(steps: number): number {
    return steps * this.devicePs + (this.slopePs * steps * (steps - 1)) / 2;
  }

  private partlyFlatPs(steps: number): number {
    const flat = Math.min(steps, this.flat);
    const rest = steps - flat;
    if (rest === 0) return flat * this.flatPs;
    return flat * this.flatPs + rest * this.durationPs(flat + 1) + (this.slopePs * rest * (rest - 1)) / 2;
  }

  /** As many of `steps` steps as can be summed exactly; at least 1. */
  summable(steps: number): number {
    const longestPs = this.durationPs(steps);
    return steps * longestPs <= MOST_PS ? steps : Math.max(1, Math.floor(MOST_PS / longestPs));
  }

  /** How many of the steps end before `passedPs` has passed: the largest j with sumPs(j) < passedPs. */
  get ended(): number {
    const { passedPs, devicePs, slopePs } = this;
    if (passedPs <= 0) return 0;
    const estimate = this.estimated + 1;
    if (this.flat > 0) return this.endedNear(estimate);
    // As below, without a call for each sum.
    let steps = estimate;
    while (steps > 0 && steps * devicePs + (slopePs * steps * (steps - 1)) / 2 >= passedPs) steps--;
    return steps === estimate ? this.endedNear(steps) : steps;
  }

  private endedNear(estimate: number): number {
    const { passedPs } = this;
    let steps = estimate;
    // Mostly it is one less.
    while (steps > 0 && this.sumPs(steps) >= passedPs) steps--;
    if (steps === estimate) while (this.sumPs(steps + 1) < passedPs) steps++;
    return steps;
  }

  private get estimated(): number {
    const { flat, passedPs } = this;
    if (flat > 0 && (flat === Infinity || passedPs <= flat * this.flatPs)) return Math.floor(passedPs / this.flatPs);
    const restPs = flat > 0 ? passedPs - flat * this.flatPs : passedPs;
    const a = this.slopePs / 2;
    const b = this.devicePs + this.slopePs * flat - a;
    // Of a quadratic without a square term the other form of the solution stays good.
    return Math.max(0, Math.floor(flat + (2 * restPs) / (b + Math.sqrt(b * b + 4 * a * restPs))));
  }

  private lastUnder(hostPs: number): number {
    let step = Math.max(1, Math.floor((hostPs - this.devicePs) / this.slopePs) + 1);
    while (this.devicePs + this.slopePs * (step - 1) > hostPs) step--;
    while (this.devicePs + this.slopePs * step <= hostPs) step++;
    return step;
  }
}
