import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ownFolder, PROGRAM, smallScenario } from './stranger.js';

/**
 * What starting Node alone takes on a machine that is neither slow nor busy. On one that is, everything takes longer by
 * about the same factor, so the limits are stretched by it: measured alternately, the best of a few tries.
 */
const BARE_START_MS = 45;
const TRIES = 4;

function wallMs(args: readonly string[]): number {
  const startMs = performance.now();
  const { status } = spawnSync(process.execPath, args);
  expect(status).toBe(0);
  return performance.now() - startMs;
}

function bestMs(args: readonly string[]): { ms: number; stretch: number } {
  let ms = Number.POSITIVE_INFINITY;
  let bareMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) {
    bareMs = Math.min(bareMs, wallMs(['-e', '0']));
    ms = Math.min(ms, wallMs(args));
  }
  return { ms, stretch: Math.max(1, bareMs / BARE_START_MS) };
}

describe('how long it takes to start', () => {
  it('is below 0.3 s for help', () => {
    const { ms, stretch } = bestMs([PROGRAM, '--help']);
    expect(ms).toBeLessThan(300 * stretch);
  }, 120_000);

  it('is below 0.6 s for a small scenario, run to its report', () => {
    const file = ownFolder().write('small.yaml', smallScenario());
    const { ms, stretch } = bestMs([PROGRAM, 'run', file]);
    expect(ms).toBeLessThan(600 * stretch);
  }, 120_000);
});
