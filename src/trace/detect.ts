import type { TraceFormat } from '../models/trace.js';
import { fieldsOf, separatorOf } from './csv.js';

/** The format that a file's first line speaks of; null: none of those with names of their own. */
export function detectFormat(firstLine: string): TraceFormat | null {
  const line = firstLine.replace(/^\uFEFF/, '').trim();
  if (line.startsWith('{')) return line.includes('"hash_ids"') ? 'mooncake' : null;
  const names = (fieldsOf(line, separatorOf(line)) ?? []).map((name) => name.trim().toLowerCase());
  const has = (...wanted: readonly string[]): boolean => wanted.every((name) => names.includes(name));
  if (has('timestamp', 'contexttokens', 'generatedtokens')) return 'azure';
  if (has('timestamp', 'request tokens', 'response tokens')) return 'burstgpt';
  if (has('client', 't_s', 'rate_rps', 'cv', 'pattern')) return 'servegen';
  if (names[0] === 'minute' && names.length > 1) return 'sageserve';
  return has('time') ? 'csv' : null;
}
