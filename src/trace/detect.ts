import type { TraceSource } from '../models/trace.js';
import { fieldsOf, separatorOf } from './csv.js';

/** How a file is to be read, as far as its first line tells. */
type Layout = Pick<TraceSource, 'format' | 'columns' | 'timeUnit' | 'rateUnit'>;

/** The layout that a file's first line speaks of; null: none of those with names of their own. */
export function detectLayout(firstLine: string): Layout | null {
  const line = firstLine.replace(/^\uFEFF/, '').trim();
  if (line.startsWith('{')) return line.includes('"hash_ids"') ? plain('mooncake') : null;
  const names = (fieldsOf(line, separatorOf(line)) ?? []).map((name) => name.trim().toLowerCase());
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  if (has('timestamp', 'contexttokens', 'generatedtokens')) return plain('azure');
  if (has('timestamp', 'request tokens', 'response tokens')) return plain('burstgpt');
  if (has('client', 't_s', 'rate_rps', 'cv', 'pattern')) return plain('servegen');
  if (names[0] === 'minute' && names.length > 1) {
    return names.slice(1).every((name) => name.endsWith('_rpm')) ? REQUESTS_A_MINUTE : plain('sageserve');
  }
  return has('time') ? plain('csv') : null;
}

export function plain(format: TraceSource['format']): Layout {
  return { format, columns: {}, timeUnit: null, rateUnit: null };
}

/** Azure's curves of 2024 as tables: `minute, code_rpm, conv_rpm`. */
const REQUESTS_A_MINUTE: Layout = {
  format: 'rates',
  columns: { time: 'minute' },
  timeUnit: 'min',
  rateUnit: 'requestsPerMinute',
};
