import type { ProviderProfile } from '../models/provider.js';
import type { TierNumber, TraceArrivals } from '../models/scenario.js';
import type { TraceFormat } from '../models/trace.js';
import type { Collector } from './collector.js';
import * as say from './messages.js';
import { tierNames } from './resolve-provider.js';
import type { TrafficInput } from './schema-traffic.js';

type Path = readonly PropertyKey[];
type TraceInput = NonNullable<TrafficInput['trace']>;

/** A trace with its columns named and its labels mapped. What the file itself says is checked when it has been read. */
export function resolveTrace(
  input: TrafficInput,
  trace: TraceInput,
  path: Path,
  provider: ProviderProfile | null,
  found: Collector,
): TraceArrivals {
  const at = [...path, 'trace'];
  const { file, format, speed, scale, from, to, loop, spread, timeUnit, rateUnit, maxBadRows } = trace;
  if (to !== undefined && to <= from) found.add([...at, 'to'], say.impossible('the trace ends before it begins'));
  if (HAS_RATES.has(format)) requireLengths(input, path, format, found);
  if (rateUnit !== undefined && !RATE_TABLES.has(format)) {
    found.add(at, say.contradiction(`rateUnit says nothing of the format ${format}`), 'rateUnit');
  }
  if (format === 'mooncake' && input.sharedPrefix !== undefined && input.input === undefined) {
    found.add(path, say.contradiction('what prompts share comes with the rows of this trace'), 'sharedPrefix');
  }
  return {
    kind: 'trace',
    file,
    format,
    columns: resolveColumns(input, trace, at, found),
    timeUnit: timeUnit ?? null,
    rateUnit: rateUnit ?? null,
    maxBadRows,
    speed,
    scale,
    fromUs: from,
    toUs: to ?? null,
    loop,
    spreadUs: spread ?? (format === 'mooncake' ? MOONCAKE_TICK_US : 0),
    tierOf: resolveLabels(input, trace, path, provider, found),
  };
}

/** The tiers that the labels of a class's trace can ask for, alike; null: its tiers are said elsewhere. */
export function tiersOfTrace(trace: TrafficInput['trace']): readonly TierNumber[] | null {
  if (trace?.tiers === undefined) return null;
  const tiers = [...new Set(Object.values(trace.tiers))];
  return tiers.map((tier) => ({ tier, value: 1 / tiers.length }));
}

/** Its arrivals share an instant every three seconds. */
const MOONCAKE_TICK_US = 3_000_000;

const RATE_TABLES: ReadonlySet<TraceFormat> = new Set(['rates', 'sageserve']);
const HAS_RATES: ReadonlySet<TraceFormat> = new Set(['rates', 'sageserve', 'servegen']);
const HAS_FIXED_COLUMNS: ReadonlySet<TraceFormat> = new Set(['mooncake', 'servegen']);
const REQUEST_COLUMNS = ['time', 'input', 'output', 'tier'];

function requireLengths(input: TrafficInput, path: Path, format: TraceFormat, found: Collector): void {
  const what = `a number of tokens or a distribution: the format ${format} has rates and no lengths`;
  for (const side of ['input', 'output'] as const) {
    if (side === 'output' && input.api === 'embeddings') continue;
    if (input[side] === undefined && !found.has([...path, side])) found.add(path, say.missingKey(side, what));
  }
}

/** For csv: lengths that the class does not draw itself come from columns called input and output. */
function resolveColumns(
  input: TrafficInput,
  { format, columns = {} }: TraceInput,
  at: Path,
  found: Collector,
): Readonly<Record<string, string>> {
  if (HAS_FIXED_COLUMNS.has(format)) {
    if (Object.keys(columns).length > 0) {
      found.add(at, say.contradiction(`the columns of the format ${format} have fixed names`), 'columns');
    }
    return {};
  }
  if (RATE_TABLES.has(format)) return columns;
  for (const key of Object.keys(columns)) {
    if (!REQUEST_COLUMNS.includes(key)) found.add([...at, 'columns'], say.unknownKey(key, REQUEST_COLUMNS), key);
  }
  if (format !== 'csv') return columns;
  return {
    ...(input.input === undefined ? { input: 'input' } : {}),
    ...(input.output === undefined && input.api !== 'embeddings' ? { output: 'output' } : {}),
    ...columns,
  };
}

function resolveLabels(
  input: TrafficInput,
  { format, columns, tiers }: TraceInput,
  path: Path,
  provider: ProviderProfile | null,
  found: Collector,
): TraceArrivals['tierOf'] {
  const at = [...path, 'trace'];
  const isLabelled = RATE_TABLES.has(format) || columns?.['tier'] !== undefined;
  if (input.tier !== undefined && (tiers !== undefined || columns?.['tier'] !== undefined)) {
    found.add(path, say.contradiction('tiers come from the mix or from the trace, not from both'), 'tier');
  }
  if (tiers === undefined) return null;
  if (!isLabelled) found.add(at, say.contradiction('its rows have no tier: name the column in columns.tier'), 'tiers');
  const known = provider === null ? null : tierNames(provider);
  return Object.entries(tiers).map(([label, tier]) => {
    if (known !== null && !known.includes(tier)) {
      found.add([...at, 'tiers', label], say.unknownName('tier', tier, known));
    }
    return { label, tier };
  });
}
