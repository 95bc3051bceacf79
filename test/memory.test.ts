import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', 'bench', 'memory.mjs');

/** The young generation has its full size from the start: when the collector enlarges it is not what is measured. */
const FULL_YOUNG_GENERATION = '--min-semi-space-size=16';

/** Peak memory of a run of the bench's limit case, in a process of its own. */
async function peakMB(requests: number, ...more: number[]): Promise<number> {
  const args = [FULL_YOUNG_GENERATION, SCRIPT, String(requests), ...more.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { rssMB, requests: sent } = JSON.parse(stdout) as { rssMB: number; requests: number };
  expect(sent).toBeGreaterThan(0.95 * requests);
  return rssMB;
}

describe('memory', () => {
  it('does not grow with the number of requests once samples are folded into histograms', async () => {
    const few = await peakMB(40_000, 5000);
    const many = await peakMB(400_000, 5000);
    expect(many).toBeLessThan(1.1 * few);
  }, 120_000);

  it('stays below 300 MB for a million requests, and within a tenth of that for ten million', async () => {
    const million = await peakMB(1_000_000);
    expect(million).toBeLessThan(300);
    expect(await peakMB(10_000_000)).toBeLessThan(1.1 * million);
  }, 600_000);
});
