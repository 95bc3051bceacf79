import { type Autoscale, type ColdStart, type Operations, type Outage, STEADY } from '../models/operations.js';
import { formatCount, formatDurationUs, type Parsed, parseDurationUs, parseShare } from '../models/units.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import type { PoolInput } from './schema-fleet.js';
import type { AutoscaleInput, OutageInput } from './schema-operations.js';

type Path = readonly PropertyKey[];

/** How a pool's nodes come, go and fail, with every default filled in. */
export function resolveOperations(
  input: PoolInput,
  path: Path,
  node: { readonly currency: 'USD' | 'CHF'; readonly seats: number },
  durationUs: number,
  found: Collector,
): Operations {
  const { currency, seats } = node;
  const { warmPool, slow } = input;
  const price = warmPool?.usdPerHour;
  if (price !== undefined && price.currency !== null && price.currency !== currency) {
    found.add([...path, 'warmPool', 'usdPerHour'], say.wrongCurrency(price.currency, currency));
  }
  if (input.down !== undefined && input.down > input.nodes) {
    found.add(
      [...path, 'down'],
      say.outOfRange(`a number <= ${input.nodes}, the nodes of the pool`, String(input.down)),
    );
  }
  const list = input.outages === undefined ? [] : Array.isArray(input.outages) ? input.outages : [input.outages];
  return {
    initialNodes: null,
    coldStart: coldStart(input.coldStart),
    minimumBilledUs: input.minimumBilling ?? 0,
    warmPool:
      warmPool === undefined
        ? null
        : {
            nodes: warmPool.nodes,
            startUs: warmPool.start,
            costPicoPerHour: price === undefined ? null : Number(price.pico),
          },
    zone: input.zone ?? null,
    healthCheckUs: input.healthCheck ?? STEADY.healthCheckUs,
    downNodes: input.down ?? 0,
    slow: { nodes: slow?.nodes ?? 0, factor: slow?.factor ?? 2 },
    autoscale: input.autoscale === undefined ? null : resolveAutoscale(input.autoscale, path, input, seats, found),
    ...(input.draining === 'move' ? { draining: input.draining } : {}),
    outages: list.flatMap((outage: OutageInput, index) => {
      const at = Array.isArray(input.outages) ? [...path, 'outages', index] : [...path, 'outages'];
      return resolveOutage(outage, at, input, durationUs, found) ?? [];
    }),
  };
}

function coldStart(input: PoolInput['coldStart']): ColdStart {
  if (input === undefined) return STEADY.coldStart;
  if (typeof input === 'number') return { ...STEADY.coldStart, loadUs: input };
  return { provisionUs: input.provision, pullUs: input.pull, loadUs: input.load, compileUs: input.compile };
}

function resolveAutoscale(
  input: AutoscaleInput,
  path: Path,
  pool: PoolInput,
  seats: number,
  found: Collector,
): Autoscale | null {
  const at = [...path, 'autoscale'];
  if (input.max < input.min) {
    found.add([...at, 'max'], say.impossible(`max ${input.max} is below min ${input.min}`));
    return null;
  }
  // Those that it lacks of its own it takes.
  const least = pool.takesFrom === undefined ? input.min : 0;
  if (pool.nodes < least || pool.nodes > input.max) {
    const range = `nodes from ${least} to ${input.max}, as autoscale says`;
    found.add(found.has([...path, 'nodes']) ? [...path, 'nodes'] : at, say.outOfRange(range, `nodes: ${pool.nodes}`));
    return null;
  }
  const target = targetOf(input, seats);
  if (!target.ok || target.value <= 0) {
    const reason = target.ok ? 'the target of an autoscaler is above 0' : target.reason;
    found.add(found.has([...at, 'target']) ? [...at, 'target'] : at, say.badQuantity(reason, String(input.target)));
    return null;
  }
  return {
    signal: input.signal,
    target: target.value,
    min: input.min,
    max: input.max,
    intervalUs: input.interval,
    averageUs: input.average,
    lagUs: input.lag,
    cooldownUs: input.cooldown,
  };
}

/** In the unit of its signal. */
function targetOf({ signal, target }: AutoscaleInput, seats: number): Parsed<number> {
  if (target === undefined) {
    if (signal === 'running') return { ok: true, value: 0.7 * seats };
    return { ok: false, reason: `signal: ${signal} needs a target` };
  }
  const isShare = typeof target === 'string' && target.trim().endsWith('%');
  if (signal === 'ttft') return parseDurationUs(target);
  if (signal === 'kv') return parseShare(target);
  if (signal === 'running' && isShare) {
    const share = parseShare(target);
    return share.ok ? { ok: true, value: share.value * seats } : share;
  }
  if (typeof target === 'number') return { ok: true, value: target };
  return { ok: false, reason: `"${target}" is not a number of requests` };
}

/** Beyond this many the run would be about nothing else, and take for ever. */
const MOST_OUTAGES = 1_000_000;

function resolveOutage(
  input: OutageInput,
  path: Path,
  pool: PoolInput,
  durationUs: number,
  found: Collector,
): Outage | null {
  const { every, at, domain } = input;
  if ((every === undefined) === (at === undefined)) {
    const message =
      every === undefined
        ? say.missingKey('every', 'how often it happens at random; or at, when it is planned')
        : say.contradiction('an outage is random (every) or planned (at), not both');
    found.add(path, message, every === undefined ? undefined : 'at');
    return null;
  }
  if (domain === 'zone' && pool.zone === undefined) {
    found.add([...path, 'domain'], say.needed('zone', `say in which zone the pool ${pool.name} stands: zone: west`));
    return null;
  }
  if (at !== undefined && at > durationUs) {
    found.add([...path, 'at'], say.eventTooLate(formatDurationUs(at), formatDurationUs(durationUs)));
  }
  // Without a readable duration nothing can be said about their number.
  if (every !== undefined && durationUs < Number.MAX_SAFE_INTEGER) {
    const domains = typeof domain === 'number' ? Math.ceil(Math.max(1, pool.nodes) / domain) : 1;
    const expected = (durationUs / every) * domains;
    if (expected > MOST_OUTAGES) {
      const reason = `some ${formatCount(Math.round(expected))} outages are too many to simulate`;
      found.add([...path, 'every'], say.impossible(reason, `at most ${formatCount(MOST_OUTAGES)} in a run`));
      return null;
    }
  }
  return {
    when: every === undefined ? { kind: 'planned', atUs: at ?? 0 } : { kind: 'random', everyUs: every },
    forUs: input.for,
    domain: typeof domain === 'number' ? { kind: 'nodes', nodes: domain } : { kind: domain },
    slowdown: input.slowdown ?? null,
    noticeUs: input.notice,
  };
}
