/** What one limiter counts for one account, model, tier, or for everyone. */
export interface Counter {
  /** Would this much more be within the limit? */
  fits(nowUs: number, amount: number): boolean;
  /** Is there no room for even the smallest amount? */
  isReached(nowUs: number): boolean;
  charge(nowUs: number, amount: number): void;
  /** When this much will fit if nothing else comes; Infinity: it is not known, or never. */
  fitsAtUs(nowUs: number, amount: number): number;
}
