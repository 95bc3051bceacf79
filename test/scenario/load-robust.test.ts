import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../src/scenario/problem.js';
import { load, scenarioText } from './fixture.js';

/** Either a scenario or at least one error, and text that can be printed; never an exception. */
function expectAnswer(text: string, set: readonly string[] = []): void {
  const { scenario, problems } = load(text, { set });
  expect(scenario === null).toBe(problems.some((problem) => problem.severity === 'error'));
  for (const { line, column, code } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(code).toMatch(/^S\d{3}$/);
  }
  const shown = renderProblems(problems, text, { color: false });
  expect([...shown].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
}

const WORDS = [
  'provider',
  'fleet',
  'traffic',
  'name',
  'model',
  'hardware',
  'tier',
  'arrivals',
  'input',
  'output',
  'targets',
  'events',
  'neutral',
  'llama-3.1-8b',
  'h100',
  '5/s',
  '5%',
  '$1',
  'lognormal',
  'profile',
  'extends',
  'tiers',
  'limits',
  'set',
  'at',
  'null',
  '~',
  '5',
  '-1',
  '.inf',
  '.nan',
  '0x10',
  '1e400',
  'true',
  'priority.ttft.p95 < 500ms',
  'fleet.main.nodes',
  '__proto__',
  'constructor',
  'toString',
  '*a',
  '&a',
  '<<',
  '!!binary',
  '!x',
  '"',
  "'",
  '|',
  '>',
];
const PIECES = [
  ...WORDS,
  ': ',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '\n',
  '\n  ',
  '\n- ',
  '\n  - ',
  '? ',
  '# ',
  '---',
  '...',
  '%',
  '\t',
  '\r\n',
  '\u0000',
  '\ud800',
  '🙂',
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join('')),
);

/** Values of every kind under keys of every kind, as flow YAML. */
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(...WORDS, null, 5, -1, 1e300, true, [], {}),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 4 }),
  ),
}));

describe('whatever the file says, there is an answer', () => {
  it.each([
    ':',
    '*!',
    '&',
    '- &a [*a]',
    '? ',
    '[',
    '{',
    '"',
    "'",
    '!',
    '!!',
    '%',
    '\u0000',
    '\ufeff',
    '---\n---',
    '<<: *x',
    '{*a : 1}',
    '- - -',
    '? ? ?',
    '\r',
    '!!set {a}',
    '!!omap [a: 1]',
    '[a: 1]',
    '{[a]: 1}',
  ])('to the text %j', (text) => expectAnswer(text));

  it('to any text', () => {
    fc.assert(
      fc.property(anyText, (text) => expectAnswer(text)),
      { numRuns: 400 },
    );
  });

  it('to any text in the place of a block', () => {
    fc.assert(
      fc.property(anyText, (text) => expectAnswer(scenarioText({ traffic: `traffic: ${text}` }))),
      { numRuns: 200 },
    );
  });

  it('to any value in the place of any block', () => {
    const block = fc.constantFrom(
      'provider',
      'fleet',
      'traffic',
      'accounts',
      'hardware',
      'models',
      'events',
      'targets',
      'gateway',
    );
    fc.assert(
      fc.property(block, anyValue, (name, value) => {
        expectAnswer(`${JSON.stringify({ [name]: value })}`);
        expectAnswer(scenarioText(), [`${name}=${JSON.stringify(value)}`]);
      }),
      { numRuns: 300 },
    );
  });

  it('to any option', () => {
    const path = fc.array(fc.constantFrom(...WORDS, 'main', 'app', '0', '', '.', '=', '[', 'client', 'nodes'), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(path, anyText, (words, value) =>
        expectAnswer(scenarioText(), [`${words.join('.')}=${value}`, words.join('')]),
      ),
      { numRuns: 300 },
    );
  });
});

describe('a text that is made to cost much', () => {
  const quickly = (text: string) => {
    const startedMs = performance.now();
    const { problems } = load(text);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    return problems.map((problem) => problem.code);
  };

  it('aliases that double at each step are refused at once', () => {
    const lines = Array.from({ length: 40 }, (_unused, n) => `k${n + 1}: &k${n + 1} [*k${n}, *k${n}, *k${n}]`);
    expect(quickly(`k0: &k0 [x, x, x]\n${lines.join('\n')}`)).toContain('S006');
  });

  it('deep nesting is refused before it is parsed', () => {
    for (const deep of ['['.repeat(100_000), '{a: '.repeat(50_000), '- '.repeat(100_000), '? '.repeat(100_000)]) {
      expect(quickly(deep)).toEqual(['S006']);
    }
  });

  it('depth by indentation is refused', () => {
    const text = Array.from({ length: 150 }, (_unused, n) => `${' '.repeat(n)}a:`).join('\n');
    expect(quickly(text)).toContain('S006');
  });

  it('a text of more than a million characters is refused', () => {
    expect(quickly(`about: ${'x'.repeat(1_000_001)}`)).toEqual(['S006']);
  });

  it('thousands of problems are shown in good time', () => {
    const codes = quickly(scenarioText({ head: `targets:\n${'  - nonsense\n'.repeat(2000)}` }));
    expect(codes.filter((code) => code === 'S040')).toHaveLength(2000);
  });
});
