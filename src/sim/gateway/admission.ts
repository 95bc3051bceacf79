import type { Admission } from '../../models/provider.js';
import type { GatewayPool } from './route.js';
import type { Choice, PoolGroup } from './router.js';

/** An admission that looks at the fleet. */
export type Looking = Exclude<Admission, { readonly kind: 'none' }>;

/** What it goes by at the chosen node; `tokensAhead`: prompt tokens that wait at the gateway and go first. */
export function levelOf(
  admission: Looking,
  nowUs: number,
  groups: readonly PoolGroup<GatewayPool>[],
  { pool, node }: Readonly<Choice<GatewayPool>>,
  tier: number,
  tokensAhead: number,
): number {
  switch (admission.kind) {
    case 'predicted-ttft':
      return predictTtftUs(nowUs, groups, tier, tokensAhead);
    case 'queue-depth':
      return pool.loadOf(node) + 1;
    case 'kv-pressure':
      return pool.kvUseOf(node);
    case 'vllm-queue-caps':
      return queueFill(pool, node, admission);
    case 'holdback':
      return pool.dispatchPressure(node);
  }
}

/** Beyond this a tier is turned away. */
export function boundOf(admission: Looking): number {
  switch (admission.kind) {
    case 'predicted-ttft':
      return admission.shedAboveUs;
    case 'queue-depth':
    case 'kv-pressure':
      return admission.shedAbove;
    case 'vllm-queue-caps':
      return 1;
    case 'holdback':
      return 1 - admission.share;
  }
}

/** The best promise among the pools of the group the router uses. */
function predictTtftUs(
  nowUs: number,
  groups: readonly PoolGroup<GatewayPool>[],
  tier: number,
  tokensAhead: number,
): number {
  for (const group of groups) {
    let best = Number.POSITIVE_INFINITY;
    for (const pool of group) {
      if (pool.activeNodes > 0) best = Math.min(best, pool.predictTtftUs(nowUs, tier, tokensAhead));
    }
    if (best < Number.POSITIVE_INFINITY) return best;
  }
  return Number.POSITIVE_INFINITY;
}

/** How full vLLM's queue would be with one more request, or what waits of tokens; more than 1: refused. */
function queueFill(
  pool: GatewayPool,
  node: number,
  caps: { readonly requests: number | null; readonly tokens: number | null },
): number {
  const byRequests = caps.requests === null ? 0 : (pool.waitingOf(node) + 1) / caps.requests;
  return Math.max(byRequests, caps.tokens === null ? 0 : (pool.waitingTokensOf(node) + 1) / caps.tokens);
}
