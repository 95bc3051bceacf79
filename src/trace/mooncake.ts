import type { TraceTable } from '../models/trace.js';
import { NOT_TOKENS } from './csv-requests.js';
import { type RowProblem, type RowReader, wholeRow } from './format.js';
import { RequestRows } from './request-rows.js';

/** Tokens of a block that one `hash_id` stands for. */
const TOKENS_PER_BLOCK = 512;

/**
 * Mooncake's traces: one JSON object a line with `timestamp` in milliseconds, `input_length`, `output_length` and
 * `hash_ids`, one for each 512 tokens of the prompt; equal ids are equal tokens after equal tokens.
 */
export class MooncakeRows implements RowReader {
  readonly hasHeader = false;
  readonly isCsv = false;
  private readonly table_ = new RequestRows({
    input: true,
    output: true,
    label: false,
    tokensPerBlock: TOKENS_PER_BLOCK,
  });

  get rows(): number {
    return this.table_.rows;
  }

  header(): null {
    return null;
  }

  row([line]: readonly string[]): RowProblem | null {
    const row = objectOf(line ?? '');
    if (row === null) return wholeRow('not a JSON object');
    const { timestamp, input_length: input, output_length: output, hash_ids: ids } = row;
    if (typeof timestamp !== 'number' || !(timestamp >= 0 && timestamp <= 8e12)) {
      return wholeRow('"timestamp" is not a number of milliseconds');
    }
    if (!isTokens(input)) return wholeRow(`"input_length" is ${NOT_TOKENS}`);
    if (!isTokens(output)) return wholeRow(`"output_length" is ${NOT_TOKENS}`);
    if (!Array.isArray(ids) || !ids.every(isBlockId)) return wholeRow('"hash_ids" is not a list of whole numbers');
    if (ids.length * TOKENS_PER_BLOCK < input - TOKENS_PER_BLOCK) {
      return wholeRow(`${ids.length} hash_ids are too few for ${input} tokens in blocks of ${TOKENS_PER_BLOCK}`);
    }
    const problem = this.table_.add({ atUs: Math.round(timestamp * 1000), input, output, label: '' }, ids);
    return problem === null ? null : wholeRow(problem);
  }

  table(badRows: number, sha256: string): TraceTable {
    return this.table_.table(badRows, sha256);
  }
}

function objectOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isTokens(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < 1e9;
}

/** Block n stands for the tokens from 512 n on: both must fit 32 bits and a double. */
function isBlockId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 2_147_483_647;
}
