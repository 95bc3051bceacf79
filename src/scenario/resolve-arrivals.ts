import { sustainableRequestsPerSecond } from '../models/capacity.js';
import type { MeanWork } from '../models/lengths.js';
import type { ProviderProfile } from '../models/provider.js';
import type { Arrivals, ClientGroup, Pool, TierNumber } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { resolveTrace } from './resolve-trace.js';
import type { ArrivalsInput, ClientGroupInput, TrafficInput } from './schema-traffic.js';

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
    const errors = found.errors;
    const source = resolveTrace(input, trace, path, context.provider, found);
    if (found.errors === errors) found.traces.push(source);
    return source;
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
  if ('weekly' in arrivals) return weeklyArrivals(arrivals.weekly, at, context.found);
  if ('clients' in arrivals) return clientArrivals(arrivals.clients, at, context.found);
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

function weeklyArrivals(
  weekly: Extract<ArrivalsInput, { weekly: unknown }>['weekly'],
  at: Path,
  found: Collector,
): Arrivals | null {
  const { mean, peakToTrough, peakAt, weekend, days, cv } = weekly;
  if (weekend !== undefined && days !== undefined) {
    found.add([...at, 'weekly'], say.contradiction('the days are weighed by weekend or by days, not by both'), 'days');
    return null;
  }
  const end = weekend ?? 1;
  const weights = days ?? [1, 1, 1, 1, 1, end, end];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) {
    found.add([...at, 'weekly', 'days'], say.impossible('a week needs a day with a weight above 0'));
    return null;
  }
  const dayFactors = weights.map((weight) => (weight * weights.length) / sum);
  return { kind: 'weekly', meanPerSecond: mean, peakToTrough, peakAtUs: peakAt, dayFactors, cv };
}

function clientArrivals(
  input: Extract<ArrivalsInput, { clients: unknown }>['clients'],
  at: Path,
  found: Collector,
): Arrivals | null {
  const isList = Array.isArray(input);
  const inputs: readonly ClientGroupInput[] = isList ? input : [input as ClientGroupInput];
  if (inputs.length === 0) found.add([...at, 'clients'], say.emptyList('at least one group of clients'));
  const groups = inputs.map((group, index) =>
    clientGroup(group, isList ? [...at, 'clients', index] : [...at, 'clients'], found),
  );
  const total = inputs.reduce((sum, { count }) => sum + count, 0);
  if (total > CLIENTS_MAX) {
    found.add([...at, 'clients'], say.impossible(`${total} clients: at most ${CLIENTS_MAX} send apart`));
    return null;
  }
  const known = groups.filter((group) => group !== null);
  return known.length < Math.max(1, inputs.length) ? null : { kind: 'clients', groups: known };
}

const CLIENTS_MAX = 100_000;

function clientGroup(group: ClientGroupInput, at: Path, found: Collector): ClientGroup | null {
  const { count, rate, zipf, cv, law, windows } = group;
  if ((rate === undefined) === (windows === undefined)) {
    if (rate !== undefined) found.add(at, say.contradiction('a group has one rate or windows, not both'), 'windows');
    else if (!found.has([...at, 'rate'])) found.add(at, say.missingKey('rate', 'a rate such as 40/s, or windows'));
    return null;
  }
  if (windows === undefined) return { count, zipf, windows: [{ fromUs: 0, perSecond: rate!, cv, law }] };
  if (windows.length === 0) found.add([...at, 'windows'], say.emptyList('at least one window {from, rate}'));
  const back = windows.findIndex(({ from }, index) => from <= (windows[index - 1]?.from ?? -1));
  if (back >= 0) found.add([...at, 'windows', back], say.notAscending());
  if (windows.length === 0 || back >= 0) return null;
  return {
    count,
    zipf,
    windows: windows.map((window) => {
      return { fromUs: window.from, perSecond: window.rate, cv: window.cv ?? cv, law: window.law ?? law };
    }),
  };
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
