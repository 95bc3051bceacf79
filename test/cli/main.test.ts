import { describe, expect, it } from 'vitest';
import { start, tiersim } from './stranger.js';

describe('help', () => {
  it('shows commands, examples and every exit code', async () => {
    const { code, stdout, stderr } = await tiersim('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const text of [
      'tiersim run',
      'tiersim validate',
      'tiersim catalog',
      'Examples:',
      '99  a target was missed',
      '130  interrupted',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it('is in English whatever the locale', async () => {
    const { stdout } = await start(['--help'], { env: { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' } }).ended;
    expect(stdout).toContain('Commands:');
  });

  it('of a command lists its options', async () => {
    const { code, stdout } = await tiersim('run', '--help');
    expect(code).toBe(0);
    for (const option of ['--set', '--seed', '--out', '--output', '--requests', '--json', '--quiet', '--check']) {
      expect(stdout).toContain(option);
    }
  });
});

describe('version', () => {
  it('is the one of the package', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    const { code, stdout } = await tiersim('--version');
    expect(code).toBe(0);
    expect(stdout).toBe(`${manifest.version}\n`);
  });
});

describe.concurrent('wrong usage', () => {
  it.each([
    [['rnu', 'a.yaml'], 'error: unknown command "rnu"; did you mean run? (see tiersim --help)'],
    [['run', 'a.yaml', '--sede', '1'], 'error: unknown option --sede; did you mean --seed? (see tiersim run --help)'],
    [['run', 'a.yaml', '--qiet'], 'error: unknown option --qiet; did you mean --quiet? (see tiersim run --help)'],
    [['run', 'a.yaml', '--no-colr'], 'error: unknown option --colr; did you mean --color? (see tiersim run --help)'],
    [['run', 'a.yaml', '-z'], 'error: unknown option -z (see tiersim run --help)'],
    [['run'], 'error: run needs at least one FILE (see tiersim run --help)'],
    [['run', 'a.yaml', '--seed'], 'error: --seed needs a value (see tiersim run --help)'],
    [['run', 'a.yaml', '--seed', '1', '--seed', '2'], 'error: --seed can be given once only'],
    [
      ['run', 'a.yaml', '-o', 'pdf'],
      'error: no output "pdf": there are text, json, csv, html, md, perfetto, parquet (KIND or KIND=PATH)',
    ],
    [
      ['report', 'a.json', '-o', 'parquet'],
      'error: parquet holds one row an attempt, which no summary has: use it with run',
    ],
    [['run', 'a.yaml', '-o', 'json='], 'error: -o json=: the path after "=" is missing'],
    [['run', 'a.yaml', '--requests'], 'error: --requests needs --out DIR to write to'],
    [
      ['catalog', 'hardwre'],
      'error: part is "hardwre", it can be one of "hardware", "models", "providers", "show" (see tiersim catalog --help)',
    ],
  ])('%j ends with 2 and says so in one line', async (words, message) => {
    const { code, stdout, stderr } = await tiersim(...words);
    expect(stderr).toBe(`${message}\n`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('without any command names the commands', async () => {
    const { code, stderr } = await tiersim();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: which command\? There are run, report, compare, sweep, capacity, headroom, attribute, validate/,
    );
  });
});

describe('catalog', () => {
  it('lists what can be named in a scenario', async () => {
    const { code, stdout } = await tiersim('catalog');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^h100 /m);
    expect(stdout).toMatch(/^llama-3\.1-8b /m);
    expect(stdout).toMatch(/^deepinfra /m);
  });

  it('gives one part as JSON with the sources of its figures', async () => {
    const { code, stdout } = await tiersim('catalog', 'hardware', '--json');
    expect(code).toBe(0);
    const { hardware, ...others } = JSON.parse(stdout) as { hardware: { id: string; tdpWatts: { source: string } }[] };
    expect(others).toEqual({});
    expect(hardware.find(({ id }) => id === 'h100')?.tdpWatts.source).toMatch(/\w/);
  });
});

describe('schema and completion', () => {
  it('schema prints a JSON Schema that knows the blocks of a scenario', async () => {
    const { code, stdout } = await tiersim('schema');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ properties: { fleet: {}, traffic: {}, targets: {} } });
  });

  it('completion prints a script that a shell accepts', async () => {
    const { code, stdout } = await tiersim('completion');
    expect(code).toBe(0);
    expect(stdout).toContain('tiersim --get-yargs-completions');
  });
});
