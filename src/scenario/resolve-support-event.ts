import type { ProviderProfile } from '../models/provider.js';
import type { TimelineChange } from '../models/scenario.js';
import { canonicalModel } from './catalogue.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { answerOfSupport, tierNames } from './resolve-provider.js';
import { SUPPORT_ANSWERS, type SupportInput } from './schema-provider.js';

/** `{at, set: provider.models.MODEL.TIER, to: true}`; null after a problem was reported. */
export function resolveSupportEvent(
  keys: readonly PropertyKey[],
  to: number | string | boolean,
  path: readonly PropertyKey[],
  provider: ProviderProfile | null,
  found: Collector,
): TimelineChange | null {
  if (provider === null) return null;
  const [model, tier] = keys.slice(2).map(String) as [string, string];
  if (!tierNames(provider).includes(tier)) {
    found.add([...path, 'set'], say.unknownName('tier', tier, tierNames(provider)));
    return null;
  }
  if (typeof to !== 'boolean' && !SUPPORT_ANSWERS.some((known) => known === to)) {
    found.add([...path, 'to'], say.notOneOf(String(to), ['true', 'false', ...SUPPORT_ANSWERS]));
    return null;
  }
  return { kind: 'support', model: canonicalModel(model), tier, answer: answerOfSupport(to as SupportInput) };
}

export function isSupportPath(keys: readonly PropertyKey[]): boolean {
  return keys.length === 4 && keys[0] === 'provider' && keys[1] === 'models';
}
