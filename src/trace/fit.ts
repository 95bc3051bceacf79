import { lognormalFromMeanP95 } from '../models/lognormal.js';
import type { RequestTable } from '../models/trace.js';
import { fieldText } from './csv.js';
import { type LengthStatistics, traceStatistics } from './statistics.js';

/** A spread of logarithms at which a log-normal is nearer to a fixed length than to any sample. */
const BINS = 12;

/**
 * A traffic class in YAML that resembles the trace: its mean rate and the CV of its gaps, a log-normal for lengths
 * where one fits within a tenth of the percentiles, else a histogram of equally likely bins.
 */
export function fittedClass(table: RequestTable, name: string): string {
  const { arrivals, input, output, correlation } = traceStatistics(table);
  const rate = `${significant(arrivals?.perSecond ?? 0)}/s`;
  const cv = arrivals?.gapCv ?? 1;
  const lines = [
    'traffic:',
    `  - name: ${name}`,
    '    # model, tier and client are yours to say',
    Math.abs(cv - 1) < 0.05
      ? `    arrivals: ${rate}`
      : `    arrivals: {gamma: {rate: ${rate}, cv: ${significant(Math.min(cv, CV_MAX))}}}`,
  ];
  if (input !== null) lines.push(`    input: ${lengths(input, table.input!)}`);
  if (output !== null && output.max > 0) lines.push(`    output: ${lengths(output, table.output!)}`);
  if (correlation !== null && Math.abs(correlation) > 0.2) {
    lines.push(`    # lengths are drawn apart; in the trace their correlation is ${significant(correlation)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Beyond it a gamma's gaps are all but one zero. */
const CV_MAX = 100;

/** The rows as a CSV of the format csv: time in seconds, input, output, tier, as far as the trace says. */
export function* csvRows(table: RequestTable): Generator<string> {
  const { rows, atUs, input, output, label, labels } = table;
  const names = ['time', ...(input ? ['input'] : []), ...(output ? ['output'] : []), ...(label ? ['tier'] : [])];
  yield names.join(',');
  for (let row = 0; row < rows; row++) {
    const fields = [secondsText(atUs[row]!)];
    if (input !== null) fields.push(String(input[row]));
    if (output !== null) fields.push(String(output[row]));
    if (label !== null) fields.push(fieldText(labels[label[row]!]!));
    yield fields.join(',');
  }
}

/** Exact: `12.000345`. */
function secondsText(us: number): string {
  const whole = Math.floor(us / 1e6);
  const rest = us - whole * 1e6;
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}

function lengths(of: LengthStatistics, values: Int32Array): string {
  if (of.min === of.max) return String(Math.max(1, of.max));
  const curve = lognormalFromMeanP95(of.mean, of.p95);
  if (curve !== null && isNear(of, curve)) {
    return `{lognormal: {mean: ${significant(of.mean)}, p95: ${significant(of.p95)}}, max: ${of.max}}`;
  }
  return `{histogram: [${histogram(values).join(', ')}]}`;
}

function isNear(of: LengthStatistics, { mu, sigma }: { readonly mu: number; readonly sigma: number }): boolean {
  const at = (z: number): number => Math.exp(mu + z * sigma);
  const pairs = [
    [of.p50, at(0)],
    [of.p90, at(1.2816)],
  ] as const;
  return pairs.every(([actual, fitted]) => Math.abs(fitted - actual) <= 0.1 * actual);
}

/** The means of equally many values each. */
function histogram(values: Int32Array): string[] {
  const sorted = values.slice().sort();
  const bins = Math.min(BINS, sorted.length);
  return Array.from({ length: bins }, (_, bin) => {
    const part = sorted.subarray(
      Math.floor((bin * sorted.length) / bins),
      Math.floor(((bin + 1) * sorted.length) / bins),
    );
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    return `[${Math.max(1, Math.round(mean))}, ${part.length}]`;
  });
}

function significant(value: number): number {
  return Number(value.toPrecision(4));
}
