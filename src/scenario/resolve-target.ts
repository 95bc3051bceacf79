import { METRIC_NAMES, METRICS, metricPath, parseMetric, parseMetricBound } from '../models/metrics.js';
import type { Bound, Target } from '../models/scenario.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';

/**
 * Reads `priority.ttft.p95 < 500ms` or `0.05% < standard.shedRate < 0.12%`. A line that does not parse, or speaks of
 * something that does not exist, is a problem and never a pass.
 */
export function resolveTarget(
  text: string,
  path: readonly PropertyKey[],
  /** null: not known. */
  tiers: readonly string[] | null,
  found: Collector,
): Target | null {
  const parts = splitTarget(text);
  if (parts === null) {
    found.add(path, say.targetUnreadable(text));
    return null;
  }
  const named = splitName(parts.name, tiers);
  if (named === null) {
    const scope = parts.name.split('.')[0] ?? '';
    found.addWithin(path, say.unknownScope(scope, [...(tiers ?? []), 'total']), scope);
    return null;
  }
  const { scope, served, metric } = named;
  const reference = parseMetric(metric);
  if (!reference.ok) {
    found.addWithin(path, say.unknownMetric(metric, reference.reason, METRIC_NAMES), metric);
    return null;
  }
  const { definition } = reference.value;
  if (served && metricPath(reference.value, true) === null) {
    const known = METRICS.filter((other) => other.servedPath !== null).map((other) => other.name);
    found.addWithin(path, say.notByServedTier(metric, known), metric);
    return null;
  }
  const bounds = [parts.low, parts.high].map((bound) => {
    if (bound === null) return null;
    const parsed = parseMetricBound(definition.unit, bound.text);
    if (!parsed.ok) found.addWithin(path, say.boundUnreadable(parsed.reason, bound.text), bound.text);
    return parsed.ok ? { value: parsed.value, inclusive: bound.inclusive } : 'unreadable';
  });
  const [above = null, below = null] = bounds;
  if (above === 'unreadable' || below === 'unreadable') return null;
  if (above !== null && below !== null && isEmpty(above, below)) {
    found.add(path, say.boundsEmpty(text));
    return null;
  }
  return { text, scope, served, metric, above, below };
}

interface BoundText {
  readonly text: string;
  readonly inclusive: boolean;
}

interface TargetParts {
  readonly name: string;
  readonly low: BoundText | null;
  readonly high: BoundText | null;
}

/** One or two relations, pointing the same way when there are two; the name is the part that begins with a letter. */
function splitTarget(text: string): TargetParts | null {
  const pieces = text.split(/(<=|>=|<|>)/).map((piece) => piece.trim());
  if (pieces.length !== 3 && pieces.length !== 5) return null;
  const [first = '', relation = '', middle = '', second, last] = pieces;
  if (second !== undefined && last !== undefined) {
    if (relation[0] !== second[0] || !isName(middle)) return null;
    const left = { text: first, inclusive: relation.length === 2 };
    const right = { text: last, inclusive: second.length === 2 };
    return relation[0] === '<' ? { name: middle, low: left, high: right } : { name: middle, low: right, high: left };
  }
  const nameFirst = isName(first);
  if (!nameFirst && !isName(middle)) return null;
  const bound = { text: nameFirst ? middle : first, inclusive: relation.length === 2 };
  const isUpper = (relation[0] === '<') === nameFirst;
  return { name: nameFirst ? first : middle, low: isUpper ? null : bound, high: isUpper ? bound : null };
}

/** `CHF 0.40` begins with a letter too, but has no dot behind its first word. */
function isName(text: string): boolean {
  return /^[A-Za-z_][\w-]*\./.test(text);
}

/** Names of tiers may hold dots themselves: the longest that fits is taken. */
function splitName(
  name: string,
  tiers: readonly string[] | null,
): { scope: string; served: boolean; metric: string } | null {
  const known = tiers ?? [name.split('.')[0] ?? ''];
  const fitting = [...known, 'total'].filter((tier) => name.startsWith(`${tier}.`)).sort((a, b) => b.length - a.length);
  const scope = fitting[0];
  if (scope === undefined) return null;
  const rest = name.slice(scope.length + 1);
  const served = rest.startsWith('served.');
  return { scope, served, metric: served ? rest.slice('served.'.length) : rest };
}

function isEmpty(above: Bound, below: Bound): boolean {
  return above.value > below.value || (above.value === below.value && !(above.inclusive && below.inclusive));
}
