import { readFileSync, truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTrace } from '../../src/cli/read-trace.js';
import { traceArrivals } from '../helpers/scenario.js';
import { ownFolder, smallScenario, tiersim } from './stranger.js';

const folder = ownFolder();
const TRACES = resolve(import.meta.dirname, '../../scenarios/traces');
const ROWS = ['2023-11-16 18:15:46.0,374,44', '2023-11-16 18:15:48.5,396,109', '2023-11-16 18:15:50.0,12,7'];
const AZURE = `TIMESTAMP,ContextTokens,GeneratedTokens\r\n${ROWS.join('\r\n')}`;

describe('tiersim trace', { timeout: 60_000 }, () => {
  it('says what is in the traces that are shipped', async () => {
    const azure = await tiersim('trace', resolve(TRACES, 'azure-conv-2023.csv.gz'), '--json');
    expect(JSON.parse(azure.stdout)).toMatchObject({
      schema: 'tiersim-trace/1',
      rows: 19_366,
      badRows: 0,
      input: { mean: expect.closeTo(1154.7, 1), min: 2, max: 14_050 },
      arrivals: { perSecond: expect.closeTo(5.53, 2), gapCv: expect.closeTo(1.094, 3) },
    });
    const mooncake = await tiersim('trace', resolve(TRACES, 'mooncake-conversation.jsonl.gz'));
    expect(mooncake.stdout).toMatch(/12,031 requests/);
    expect(mooncake.stdout).toMatch(/Prefix hits, endless cache +37\.4 %/);
  });

  it('converts to a CSV that it reads as the same', async () => {
    const { stdout } = await tiersim('trace', folder.write('a.csv', AZURE), '--to', 'csv');
    expect(stdout).toBe('time,input,output\n0,374,44\n2.5,396,109\n4,12,7\n');
    const [one, other] = await Promise.all(
      [folder.write('a.csv', AZURE), folder.write('b.csv', stdout)].map((file) => tiersim('trace', file, '--json')),
    );
    const dataOf = (text: string) => ({ ...(JSON.parse(text) as object), sha256: '' });
    expect(dataOf(other!.stdout)).toEqual(dataOf(one!.stdout));
  });

  it('fits a class that loads and resembles the trace', async () => {
    const { stdout } = await tiersim('trace', resolve(TRACES, 'azure-conv-2023.csv.gz'), '--fit');
    const { traffic } = parse(stdout) as { traffic: [{ arrivals: { gamma: { rate: string; cv: number } } }] };
    expect(traffic[0].arrivals.gamma).toEqual({ rate: '5.53/s', cv: 1.094 });
    const scenario = smallScenario().replace(/traffic:[\s\S]*/, stdout);
    expect((await tiersim('validate', folder.write('fitted.yaml', scenario))).code).toBe(0);
  });

  it.each([
    ['an unknown layout', 'a,b\n1,2\n', [], 'cannot tell the format'],
    ['a bad row', `${AZURE}\r\nnonsense`, [], 'bad.csv:5:1'],
    ['a missing column', 'when\n1\n', ['--format', 'csv'], 'no column "time"'],
    ['a wrong format', AZURE, ['--format', 'excel'], '--format excel is none of'],
    ['two outputs', AZURE, ['--fit', '--json'], 'give one of them'],
  ])('%s ends with 2 and says so', async (_, text, options, words) => {
    const { code, stdout, stderr } = await tiersim('trace', folder.write('bad.csv', text), ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});

describe('readTrace', () => {
  const source = traceArrivals();

  it('tells gzip by its bytes and hashes what is inside', async () => {
    const plain = await readTrace(folder.write('p.csv', AZURE), () => source);
    const packed = await readTrace(folder.write('p.txt', gzipSync(AZURE)), () => source);
    expect(packed).toEqual(plain);
    expect(plain.table).toMatchObject({ rows: 3, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('says why a file cannot be read to its end', async () => {
    const many = `${AZURE}\n${'x'.repeat(50_000)}`;
    const cut = folder.write('cut.csv.gz', gzipSync(many));
    truncateSync(cut, readFileSync(cut).length - 12);
    await expect(readTrace(cut, () => source)).rejects.toThrow('its gzip data breaks off before the end');
    const damaged = gzipSync(AZURE);
    damaged.fill(255, 12, 40);
    await expect(readTrace(folder.write('damaged', damaged), () => source)).rejects.toThrow('its gzip data is damaged');
    await expect(readTrace(folder.write('nul', `${AZURE}\0`), () => source)).rejects.toThrow('NUL');
    await expect(readTrace(folder.write('latin', Buffer.from([84, 233, 65])), () => source)).rejects.toThrow('UTF-8');
    await expect(readTrace(folder.path, () => source)).rejects.toThrow('it is a folder');
    await expect(readTrace(`${folder.path}/lost`, () => source)).rejects.toThrow('no such file');
  });

  it('does not hold the file: a packed hundred megabytes of rows stay as their numbers', async () => {
    const row = '2023-11-16 18:15:50.0000000,1234,567\n';
    const file = folder.write('large.csv.gz', gzipSync(`${AZURE}\n${row.repeat(3_000_000)}`, { level: 1 }));
    const before = process.memoryUsage().rss;
    const { table } = await readTrace(file, () => source);
    expect(table).toMatchObject({ rows: 3_000_003 });
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  }, 120_000);
});

describe('a scenario with a trace', { timeout: 60_000 }, () => {
  const classOf = (trace: string) =>
    smallScenario().replace('arrivals: 4/s, input: 200, output: 40', `trace: ${trace}`).replace('tier: standard, ', '');

  it('shows bad rows in their file, and counts those it may leave out', async () => {
    folder.write('rows.csv', `${AZURE}\r\nnonsense`);
    const strict = await tiersim('run', folder.write('strict.yaml', classOf('{file: rows.csv, format: azure}')));
    expect(strict.code).toBe(2);
    expect(strict.stderr).toMatch(/error\[F002\]: 1 fields where the header has 3\n.*rows\.csv:5:1\n[\s\S]*nonsense/);
    const lenient = await tiersim(
      'run',
      folder.write('lenient.yaml', classOf('{file: rows.csv, format: azure, maxBadRows: 1}')),
    );
    expect(lenient.code).toBe(0);
    expect(lenient.stdout).toContain('rows.csv: left out 1 bad row');
  });

  it('takes tiers from a column, and points at the trace where they are unknown', async () => {
    folder.write('tiers.csv', 'time,input,output,sla\n0,10,5,prod\n6,20,5,dev\n7,20,5,batch\n');
    const mapped = classOf('{file: tiers.csv, format: csv, columns: {tier: sla}, tiers: {prod: priority, dev: flex}}');
    const run = await tiersim('run', folder.write('mapped.yaml', mapped), '--json', '--set', 'warmup=0s');
    const { tiers, notes } = JSON.parse(run.stdout) as { tiers: Record<string, { requests: number }>; notes: string[] };
    expect([tiers['priority']!.requests, tiers['flex']!.requests]).toEqual([1, 1]);
    expect(notes.join()).toContain('left out 1 row without a tier');
    const strange = await tiersim(
      'validate',
      folder.write('strange.yaml', classOf('{file: tiers.csv, format: csv, columns: {tier: sla}}')),
    );
    expect(strange.code).toBe(2);
    expect(strange.stderr).toMatch(/error\[F003\].*rows ask for "prod", "dev", "batch"/);
  });
});
