import { type MetricReference, metricPath, parseMetric } from '../models/metrics.js';
import type { Scenario, Target } from '../models/scenario.js';
import type { Books } from './books.js';
import { invariant } from './core/invariant.js';
import type { Breakdown } from './summarise.js';
import { ratio } from './summarise.js';
import type { TargetResult, TierSummary } from './summary.js';

interface Reading {
  readonly value: number | null;
  readonly n: number;
}

/** The durations that targets put in withinTtft(..), each once; the books count against them. */
export function ttftThresholdsUs(targets: readonly Target[]): number[] {
  const thresholds = new Set<number>();
  for (const target of targets) {
    const { definition, argumentUs } = reference(target);
    if (definition.name === 'withinTtft' && argumentUs !== null) thresholds.add(argumentUs);
  }
  return [...thresholds];
}

export function judge(scenario: Scenario, books: Books, result: Breakdown, windowUs: number): TargetResult[] {
  return scenario.targets.map((target) => {
    const { value, n } = read(scenario, books, result, windowUs, target);
    if (value === null) {
      const error = n === 0 ? 'no attempt to judge it by' : 'this figure is not known for this scenario';
      return { target: target.text, actual: null, n, passed: false, error };
    }
    return { target: target.text, actual: value, n, passed: isWithin(target, value), error: null };
  });
}

/** Whether a figure lies within a target's bounds. */
export function isWithin({ above, below }: Target, value: number): boolean {
  if (above !== null && !(above.inclusive ? value >= above.value : value > above.value)) return false;
  return below === null || (below.inclusive ? value <= below.value : value < below.value);
}

function read(scenario: Scenario, books: Books, result: Breakdown, windowUs: number, target: Target): Reading {
  const metric = reference(target);
  const tier = target.scope === 'total' ? result.total : result.tiers[target.scope];
  invariant(tier !== undefined, `a target's tier exists: ${target.scope}`);
  const index = scenario.provider.tiers.findIndex(({ name }) => name === target.scope);
  const stats = target.scope === 'total' ? result.totalStats : books.tiers[index]!;
  switch (metric.definition.name) {
    case 'withinTtft': {
      const place = books.ttftThresholdsUs.indexOf(metric.argumentUs ?? -1);
      return { value: ratio(stats.withinTtft[place]!, stats.requests), n: stats.requests };
    }
    case 'goodput':
      return {
        value: stats.requestsWithSlo === 0 || windowUs === 0 ? null : stats.requestsMeetingSlo / (windowUs / 1e6),
        n: stats.requestsWithSlo,
      };
    default:
      return readPath(tier, metric, target.served);
  }
}

function readPath(tier: TierSummary, metric: MetricReference, served: boolean): Reading {
  const path = metricPath(metric, served);
  invariant(path !== null, `the metric ${metric.definition.name} has a place in the summary`);
  const steps = path.split('.');
  let value: unknown = tier;
  let n = tier.attempts;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) break;
    if ('n' in value && typeof value.n === 'number') n = value.n;
    value = (value as Record<string, unknown>)[step];
  }
  if (typeof value === 'string') value = Number(value);
  invariant(value === null || typeof value === 'number', `the summary has a figure at ${path}`);
  return { value, n };
}

function reference(target: Target): MetricReference {
  const parsed = parseMetric(target.metric);
  invariant(parsed.ok, `a loaded target names a metric: ${target.metric}`);
  return parsed.value;
}
