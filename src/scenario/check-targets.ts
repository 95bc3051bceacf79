import type { ProviderProfile } from '../models/provider.js';
import type { Target, TrafficClass } from '../models/scenario.js';
import { areRead, type Parts } from './check-service.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';

/** Targets that no request could ever be counted for: said now, not after a long run. */
export function checkTargets({ provider, traffic, targets }: Parts, found: Collector): void {
  if (!areRead(traffic)) return;
  for (const [index, target] of targets.entries()) {
    if (target === null) continue;
    const asking = traffic.filter((one) => target.scope === 'total' || mayReach(one, target, provider));
    const reason = emptyBecause(target, asking);
    if (reason !== null) found.add(['targets', index], say.emptySample(target.text, reason));
  }
}

/** Whether attempts of the class can count for the target's tier. */
function mayReach(one: TrafficClass, { scope, served }: Target, provider: ProviderProfile): boolean {
  // Its rows may name any tier.
  if (one.arrivals.kind === 'trace' && one.arrivals.tierOf === null) return true;
  const asked = [...one.tiers.filter(({ value }) => value > 0).map(({ tier }) => tier), ...one.client.escalate];
  if (asked.includes(scope)) return true;
  return served && (scope === provider.defaultTier || isDowngradedTo(scope, provider));
}

function isDowngradedTo(tier: string, { tiers, limiters }: ProviderProfile): boolean {
  return (
    tiers.some(({ onNoCapacity }) => onNoCapacity.do === 'downgrade' && onNoCapacity.to === tier) ||
    limiters.some(({ action }) => action.do === 'downgrade' && action.to === tier)
  );
}

const OF_SLO: readonly string[] = ['attainment', 'goodput'];
const OF_LATER_TOKENS: readonly string[] = ['tpot', 'itl'];

function emptyBecause({ scope, metric }: Target, asking: readonly TrafficClass[]): string | null {
  const name = metric.replace(/[.(].*$/, '');
  if (asking.length === 0) return `no traffic class asks for ${scope}`;
  if (OF_SLO.includes(name) && asking.every(({ slo }) => slo === null)) return 'no class it speaks of has an slo';
  if (name === 'chainE2e' && asking.every(({ sessions }) => sessions === null))
    return 'no class it speaks of has sessions';
  const isShort = ({ output }: TrafficClass): boolean => output.kind === 'fixed' && output.tokens <= 1;
  if (OF_LATER_TOKENS.includes(name) && asking.every(isShort)) return 'answers have no token after the first';
  return null;
}
