import type { RateClient, RateTable, RateUnit, RateWindow, TimeUnit, TraceTable } from '../models/trace.js';
import { parseNumber, parseTimeUs } from './cells.js';
import { type RowProblem, type RowReader, wholeRow } from './format.js';

/**
 * One row an instant, one column a stream of requests: SageServe's tier-labelled prompt tokens a minute, or any table
 * of rates. A row's rates hold until the next row; the last row's for as long as the one before.
 */
export class RateRows implements RowReader {
  readonly hasHeader = true;
  readonly isCsv = true;
  private readonly atUs: number[] = [];
  private rates: { readonly label: string; readonly place: number; readonly perSecond: number[] }[] = [];
  private time = 0;
  private width = 0;

  constructor(
    /** Label to column; empty: every column but the time's, under its own name. */
    private readonly columns: ReadonlyMap<string, string>,
    private readonly timeColumn: string,
    private readonly timeUnit: TimeUnit,
    private readonly rateUnit: RateUnit,
  ) {}

  get rows(): number {
    return this.atUs.length;
  }

  header(names: readonly string[]): RowProblem | null {
    const known = names.map((name) => name.trim().toLowerCase());
    const place = (column: string): number => known.indexOf(column.toLowerCase());
    const wanted =
      this.columns.size > 0
        ? [...this.columns]
        : names
            .filter((name) => name.trim().toLowerCase() !== this.timeColumn.toLowerCase())
            .map((name) => [name, name] as const);
    const missing = [this.timeColumn, ...wanted.map(([, column]) => column)].filter((column) => place(column) < 0);
    if (missing.length > 0) {
      return wholeRow(`no column "${missing.join('" and no column "')}"; the header has ${names.join(', ')}`);
    }
    this.time = place(this.timeColumn);
    this.rates = wanted.map(([label, column]) => ({ label: label.trim(), place: place(column), perSecond: [] }));
    this.width = names.length;
    return null;
  }

  row(fields: readonly string[]): RowProblem | null {
    if (fields.length !== this.width) return wholeRow(`${fields.length} fields where the header has ${this.width}`);
    const atUs = parseTimeUs(fields[this.time]!.trim(), this.timeUnit);
    if (atUs === null) return { message: 'not a time', field: this.time };
    if (atUs <= (this.atUs.at(-1) ?? -1)) return { message: 'not later than the row before', field: this.time };
    const values = this.rates.map(({ place }) => parseNumber(fields[place]!.trim()));
    const bad = values.findIndex((value) => value === null || value > RATE_MAX);
    if (bad >= 0) return { message: 'not a rate', field: this.rates[bad]!.place };
    this.atUs.push(atUs);
    for (const [index, { perSecond }] of this.rates.entries()) {
      perSecond.push(values[index]! / (this.rateUnit === 'requestsPerSecond' ? 1 : 60));
    }
    return null;
  }

  table(badRows: number, sha256: string): TraceTable {
    const { atUs } = this;
    const startUs = atUs[0] ?? 0;
    const lastUs = atUs.at(-1) ?? 0;
    const endUs = lastUs + (atUs.length > 1 ? lastUs - atUs.at(-2)! : 60_000_000) - startUs;
    const clients = this.rates.map(({ label, perSecond }): RateClient => {
      const windows = perSecond.flatMap((rate, row): RateWindow[] => {
        const toUs = row + 1 < atUs.length ? atUs[row + 1]! - startUs : endUs;
        return rate === 0 ? [] : [{ fromUs: atUs[row]! - startUs, toUs, perSecond: rate, cv: 1, law: 'gamma' }];
      });
      return { label, windows };
    });
    const unit = this.rateUnit === 'promptTokensPerMinute' ? 'promptTokens' : 'requests';
    return { kind: 'rates', unit, clients, endUs, badRows, sha256 } satisfies RateTable;
  }
}

/** ServeGen's windows of ten minutes, one row a client and window: rate, CV and law of its gaps. */
export class ServegenRows implements RowReader {
  readonly hasHeader = true;
  readonly isCsv = true;
  private readonly clients = new Map<
    string,
    { atUs: number; perSecond: number; cv: number; law: RateWindow['law'] }[]
  >();
  private readonly starts = new Set<number>();
  private places: number[] = [];
  private width = 0;
  rows = 0;

  header(names: readonly string[]): RowProblem | null {
    const known = names.map((name) => name.trim());
    const missing = SERVEGEN_COLUMNS.filter((column) => !known.includes(column));
    if (missing.length > 0) return wholeRow(`no column "${missing.join('" and no column "')}"`);
    this.places = SERVEGEN_COLUMNS.map((column) => known.indexOf(column));
    this.width = names.length;
    return null;
  }

  row(fields: readonly string[]): RowProblem | null {
    if (fields.length !== this.width) return wholeRow(`${fields.length} fields where the header has ${this.width}`);
    const [client, time, rate, cvPlace, pattern] = this.places as [number, number, number, number, number];
    const atUs = parseTimeUs(fields[time]!.trim(), 's');
    if (atUs === null) return { message: 'not a time', field: time };
    const perSecond = parseNumber(fields[rate]!.trim());
    if (perSecond === null || perSecond > RATE_MAX) return { message: 'not a rate', field: rate };
    const cv = parseNumber(fields[cvPlace]!.trim());
    if (cv === null) return { message: 'not a coefficient of variation', field: cvPlace };
    const law = fields[pattern]!.trim().toLowerCase();
    if (law !== 'gamma' && law !== 'weibull') return { message: 'neither Gamma nor Weibull', field: pattern };
    const name = fields[client]!.trim();
    const windows = this.clients.get(name) ?? [];
    if (atUs <= (windows.at(-1)?.atUs ?? -1)) {
      return { message: 'not later than the window of this client before', field: time };
    }
    windows.push({ atUs, perSecond, cv: Math.min(cv, CV_MAX), law });
    this.clients.set(name, windows);
    this.starts.add(atUs);
    this.rows++;
    return null;
  }

  table(badRows: number, sha256: string): TraceTable {
    const starts = [...this.starts].sort((a, b) => a - b);
    const startUs = starts[0] ?? 0;
    const steps = starts.slice(1).map((atUs, index) => atUs - starts[index]!);
    const stepUs = steps.reduce((least, step) => Math.min(least, step), steps[0] ?? SERVEGEN_STEP_US);
    const clients = [...this.clients].map(
      ([label, windows]): RateClient => ({
        label,
        windows: windows.map(({ atUs, perSecond, cv, law }) => {
          return { fromUs: atUs - startUs, toUs: atUs - startUs + stepUs, perSecond, cv, law };
        }),
      }),
    );
    const endUs = (starts.at(-1) ?? 0) - startUs + stepUs;
    return { kind: 'rates', unit: 'requests', clients, endUs, badRows, sha256 } satisfies RateTable;
  }
}

const SERVEGEN_COLUMNS = ['client', 't_s', 'rate_rps', 'cv', 'pattern'];
const SERVEGEN_STEP_US = 600_000_000;
/** A CV beyond it says no more: all of a window comes at one instant. ServeGen has one such window in 100,000. */
const CV_MAX = 1000;
/** Far above any fleet. */
const RATE_MAX = 1e9;
