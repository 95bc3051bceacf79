import type { Contexts, GatewayPool } from './route.js';
import type { PoolGroup } from './router.js';

export function contextsOf<P extends GatewayPool>(groups: readonly PoolGroup<P>[]): Contexts<P> {
  const lengths = groups.flatMap((group) => group.map(({ maxModelLen }) => maxModelLen));
  return { groups, shortestContext: Math.min(...lengths), longestContext: Math.max(0, ...lengths) };
}

/** Is there a pool whose context holds the prompt and a first token? */
export function fitsAnywhere({ longestContext }: Contexts<GatewayPool>, promptTokens: number): boolean {
  return promptTokens < longestContext;
}

/** The pools whose context does; mostly that is all of them, and nothing is copied. */
export function groupsThatFit<P extends GatewayPool>(
  { groups, shortestContext }: Contexts<P>,
  promptTokens: number,
): readonly PoolGroup<P>[] {
  return promptTokens < shortestContext ? groups : thoseThatFit(groups, promptTokens);
}

function thoseThatFit<P extends GatewayPool>(groups: readonly PoolGroup<P>[], promptTokens: number): PoolGroup<P>[] {
  return groups.map((group) => group.filter(({ maxModelLen }) => promptTokens < maxModelLen));
}
