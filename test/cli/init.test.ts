import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STARTER } from '../../src/scenario/starter.js';
import { ownFolder, tiersim } from './stranger.js';

const folder = ownFolder();

describe('init', () => {
  it('writes a scenario and never over one', async () => {
    const kept = folder.write('kept.yaml', 'mine');
    const refused = await tiersim('init', kept);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('exists already; name another file: tiersim init FILE');
    expect(readFileSync(kept, 'utf8')).toBe('mine');

    const fresh = kept.replace('kept', 'fresh');
    const written = await tiersim('init', fresh);
    expect([written.code, written.stdout]).toEqual([0, `${fresh}\n`]);
    expect(readFileSync(fresh, 'utf8')).toBe(STARTER);
    expect((await tiersim('validate', fresh)).code).toBe(0);
  });

  it('says why it cannot write', async () => {
    const { code, stderr } = await tiersim('init', folder.write('file.yaml', '').replace('file.yaml', 'none/x.yaml'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot write .*x\.yaml: /);
  });
});

describe('explain', () => {
  it('says what a code means', async () => {
    const { code, stdout } = await tiersim('explain', 'S030');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^S030 \(code\)\n {2}Traffic asks for a model/);
  });

  it('ends with 2 and the nearest word', async () => {
    const { code, stdout, stderr } = await tiersim('explain', 'nods');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: nothing is called "nods"; did you mean .*nodes/);
  });
});
