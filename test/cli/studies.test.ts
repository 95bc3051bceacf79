import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ownFolder, smallScenario, start } from './stranger.js';

const folder = ownFolder();
const env = { XDG_CACHE_HOME: join(folder.path, 'cache') };
const run = (...words: string[]) => start(words, { env, cwd: folder.path }).ended;

const file = folder.write('small.yaml', smallScenario('targets: [standard.ttft.p95 < 100ms]\n'));
const busy = folder.write('busy.yaml', smallScenario().replace('4/s', '40/s').replace('60s', '30s'));

describe.concurrent('compare', { timeout: 120_000 }, () => {
  it('says what changed and what it did, as text, JSON and Markdown', async () => {
    const { code, stdout, stderr } = await run(
      'compare',
      file,
      '--what-if',
      'fleet.main.nodes=2',
      '--what-if',
      'traffic.*.arrivals=x3; duration=90s',
      '--runs',
      '3',
      '-o',
      'json=c.json',
      '-o',
      'md=c.md',
    );
    expect([code, stderr]).toEqual([0, 'wrote c.json, c.md\n']);
    expect(stdout).toContain('~ fleet.main.nodes: 1 -> 2');
    expect(stdout).toContain('~ traffic.chat.arrivals: 4/s -> 12/s');
    expect(stdout).toContain('~ duration: 1m -> 1m 30s');
    expect(stdout).toMatch(/- the fleet is \$70\.56 a day dearer/);
    const comparison = JSON.parse(readFileSync(join(folder.path, 'c.json'), 'utf8'));
    expect(comparison).toMatchObject({ schema: 'tiersim-comparison/1', runs: 3, failures: [] });
    expect(comparison.variants).toHaveLength(2);
    const markdown = readFileSync(join(folder.path, 'c.md'), 'utf8');
    expect(markdown).toContain('~ fleet.main.nodes: 1 -> 2');
    expect(markdown).toMatch(/^\| standard \| p95 TTFT \|/m);
  });

  it('takes files too, and the same bytes come out with any number of threads', async () => {
    const one = await run('compare', file, busy, '--runs', '2', '--workers', '1');
    const two = await run('compare', file, busy, '--runs', '2', '--workers', '2');
    expect(one.code).toBe(0);
    expect(two.stdout).toBe(one.stdout);
  });

  it('says when the precision that was asked for was not reached', async () => {
    const { stdout } = await run(
      'compare',
      file,
      '--what-if',
      'traffic.*.arrivals=x2',
      '--precision',
      '0.01%',
      '--runs',
      '4',
    );
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /NOT REACHED with at most 4: .*; standard ±[\d.]+ %, which would take about [\d,]+ runs/,
    );
  });

  it('says what is wrong with its words', async () => {
    for (const [words, message] of [
      [['compare', file], 'needs a second FILE, or a --what-if'],
      [['compare', file, busy, '--what-if', 'seed=2'], '--what-if changes one FILE'],
      [['compare', file, busy, '--precision', '0%'], '--precision: "0%" is not above 0'],
      [['compare', file, busy, '--runs', '0'], '--runs takes a whole number from 1'],
      [['compare', file, busy, '-o', 'pdf=a.pdf'], 'no output "pdf": there are text, json, md'],
      [['compare', file, '--what-if', 'fleet.main.nodse=2'], 'the path leads nowhere at "nodse"'],
      [['compare', file, '--what-if', ' ; '], '--what-if is empty'],
      [['compare', file, 'missing.yaml'], 'cannot read missing.yaml'],
    ] as const) {
      const { code, stderr, stdout } = await run(...words);
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});

describe.concurrent('sweep', { timeout: 120_000 }, () => {
  it('prints a table and writes CSV and JSON', async () => {
    const { code, stdout } = await run(
      'sweep',
      file,
      '--vary',
      'fleet.main.nodes=1..2',
      '--vary',
      'traffic.*.arrivals=x1,x2',
      '-o',
      'csv=s.csv',
      '-o',
      'json=s.json',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('nodes=1 arrivals=x2');
    expect(stdout).toContain('cheapest that meets every target: nodes=1');
    const rows = parse(readFileSync(join(folder.path, 's.csv'), 'utf8'), { columns: true }) as Record<string, string>[];
    expect(rows.map((row) => [row['fleet.main.nodes'], row['traffic.*.arrivals']])).toEqual([
      ['1', 'x1'],
      ['1', 'x2'],
      ['2', 'x1'],
      ['2', 'x2'],
    ]);
    expect(Number(rows[0]!['standard.ttft.p95'])).toBeGreaterThan(1);
    const { points } = JSON.parse(readFileSync(join(folder.path, 's.json'), 'utf8'));
    expect(points).toHaveLength(4);
  });

  it('ends with 99 where no point meets the targets', async () => {
    const { code, stdout } = await run(
      'sweep',
      file,
      '--vary',
      'fleet.main.nodes=1,2',
      '--set',
      'targets=[standard.ttft.p95 < 1ms]',
    );
    expect(code).toBe(99);
    expect(stdout).toContain('no point meets every target');
  });

  it('takes a latin hypercube', async () => {
    const { code, stdout } = await run(
      'sweep',
      file,
      '--vary',
      'fleet.main.nodes=1..3',
      '--vary',
      'traffic.chat.input=50..400',
      '--sample',
      'lhs:4',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).points).toHaveLength(4);
  });

  it('goes on after Ctrl-C with the runs that it has', async () => {
    const words = [
      'sweep',
      busy,
      '--vary',
      'traffic.*.arrivals=x1..x2:24',
      '--set',
      'duration=10m',
      '--workers',
      '1',
      '--json',
    ];
    const cache = { XDG_CACHE_HOME: join(folder.path, 'sweep-cache') };
    const first = start(words, { env: cache });
    const kept = () =>
      existsSync(cache.XDG_CACHE_HOME)
        ? readdirSync(cache.XDG_CACHE_HOME, { recursive: true, encoding: 'utf8' }).filter((name) =>
            name.endsWith('.json'),
          ).length
        : 0;
    while (kept() < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    first.process.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const resumed = await start(words, { env: cache }).ended;
    const whole = await start(words, { env }).ended;
    expect([resumed.code, resumed.stdout === whole.stdout, kept()]).toEqual([0, true, 0]);
  });

  it('says what is wrong with its words', async () => {
    for (const [words, message] of [
      [['sweep', file], 'needs something to vary'],
      [['sweep', file, '--vary', 'fleet.main.nodes=5..1'], 'does not go up'],
      [['sweep', file, '--vary', 'fleet.main.nodes=1..2', '--sample', 'random'], 'write lhs:50'],
      [['sweep', file, '--vary', 'fleet.mian.nodes=1..2'], 'the path leads nowhere at "mian"'],
      [['sweep', file, '--vary', 'fleet.main.nodes=a,b'], 'S0'],
    ] as const) {
      const { code, stderr, stdout } = await run(...words);
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});

describe.concurrent('capacity and headroom', { timeout: 120_000 }, () => {
  it('find a limit and what binds', async () => {
    const { code, stdout } = await run(
      'capacity',
      file,
      '--runs',
      '2',
      '--tolerance',
      '20%',
      '-o',
      'json=cap.json',
      '-o',
      'md=cap.md',
    );
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /standard\.ttft\.p95 < 100ms holds up to [\d.]+x the load, [\d.]+ requests\/s in all/,
    );
    const { limits } = JSON.parse(readFileSync(join(folder.path, 'cap.json'), 'utf8'));
    expect(limits[0]).toMatchObject({ state: 'found', binding: { pool: 'main' } });
    expect(readFileSync(join(folder.path, 'cap.md'), 'utf8')).toContain('- standard.ttft.p95 < 100ms holds up to');
  });

  it('of one class, with targets of their own, end with 99 where the load there is is too much', async () => {
    const fits = await run('headroom', file, '--of', 'chat', '--runs', '1', '--tolerance', '50%');
    expect(fits.code).toBe(0);
    expect(fits.stdout).toContain('Only chat was scaled');
    const broken = await run(
      'headroom',
      file,
      '--of',
      'standard',
      '--target',
      'standard.ttft.p95 < 1ms',
      '--runs',
      '1',
      '--tolerance',
      '50%',
    );
    expect(broken.code).toBe(99);
  });

  it('say what is wrong with their words', async () => {
    for (const [words, message] of [
      [['capacity', busy], 'has no targets; say what must hold'],
      [['headroom', file], '--of is needed'],
      [['headroom', file, '--of', 'flex'], 'no class and no tier in use is called "flex": there are chat, standard'],
      [['capacity', file, '--target', 'standard.ttft < 1s'], 'S0'],
    ] as const) {
      const { code, stderr, stdout } = await run(...words);
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});
