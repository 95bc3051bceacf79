/**
 * A limit on an amount per sliding window, exact: at no instant does the window (t - window, t] hold more than
 * the limit. Keeps one entry per charge inside the window in a ring, so the cost is O(1) amortised.
 */
export class SlidingWindow {
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
    this.forget(nowUs);
    return this.sum + amount <= this.limit;
  }

  charge(nowUs: number, amount: number): void {
    if (this.count === this.times.length) this.grow();
    const slot = (this.head + this.count) & (this.times.length - 1);
    this.times[slot] = nowUs;
    this.amounts[slot] = amount;
    this.count++;
    this.sum += amount;
  }

  private forget(nowUs: number): void {
    const mask = this.times.length - 1;
    while (this.count > 0 && this.times[this.head]! <= nowUs - this.windowUs) {
      this.sum -= this.amounts[this.head]!;
      this.head = (this.head + 1) & mask;
      this.count--;
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
