import { CLIENT_NAMES, findClient } from '../models/clients.js';
import type { ProviderProfile } from '../models/provider.js';
import type { ClientPolicy } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { tierNames } from './resolve-provider.js';
import type { TrafficInput } from './schema-traffic.js';

type Path = readonly PropertyKey[];

/** A client by name, written out, or a named one with changes; null after a problem was reported. */
export function resolveClient(
  input: TrafficInput['client'],
  path: Path,
  provider: ProviderProfile | null,
  found: Collector,
): ClientPolicy | null {
  const name = typeof input === 'string' ? input : (input?.extends ?? 'none');
  const base = findClient(name);
  if (base === undefined) {
    const at = typeof input === 'string' ? path : [...path, 'extends'];
    found.add(at, say.unknownName('client', name, CLIENT_NAMES));
    return null;
  }
  if (input === undefined || typeof input === 'string') return base;
  const known = provider === null ? null : tierNames(provider);
  input.escalate?.forEach((tier, index) => {
    if (known !== null && !known.includes(tier))
      found.add([...path, 'escalate', index], say.unknownName('tier', tier, known));
  });
  const retries = input.retries ?? base.retries;
  for (const key of ['budget', 'escalate'] as const) {
    if (input[key] !== undefined && retries === 0) found.add([...path, key], say.withoutRetries(key));
  }
  const ownBackoff = input.backoff ?? (base.backoff.baseUs === 0 ? SDK_BACKOFF : undefined);
  const isFirstPolicy = base.name === 'none';
  return {
    ...base,
    name: isFirstPolicy ? 'custom' : `${base.name} (changed)`,
    retries,
    backoff: ownBackoff === undefined ? base.backoff : backoff(ownBackoff),
    retryOn: input.retryOn ?? (isFirstPolicy ? RETRIED_BY_DEFAULT : base.retryOn),
    retryFromStatus: input.retryOn === undefined ? (isFirstPolicy ? 500 : base.retryFromStatus) : null,
    heedsShouldRetry: input.heedShouldRetry ?? (isFirstPolicy || base.heedsShouldRetry),
    retryAfterMaxUs: input.retryAfterMax ?? (isFirstPolicy ? MINUTE_US : base.retryAfterMaxUs),
    timeoutUs: input.timeout ?? base.timeoutUs,
    patienceUs: input.patience ?? base.patienceUs,
    abortLagUs: input.abortLag ?? base.abortLagUs,
    budget: input.budget ?? base.budget,
    escalate: input.escalate ?? base.escalate,
  };
}

/** Statuses that a client written out in the scenario retries when it does not say which; 5xx beside them. */
const RETRIED_BY_DEFAULT = [0, 408, 409, 429];
const MINUTE_US = 60_000_000;

type BackoffInput = NonNullable<Exclude<TrafficInput['client'], string | undefined>['backoff']>;

/** The waits of the OpenAI and Anthropic libraries, also the defaults of each key. */
const SDK_BACKOFF: BackoffInput = { base: 500_000, factor: 2, max: 8_000_000, jitter: 0.25 };

function backoff(input: BackoffInput): ClientPolicy['backoff'] {
  return {
    growth: 'exponential',
    baseUs: input.base,
    factor: input.factor,
    extraUs: 0,
    maxUs: input.max,
    jitter: input.jitter,
  };
}
