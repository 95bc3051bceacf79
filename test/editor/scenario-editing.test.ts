import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from '../../src/scenario/schema.js';
import { STARTER } from '../../src/scenario/starter.js';
import { LanguageServer } from './language-server.js';

const folder = mkdtempSync(join(tmpdir(), 'tiersim-editor-'));
const server = new LanguageServer();
const MODELINE = '# yaml-language-server: $schema=tiersim.schema.json\n';
let files = 0;

beforeAll(async () => {
  // As the user makes it: tiersim schema > tiersim.schema.json.
  writeFileSync(join(folder, 'tiersim.schema.json'), JSON.stringify(scenarioJsonSchema()));
  await server.begin();
}, 60_000);

afterAll(() => {
  server.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a text in which `|` marks the cursor. */
async function edit(marked: string) {
  const at = marked.indexOf('|');
  const text = MODELINE + marked.replace('|', '');
  const before = (MODELINE + marked.slice(0, Math.max(0, at))).split('\n');
  const position = { line: before.length - 1, character: before.at(-1)!.length };
  const file = join(folder, `s${files++}.yaml`);
  const diagnostics = await server.open(file, text);
  return {
    file,
    position,
    diagnostics: diagnostics.map(({ message, range }) => `${range.start.line}:${range.start.character} ${message}`),
  };
}

async function labels(marked: string): Promise<readonly string[]> {
  const { file, position } = await edit(marked);
  return (await server.completions(file, position)).map(({ label }) => label);
}

async function hover(marked: string): Promise<string> {
  const { file, position } = await edit(marked);
  return server.hover(file, position);
}

const START = 'provider: neutral\nfleet:\n  - {name: main, model: llama-3.1-8b, hardware: h100}\n';

describe('an editor with the schema', { timeout: 30_000 }, () => {
  it.each(readdirSync('scenarios').filter((file) => file.endsWith('.yaml')))(
    'finds nothing wrong with %s',
    async (file) => {
      expect((await edit(readFileSync(`scenarios/${file}`, 'utf8').replaceAll('|', '/'))).diagnostics).toEqual([]);
    },
  );

  it('finds nothing wrong with what init writes', async () => {
    expect((await edit(STARTER)).diagnostics).toEqual([]);
  });

  it('marks unknown keys, wrong words, wrong types and what is missing', async () => {
    const { diagnostics } = await edit(
      'provider: neutral\ndrain: maybe\nfleet:\n  - {name: main, hardware: h100, nods: 2, path: quick}\ntraffic: 5\n',
    );
    const found = (part: string) => diagnostics.filter((line) => line.includes(part)).map((line) => line.split(' ')[0]);
    expect(found('nods')).toEqual(['4:33']);
    expect(found('Value is not accepted')).toEqual(['4:48']);
    expect(found('"boolean"')).toEqual(['2:7']);
    expect(found('"array"')).toEqual(['5:9']);
    expect((await edit('provider: neutral\n')).diagnostics.join()).toMatch(/Missing property "fleet"/);
  });

  it('offers every block', async () => {
    expect(await labels('pro|')).toEqual(expect.arrayContaining(['provider']));
    const blocks = await labels(`${START}|`);
    expect(blocks).toEqual(expect.arrayContaining(['about', 'duration', 'traffic', 'targets', 'events']));
    expect(blocks).not.toContain('fleet');
  });

  it('offers the keys of pools and classes, and the words that a key takes', async () => {
    const keys = await labels('provider: neutral\nfleet:\n  - name: main\n    |\n');
    expect(keys).toEqual(expect.arrayContaining(['model', 'hardware', 'nodes', 'gpusPerNode', 'engine', 'autoscale']));
    expect(await labels('provider: neutral\nfleet:\n  - name: main\n    path: |\n')).toEqual(
      expect.arrayContaining(['standard', 'fast']),
    );
    expect(await labels(`${START}traffic:\n  - name: a\n    |\n`)).toEqual(
      expect.arrayContaining(['tier', 'arrivals', 'input', 'output', 'client']),
    );
  });

  it('offers the names of the catalogue', async () => {
    expect(await labels('provider: |\n')).toEqual(expect.arrayContaining(['neutral', 'deepinfra', 'siati']));
    expect(await labels('provider: neutral\nfleet:\n  - name: main\n    hardware: |\n')).toEqual(
      expect.arrayContaining(['h100', 'mac-mini-m4']),
    );
    expect(await labels('provider: neutral\nfleet:\n  - name: main\n    model: |\n')).toContain('llama-3.3-70b');
    expect(await labels(`${START}traffic:\n  - name: a\n    client: |\n`)).toContain('openai-python');
  });

  it('offers the forms of arrivals and lengths', async () => {
    const forms = await labels(`${START}traffic:\n  - name: a\n    arrivals:\n      |\n`);
    expect(forms).toEqual(expect.arrayContaining(['poisson', 'bursts', 'daily', 'users', 'load']));
    expect(await labels(`${START}traffic:\n  - name: a\n    input:\n      |\n`)).toEqual(
      expect.arrayContaining(['lognormal', 'histogram']),
    );
  });

  it('says what a key means where the pointer rests', async () => {
    expect(await hover('warm|up: 2m\n')).toContain('simulated but not counted');
    expect(await hover(`provider: neutral\nfleet:\n  - {name: main, nod|es: 2}\n`)).toContain('Nodes at the start');
    expect(await hover(`${START}traffic:\n  - {name: a, arrivals: {gamma: {rate: 4/s, c|v: 2}}}\n`)).toContain(
      'Coefficient of variation',
    );
  });
});
