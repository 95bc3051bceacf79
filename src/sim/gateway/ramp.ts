import type { Counter } from './counter.js';
import { SlidingWindow } from './sliding-window.js';

const MINUTE_US = 60_000_000;

/**
 * A limit on how fast a rate may rise: no sliding minute holds more than (1 + growth) times the mean minute of the
 * last period, or more than the floor, whichever is larger. The period reaches back before the run, where every
 * minute held start / (1 + growth): so `start` is allowed at first.
 */
export class Ramp implements Counter {
  private readonly minute = new SlidingWindow(0, MINUTE_US);
  private readonly period: SlidingWindow;

  constructor(
    private readonly floor: number,
    private readonly start: number,
    private readonly growth: number,
    private readonly periodUs: number,
  ) {
    this.period = new SlidingWindow(0, periodUs);
  }

  fits(nowUs: number, amount: number): boolean {
    return this.minute.held(nowUs) + amount <= this.allowed(nowUs);
  }

  isReached(nowUs: number): boolean {
    return this.minute.held(nowUs) >= this.allowed(nowUs);
  }

  charge(nowUs: number, amount: number): void {
    this.minute.charge(nowUs, amount);
    this.period.charge(nowUs, amount);
  }

  /** As if what is allowed stayed as it is now. */
  fitsAtUs(nowUs: number, amount: number): number {
    return this.minute.fallsToUs(nowUs, this.allowed(nowUs) - amount);
  }

  /** Amount per minute that may be let in now. */
  allowed(nowUs: number): number {
    const beforeRun = Math.max(0, this.periodUs - nowUs) / this.periodUs;
    const meanMinute = (this.period.held(nowUs) * MINUTE_US) / this.periodUs;
    return Math.max(this.floor, (1 + this.growth) * meanMinute + this.start * beforeRun);
  }
}
