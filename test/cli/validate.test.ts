import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownFolder, smallScenario, tiersim } from './stranger.js';

const folder = ownFolder();
const good = folder.write('good.yaml', smallScenario());
const bad = folder.write(
  'bad.yaml',
  smallScenario().replace('nodes: 1', 'nodes: -1').replace('tier: standard', 'teir: standard'),
);

describe('validate', () => {
  it('says what a good scenario describes', async () => {
    const { code, stdout, stderr } = await tiersim('validate', good);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^.*good\.yaml: ok {2}1m · provider neutral .* · main 1 x h100 · 1 traffic class · 0 targets · seed 1 · hash [0-9a-f]{16}\n {2}main: weights in bf16, KV in bf16; a node has 1,024 seats and KV of [\d,]+ tokens\n$/,
    );
    expect(code).toBe(0);
  });

  it('shows every problem of a bad one on standard error and ends with 2', async () => {
    const { code, stdout, stderr } = await tiersim('validate', bad, good);
    expect(code).toBe(2);
    expect(stderr).toContain('bad.yaml:7:');
    expect(stderr).toContain('bad.yaml:9:');
    expect(stdout).toContain('good.yaml: ok');
  });

  it('gives the problems as one JSON array', async () => {
    const missing = join(folder.path, 'missing.yaml');
    const { code, stdout, stderr } = await tiersim('validate', bad, missing, good, '--json');
    expect(code).toBe(2);
    expect(stderr).toBe('');
    const problems = JSON.parse(stdout) as { code: string; severity: string; file: string; line?: number }[];
    expect(problems.filter(({ file }) => file === bad).map(({ line }) => line)).toEqual([7, 9]);
    expect(problems.at(-1)).toMatchObject({ severity: 'error', file: missing });
  });

  it('prints an empty array where nothing is wrong', async () => {
    const { code, stdout } = await tiersim('validate', good, '--json');
    expect(JSON.parse(stdout)).toEqual([]);
    expect(code).toBe(0);
  });

  it('never passes on what a file holds to steer the terminal', async () => {
    const hostile = folder.write(
      'hostile.yaml',
      smallScenario().replace('llama-3.1-8b, hardware', '"\\e[2J\\x9b31m", hardware'),
    );
    const raw = folder.write('raw.yaml', smallScenario().replace('hardware: h100', 'hardware: "\u009B2J\u202E"'));
    const { code, stderr } = await tiersim('validate', hostile, raw);
    expect(code).toBe(2);
    for (const character of ['\u001B', '\u009B', '\u202E']) expect(stderr).not.toContain(character);
  });
});
