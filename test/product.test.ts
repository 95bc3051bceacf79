import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endlessScenario, ownFolder, smallScenario, start, tiersim } from './cli/stranger.js';

/** What a stranger does to the program that its authors would not. */
const folder = ownFolder();
const small = folder.write('small.yaml', smallScenario());

describe.concurrent('a scenario that could go on for ever', () => {
  it.each([
    [
      'a wait of nothing',
      ['output: 40', 'output: 40, client: {retries: 2000000000, backoff: {base: 0s}}'],
      'too short a wait',
    ],
    ['a thousand million nodes', ['nodes: 1', 'nodes: 1000000000'], 'expected a number <= 100000'],
    ['more users than memory', ['4/s', '{users: {count: 100000000, thinkTime: 1s}}'], 'expected a number <= 1000000'],
    [
      'more prefixes than memory',
      ['output: 40', 'output: 40, sharedPrefix: {families: 1000000000, length: 9}'],
      'expected a number <= 1000000',
    ],
    ['a Weibull no solver finds', ['4/s', '{weibull: {rate: 4/s, cv: 0.00001}}'], 'expected a number >= 0.001'],
  ] as const)('%s is refused before the run', async (name, [from, to], reason) => {
    const file = folder.write(`${name.replaceAll(' ', '-')}.yaml`, smallScenario().replace(from, to));
    const { code, stderr } = await tiersim('run', file);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });

  it.each([
    ['a thousand million requests a second', '1000000000/s'],
    ['the same after a calm', '{bursts: {base: 0/s, peak: 1000000000/s, every: 2s, for: 1s}}'],
  ])('%s still hears Ctrl-C', async (name, arrivals) => {
    const file = folder.write(`${name.replaceAll(' ', '-')}.yaml`, smallScenario().replace('4/s', arrivals));
    const out = join(folder.path, 'flood', name.replaceAll(' ', '-'));
    const { process: run, ended } = start(['run', file, '--out', out, '--requests']);
    // The first file shows that the program has got past its start and listens.
    while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 500));
    run.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(stdout).toMatch(/^PARTIAL/);
    expect(code).toBe(130);
  });
});

describe.concurrent('degenerate scenarios run', () => {
  it.each([
    ['no traffic', ['4/s', '0/s'], /^Requests +0$/m],
    ['no nodes', ['nodes: 1', 'nodes: 0'], /by cause: unavailable/],
    ['a microsecond', ['duration: 60s\nwarmup: 5s', 'duration: 1us\nwarmup: 0s'], /simulated, counted/],
    ['users who never think', ['4/s', '{users: {count: 3, thinkTime: 0s}}'], /completed +\d/],
    ['a prompt beyond the context', ['input: 200', 'input: 2000000'], /by cause: context_length/],
  ] as const)('%s', async (name, [from, to], expected) => {
    const file = folder.write(`degenerate-${name.replaceAll(' ', '-')}.yaml`, smallScenario().replace(from, to));
    const { code, stdout, stderr } = await tiersim('run', file);
    expect(stderr).toBe('');
    expect(stdout).toMatch(expected);
    expect(code).toBe(0);
  });
});

describe.concurrent('files', () => {
  it('results never replace the scenario they came from', async () => {
    const file = folder.write('precious.yaml', smallScenario());
    const { code, stderr } = await tiersim('run', file, '-o', `json=${folder.path}/./precious.yaml`);
    expect(stderr).toContain('is a scenario of this command and would be overwritten');
    expect(code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(smallScenario());
  });

  it('one place under two spellings is one place', async () => {
    const twice = ['-o', `json=${folder.path}/one.json`, '-o', `json=${folder.path}/./one.json`];
    const { code, stderr } = await tiersim('run', small, ...twice);
    expect(stderr).toContain('would be written twice');
    expect(code).toBe(2);
  });

  it('a dash is no file: --json prints', async () => {
    const { code, stderr } = await tiersim('run', small, '-o', 'json=-');
    expect(stderr).toBe('error: -o json=-: files only; --json prints to standard output\n');
    expect(code).toBe(2);
  });

  it('a folder that the system forbids is reported at once', async () => {
    const { code, stderr } = await tiersim('run', small, '--out', '/proc/tiersim/results');
    expect(stderr).toMatch(/^error: cannot make the folder \/proc\/tiersim\/results\/small: /);
    expect(code).toBe(2);
  });

  it('a name that begins with a dash can stand behind --', async () => {
    folder.write('-dash.yaml', smallScenario());
    const { code, stdout } = await start(['run', '--', '-dash.yaml'], { cwd: folder.path }).ended;
    expect(stdout).toContain('repeat: tiersim run ./-dash.yaml');
    expect(code).toBe(0);
  });
});

describe('names', () => {
  it('that steer terminals or fill pages stay harmless', async () => {
    const name = `\\e[2J\\u202E${'x'.repeat(3000)}`;
    const text = smallScenario().replace('name: main', `name: "${name}"`).replace('name: chat', 'name: "@SUM(1)"');
    const { code, stdout } = await tiersim('run', folder.write('names.yaml', text));
    expect(code).toBe(0);
    for (const character of ['\u001B', '\u202E']) expect(stdout).not.toContain(character);
    for (const line of stdout.split('\n'))
      if (!line.startsWith('repeat:')) expect([...line].length).toBeLessThanOrEqual(80);
  });
});

describe('the longest scenario', () => {
  it('starts to run at once', async () => {
    const file = folder.write('endless.yaml', endlessScenario());
    const out = join(folder.path, 'endless');
    const { process: run, ended } = start(['run', file, '--out', out, '--requests']);
    while (!existsSync(join(out, 'endless', 'requests.csv.partial'))) await new Promise((r) => setTimeout(r, 20));
    run.kill('SIGTERM');
    expect((await ended).code).toBe(130);
  });
});
