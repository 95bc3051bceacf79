import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { filledLines } from '../../src/scenario/filled.js';
import { remarksOn } from '../../src/scenario/filled-remarks.js';
import { scenarioHash } from '../../src/scenario/hash.js';
import { STARTER } from '../../src/scenario/starter.js';
import { load, scenarioText } from './fixture.js';

function filled(text: string, set: readonly string[] = []) {
  const loaded = load(text, { set, name: 'x' });
  if (loaded.scenario === null) throw new Error(JSON.stringify(loaded.problems));
  const lines = filledLines(loaded.tree, loaded.scenario, remarksOn(loaded.scenario, loaded.memory, new Map()));
  const out = lines.map((line) => (line.from === null ? line.text : `${line.text}  # ${line.from}`));
  return { scenario: loaded.scenario, lines, text: `${out.join('\n')}\n` };
}

const files = readdirSync('scenarios').filter((file) => file.endsWith('.yaml'));

/** Their KV blocks and contexts differ. */
const SEVERAL = scenarioText({
  fleet: 'fleet:\n  - {name: main, models: [llama-3.1-8b, qwen3-8b], hardware: h100}',
});

describe('a scenario with nothing left to defaults', () => {
  it.each([
    ...files.map((file) => [file, readFileSync(`scenarios/${file}`, 'utf8')] as const),
    ['what init writes', STARTER] as const,
    ['the smallest file', scenarioText()] as const,
    ['several models on one pool', SEVERAL] as const,
  ])('is the same scenario: %s', (_name, text) => {
    const first = filled(text);
    const again = load(first.text, { name: 'x' });
    expect(again.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(scenarioHash(again.scenario!)).toBe(scenarioHash(first.scenario));
    // Then every value comes from the file.
    const origins = filled(first.text).lines.flatMap(({ text: line, from }) =>
      line.trimStart().startsWith('#') ? [] : (from ?? []),
    );
    expect(origins.filter((from) => !/^line \d+$/.test(from))).toEqual([]);
  });

  it('names the file, the profile, the catalogue and the option as origins', () => {
    const { lines } = filled(scenarioText(), ['duration=7m', 'traffic.app.client={retries: 2}']);
    const from = (part: string) => lines.find(({ text }) => text.trim().startsWith(part))?.from;
    expect(from('- name: main')).toBe('line 3');
    expect(from('duration: 7m')).toBe('--set duration=7m');
    expect(from('retries: 2')).toMatch(/^--set traffic\.app\.client/);
    expect(from('warmup: 0s')).toBe('default');
    expect(from('router:')).toBe('profile neutral');
    expect(from('tier: standard')).toBe('profile neutral');
    expect(from('usdPerHour: USD 2.94')).toBe('hardware h100');
    expect(from('weights: bf16')).toBe('the widest that fits');
    expect(from('maxNumSeqs: 1024')).toBe("vllm's default on h100");
    expect(from('# sharedPrefix: nothing')).toBe('default');
  });

  it('says of each model of a pool what its engine is', () => {
    const { text } = filled(SEVERAL);
    for (const [model, blocks] of [
      ['llama-3.1-8b', '9,758'],
      ['qwen3-8b', '8,674'],
    ]) {
      expect(text).toContain(`# engine of ${model}: 1,024 seats, ${blocks} KV blocks of 16`);
      expect(text).toContain(`# memory of a node of ${model}: `);
      expect(text).toContain(`# step time of ${model}: `);
    }
    // A value in the file would hold for both.
    expect(text).not.toMatch(/^ *kvBlocks: /m);
    expect(text).toMatch(/^ *blockSize: 16/m);
  });

  it('shows the arithmetic of memory and of load', () => {
    const { text } = filled(scenarioText());
    const memory =
      /# memory of a node: 1 x 79\.6 GiB x 0\.92 = ([\d.]+) GB, less ([\d.]+) GB of weights and ([\d.]+) GB of [a-z ]+, leaves ([\d.]+) GB; at (\d+) bytes a token and 16 tokens a block, ([\d,]+) blocks/.exec(
        text,
      )!;
    const [have, weights, reserve, left, bytes, blocks] = memory
      .slice(1)
      .map((part) => Number(part.replace(',', ''))) as [number, number, number, number, number, number];
    expect(have - weights - reserve).toBeCloseTo(left, 0);
    expect((left * 1e9) / (bytes * 16) / blocks).toBeCloseTo(1, 2);
    const [, rate, each, total] =
      /offered: app ([\d.]+)\/s of 500 \+ 100 tokens\n.*the pool takes 1 x ([\d.]+)\/s = ([\d.]+)\/s/.exec(text)!;
    expect([rate, each]).toEqual(['5', total]);
    const use = /expected use of main: ([\d.]+) %/.exec(text)![1];
    expect(Number(use) / 100).toBeCloseTo(5 / Number(total), 3);
  });

  it('writes what is hard to write so that it is read back', () => {
    const about = 'a: "b" # c\\n\\u001b[2J\\u202e 5% {x}, [y]';
    const { text } = filled(scenarioText({ head: `about: "${about.replaceAll('"', '\\"')}"\nseed: "007"` }));
    expect(parse(text)).toMatchObject({ about: 'a: "b" # c\n\u001b[2J\u202e 5% {x}, [y]', seed: '007' });
  });
});
