import { describe, expect, it } from 'vitest';
import { type Executor, inProcess } from '../../src/plan/executor.js';
import type { Job } from '../../src/plan/job.js';
import { Witness } from '../../src/plan/witness.js';
import { SECOND_US, scenario } from '../helpers/scenario.js';
import { subjectOf } from './subject.js';

const job = (run: number, seed = '1'): Job => {
  return { subject: subjectOf(scenario({ durationUs: 5 * SECOND_US, seed })), run, detail: 'slim' };
};

async function fingerprintOf(batches: readonly (readonly Job[])[], executor: Executor = inProcess): Promise<string> {
  const witness = new Witness(executor);
  for (const batch of batches) await witness.runAll(batch);
  return witness.fingerprint;
}

describe('the fingerprint of many runs', () => {
  it('is the same whatever their order and batches, and however often one was made', async () => {
    const whole = await fingerprintOf([[job(1), job(2), job(3)]]);
    expect(whole).toMatch(/^[0-9a-f]{16}$/);
    expect(await fingerprintOf([[job(3)], [job(1), job(2), job(1)]])).toBe(whole);
  });

  it('is another one with another seed, run or course of a run', async () => {
    const one = await fingerprintOf([[job(1)]]);
    const otherwise: Executor = {
      width: 1,
      runAll: async (jobs) => {
        const results = await inProcess.runAll(jobs);
        return results.map((result) =>
          result.ok
            ? { ...result, summary: { ...result.summary, run: { ...result.summary.run, fingerprint: '0' } } }
            : result,
        );
      },
    };
    const others = [
      await fingerprintOf([[job(2)]]),
      await fingerprintOf([[job(1, '2')]]),
      await fingerprintOf([[job(1), job(2)]]),
      await fingerprintOf([[job(1)]], otherwise),
    ];
    expect(new Set([one, ...others]).size).toBe(5);
  });

  it('is of those that came to their end, which it hands on as they are', async () => {
    const failing: Executor = {
      width: 3,
      runAll: async (jobs) => jobs.map(() => ({ ok: false, message: 'broken' })),
    };
    const witness = new Witness(failing);
    expect(await witness.runAll([job(1)])).toEqual([{ ok: false, message: 'broken' }]);
    expect([witness.width, witness.fingerprint]).toEqual([3, await fingerprintOf([])]);
  });
});
