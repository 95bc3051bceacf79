import type { GatewayPool } from './route.js';
import type { PoolGroup } from './router.js';

/** Is there a pool whose context holds the prompt and a first token? */
export function fitsAnywhere(groups: readonly PoolGroup<GatewayPool>[], promptTokens: number): boolean {
  for (const group of groups) {
    for (const pool of group) if (promptTokens < pool.maxModelLen) return true;
  }
  return false;
}

/** The pools whose context does; mostly that is all of them, and nothing is copied. */
export function groupsThatFit<P extends GatewayPool>(
  groups: readonly PoolGroup<P>[],
  promptTokens: number,
): readonly PoolGroup<P>[] {
  for (const group of groups) {
    for (const pool of group) if (promptTokens >= pool.maxModelLen) return thoseThatFit(groups, promptTokens);
  }
  return groups;
}

function thoseThatFit<P extends GatewayPool>(groups: readonly PoolGroup<P>[], promptTokens: number): PoolGroup<P>[] {
  return groups.map((group) => group.filter(({ maxModelLen }) => promptTokens < maxModelLen));
}
