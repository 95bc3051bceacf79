import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../accuracy');
const { heldTrace, openings, pauseOf } = await import(join(folder, 'openings.mjs'));
const { readRows } = await import(join(folder, 'csv.mjs'));

const rows = readRows('RTX4090.Llama-3.1-8B.csv') as { readonly input_tokens: string }[];

describe('what the recorded run is told', () => {
  const { tokensPerBlock, ids, from } = openings(rows) as {
    readonly tokensPerBlock: number;
    readonly ids: Int32Array;
    readonly from: Int32Array;
  };
  const blocksOf = (request: number): number[] => [...ids.subarray(from[request]!, from[request + 1]!)];

  it('gives every prompt the blocks it is long', () => {
    expect(from).toHaveLength(rows.length + 1);
    for (const [request, row] of rows.entries()) {
      expect(blocksOf(request)).toHaveLength(Math.ceil(Number(row.input_tokens) / tokensPerBlock));
    }
  });

  it('lets prompts share what they open with, in full blocks of the earlier one, and nothing else', () => {
    const shared = readRows('RTX4090.openings.csv') as { request: string; of: string; tokens: string }[];
    for (const { request, of, tokens } of shared) {
      const blocks = Number(tokens) / tokensPerBlock;
      expect(blocks).toBe(Math.floor(Number(rows[Number(of)]!.input_tokens) / tokensPerBlock));
      expect(blocksOf(Number(request)).slice(0, blocks)).toEqual(blocksOf(Number(of)).slice(0, blocks));
      expect(Number(of)).toBeLessThan(Number(request));
    }
    const tokens = shared.reduce((sum, row) => sum + Number(row.tokens), 0);
    // As the log of the source counts them.
    expect(tokens).toBe(4848);
    expect(new Set(ids).size).toBe(ids.length - tokens / tokensPerBlock);
  });

  it('holds arrivals back while the engine stands still', () => {
    expect(pauseOf(rows)).toBe(0.3869);
    const text = 'id,arrival_s,n\na,0.0,1\nb,0.3,2\nc,0.5,3\n';
    expect(heldTrace(text, 0.4)).toBe('id,arrival_s,n\na,0.4,1\nb,0.4,2\nc,0.5,3\n');
  });
});
