import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownFolder, PROGRAM, smallScenario } from './stranger.js';

const folder = ownFolder();
const MEMORY_KB = 6_000_000;
const PATIENCE_MS = 30_000;

/** With bounded memory, and ended where it hangs. */
function bounded(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = `ulimit -v ${MEMORY_KB}; exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, PROGRAM, ...words], {
    cwd: folder.path,
    timeout: PATIENCE_MS,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

async function expectRefused(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await bounded(...words);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/error/);
  return stderr;
}

const sparse = folder.write('sparse.yaml', '');
truncateSync(sparse, 1024 * 1024 * 1024);
mkdirSync(join(folder.path, 'folder.yaml'));
const scenarios: readonly [string, string][] = [
  ['a folder', join(folder.path, 'folder.yaml')],
  ['a gigabyte of nothing', sparse],
  ['bytes without end', '/dev/zero'],
  ['random bytes without end', '/dev/urandom'],
  ['memory that cannot be read', '/proc/self/mem'],
  ['a NUL', folder.write('nul.yaml', smallScenario().replace('chat', 'ch\0at'))],
  ['Latin-1', folder.write('latin.yaml', Buffer.from(smallScenario().replace('One', 'Öne'), 'latin1'))],
  ['UTF-16', folder.write('utf16.yaml', Buffer.from(`\ufeff${smallScenario()}`, 'utf16le'))],
  [
    'half a character',
    folder.write('half.yaml', Buffer.concat([Buffer.from(smallScenario()), Buffer.from([0xe2, 0x82])])),
  ],
  ['gzip', folder.write('packed.yaml', gzipSync(smallScenario()))],
  [
    'an alias bomb',
    folder.write(
      'bomb.yaml',
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`).join('\n')}\n`,
    ),
  ],
  ['brackets without end', folder.write('deep.yaml', '['.repeat(900_000))],
  ['a word of a million letters', folder.write('word.yaml', `provider: ${'x'.repeat(990_000)}`)],
  ['a second document', folder.write('two.yaml', `${smallScenario()}---\n${smallScenario()}`)],
];

describe('whatever stands in the place of a scenario, there is an answer', () => {
  it.each(scenarios)('%s', async (_name, file) => {
    const stderr = await expectRefused('run', file);
    expect(stderr.length).toBeLessThan(100_000);
  });

  it('a pipe that never ends', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('bash', ['-c', `yes 'a: b' > "$0"`, pipe], { stdio: 'ignore' });
    try {
      expect(await expectRefused('validate', pipe)).toContain('larger than');
    } finally {
      writer.kill();
    }
  });

  it('bytes drawn at random', async () => {
    const words = [
      'provider: neutral\n',
      'fleet:',
      '\0',
      'ÿ',
      '*a',
      '&a ',
      '- ',
      '{',
      '[',
      '!!binary ',
      '\r',
      '\u001b[2J',
    ];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    );
    const files = fc
      .sample(bytes, { numRuns: 60, seed: 6 })
      .map((content, n) => folder.write(`drawn-${n}.yaml`, content));
    const { code, stderr } = await bounded('validate', ...files);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect([...stderr].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
  });
});

describe('whatever stands in the place of a trace, there is an answer', () => {
  const azure = 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,10,5\n';
  const traces: readonly [string, string][] = [
    ['a folder', folder.path],
    ['bytes without end', '/dev/zero'],
    ['a line without end', folder.write('line.csv', `TIMESTAMP,${'x'.repeat(30_000_000)}`)],
    [
      'a packed gigabyte of nothing',
      folder.write(
        'zero.gz',
        Buffer.concat(Array.from({ length: 16 }, () => gzipSync(Buffer.alloc(64 * 1024 * 1024)))),
      ),
    ],
    ['gzip that breaks off', folder.write('cut.gz', gzipSync(azure.repeat(50)).subarray(0, 60))],
    ['gzip of gzip', folder.write('twice.gz', gzipSync(gzipSync(azure)))],
    ['rows of garbage', folder.write('garbage.csv', `${azure}\u001b[2J,\u202e,"\n=cmd|x,,,,\n`)],
    ['no rows', folder.write('empty.csv', '')],
  ];

  it.each(traces)('%s', async (_name, file) => {
    await expectRefused('trace', file);
    await expectRefused('trace', file, '--format', 'azure');
    const scenario = folder.write(
      'traced.yaml',
      smallScenario().replace(
        'arrivals: 4/s, input: 200, output: 40',
        `trace: {file: ${JSON.stringify(file)}, format: azure}`,
      ),
    );
    expect(await expectRefused('validate', scenario)).toMatch(/\[F00[12]\]/);
  });
});

describe('whatever stands in the place of a summary, there is an answer', () => {
  it.each([...scenarios.slice(0, 7), ['a scenario', folder.write('good.yaml', smallScenario())] as const])(
    '%s',
    async (_name, file) => {
      await expectRefused('report', file);
    },
  );
});
