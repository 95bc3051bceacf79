import { type Parsed, parseCount, parseDurationUs, parseMoney, parseShare } from './units.js';

export type MetricUnit =
  | 'ms'
  | 'share'
  | 'count'
  | 'ratio'
  | 'tokensPerSecond'
  | 'requestsPerSecond'
  | 'currency'
  | 'currencyPerMillionTokens'
  | 'kWh'
  | 'joulesPerToken';

export interface MetricDefinition {
  readonly name: string;
  readonly unit: MetricUnit;
  /** One sentence, the same words in reports, help and reference. */
  readonly definition: string;
  readonly better: 'lower' | 'higher';
  /**
   * Where it stands under a tier or `total` of the summary; `.p95` and the like follow for a distribution.
   * null: no field holds it, it is counted for the targets that ask for it while the run is folded.
   */
  readonly path: string | null;
  /** The same by tier served instead of asked, or null where attempts are grouped by tier asked only. */
  readonly servedPath: string | null;
  readonly kind: 'scalar' | 'distribution';
  /** `withinTtft(500ms)`: a duration in brackets. */
  readonly takesDuration: boolean;
}

/** A metric as a target or a column names it, taken apart. */
export interface MetricReference {
  readonly definition: MetricDefinition;
  readonly statistic: Statistic | null;
  /** The duration in brackets; null where the metric takes none. */
  readonly argumentUs: number | null;
}

