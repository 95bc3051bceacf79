import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { worse } = await import(join(root, 'accuracy/gate.mjs'));
const baseline = JSON.parse(readFileSync(join(root, 'accuracy/baseline.json'), 'utf8')) as Record<string, number>;

describe('the gate', () => {
  it('lets nothing become worse by more than a twentieth, nor the page grow old', { timeout: 240_000 }, async () => {
    expect(existsSync(join(root, 'dist/index.js')), 'npm run -s build comes first').toBe(true);
    const run = promisify(execFile)(process.execPath, ['accuracy/main.mjs', '--check'], { cwd: root });
    const { stderr } = await run.catch((error: { stderr: string }) => error);
    expect(stderr).toBe('');
  });

  it('says what is worse', () => {
    const name = 'dense tested TPOT MAPE';
    expect(worse(baseline, baseline)).toEqual([]);
    expect(worse({ ...baseline, [name]: baseline[name]! * 1.04 }, baseline)).toEqual([]);
    expect(worse({ ...baseline, [name]: baseline[name]! * 1.2 }, baseline)).toEqual([expect.stringContaining(name)]);
  });

  it('does not let a new figure pass unseen, nor a knee move away', () => {
    expect(worse({ ...baseline, other: 1 }, baseline)).toEqual(['other: not in the baseline']);
    expect(worse({ ...baseline, 'knees outside': baseline['knees outside']! + 1 }, baseline)).toHaveLength(1);
  });
});
