import { TIME_UNITS, TRACE_FORMATS, type TraceSource, type TraceTable } from '../../models/trace.js';
import { safeJson } from '../../report/export.js';
import { formatDuration, formatNumber, formatShare } from '../../report/format.js';
import { cell, type GridRow, grid } from '../../report/grid.js';
import { printable } from '../../report/text-width.js';
import { detectLayout, plain } from '../../trace/detect.js';
import { csvRows, fittedClass } from '../../trace/fit.js';
import { fittedRates } from '../../trace/fit-rates.js';
import { type LengthStatistics, type TraceStatistics, traceStatistics } from '../../trace/statistics.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { badRowsText } from '../load-file.js';
import { readTrace } from '../read-trace.js';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';

export interface TraceCommand {
  readonly file: string;
  /** null: told by the file's first line. */
  readonly format: string | null;
  /** `time=arrived_at`, ours first. */
  readonly columns: readonly string[];
  readonly timeUnit: string | null;
  readonly maxBadRows: number;
  readonly json: boolean;
  /** Prints the rows as CSV instead. */
  readonly toCsv: boolean;
  /** Prints a traffic class that resembles the trace instead. */
  readonly fit: boolean;
}

/** Says what is in a trace, or turns it into a CSV or a traffic class. */
export async function traceCommand(command: TraceCommand, terminal: Terminal): Promise<ExitCode> {
  if ([command.json, command.toCsv, command.fit].filter(Boolean).length > 1) {
    throw new UserError('--json, --to and --fit each print something else: give one of them');
  }
  const table = await readTable(command, terminal);
  if (table === null) return EXIT.usage;
  if (command.json) {
    terminal.out(`${safeJson({ schema: 'tiersim-trace/1', sha256: table.sha256, ...traceStatistics(table) })}\n`);
  } else if (command.toCsv) {
    if (table.kind === 'rates') {
      throw new UserError('--to csv needs a trace with a row for each request; this one has rates');
    }
    writeCsv(table, terminal);
  } else if (command.fit) {
    terminal.out(table.kind === 'rates' ? fittedRates(table, 'fitted') : fittedClass(table, 'fitted'));
  } else {
    terminal.out(`${statisticsText(command.file, traceStatistics(table), terminal)}\n`);
  }
  return EXIT.fine;
}

