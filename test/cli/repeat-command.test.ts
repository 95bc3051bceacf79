import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatCommand, repeatStudy } from '../../src/cli/repeat-command.js';

describe('repeatCommand', () => {
  it('leaves plain words as they are', () => {
    expect(repeatCommand('a/b.yaml', ['duration=5m'], '7')).toBe('tiersim run a/b.yaml --set duration=5m --seed 7');
  });

  it('never lets a file name become an option', () => {
    expect(repeatCommand('--json', [], null)).toBe('tiersim run ./--json');
  });

  it('of a study has all that changes what it finds, and nothing else', () => {
    const args = { 'what-if': ['nodes=2', 'traffic.*.arrivals=x2'], runs: 3, precision: '5%', json: true, workers: 2 };
    expect(repeatStudy('compare', ['a.yaml', '--b'], { ...args, output: ['md=c.md'], peak: false })).toBe(
      "tiersim compare a.yaml ./--b --what-if nodes=2 --what-if 'traffic.*.arrivals=x2' --runs 3 --precision 5%",
    );
    expect(repeatStudy('attribute', ['a.yaml'], { peak: true, seed: '7' })).toBe(
      'tiersim attribute a.yaml --peak --seed 7',
    );
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
