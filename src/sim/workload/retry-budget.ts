/**
 * How many retries a class may still make: each request deposits a share of a retry, each retry takes a whole one, and
 * what was deposited expires after ten seconds. It is Finagle's retry budget without its floor of ten retries a second,
 * so that retries never exceed the share of the requests. One budget for the whole class: its clients are one service.
 */
export class RetryBudget {
  private readonly deposit: number;
  /** Balance of each second of the last ten, in millionths of a retry. */
  private readonly seconds = new Float64Array(SECONDS);
  private second = 0;
  private balance = 0;

  constructor(share: number) {
    this.deposit = Math.floor(share * RETRY);
  }

  request(nowUs: number): void {
    this.add(nowUs, this.deposit);
  }

  /** Takes a retry out; false, and nothing happens, when there is none. */
  withdraw(nowUs: number): boolean {
    this.expire(nowUs);
    if (this.balance < RETRY) return false;
    this.add(nowUs, -RETRY);
    return true;
  }

  private add(nowUs: number, amount: number): void {
    this.expire(nowUs);
    this.seconds[this.second % SECONDS]! += amount;
    this.balance += amount;
  }

  private expire(nowUs: number): void {
    const second = Math.floor(nowUs / 1_000_000);
    const passed = Math.min(second - this.second, SECONDS);
    for (let i = 1; i <= passed; i++) {
      const at = (this.second + i) % SECONDS;
      this.balance -= this.seconds[at]!;
      this.seconds[at] = 0;
    }
    this.second = second;
  }
}

const SECONDS = 10;
const RETRY = 1_000_000;