async function readTable(command: TraceCommand, terminal: Terminal): Promise<TraceTable | null> {
  try {
    const { table, problems, source } = await readTrace(command.file, (firstLine) => sourceOf(command, firstLine));
    terminal.errorText(table === null ? badRowsText(source, problems, terminal.errorColor) : '');
    if (table !== null && table.badRows > 0)
      terminal.note(`left out ${table.badRows} bad ${table.badRows === 1 ? 'row' : 'rows'}`);
    return table;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${command.file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sourceOf({ file, format, columns, timeUnit, maxBadRows }: TraceCommand, firstLine: string): TraceSource {
  const known = format === null ? detectLayout(firstLine) : plain(oneOf(format, TRACE_FORMATS, '--format'));
  if (known === null) {
    throw new UserError(`cannot tell the format of ${file}: give --format ${TRACE_FORMATS.join(', ')}`);
  }
  const pairs = columns.map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new UserError(`--column ${pair}: give ours and theirs, such as time=arrived_at`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  const lengths = known.format === 'csv' && pairs.length === 0 ? lengthColumns(firstLine) : [];
  return {
    ...known,
    file,
    columns: { ...known.columns, ...Object.fromEntries([...lengths, ...pairs]) },
    timeUnit: timeUnit === null ? known.timeUnit : oneOf(timeUnit, TIME_UNITS, '--time-unit'),
    maxBadRows,
  };
}

/** A CSV of our own names its columns as we do. */
function lengthColumns(firstLine: string): [string, string][] {
  const names = firstLine.trim().split(',');
  return ['input', 'output', 'tier'].filter((name) => names.includes(name)).map((name) => [name, name]);
}

function oneOf<const T extends string>(text: string, known: readonly T[], option: string): T {
  const found = known.find((name) => name === text);
  if (found === undefined) throw new UserError(`${option} ${text} is none of ${known.join(', ')}`);
  return found;
}

const ROWS_A_WRITE = 10_000;

function writeCsv(table: Extract<TraceTable, { kind: 'requests' }>, terminal: Terminal): void {
  let lines: string[] = [];
  for (const line of csvRows(table)) {
    lines.push(line);
    if (lines.length < ROWS_A_WRITE) continue;
    terminal.out(`${lines.join('\n')}\n`);
    lines = [];
    if (terminal.isOutClosed) return;
  }
  if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`);
}

function statisticsText(file: string, of: TraceStatistics, terminal: Terminal): string {
  const blocks = [
    [
      printable(file),
      `${formatNumber(of.rows)} ${of.kind === 'requests' ? 'requests' : 'windows of rates'} in ${formatDuration(of.durationSeconds)}`,
    ].join('\n'),
    grid(arrivalRows(of), terminal).join('\n'),
    ...(of.input === null && of.output === null ? [] : [grid(lengthRows(of), terminal).join('\n')]),
    ...(of.labels.length === 0 ? [] : [grid(labelRows(of), terminal).join('\n')]),
  ];
  return blocks.join('\n\n');
}

function arrivalRows({ unit, arrivals, prefix, correlation }: TraceStatistics): GridRow[] {
  const rows: [string, string][] = [];
  if (arrivals !== null) {
    rows.push(['Mean rate', `${formatNumber(arrivals.perSecond)}${unit === 'requests' ? '/s' : ' prompt tok/s'}`]);
    rows.push(['Busiest over mean', formatNumber(arrivals.peakOverMean)]);
    if (arrivals.gapCv !== null) rows.push(['CV of gaps', formatNumber(arrivals.gapCv)]);
    if (arrivals.dispersion1s !== null) rows.push(['Dispersion, 1 s', formatNumber(arrivals.dispersion1s)]);
    if (arrivals.dispersion60s !== null) rows.push(['Dispersion, 60 s', formatNumber(arrivals.dispersion60s)]);
    if (arrivals.gapCv !== null) rows.push(['Seconds without any', formatShare(arrivals.emptySecondsShare)]);
    if (arrivals.sharedInstantsShare > 0) rows.push(['At a shared instant', formatShare(arrivals.sharedInstantsShare)]);
  }
  if (correlation !== null) rows.push(['Correlation of lengths', formatNumber(correlation)]);
  if (prefix !== null) {
    rows.push(['Prefix hits, endless cache', formatShare(prefix.hitShare)]);
    rows.push(['Different blocks', `${formatNumber(prefix.distinctBlocks)} of ${formatNumber(prefix.blocks)}`]);
  }
  return [heading('ARRIVALS', ''), ...rows.map((row) => row.map((text) => cell(text)))];
}

function lengthRows({ input, output }: TraceStatistics): GridRow[] {
  const known = [
    ['input', input],
    ['output', output],
  ].filter((pair): pair is [string, LengthStatistics] => pair[1] !== null);
  const fields = ['mean', 'min', 'p50', 'p90', 'p95', 'p99', 'max', 'zeros'] as const;
  return [
    heading('TOKENS', ...known.map(([name]) => name)),
    ...fields.map((field) => [cell(field), ...known.map(([, of]) => cell(formatNumber(of[field])))]),
  ];
}

const LABELS_SHOWN = 12;

function labelRows({ labels, kind }: TraceStatistics): GridRow[] {
  const shown = labels.slice(0, LABELS_SHOWN);
  const rest = labels.slice(LABELS_SHOWN);
  const rows = shown.map(({ label, share }) => [cell(printable(label)), cell(formatShare(share))]);
  const others = rest.reduce((sum, { share }) => sum + share, 0);
  if (rest.length > 0) rows.push([cell(`${rest.length} more`), cell(formatShare(others))]);
  return [heading(kind === 'requests' ? 'TIERS' : 'CLIENTS', 'share'), ...rows];
}

function heading(...texts: readonly string[]): GridRow {
  return texts.map((text) => cell(text, 'heading'));
}
