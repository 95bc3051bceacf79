import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstDifference, type GoldenCase } from '../../../src/sim/engine/golden-case.js';
import { replay } from '../../../src/sim/engine/replay.js';

const FOLDER = new URL('../../golden/vllm/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

function read(file: string): GoldenCase {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
}

describe('replay of what vLLM did', () => {
  it('finds the recorded cases, synchronous and asynchronous', () => {
    expect(FILES).toHaveLength(66);
    expect(FILES.filter((file) => read(file).config.scheduler === 'async')).toHaveLength(4);
  });

  it.each(FILES)('%s: every field of every step is equal', (file) => {
    const goldenCase = read(file);
    expect(firstDifference(goldenCase, replay(goldenCase))).toBeNull();
  });
});

describe('firstDifference', () => {
  const goldenCase = read('001-single-short.json');

  it('names the step, the field and both values', () => {
    const steps = goldenCase.steps.map((step) => (step.t === 1 ? { ...step, free: 3 } : step));
    expect(firstDifference({ ...goldenCase, steps }, replay(goldenCase))).toEqual({
      where: 'step t=1',
      field: 'free',
      expected: '3',
      actual: '18',
    });
  });

  it('sees a step that is missing', () => {
    const steps = goldenCase.steps.slice(0, -1);
    expect(firstDifference({ ...goldenCase, steps }, replay(goldenCase))?.where).toBe('step t=2');
  });

  it('sees a different results row and a different summary', () => {
    const replayed = replay(goldenCase);
    const results = [[0, 'finished', 0, 0, 2, 0, 0, 7, 4]] as const;
    expect(firstDifference({ ...goldenCase, results }, replayed)?.field).toBe('output_tokens');
    const summary = { ...goldenCase.summary, min_free: 0 };
    expect(firstDifference({ ...goldenCase, summary }, replayed)?.field).toBe('min_free');
  });

  it('catches a changed rule: the other policy does not replay', () => {
    const kvBound = read('014-kv-bound-priority-nocache.json');
    const other: GoldenCase = { ...kvBound, config: { ...kvBound.config, policy: 'fcfs' } };
    expect(firstDifference(kvBound, replay(other))).not.toBeNull();
  });
});
