import type { LimiterSpec } from '../../models/provider.js';
import { SlidingWindow } from './sliding-window.js';

const MINUTE_US = 60_000_000;

/**
 * The limits of one account. Requests and prompt tokens are charged on arrival, when the attempt is let in;
 * generated tokens when they are known, at its end. A refused attempt charges nothing.
 */
export class AccountLimiter {
  private readonly requests: SlidingWindow | null;
  private readonly input: SlidingWindow | null;
  private readonly output: SlidingWindow | null;
  private readonly byTier: readonly (SlidingWindow | null)[];
  private readonly concurrency: number | null;
  private inFlight = 0;

  constructor(specs: readonly LimiterSpec[], tiers: readonly string[]) {
    const limitOf = (name: string): number | null => specs.find((spec) => spec.name === name)?.limit ?? null;
    this.requests = perMinute(limitOf('rpm'));
    this.input = perMinute(limitOf('inputTpm'));
    this.output = perMinute(limitOf('outputTpm'));
    this.byTier = tiers.map((tier) => perMinute(limitOf(`${tier}.rpm`)));
    this.concurrency = limitOf('concurrency');
  }

  /** Charges and returns true, or charges nothing and returns false. */
  admit(nowUs: number, tier: number, promptTokens: number): boolean {
    const ofTier = this.byTier[tier] ?? null;
    const { concurrency } = this;
    if (concurrency !== null && this.inFlight >= concurrency) return false;
    if (ofTier !== null && !ofTier.fits(nowUs, 1)) return false;
    if (this.requests !== null && !this.requests.fits(nowUs, 1)) return false;
    if (this.input !== null && !this.input.fits(nowUs, promptTokens)) return false;
    // Output is not known yet: let in while the window still has room for one token.
    if (this.output !== null && !this.output.fits(nowUs, 1)) return false;
    ofTier?.charge(nowUs, 1);
    this.requests?.charge(nowUs, 1);
    this.input?.charge(nowUs, promptTokens);
    this.inFlight++;
    return true;
  }

  /** Exactly once for every attempt that was let in. */
  release(nowUs: number, outputTokens: number): void {
    this.inFlight--;
    if (outputTokens > 0) this.output?.charge(nowUs, outputTokens);
  }
}

function perMinute(limit: number | null): SlidingWindow | null {
  return limit === null ? null : new SlidingWindow(limit, MINUTE_US);
}
