import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatCommand } from '../../src/cli/repeat-command.js';

describe('repeatCommand', () => {
  it('leaves plain words as they are', () => {
    expect(repeatCommand('a/b.yaml', ['duration=5m'], '7')).toBe('tiersim run a/b.yaml --set duration=5m --seed 7');
  });

  it('never lets a file name become an option', () => {
    expect(repeatCommand('--json', [], null)).toBe('tiersim run ./--json');
  });

  it('survives a shell whatever the words hold', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(word, (value) => {
        const command = repeatCommand('a.yaml', [value], null).replace(/^tiersim/, "printf '%s\\n'");
        expect(execFileSync('bash', ['-c', command]).toString()).toBe(`run\na.yaml\n--set\n${value}\n`);
      }),
      { numRuns: 20 },
    );
  });
});
