/**
 * When to look next for something that can be at `endUs` only: soon at first, then after twice as long each time. V8 makes code of
 * what it has seen happen; what happens for the first time later costs a run all code around it, so it had better happen early.
 */
export function nextLookUs(nowUs: number, endUs: number): number {
  return Math.min(endUs, Math.max(SOON_US, 2 * nowUs));
}

const SOON_US = 1000;