export const STATISTICS = ['mean', 'p50', 'p90', 'p95', 'p99', 'max'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The closed list of figures that targets may name. */
export const METRICS: readonly MetricDefinition[] = [
  scalar('requests', 'count', 'higher', 'Requests first sent in the counted window.'),
  scalar('attempts', 'count', 'lower', 'Tries of those requests, retries included.', { served: 'served.attempts' }),
  scalar('retries', 'count', 'lower', "Tries after a request's first."),
  scalar('amplification', 'ratio', 'lower', 'Attempts over requests.'),
  scalar(
    'wastedTokens',
    'count',
    'lower',
    'Tokens nobody got: made after the client had left, or lost with an attempt.',
  ),
  scalar('shedRate', 'share', 'lower', 'Attempts that ended by overload over all counted attempts asking the tier.'),
  scalar('requestShedRate', 'share', 'lower', 'Requests whose last attempt was shed over all requests.'),
  scalar('rateLimitedRate', 'share', 'lower', "Attempts refused by an account's limits over all attempts."),
  scalar('expiredRate', 'share', 'lower', 'Attempts that waited longer than their tier allows over all attempts.'),
  scalar('evictedRate', 'share', 'lower', 'Attempts ended by eviction over all attempts.'),
  scalar('downgradeRate', 'share', 'lower', 'Attempts served as a lower tier than asked over all attempts.'),
  scalar('successRate', 'share', 'higher', 'Completed requests over offered requests.'),
  scalar(
    'availability',
    'share',
    'higher',
    'Attempts that did not end by a cause that counts against the promise of availability, over all attempts.',
  ),
  scalar(
    'availabilityAdmitted',
    'share',
    'higher',
    'The same over attempts that no limit and no overload turned away.',
  ),
  distribution('ttft', 'Time from the sending of an attempt to its first token.'),
  distribution('requestTtft', "Time from a request's first sending to its first token, backoff included."),
  distribution('tpot', 'Time from first to last token over the output tokens after the first, per attempt.'),
  distribution('itl', 'Gaps between consecutive tokens, pooled over all attempts.'),
  distribution('e2e', 'Time from the sending of an attempt to its last token.'),
  distribution('queue', 'Time from the sending of an attempt to its first scheduled token.'),
  distribution('chainE2e', 'Time from the sending of a turn of a session to the last token of its last call.'),
  scalar('withinTtft', 'share', 'higher', 'Offered requests whose first token came within the time in brackets.', {
    path: null,
    takesDuration: true,
  }),
  scalar('attainment', 'share', 'higher', "Offered requests that met every limit of their class's slo."),
  scalar('goodput', 'requestsPerSecond', 'higher', 'Requests per second that met their slo.', { path: null }),
  scalar('outputTokPerSec', 'tokensPerSecond', 'higher', 'Output tokens over the counted window.'),
  scalar('billed', 'currency', 'higher', 'What clients pay.', { served: 'served.billed' }),
  scalar('cost', 'currency', 'lower', 'What the fleet costs over the wall clock, shared out to the tiers.'),
  scalar('margin', 'currency', 'higher', 'Billed less cost.'),
  scalar('usdPerMTok', 'currencyPerMillionTokens', 'lower', 'Fleet cost over a million input and output tokens.'),
  scalar('usdPerMOutTok', 'currencyPerMillionTokens', 'lower', 'Fleet cost over a million output tokens.'),
  scalar(
    'energyKWh',
    'kWh',
    'lower',
    'Energy at the plug of the nodes; of a tier: what it caused, idle nodes left out.',
  ),
  scalar('joulesPerOutputToken', 'joulesPerToken', 'lower', 'Energy over output tokens; of the total with idle nodes.'),
];

/** Every name a target may use, distributions with each statistic: the base of "did you mean". */
export const METRIC_NAMES: readonly string[] = METRICS.flatMap((metric) => {
  if (metric.kind === 'distribution') return STATISTICS.map((statistic) => `${metric.name}.${statistic}`);
  return [metric.takesDuration ? `${metric.name}(500ms)` : metric.name];
});

/** Reads `ttft.p95`, `shedRate` or `withinTtft(500ms)`. */
export function parseMetric(text: string): Parsed<MetricReference> {
  const match = /^([A-Za-z]\w*)(?:\.(\w+))?(?:\(([^()]*)\))?$/.exec(text.trim());
  const definition = METRICS.find((metric) => metric.name === match?.[1]);
  if (match === null || definition === undefined) return { ok: false, reason: `there is no metric "${text}"` };
  const statistic = STATISTICS.find((name) => name === match[2]) ?? null;
  if (definition.kind === 'distribution' && statistic === null) {
    return { ok: false, reason: `${definition.name} needs one of .${STATISTICS.join(' .')}` };
  }
  if (definition.kind === 'scalar' && match[2] !== undefined) {
    return { ok: false, reason: `${definition.name} is one figure and takes no .${match[2]}` };
  }
  return withArgument(definition, statistic, match[3]);
}

/** The path of a reference under a tier or `total` of the summary; null: no field holds it. */
export function metricPath(reference: MetricReference, served: boolean): string | null {
  const path = served ? reference.definition.servedPath : reference.definition.path;
  if (path === null || reference.statistic === null) return path;
  return `${path}.${reference.statistic}`;
}

/** Reads the bound of a target in the metric's own unit: `500ms` as 500, `1%` as 0.01, `$0.40` as 0.4. */
export function parseMetricBound(unit: MetricUnit, text: string): Parsed<number> {
  switch (unit) {
    case 'ms':
      return boundMs(text);
    case 'share':
      return parseShare(text);
    case 'currency':
    case 'currencyPerMillionTokens':
      return boundMoney(text);
    case 'count':
      return parseCount(text);
    case 'ratio':
      return boundNumber(text);
    case 'tokensPerSecond':
    case 'requestsPerSecond':
      return boundNumber(text.replace(/\/s$/, ''));
    case 'kWh':
      return boundNumber(text.replace(/\s*kWh$/, ''));
    case 'joulesPerToken':
      return boundNumber(text.replace(/\s*J$/, ''));
  }
}

function scalar(
  name: string,
  unit: MetricUnit,
  better: 'lower' | 'higher',
  definition: string,
  options: { readonly path?: null; readonly served?: string; readonly takesDuration?: boolean } = {},
): MetricDefinition {
  return {
    name,
    unit,
    definition,
    better,
    path: options.path === null ? null : name,
    servedPath: options.served ?? null,
    kind: 'scalar',
    takesDuration: options.takesDuration ?? false,
  };
}

function distribution(name: string, definition: string): MetricDefinition {
  return {
    name,
    unit: 'ms',
    definition,
    better: 'lower',
    path: `${name}Ms`,
    servedPath: null,
    kind: 'distribution',
    takesDuration: false,
  };
}

function withArgument(
  definition: MetricDefinition,
  statistic: Statistic | null,
  argument: string | undefined,
): Parsed<MetricReference> {
  if (!definition.takesDuration) {
    if (argument !== undefined) return { ok: false, reason: `${definition.name} takes nothing in brackets` };
    return { ok: true, value: { definition, statistic, argumentUs: null } };
  }
  if (argument === undefined)
    return { ok: false, reason: `${definition.name} needs a duration: ${definition.name}(500ms)` };
  const duration = parseDurationUs(argument);
  return duration.ok ? { ok: true, value: { definition, statistic, argumentUs: duration.value } } : duration;
}

/** A bare number is in milliseconds, the metric's own unit. */
function boundMs(text: string): Parsed<number> {
  const number = boundNumber(text);
  if (number.ok) return number;
  const duration = parseDurationUs(text);
  return duration.ok ? { ok: true, value: duration.value / 1000 } : duration;
}

/** A margin may be negative. */
function boundMoney(text: string): Parsed<number> {
  const negative = text.startsWith('-');
  const money = parseMoney(negative ? text.slice(1) : text);
  if (!money.ok) return money;
  return { ok: true, value: ((negative ? -1 : 1) * Number(money.value.pico)) / 1e12 };
}

function boundNumber(text: string): Parsed<number> {
  if (/^-?(\d+(\.\d+)?|\.\d+)$/.test(text.trim())) return { ok: true, value: Number(text) };
  return { ok: false, reason: `"${text}" is not a number` };
}
