import { describe, expect, it } from 'vitest';
import { showCommand } from '../../src/cli/commands/catalog-show.js';
import { Terminal } from '../../src/cli/terminal.js';
import { HARDWARE } from '../../src/models/catalog/hardware.js';
import { LLMS } from '../../src/models/catalog/llms.js';
import { PROVIDER_NAMES } from '../../src/models/providers.js';
import { tiersim } from './stranger.js';

const QUICK = { model: null, gpus: 1, weights: null, promptTokens: 1000, outputTokens: 250, json: false } as const;

/** What it prints, without a process. */
function shown(command: Partial<Parameters<typeof showCommand>[0]> & { readonly name: string }): string {
  let text = '';
  const terminal = new Terminal(false, true);
  terminal.out = (part) => {
    text += part;
  };
  showCommand({ ...QUICK, ...command }, terminal);
  return text;
}

/** Without the breaks of lines. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('catalog show', () => {
  it('says what a node does with a model', async () => {
    const { code, stdout, stderr } = await tiersim(
      'catalog',
      'show',
      'h100',
      '--model',
      'llama-3.3-70b',
      '--gpus',
      '4',
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^KV memory {4}493,872 tokens$/m);
    expect(stdout).toMatch(/^sustainable {2}[\d.]+ req\/s/m);
    expect(stdout).toMatch(/^cost +\$[\d.]+ per million output tokens, or \$[\d.]+ per million of all$/m);
    expect(stdout.replace(/\n {13}/g, ' ')).toMatch(
      /^measured +nothing published of it; nearest is llama-3.1-70b in fp8: 19 published points/m,
    );
    expect(stdout).toMatch(/^energy +[\d.]+ MJ per million output tokens/m);
    expect(stdout).toMatch(/^method +fitted: aiconfigurator/m);
    expect(stdout).toMatch(/^BATCH +decode tok\/s +per token$/m);
  });

  it.each([...HARDWARE.map(({ id }) => id), ...LLMS.map(({ id }) => id), ...PROVIDER_NAMES])(
    'has a page on %s',
    (name) => {
      const text = shown({ name });
      expect(text.startsWith(name)).toBe(true);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    },
  );

  it('marks what is assumed', () => {
    expect(shown({ name: 'h100' })).toMatch(/^host +290 W \(assumed: /m);
    const siati = flat(shown({ name: 'siati' }));
    expect(siati).toMatch(
      / assumed .* Ludicrous costs [^.]*; no price was found\. for prices\/\*@ludicrous: input 5, output 10 /,
    );
  });

  it('leads each figure of a provider to a document with its date', () => {
    const fireworks = flat(shown({ name: 'fireworks' }));
    expect(fireworks).toMatch(
      /"Account quotas": 6,000 requests [^(]*\(read 2026-11-21\) for limiters\/rpm: limit 6000; /,
    );
    const { origins } = JSON.parse(shown({ name: 'fireworks', json: true })) as { origins: { of: string[] }[] };
    expect(origins.find(({ of }) => of.includes('sla/target'))).toMatchObject({ date: '2026-05-26' });
    // Of the wire, too.
    expect(fireworks).toMatch(/On the wire: source .* Fireworks echoes no tier \(read 2026-11-21\)/);
  });

  it('lists what a token costs by model and tier', () => {
    const prices = shown({ name: 'llm-gateway' });
    expect(prices).toMatch(/^USD per million tokens:$/m);
    expect(prices).toMatch(/^gemini-2.5-pro +priority +2.25 +0.225 +18 +18$/m);
    expect(prices).toMatch(/^gemini-3-pro-image-preview +flex +1 +1 +6 +60$/m);
    // Served as standard at the standard price: nobody pays another.
    expect(prices).not.toMatch(/^gemini-3-pro-image-preview +priority/m);
    expect(shown({ name: 'siati' })).toMatch(/^\* +medium +0.75 +0.75 +1.5$/m);
  });

  it('gives the whole entry as JSON', () => {
    expect(JSON.parse(shown({ name: 'dgx-spark', json: true }))).toMatchObject({ id: 'gb10', form: 'device' });
    const node = JSON.parse(shown({ name: 'h100', model: 'llama-3.1-8b', json: true })) as { decode: unknown[] };
    expect(node.decode.length).toBeGreaterThan(5);
  });

  it.each([
    [{ name: 'h10' }, 'no entry of the catalogue "h10"; did you mean h100'],
    [{ name: 'h100', model: 'lama-3.3-70b' }, 'no model "lama-3.3-70b"; did you mean llama-3.3-70b'],
    [{ name: 'llama-3.1-8b', model: 'llama-3.1-8b' }, 'no hardware class "llama-3.1-8b"; tiersim catalog lists them'],
    [{ name: 'l4', model: 'llama-3.3-70b' }, 'llama-3.3-70b in bf16 needs 141.1 GB of weights'],
    [{ name: 'h100', model: 'llama-3.3-70b', gpus: 3 }, 'which 3 devices cannot share evenly'],
  ])('refuses %j with a reason', (command, message) => {
    expect(() => shown(command)).toThrow(message);
  });

  it.each([
    [['catalog', 'show'], 'error: show what? a hardware class, model or provider; tiersim catalog lists them'],
    [['catalog', 'show', 'h100', '--gpus', '3'], 'error: --gpus needs --model'],
    [['catalog', 'models', 'x'], 'error: "x" goes with tiersim catalog show NAME'],
    [
      ['catalog', 'show', 'h100', '--model', 'llama-3.1-8b', '--input', '0'],
      'error: --input takes a whole number from 1 to 10,000,000',
    ],
  ])('%j ends with 2 and says so in one line', async (words, message) => {
    const { code, stdout, stderr } = await tiersim(...words);
    expect([code, stdout, stderr]).toEqual([2, '', `${message}\n`]);
  });
});
