import type { Counter } from './counter.js';

/**
 * A limit on an amount per sliding window, exact: at no instant does the window (t - window, t] hold more than
 * the limit. Keeps one entry per instant inside the window in a ring, so the cost is O(1) amortised.
 */
export class SlidingWindow implements Counter {
  private times = new Float64Array(16);
  private amounts = new Float64Array(16);
  private head = 0;
  private count = 0;
  private sum = 0;

  constructor(
    readonly limit: number,
    readonly windowUs: number,
  ) {}

  fits(nowUs: number, amount: number): boolean {
    return this.held(nowUs) + amount <= this.limit;
  }

  isReached(nowUs: number): boolean {
    return this.held(nowUs) >= this.limit;
  }

  /** What the window holds now. */
  held(nowUs: number): number {
    const mask = this.times.length - 1;
    while (this.count > 0 && this.times[this.head]! <= nowUs - this.windowUs) {
      this.sum -= this.amounts[this.head]!;
      this.head = (this.head + 1) & mask;
      this.count--;
    }
    return this.sum;
  }

  charge(nowUs: number, amount: number): void {
    this.sum += amount;
    const last = (this.head + this.count - 1) & (this.times.length - 1);
    if (this.count > 0 && this.times[last] === nowUs) {
      this.amounts[last]! += amount;
      return;
    }
    if (this.count === this.times.length) this.grow();
    const slot = (this.head + this.count) & (this.times.length - 1);
    this.times[slot] = nowUs;
    this.amounts[slot] = amount;
    this.count++;
  }

  fitsAtUs(nowUs: number, amount: number): number {
    return this.fallsToUs(nowUs, this.limit - amount);
  }

  /** When the window will hold no more than this. */
  fallsToUs(nowUs: number, level: number): number {
    if (level < 0) return Number.POSITIVE_INFINITY;
    let left = this.held(nowUs);
    if (left <= level) return nowUs;
    const mask = this.times.length - 1;
    let at = this.head;
    for (;;) {
      left -= this.amounts[at]!;
      if (left <= level) return this.times[at]! + this.windowUs;
      at = (at + 1) & mask;
    }
  }

  private grow(): void {
    const size = this.times.length;
    const times = new Float64Array(size * 2);
    const amounts = new Float64Array(size * 2);
    for (let i = 0; i < size; i++) {
      const from = (this.head + i) & (size - 1);
      times[i] = this.times[from]!;
      amounts[i] = this.amounts[from]!;
    }
    this.times = times;
    this.amounts = amounts;
    this.head = 0;
  }
}
