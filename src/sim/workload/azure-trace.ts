import type { TraceRows } from './trace-rows.js';

/** What is wrong with a trace, with the line it is on (1-based). */
export interface TraceProblem {
  readonly line: number;
  readonly message: string;
}

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens';
/** 2023-11-16 18:15:46.6805900: seven fractional digits, no zone; taken as UTC. */
const STAMP = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/;

/**
 * Azure's LLM inference traces of 2023 and 2024: a header, then time, prompt and generated tokens. Lines may end in
 * CRLF and the last may lack its end. Any bad row is a problem; rows must ascend in time.
 */
export function parseAzureTrace(text: string): TraceRows | TraceProblem {
  const lines = text.split('\n');
  if ((lines[0] ?? '').trimEnd() !== HEADER) return { line: 1, message: `the header is not ${HEADER}` };
  const capacity = lines.length - 1;
  const atUs = new Float64Array(capacity);
  const input = new Int32Array(capacity);
  const output = new Int32Array(capacity);
  let rows = 0;
  let startUs = 0;
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!.trimEnd();
    if (line === '' && i === lines.length - 1) break;
    const [stamp, prompt, generated, ...rest] = line.split(',');
    const stampUs = parseStampUs(stamp ?? '');
    const promptTokens = parseCount(prompt);
    const generatedTokens = parseCount(generated);
    if (stampUs === null || promptTokens === null || generatedTokens === null || rest.length > 0) {
      return { line: i + 1, message: `not a row of time, prompt tokens, generated tokens: "${line.slice(0, 80)}"` };
    }
    if (rows === 0) startUs = stampUs;
    const offsetUs = stampUs - startUs;
    if (rows > 0 && offsetUs < atUs[rows - 1]!) return { line: i + 1, message: 'earlier than the row before' };
    atUs[rows] = offsetUs;
    input[rows] = promptTokens;
    output[rows] = generatedTokens;
    rows++;
  }
  return { atUs: atUs.slice(0, rows), input: input.slice(0, rows), output: output.slice(0, rows) };
}

/** Microseconds since the epoch, the seventh digit rounded away. */
function parseStampUs(stamp: string): number | null {
  const match = STAMP.exec(stamp);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return null;
  const fractionUs = Math.round(Number((match[7] ?? '0').padEnd(7, '0')) / 10);
  const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
  return seconds * 1_000_000 + fractionUs;
}

/** Days of the proleptic Gregorian calendar since 1970-01-01, by counting years from March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function parseCount(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return null;
  return Number(text);
}
