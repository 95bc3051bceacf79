import type { Counter } from './counter.js';

/** A limit on an amount per window of the clock: windows begin at whole multiples of their length since midnight UTC. */
export class FixedWindow implements Counter {
  private window = -1;
  private sum = 0;

  constructor(
    readonly limit: number,
    readonly windowUs: number,
    /** Microseconds since the Unix epoch at t = 0. */
    private readonly startUs: number,
  ) {}

  fits(nowUs: number, amount: number): boolean {
    this.turn(nowUs);
    return this.sum + amount <= this.limit;
  }

  isReached(nowUs: number): boolean {
    this.turn(nowUs);
    return this.sum >= this.limit;
  }

  charge(nowUs: number, amount: number): void {
    this.turn(nowUs);
    this.sum += amount;
  }

  fitsAtUs(nowUs: number, amount: number): number {
    if (this.fits(nowUs, amount)) return nowUs;
    return amount > this.limit ? Number.POSITIVE_INFINITY : (this.window + 1) * this.windowUs - this.startUs;
  }

  private turn(nowUs: number): void {
    const window = Math.floor((this.startUs + nowUs) / this.windowUs);
    if (window === this.window) return;
    this.window = window;
    this.sum = 0;
  }
}
