import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ownFolder, PROGRAM, smallScenario, start } from './stranger.js';

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
      [['compare', file, '--what-if', 'duration=2m; fleet.main.nodes=b'], '--> --what-if:1:18'],
      [['compare', file, '--set', 'fleet.main.nodes=b', '--what-if', 'duration=2m'], '--> --set:1:18'],
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

  it('takes logarithmic ranges', async () => {
    const vary = ['--vary', 'traffic.chat.arrivals=1/s..16/s:log:3'];
    const { code, stdout } = await run('sweep', file, ...vary, '--json');
    expect(code).toBe(0);
    const { points } = JSON.parse(stdout);
    expect(points.map(({ values }: { values: string[] }) => values)).toEqual([['1/s'], ['4/s'], ['16/s']]);
  });

  it('says what is wrong with its words', async () => {
    for (const [words, message] of [
      [['sweep', file], 'needs something to vary'],
      [['sweep', file, '--vary', 'fleet.main.nodes=5..1'], 'does not go up'],
      [['sweep', file, '--vary', 'fleet.main.nodes=1..2', '--sample', 'random'], 'write lhs:50'],
      [['sweep', file, '--vary', 'fleet.mian.nodes=1..2'], 'the path leads nowhere at "mian"'],
      [['sweep', file, '--vary', 'fleet.main.nodes=1,b'], '--> --vary:1:18'],
      [['sweep', file, '--vary', 'traffic.chat.arrivals=0/s..4/s:log:3'], '--vary: '],
    ] as const) {
      const { code, stderr, stdout } = await run(...words);
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});

/** How many finished runs lie in a folder. */
function kept(path: string): number {
  if (!existsSync(path)) return 0;
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length;
}

describe.concurrent('Ctrl-C', { timeout: 120_000 }, () => {
  const targets = ['--target', 'standard.ttft.p95 < 100ms', '--runs', '2', '--tolerance', '50%'];
  const long = folder.write('long.yaml', smallScenario().replace('4/s', '40/s').replace('60s', '4m'));
  const STUDIES = [
    ['sweep', long, '--vary', 'traffic.*.arrivals=x1..x2:10'],
    ['compare', long, '--what-if', 'traffic.*.arrivals=x2', '--runs', '5'],
    ['capacity', long, ...targets],
    ['headroom', long, '--of', 'chat', ...targets],
    ['attribute', long, '--runs', '30'],
  ];

  for (const words of STUDIES) {
    it(`leaves the finished runs of ${words[0]}, and the same command goes on with them`, async () => {
      const cache = join(folder.path, `${words[0]}-cache`);
      const all = [...words, '--workers', '1', '--json'];
      const first = start(all, { env: { XDG_CACHE_HOME: cache } });
      // Kept runs go with the end of a command, so one that was never caught at its work must not be waited for.
      while (kept(cache) < 2 && first.process.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      first.process.kill('SIGINT');
      const { code, stdout, stderr } = await first.ended;
      expect([code, stdout]).toEqual([130, '']);
      expect(stderr).toMatch(/^interrupted: \d+ finished runs are kept in .*; the same command goes on from there\n$/);
      const before = kept(cache);
      expect(before).toBeGreaterThanOrEqual(2);
      const resumed = await start(all, { env: { XDG_CACHE_HOME: cache } }).ended;
      const whole = await start(all, { env }).ended;
      expect([resumed.code, resumed.stdout === whole.stdout, kept(cache)]).toEqual([whole.code, true, 0]);
    });
  }
});

describe.concurrent('a thread that dies', { timeout: 120_000 }, () => {
  /** Only daily curves ask for a cosine. */
  const daily = 'traffic.chat.arrivals={daily: {mean: 4/s, peakToTrough: 3, peakAt: 15h}}';
  const words = ['compare', file, '--what-if', daily, '--runs', '2', '--json'];
  const dying = (name: string, when: string): string => {
    const code = `import { isMainThread } from 'node:worker_threads';
import { existsSync, writeFileSync } from 'node:fs';
const { cos } = Math;
if (!isMainThread) Math.cos = (x) => { if (${when}) process.exit(9); return cos(x); };
`;
    return `--import=${pathToFileURL(folder.write(`${name}.mjs`, code)).href}`;
  };

  /** Runs that an equal study beside it has finished would be taken from where that keeps them. */
  const alone = (name: string) => ({ XDG_CACHE_HOME: join(folder.path, `${name}-cache`) });

  it('has its run made again', async () => {
    const mark = JSON.stringify(join(folder.path, 'died'));
    const once = dying('once', `!existsSync(${mark}) && (writeFileSync(${mark}, ''), true)`);
    const marred = await start(words, { env: { ...alone('once'), NODE_OPTIONS: once }, cwd: folder.path }).ended;
    expect(existsSync(JSON.parse(mark))).toBe(true);
    expect(marred).toEqual(await run(...words));
  });

  it('twice has its run named with its scenario, the others shown, and 3 for an end', async () => {
    const always = dying('always', 'true');
    const ended = await start(words, { env: { ...alone('always'), NODE_OPTIONS: always }, cwd: folder.path }).ended;
    const { code, stdout, stderr } = ended;
    expect(code).toBe(3);
    for (const one of [1, 2]) {
      expect(stderr).toContain(`error: run ${one} of ${daily} failed twice and is left out: `);
    }
    const { failures, variants, base } = JSON.parse(stdout);
    expect(base.label).toBe(file);
    expect(failures.map(({ scenario, run: one }: { scenario: string; run: number }) => [scenario, one])).toEqual([
      [daily, 1],
      [daily, 2],
    ]);
    expect(variants[0].figures[0]).toMatchObject({ scope: 'standard', base: { n: 2 }, changed: null });
  });
});

describe.concurrent('the page of a study', { timeout: 120_000 }, () => {
  const STUDIES = [
    ['compare', 'small.yaml', '--what-if', 'traffic.*.arrivals=x2', '--set', "about=it's", '--runs', '2'],
    ['sweep', 'small.yaml', '--vary', 'fleet.main.nodes=1..2', '--vary', 'traffic.*.arrivals=x1..x4:log:3'],
    ['capacity', 'small.yaml', '--runs', '1', '--tolerance', '50%', '--seed', '7'],
    ['headroom', 'small.yaml', '--of', 'chat', '--runs', '1', '--tolerance', '50%'],
    ['attribute', 'small.yaml', '--runs', '2'],
  ];

  for (const words of STUDIES) {
    it(`of ${words[0]} names the command that finds the same again`, async () => {
      const page = `${words[0]}.html`;
      const first = await run(...words, '-o', `html=${page}`, '--json');
      const { fingerprint } = JSON.parse(first.stdout);
      const footer = readFileSync(join(folder.path, page), 'utf8').split('<footer>')[1]!;
      expect(footer).toContain(`<code>${fingerprint}</code>`);
      const shown = /<dt>Repeat<\/dt><dd><code>tiersim ([^<]*)<\/code>/.exec(footer)?.[1] ?? '';
      const plain = shown.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      const command = `${process.execPath} ${PROGRAM} ${plain} --json`;
      const again = execFileSync('sh', ['-c', command], { cwd: folder.path, env, encoding: 'utf8' });
      expect(again).toBe(first.stdout);
    });
  }
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
      [['capacity', file, '--target', 'standard.ttft < 1s'], '--> --target:1:'],
    ] as const) {
      const { code, stderr, stdout } = await run(...words);
      expect([code, stdout], words.join(' ')).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});
