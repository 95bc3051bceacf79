import type { Counter } from './counter.js';

/** A limit on how much is under way at a time. */
export class Places implements Counter {
  private taken = 0;

  constructor(readonly limit: number) {}

  fits(_nowUs: number, amount: number): boolean {
    return this.taken + amount <= this.limit;
  }

  isReached(): boolean {
    return this.taken >= this.limit;
  }

  charge(_nowUs: number, amount: number): void {
    this.taken += amount;
  }

  release(amount: number): void {
    this.taken -= amount;
  }

  /** Nobody knows when somebody is done. */
  fitsAtUs(nowUs: number, amount: number): number {
    return this.fits(nowUs, amount) ? nowUs : Number.POSITIVE_INFINITY;
  }
}
