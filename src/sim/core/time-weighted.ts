import { ExactSum } from './exact-sum.js';
import { invariant } from './invariant.js';

/** The integral over time of a whole-numbered value that changes in steps; exact, beyond 2^53 too. */
export class TimeWeighted {
  value = 0;
  private sinceUs = 0;
  private changedUs = 0;
  private integral = new ExactSum();

  set(nowUs: number, value: number): void {
    this.advance(nowUs);
    this.value = value;
  }

  add(nowUs: number, delta: number): void {
    this.advance(nowUs);
    this.value += delta;
  }

  /** Forgets what was before and starts the integral again at `nowUs`; the value stays. */
  reset(nowUs: number): void {
    this.advance(nowUs);
    this.integral = new ExactSum();
    this.sinceUs = nowUs;
  }

  /** Value times microseconds since the start or the last reset. */
  integralUntil(nowUs: number): number {
    this.advance(nowUs);
    return this.integral.toNumber();
  }

  /** Mean value since the start or the last reset; 0 when no time has passed. */
  meanUntil(nowUs: number): number {
    const integral = this.integralUntil(nowUs);
    return nowUs === this.sinceUs ? 0 : integral / (nowUs - this.sinceUs);
  }

  private advance(nowUs: number): void {
    invariant(nowUs >= this.changedUs, 'time never runs backwards', this.changedUs, nowUs);
    this.integral.addProduct(this.value, nowUs - this.changedUs);
    this.changedUs = nowUs;
  }
}
