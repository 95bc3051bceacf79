import type { Arrivals, ClientGroup, Scenario, TrafficClass } from '../models/scenario.js';
import type { Parsed } from '../models/units.js';

/** The part of the traffic that grows: all of it, one class, or one tier wherever it is asked for. */
export type LoadPart =
  | { readonly kind: 'all' }
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'tier'; readonly name: string };

/** The class or tier of that name; a class wins over a tier of the same name. */
export function loadPartNamed(scenario: Scenario, name: string): Parsed<LoadPart> {
  if (scenario.traffic.some((one) => one.name === name)) return { ok: true, value: { kind: 'class', name } };
  const asked = scenario.traffic.filter((one) => shareOf(one, name) > 0);
  if (asked.length === 0) {
    const tiers = new Set(
      scenario.traffic.flatMap(({ tiers }) => tiers.filter(({ value }) => value > 0).map(({ tier }) => tier)),
    );
    const known = [...scenario.traffic.map((one) => one.name), ...tiers];
    return {
      ok: false,
      reason: `no class and no tier in use is called "${name}": there are ${[...new Set(known)].join(', ')}`,
    };
  }
  const traced = asked.find((one) => one.arrivals.kind === 'trace' && shareOf(one, name) < 1);
  if (traced !== undefined) {
    return {
      ok: false,
      reason: `class ${traced.name} follows a trace and mixes tiers, so ${name} cannot grow by itself: give it a class of its own`,
    };
  }
  return { ok: true, value: { kind: 'tier', name } };
}

/**
 * Makes the part grow by a factor of its own by giving it classes of its own: a tier that is part of a mix is taken out of it.
 * Everybody else's requests are then the same whatever the factor. The mean rates of all tiers stay as they are.
 */
export function separated(scenario: Scenario, part: LoadPart): Scenario {
  if (part.kind !== 'tier') return scenario;
  const traffic = scenario.traffic.flatMap((one) => {
    const share = shareOf(one, part.name);
    if (share === 0 || share === 1) return [one];
    const others = one.tiers.filter(({ tier, value }) => tier !== part.name && value > 0);
    // Divided by their own sum a single one has the whole of it, to the last bit.
    const rest = others.reduce((sum, { value }) => sum + value, 0);
    return [
      {
        ...one,
        tiers: others.map(({ tier, value }) => ({ tier, value: value / rest })),
        arrivals: scaledArrivals(one.arrivals, 1 - share),
      },
      {
        ...one,
        name: `${one.name}/${part.name}`,
        tiers: [{ tier: part.name, value: 1 }],
        arrivals: scaledArrivals(one.arrivals, share),
      },
    ];
  });
  return { ...scenario, traffic };
}

/** A separated scenario with so many times the load of that part. */
export function scaledLoad(scenario: Scenario, part: LoadPart, factor: number): Scenario {
  const traffic = scenario.traffic.map((one) => {
    return isPart(one, part) ? { ...one, arrivals: scaledArrivals(one.arrivals, factor) } : one;
  });
  return { ...scenario, traffic };
}

/** The same process with every rate so many times as high; of a closed loop so many users, of a trace each row so often. */
export function scaledArrivals(arrivals: Arrivals, factor: number): Arrivals {
  switch (arrivals.kind) {
    case 'poisson':
    case 'constant':
    case 'gamma':
    case 'weibull':
      return { ...arrivals, perSecond: arrivals.perSecond * factor };
    case 'bursts':
      return {
        ...arrivals,
        basePerSecond: arrivals.basePerSecond * factor,
        peakPerSecond: arrivals.peakPerSecond * factor,
      };
    case 'profile':
      return { ...arrivals, points: arrivals.points.map(([atUs, perSecond]) => [atUs, perSecond * factor] as const) };
    case 'daily':
    case 'weekly':
      return { ...arrivals, meanPerSecond: arrivals.meanPerSecond * factor };
    case 'users':
      return { ...arrivals, count: Math.max(1, Math.round(arrivals.count * factor)) };
    case 'trace':
      return { ...arrivals, scale: arrivals.scale * factor };
    case 'clients':
      return { ...arrivals, groups: arrivals.groups.map((group) => scaledGroup(group, factor)) };
  }
}

function scaledGroup(group: ClientGroup, factor: number): ClientGroup {
  return { ...group, windows: group.windows.map((window) => ({ ...window, perSecond: window.perSecond * factor })) };
}

function isPart(one: TrafficClass, part: LoadPart): boolean {
  if (part.kind === 'all') return true;
  return part.kind === 'class' ? one.name === part.name : shareOf(one, part.name) === 1;
}

function shareOf(one: TrafficClass, tier: string): number {
  return one.tiers.find((entry) => entry.tier === tier)?.value ?? 0;
}
