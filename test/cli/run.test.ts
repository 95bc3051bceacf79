import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { endlessScenario, ownFolder, PROGRAM, smallScenario, start, tiersim } from './stranger.js';

const folder = ownFolder();
const small = folder.write('small.yaml', smallScenario());
const endless = folder.write('endless.yaml', endlessScenario());

interface SummaryLike {
  readonly schema: string;
  readonly run: { readonly fingerprint: string; readonly complete: boolean; readonly attempts: number };
  readonly scenario: { readonly name: string; readonly seed: string };
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split('\n')[0] ?? '';
}

describe.concurrent('a run', () => {
  it('prints the table on standard output and nothing else anywhere', async () => {
    const cwd = join(folder.path, 'empty');
    mkdirSync(cwd);
    const { code, stdout, stderr } = await start(['run', small], { cwd }).ended;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^small\nOne node under light load\.\n/);
    expect(stdout).toContain(`repeat: tiersim run ${small}\n`);
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('prints the same bytes twice', async () => {
    const [first, second] = await Promise.all([tiersim('run', small), tiersim('run', small)]);
    expect(first?.stdout).toBe(second?.stdout);
  });

  it('has no colour in a pipe, unless forced, and never with NO_COLOR', async () => {
    const plain = await tiersim('run', small);
    const forced = await start(['run', small], { env: { FORCE_COLOR: '1' } }).ended;
    const both = await start(['run', small], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).ended;
    const refused = await start(['run', small, '--no-color'], { env: { FORCE_COLOR: '1' } }).ended;
    expect([plain, forced, both, refused].map(({ stdout }) => stdout.includes('\u001B['))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it('takes other values from --set and --seed and repeats them in the footer', async () => {
    const { code, stdout } = await tiersim('run', small, '--set', 'duration=30s', '--seed', '9');
    expect(code).toBe(0);
    expect(stdout).toContain('30s simulated');
    expect(stdout).toContain(`repeat: tiersim run ${small} --set duration=30s --seed 9\n`);
  });

  it('with --json prints one document and nothing else', async () => {
    const { code, stdout, stderr } = await tiersim('run', small, '--json');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const summary = JSON.parse(stdout) as SummaryLike;
    expect(summary).toMatchObject({
      schema: 'tiersim-summary/2',
      scenario: { name: 'small', seed: '1' },
      run: { complete: true },
    });
  });

  it('of several files with --json prints one array, also where a file is wrong', async () => {
    const { code, stdout } = await tiersim('run', small, join(folder.path, 'missing.yaml'), '--json');
    expect(code).toBe(2);
    const [summary, problems] = JSON.parse(stdout) as [SummaryLike, { schema: string }];
    expect(summary.schema).toBe('tiersim-summary/2');
    expect(problems.schema).toBe('tiersim-problems/1');
  });

  it('reads a gzipped trace beside the scenario', async () => {
    const rows = Array.from(
      { length: 50 },
      (_, index) => `2023-11-16 18:15:${String(index).padStart(2, '0')}.0000000,200,40`,
    );
    folder.write('trace.csv.gz', gzipSync(`TIMESTAMP,ContextTokens,GeneratedTokens\n${rows.join('\n')}\n`));
    const traced = smallScenario().replace(
      'arrivals: 4/s, input: 200, output: 40',
      'trace: {file: trace.csv.gz, format: azure}',
    );
    const { code, stdout, stderr } = await tiersim('run', folder.write('traced.yaml', traced), '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as SummaryLike).run.attempts).toBe(50);
  });
});

describe.concurrent('exit codes', () => {
  it('99 where a target is missed', async () => {
    const file = folder.write('missed.yaml', smallScenario('targets:\n  - standard.ttft.p95 < 1ms\n'));
    const { code, stdout } = await tiersim('run', file);
    expect(code).toBe(99);
    expect(stdout).toMatch(/^TARGETS {2}1 of 1 missed\n {2}✗ fail {2}standard\.ttft\.p95 < 1ms/);
  });

  it('0 where every target is met', async () => {
    const file = folder.write('met.yaml', smallScenario('targets:\n  - standard.ttft.p95 < 1h\n'));
    const { code, stdout } = await tiersim('run', file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TARGETS {2}all 1 met\n {2}✓ pass/);
  });

  it('the worst of several files', async () => {
    const missed = folder.write('missed-again.yaml', smallScenario('targets:\n  - standard.ttft.p95 < 1ms\n'));
    expect((await tiersim('run', missed, small)).code).toBe(99);
    expect((await tiersim('run', join(folder.path, 'none.yaml'), missed)).code).toBe(2);
  });

  it('2 for an invalid scenario, with the place', async () => {
    const file = folder.write('invalid.yaml', smallScenario().replace('tier: standard', 'tier: standrad'));
    const { code, stdout, stderr } = await tiersim('run', file);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error\[\w+\]: /);
    expect(stderr).toContain('invalid.yaml:9:');
    expect(stderr).toContain('standard');
  });
});

describe.concurrent('unreadable files', () => {
  it.each<[string, () => string, string]>([
    ['a missing one', () => join(folder.path, 'nowhere.yaml'), 'no such file or folder'],
    ['a folder', () => folder.path, 'it is a folder'],
    [
      'other bytes than UTF-8',
      () => folder.write('latin.yaml', Buffer.from([0x61, 0x3a, 0xe9, 0x0a])),
      'it is not valid UTF-8',
    ],
    [
      'a NUL byte',
      () => folder.write('nul.yaml', Buffer.from([0x61, 0x00])),
      'it holds a NUL byte, so it is not a text file in UTF-8',
    ],
    ['more than 4 MiB', () => folder.write('big.yaml', Buffer.alloc(5 * 1024 * 1024, 0x61)), 'it is larger than 4 MiB'],
  ])('%s: one line and 2', async (_name, file, reason) => {
    const path = file();
    const { code, stdout, stderr } = await tiersim('run', path);
    expect(stderr).toBe(`error: cannot read ${path}: ${reason}\n`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a missing trace is shown where the scenario names it', async () => {
    const text = smallScenario().replace(
      'arrivals: 4/s, input: 200, output: 40',
      'trace: {file: lost.csv, format: azure}',
    );
    const { code, stderr } = await tiersim('run', folder.write('lost.yaml', text));
    expect(code).toBe(2);
    expect(stderr).toContain('cannot read the trace lost.csv: no such file or folder');
    expect(stderr).toMatch(/lost\.yaml:9:\d+/);
  });
});

describe.concurrent('files', () => {
  it('of --out stand in a folder named for the scenario, whole and nothing else', async () => {
    const out = join(folder.path, 'out');
    const { code, stderr } = await tiersim('run', small, '--out', out, '--requests');
    expect(code).toBe(0);
    expect(stderr).toContain('wrote ');
    expect(readdirSync(join(out, 'small')).sort()).toEqual([
      'accounts.csv',
      'outcomes.csv',
      'pools.csv',
      'report.html',
      'report.txt',
      'requests.csv',
      'series.csv',
      'summary.json',
      'tiers.csv',
    ]);
  });

  it('requests.csv has one row an attempt', async () => {
    const out = join(folder.path, 'rows');
    const { stdout } = await tiersim('run', small, '--out', out, '--requests', '--json', '--set', 'warmup=0s');
    const rows: Record<string, string>[] = parse(readFileSync(join(out, 'small', 'requests.csv')), { columns: true });
    expect(rows).toHaveLength((JSON.parse(stdout) as SummaryLike).run.attempts);
    expect(rows[0]).toMatchObject({ attempt: '1', class: 'chat', tierAsked: 'standard', promptTokens: '200' });
  });

  it('of -o go where the path says, or are named for the scenario', async () => {
    const cwd = join(folder.path, 'here');
    mkdirSync(cwd);
    const { code } = await start(['run', small, '-o', 'json=chosen.json', '-o', 'csv'], { cwd }).ended;
    expect(code).toBe(0);
    expect(readdirSync(cwd).sort()).toEqual(['chosen.json', 'small.csv']);
    expect(firstLine(join(cwd, 'small.csv'))).toMatch(/^tier,requests,attempts,/);
  });

  it('are never written twice by one command', async () => {
    const { code, stderr } = await tiersim('run', small, small, '--out', join(folder.path, 'twice'));
    expect(code).toBe(2);
    expect(stderr).toContain('would be written twice');
  });

  it('that cannot be written are reported before the run', async () => {
    const { code, stdout, stderr } = await tiersim('run', endless, '-o', `json=${folder.path}/no/such/x.json`);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(`error: cannot write ${folder.path}/no/such/x.json: no such file or folder\n`);
  });

  it('are neutral to spreadsheets where a name looks like a formula', async () => {
    const out = join(folder.path, 'formula');
    const text = smallScenario().replace('name: chat', 'name: "=1+2"');
    const { code } = await tiersim('run', folder.write('formula.yaml', text), '--out', out, '--requests');
    expect(code).toBe(0);
    const rows: Record<string, string>[] = parse(readFileSync(join(out, 'formula', 'requests.csv')), { columns: true });
    expect(rows[0]?.['class']).toBe("'=1+2");
  });
});

describe('--check', () => {
  it('says that two runs are identical', async () => {
    const { code, stderr } = await tiersim('run', small, '--check');
    expect(stderr).toMatch(/^check: .*small\.yaml: identical, \d+ events, fingerprint [0-9a-f]{16}\n$/);
    expect(code).toBe(0);
  });
});

describe('a reader that leaves early', () => {
  it('is met with silence, and the exit code stays', async () => {
    const shell = spawn('bash', [
      '-c',
      `"${process.execPath}" "${PROGRAM}" run "${small}" | head -1; echo "\${PIPESTATUS[0]}"`,
    ]);
    let output = '';
    let errors = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await new Promise((resolve) => shell.on('close', resolve));
    expect(errors).toBe('');
    expect(output).toBe('small\n0\n');
  });
});

describe('Ctrl-C', () => {
  /** Waits until the run is under way: its first rows have reached the disk. */
  async function untilExists(file: string): Promise<void> {
    while (!existsSync(file) || readFileSync(file).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it('ends the run early with a partial report, the files and 130', async () => {
    const out = join(folder.path, 'partial');
    const { process: run, ended } = start(['run', endless, '--out', out, '--requests']);
    await untilExists(join(out, 'endless', 'requests.csv.partial'));
    run.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^PARTIAL: the run was interrupted after /);
    expect(stderr).toContain('requests.csv.partial holds the attempts that had ended by then');
    expect(readdirSync(join(out, 'endless'))).not.toContain('requests.csv');
    const summary = JSON.parse(readFileSync(join(out, 'endless', 'summary.json'), 'utf8')) as SummaryLike;
    expect(summary.run.complete).toBe(false);
    expect(firstLine(join(out, 'endless', 'report.txt'))).toMatch(/^PARTIAL/);
  });

  it('SIGTERM does the same', async () => {
    const out = join(folder.path, 'terminated');
    const { process: run, ended } = start(['run', endless, '--out', out, '--requests', '--json']);
    await untilExists(join(out, 'endless', 'requests.csv.partial'));
    run.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as SummaryLike).run.complete).toBe(false);
  });
});
