import { sustainableRequestsPerSecond } from '../models/capacity.js';
import type { MeanWork } from '../models/lengths.js';
import type { ProviderProfile } from '../models/provider.js';
import type { Arrivals, Pool, TierNumber } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { ArrivalsInput, TrafficInput } from './schema-traffic.js';

type Path = readonly PropertyKey[];

interface ArrivalsContext {
  /** Of the class. */
  readonly name: string;
  /** null: not known. */
  readonly provider: ProviderProfile | null;
  /** null: a pool could not be worked out. */
  readonly pools: readonly Pool[] | null;
  readonly found: Collector;
  readonly model: string | null;
  readonly tiers: readonly TierNumber[] | null;
  /** null: not known, or it comes with a trace. */
  readonly work: MeanWork | null;
}

/** When requests of a class come: its arrivals or its trace, one of the two; null after a problem was reported. */
export function resolveArrivals(input: TrafficInput, path: Path, context: ArrivalsContext): Arrivals | null {
  const { arrivals, trace } = input;
  const { found } = context;
  if (arrivals !== undefined && trace !== undefined) {
    found.add(path, say.contradiction('requests come from arrivals or from a trace, not from both'), 'trace');
    return null;
  }
  if (trace !== undefined) {
    const { file, format, speed, from, to } = trace;
    if (to !== undefined && to <= from)
      found.add([...path, 'trace', 'to'], say.impossible('the trace ends before it begins'));
    return { kind: 'trace', file, format, speed, fromUs: from, toUs: to ?? null };
  }
  if (arrivals === undefined) {
    const isMissing = !found.has([...path, 'arrivals']) && !found.has([...path, 'trace']);
    if (isMissing) found.add(path, say.missingKey('arrivals', 'a rate such as 40/s, or a trace'));
    return null;
  }
  return arrivalProcess(arrivals, [...path, 'arrivals'], context);
}

function arrivalProcess(arrivals: ArrivalsInput, at: Path, context: ArrivalsContext): Arrivals | null {
  if (typeof arrivals === 'number') return { kind: 'poisson', perSecond: arrivals };
  if ('poisson' in arrivals) return { kind: 'poisson', perSecond: arrivals.poisson };
  if ('constant' in arrivals) return { kind: 'constant', perSecond: arrivals.constant };
  if ('gamma' in arrivals) return { kind: 'gamma', perSecond: arrivals.gamma.rate, cv: arrivals.gamma.cv };
  if ('weibull' in arrivals) return { kind: 'weibull', perSecond: arrivals.weibull.rate, cv: arrivals.weibull.cv };
  if ('bursts' in arrivals) return burstArrivals(arrivals.bursts, at, context.found);
  if ('profile' in arrivals) return profileArrivals(arrivals.profile, at, context.found);
  if ('daily' in arrivals) {
    const { mean, peakToTrough, peakAt, cv } = arrivals.daily;
    return { kind: 'daily', meanPerSecond: mean, peakToTrough, peakAtUs: peakAt, cv };
  }
  if ('users' in arrivals) return { kind: 'users', count: arrivals.users.count, thinkUs: arrivals.users.thinkTime };
  return loadArrivals(arrivals.load, at, context);
}

function burstArrivals(
  bursts: { readonly base: number; readonly peak: number; readonly every: number; readonly for: number },
  at: Path,
  found: Collector,
): Arrivals | null {
  if (bursts.for > bursts.every || bursts.every <= 0) {
    found.add([...at, 'bursts', 'for'], say.impossible('a burst is longer than the time from one to the next'));
    return null;
  }
  return {
    kind: 'bursts',
    basePerSecond: bursts.base,
    peakPerSecond: bursts.peak,
    everyUs: bursts.every,
    forUs: bursts.for,
  };
}

function profileArrivals(
  points: readonly (readonly [atUs: number, perSecond: number])[],
  at: Path,
  found: Collector,
): Arrivals | null {
  if (points.length === 0) found.add([...at, 'profile'], say.emptyList('at least one point [time, rate]'));
  const back = points.findIndex(([atUs], index) => atUs <= (points[index - 1]?.[0] ?? -1));
  if (back >= 0) found.add([...at, 'profile', back], say.notAscending());
  return points.length === 0 || back >= 0 ? null : { kind: 'profile', points };
}

/** That share of what all pools which can take the class sustain together at its mean lengths. */
function loadArrivals(load: number, at: Path, context: ArrivalsContext): Arrivals | null {
  const { model, tiers, work, pools, provider, found } = context;
  if (model === null || pools === null || tiers === null || provider === null || work === null) return null;
  const asked = provider.tiers.filter((tier) => tiers.some((entry) => entry.tier === tier.name && entry.value > 0));
  const reached = pools.filter(
    (pool) =>
      pool.models.includes(model) &&
      asked.some(
        (tier) =>
          tier.path === pool.path &&
          (pool.tiers === null || pool.tiers.includes(tier.name)) &&
          weightOf(pool, tier.name) > 0,
      ),
  );
  const perSecond = reached.reduce(
    (sum, pool) => sum + pool.nodes * sustainableRequestsPerSecond(pool, work.promptTokens, work.outputTokens),
    0,
  );
  if (!(perSecond > 0)) {
    found.add(at, say.impossible('a share of a load needs a pool that this class can reach'));
    return null;
  }
  const share = `${Number((load * 100).toFixed(2))} % of the computed capacity of ${perSecond.toFixed(2)} requests/s`;
  const arrivalsPerSecond = (load * perSecond) / work.calls;
  const unit = work.calls === 1 ? '/s' : ` sessions/s of ${Number(work.calls.toFixed(2))} requests`;
  found.notes.push(`${context.name}: ${share} is ${arrivalsPerSecond.toFixed(2)}${unit}`);
  return { kind: 'poisson', perSecond: arrivalsPerSecond };
}

function weightOf(pool: Pool, tier: string): number {
  return pool.tierWeights === null ? 1 : (pool.tierWeights.find((entry) => entry.tier === tier)?.value ?? 0);
}
