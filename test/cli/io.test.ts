import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText, writeWhole } from '../../src/cli/io.js';
import { safeFileName } from '../../src/report/file-name.js';
import { ownFolder } from './stranger.js';

const folder = ownFolder();

describe('safeFileName', () => {
  it.each([
    ['four-tiers', 'four-tiers'],
    ['../../etc/passwd', 'etc_passwd'],
    ['.hidden', 'hidden'],
    ['a b/c\\d:e', 'a_b_c_d_e'],
    ['zürich', 'zürich'],
    ['CON', '_CON'],
    ['...', 'scenario'],
    ['', 'scenario'],
  ])('%s becomes %s', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  it('never leaves the folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFileName(name);
        expect(safe).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u);
        expect(safe.length).toBeLessThanOrEqual(81);
      }),
    );
  });
});

describe('writeWhole', () => {
  it('replaces a file and leaves nothing beside it', async () => {
    const path = join(folder.path, 'a.txt');
    await writeWhole(path, 'old');
    await writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder.path)).toEqual(['a.txt']);
  });

  it('writes through a link, and leaves the link where it is', async () => {
    const target = folder.write('target.txt', 'old');
    const link = join(folder.path, 'link.txt');
    symlinkSync(target, link);
    await writeWhole(link, 'new');
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('writes into a pipe, and leaves the pipe where it is', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = readFile(pipe, 'utf8');
    await writeWhole(pipe, 'through');
    expect(await reader).toBe('through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('says in words why it could not', async () => {
    await expect(writeWhole(join(folder.path, 'no', 'a.txt'), 'x')).rejects.toThrow(
      /^cannot write .*: no such file or folder$/,
    );
  });
});

describe('csvText', () => {
  it('quotes what a spreadsheet would run as a formula, but not negative numbers', async () => {
    expect(await csvText([['=1+2', '@x', '-y', -3, null]])).toBe("'=1+2,'@x,'-y,-3,\n");
  });
});
