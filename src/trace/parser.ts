import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { TraceProblem, TraceSource, TraceTable } from '../models/trace.js';
import { fieldsOf, separatorOf } from './csv.js';
import { AZURE_COLUMNS, BURSTGPT_COLUMNS, CsvRequests } from './csv-requests.js';
import { type RowProblem, type RowReader, wholeRow } from './format.js';
import { Lines } from './lines.js';
import { MooncakeRows } from './mooncake.js';
import { RateRows, ServegenRows } from './rates.js';

/** So many problems of one file are told; the rest are counted. */
const PROBLEMS_SHOWN = 5;

export type TraceResult =
  | { readonly table: TraceTable; readonly problems: readonly TraceProblem[] }
  | { readonly table: null; readonly problems: readonly TraceProblem[] };

/**
 * Reads a trace that comes in pieces of text and keeps typed columns, so that a file of any size takes the memory of
 * its numbers only. Whoever holds the bytes unpacks and decodes them.
 */
export class TraceParser {
  badRows = 0;
  private readonly problems: TraceProblem[] = [];
  private readonly reader: RowReader;
  private readonly lines = new Lines((line) => this.take(line));
  private separator = ',';
  private hasHeader = false;
  private isRefused = false;
  /** The lines of a row so far whose quoted field goes on. */
  private open: string | null = null;
  private openLine = 0;
  private lastBlank = 0;

  constructor(private readonly source: TraceSource) {
    this.reader = readerOf(source);
  }

  /** False: the file is refused, no more is needed. */
  push(piece: string): boolean {
    if (this.isRefused) return false;
    const isStart = this.lines.number === 0 && this.lines.begun === '';
    if (this.lines.push(isStart && piece.startsWith('\uFEFF') ? piece.slice(1) : piece)) return !this.isRefused;
    if (!this.isRefused)
      this.refuse({ line: this.lines.number + 1, column: 1, message: 'the line is too long', text: this.lines.begun });
    return false;
  }

  /** `digest`: SHA-256 in hex, of the file's unpacked bytes. */
  end(digest: string): TraceResult {
    if (!this.isRefused) this.lines.end();
    if (!this.isRefused && this.open !== null)
      this.bad(wholeRow('a quote is never closed'), this.openLine, this.open, []);
    if (!this.isRefused && this.reader.hasHeader && !this.hasHeader)
      this.refuse({ ...WHOLE_FILE, message: 'the file is empty' });
    if (!this.isRefused && this.reader.rows === 0) this.refuse({ ...WHOLE_FILE, message: 'the trace has no rows' });
    if (this.isRefused) return { table: null, problems: this.problems };
    return { table: this.reader.table(this.badRows, digest), problems: this.problems };
  }

  /** What a reader from outside found: bytes that are no text, a file that breaks off. */
  refuse(problem: TraceProblem): void {
    this.isRefused = true;
    this.problems.push(problem);
  }

  private take(line: string): boolean {
    const { number } = this.lines;
    if (line === '' && this.open === null) {
      this.lastBlank ||= number;
      return true;
    }
    if (this.lastBlank > 0) {
      const blank = this.lastBlank;
      this.lastBlank = 0;
      if (!this.bad(wholeRow('an empty line between rows'), blank, '', [])) return false;
    }
    if (this.open !== null) {
      const whole = `${this.open}\n${line}`;
      if (whole.length > QUOTED_MAX) return this.bad(wholeRow('a quote is not closed'), this.openLine, whole, []);
      return this.takeRow(whole, this.openLine);
    }
    if (this.reader.hasHeader && !this.hasHeader) {
      this.separator = separatorOf(line);
      return this.takeHeader(line, number);
    }
    return this.takeRow(line, number);
  }

  private takeHeader(line: string, number: number): boolean {
    this.hasHeader = true;
    const fields = fieldsOf(line, this.separator);
    const problem = fields === null ? wholeRow('a quote is not closed') : this.reader.header(fields);
    if (problem === null) return true;
    this.refuse(placed(problem, number, line, this.separator, []));
    return false;
  }

  private takeRow(line: string, number: number): boolean {
    const fields = this.reader.isCsv ? fieldsOf(line, this.separator) : [line];
    if (fields === null) {
      this.open = line;
      this.openLine = number;
      return true;
    }
    this.open = null;
    const problem = this.reader.row(fields);
    return problem === null || this.bad(problem, number, line, fields);
  }

  /** Counts a bad row; false: that was one too many. */
  private bad(problem: RowProblem, number: number, line: string, fields: readonly string[]): boolean {
    this.badRows++;
    this.open = null;
    if (this.problems.length < PROBLEMS_SHOWN)
      this.problems.push(placed(problem, number, line, this.separator, fields));
    if (this.badRows <= this.source.maxBadRows) return true;
    this.isRefused = true;
    return false;
  }
}

/** A trace that is at hand as a whole. */
export function parseTrace(text: string, source: TraceSource): TraceResult {
  const parser = new TraceParser(source);
  parser.push(text);
  return parser.end(bytesToHex(sha256(utf8ToBytes(text))));
}

const WHOLE_FILE = { line: 0, column: 1, text: '' };
const QUOTED_MAX = 1_048_576;
const TEXT_SHOWN = 160;

function placed(
  problem: RowProblem,
  line: number,
  text: string,
  separator: string,
  fields: readonly string[],
): TraceProblem {
  const { message, field } = problem;
  const isPlain = field >= 0 && !text.includes('"');
  const column = isPlain
    ? fields.slice(0, field).reduce((sum, before) => sum + before.length + separator.length, 1)
    : 1;
  const found = field < 0 ? '' : `: "${(fields[field] ?? '').slice(0, 40)}"`;
  return { line, column, message: `${message}${found}`, text: text.slice(0, TEXT_SHOWN) };
}

function readerOf({ format, columns, timeUnit, rateUnit }: TraceSource): RowReader {
  switch (format) {
    case 'azure':
      return new CsvRequests({ ...AZURE_COLUMNS, ...columns }, timeUnit ?? 's');
    case 'burstgpt':
      return new CsvRequests({ ...BURSTGPT_COLUMNS, ...columns }, timeUnit ?? 's');
    case 'csv':
      return new CsvRequests({ time: 'time', input: null, output: null, tier: null, ...columns }, timeUnit ?? 's');
    case 'mooncake':
      return new MooncakeRows();
    case 'servegen':
      return new ServegenRows();
    case 'sageserve':
      return rates(columns, 'minute', timeUnit ?? 'min', rateUnit ?? 'promptTokensPerMinute');
    case 'rates':
      return rates(columns, 'time', timeUnit ?? 's', rateUnit ?? 'requestsPerSecond');
  }
}

function rates(
  columns: TraceSource['columns'],
  time: string,
  timeUnit: NonNullable<TraceSource['timeUnit']>,
  rateUnit: NonNullable<TraceSource['rateUnit']>,
): RateRows {
  const { time: timeColumn = time, ...rest } = columns;
  return new RateRows(new Map(Object.entries(rest)), timeColumn, timeUnit, rateUnit);
}
