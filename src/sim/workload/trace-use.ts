import { momentsOf } from '../../models/lengths.js';
import type { TraceArrivals, TrafficClass } from '../../models/scenario.js';
import type { RateTable, RequestTable, TraceTable } from '../../models/trace.js';
import { firstAtOrAfter, periodUs } from './trace-replay.js';

/** How a class uses a trace, once the file has been read. */
export interface TraceUse {
  /** Why it cannot; null: it can. */
  readonly trouble: string | null;
  /** What a reader of the results should know. */
  readonly notes: readonly string[];
  /** By label of the table: the tier its rows ask for; null: the label's rows are left out. null: tiers by the mix. */
  readonly tierOfLabel: readonly (string | null)[] | null;
}

/** Holds a class against the table of its trace. `tierNames` are the profile's, `durationUs` the run's. */
export function traceUse(
  spec: TrafficClass & { readonly arrivals: TraceArrivals },
  table: TraceTable,
  tierNames: readonly string[],
  durationUs: number,
): TraceUse {
  const labels = table.kind === 'requests' ? table.labels : table.clients.map(({ label }) => label);
  const isLabelled = table.kind === 'requests' ? table.label !== null : spec.arrivals.format !== 'servegen';
  const tiers = isLabelled
    ? tiersOf(spec.arrivals, labels, tierNames, table.kind)
    : { trouble: null, tierOfLabel: null };
  const trouble = tiers.trouble ?? (table.kind === 'requests' ? requestTrouble(spec, table) : rateTrouble(spec, table));
  const notes = trouble === null ? notesOn(spec.arrivals, table, tiers.tierOfLabel, durationUs) : [];
  return { trouble, notes, tierOfLabel: tiers.tierOfLabel };
}

function tiersOf(
  { tierOf }: TraceArrivals,
  labels: readonly string[],
  tierNames: readonly string[],
  kind: TraceTable['kind'],
): { readonly trouble: string | null; readonly tierOfLabel: TraceUse['tierOfLabel'] } {
  if (tierOf === null) {
    const strange = labels.filter((label) => !tierNames.includes(label));
    if (strange.length === 0) return { trouble: null, tierOfLabel: labels };
    if (kind === 'rates') return { trouble: null, tierOfLabel: null };
    const told = strange.slice(0, NAMES_SHOWN).map((label) => `"${label}"`);
    return {
      trouble: `rows ask for ${told.join(', ')}, which are no tiers here: map them with \`tiers\``,
      tierOfLabel: null,
    };
  }
  const absent = tierOf.filter(({ label }) => !labels.includes(label));
  if (absent.length > 0) {
    const known = labels.slice(0, NAMES_SHOWN).join(', ');
    return { trouble: `nothing in it is called "${absent[0]!.label}"; there are ${known}`, tierOfLabel: null };
  }
  return {
    trouble: null,
    tierOfLabel: labels.map((label) => tierOf.find((entry) => entry.label === label)?.tier ?? null),
  };
}

function requestTrouble(
  { arrivals, input, output }: TrafficClass & { readonly arrivals: TraceArrivals },
  table: RequestTable,
): string | null {
  if (input.kind === 'trace' && table.input === null)
    return 'it has no prompt lengths: name their column, or give `input`';
  if (output.kind === 'trace' && table.output === null)
    return 'it has no answer lengths: name their column, or give `output`';
  const toUs = arrivals.toUs ?? Number.POSITIVE_INFINITY;
  if (firstAtOrAfter(table.atUs, arrivals.fromUs) >= firstAtOrAfter(table.atUs, toUs)) {
    return 'no row lies between `from` and `to`';
  }
  if (arrivals.loop && periodUs(table, arrivals.fromUs, toUs) / arrivals.speed < ROUND_MIN_US) {
    return 'one round of its loop would last less than a millisecond: give `to`';
  }
  return null;
}

function rateTrouble(
  { arrivals, input, output }: TrafficClass & { readonly arrivals: TraceArrivals },
  table: RateTable,
): string | null {
  if (input.kind === 'trace' || output.kind === 'trace')
    return 'it has rates and no lengths: give `input` and `output`';
  if (table.unit === 'promptTokens' && momentsOf(input) === null) return 'rates in tokens need an `input` of their own';
  const toUs = Math.min(arrivals.toUs ?? table.endUs, table.endUs);
  const isPlayed = table.clients.some(({ windows }) =>
    windows.some((window) => window.perSecond > 0 && window.fromUs < toUs && window.toUs > arrivals.fromUs),
  );
  if (!isPlayed) return 'no rate above 0 lies between `from` and `to`';
  if (arrivals.loop && (toUs - arrivals.fromUs) / arrivals.speed < ROUND_MIN_US) {
    return 'one round of its loop would last less than a millisecond';
  }
  return null;
}

function notesOn(
  { file, fromUs, toUs, speed, loop }: TraceArrivals,
  table: TraceTable,
  tierOfLabel: TraceUse['tierOfLabel'],
  durationUs: number,
): string[] {
  const notes: string[] = [];
  if (table.badRows > 0) notes.push(`${file}: left out ${table.badRows} bad ${table.badRows === 1 ? 'row' : 'rows'}`);
  const skipped = tierOfLabel === null ? 0 : skippedRows(table, tierOfLabel);
  if (skipped > 0) {
    const what = table.kind === 'requests' ? 'rows' : 'columns';
    notes.push(`${file}: left out ${skipped} ${skipped === 1 ? what.slice(0, -1) : what} without a tier`);
  }
  const lastUs = table.kind === 'requests' ? table.atUs[table.rows - 1]! : table.endUs;
  const endsUs = (Math.min(toUs ?? lastUs, lastUs) - fromUs) / speed;
  if (!loop && endsUs < durationUs) {
    notes.push(
      `${file}: it ends after ${(endsUs / 1e6).toFixed(1)} s and nothing comes after that; loop: true goes on`,
    );
  }
  return notes;
}

function skippedRows(table: TraceTable, tierOfLabel: readonly (string | null)[]): number {
  if (table.kind === 'rates') return tierOfLabel.filter((tier) => tier === null).length;
  let skipped = 0;
  for (const label of table.label!) if (tierOfLabel[label] === null) skipped++;
  return skipped;
}

const NAMES_SHOWN = 8;
const ROUND_MIN_US = 1000;
