import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemReport } from '../../src/scenario/problem-schema.js';
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

  it('gives the problems of all files as one JSON document of a stated schema, in order of place', async () => {
    const missing = join(folder.path, 'missing.yaml');
    const { code, stdout, stderr } = await tiersim('validate', bad, missing, good, '--json', '--set', 'nonsense');
    expect(code).toBe(2);
    expect(stderr).toBe('');
    const report = problemReport.parse(JSON.parse(stdout));
    const places = report.problems.map(({ code: what, file, line, column, path }) => [what, file, line, column, path]);
    expect(places).toEqual([
      ['S015', bad, 7, 62, 'fleet.main.nodes'],
      ['S010', bad, 9, 39, 'traffic.chat.teir'],
      ['S050', '--set', 1, 1, ''],
      ['F000', missing, 1, 1, ''],
      ['S050', '--set', 1, 1, ''],
    ]);
    expect(report.problems[1]).toMatchObject({
      found: 'teir',
      hint: 'did you mean "tier"?',
      option: null,
      endColumn: 43,
    });
    expect(report.problems[2]).toMatchObject({ option: 'nonsense' });
    expect(report.files.map(({ file, valid }) => [file, valid])).toEqual([
      [bad, false],
      [missing, false],
      [good, false],
    ]);
  });

  it('--json of a good file tells its hash and, with --explain, what it comes to', async () => {
    const { code, stdout } = await tiersim('validate', good, '--json', '--explain');
    expect(code).toBe(0);
    const { problems, files } = problemReport.parse(JSON.parse(stdout));
    expect(problems).toEqual([]);
    expect(files[0]).toMatchObject({ valid: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(files[0]!.explained!.load).toMatchObject({
      pools: [{ pool: 'main', parts: [{ name: 'chat', requestsPerSecond: 4 }] }],
    });
    expect(files[0]!.explained!.memory['main']).toContain('GB of weights');
  });

  it('prints the schema of that document', async () => {
    const { stdout } = await tiersim('schema', '--problems');
    expect(JSON.parse(stdout)).toMatchObject({ properties: { schema: { const: 'tiersim-problems/1' } } });
    expect((await tiersim('schema', '--problems', '--summary')).code).toBe(2);
  });

  it('--explain prints a file that runs as the same scenario', async () => {
    const { code, stdout, stderr } = await tiersim('validate', '--explain', good);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\n {4}hardware: h100 +# line 7\n/);
    expect(stdout).toMatch(/expected use of main: [\d.]+ %/);
    const again = await tiersim('validate', folder.write('sub/good.yaml', stdout));
    expect(/hash (\w+)/.exec(again.stdout)![1]).toBe(/hash (\w+)/.exec(stdout)![1]);
  });

  it('tells what is wrong with a trace beside what is wrong with the file, each at its place', async () => {
    const text = smallScenario()
      .replace('tier: standard', 'tier: stadard')
      .replace('arrivals: 4/s, input: 200, output: 40', 'trace: {file: none.csv, format: azure}');
    const { code, stdout } = await tiersim('validate', '--json', folder.write('traced.yaml', text));
    expect(code).toBe(2);
    const { problems } = problemReport.parse(JSON.parse(stdout));
    expect(problems.map(({ code: what, line, column }) => [what, line, column])).toEqual([
      ['S024', 9, 45],
      ['F001', 9, 68],
    ]);
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
