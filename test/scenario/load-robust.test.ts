import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../src/scenario/problem.js';
import { simulate } from '../../src/sim/simulate.js';
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

/** Shipped scenarios with a few pieces cut out, doubled, moved or replaced. */
const shipped = readdirSync('scenarios')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(`scenarios/${file}`, 'utf8'));
const HARD = [
  '9e99',
  '-0',
  '1e-320',
  '9007199254740993',
  '0x7fffffff',
  '1_000',
  '.inf',
  '99999999999d',
  '1e9%',
  ...PIECES,
];
const mutation = fc.record({
  at: fc.nat(4000),
  length: fc.nat(40),
  piece: fc.constantFrom('', '', 'again', ...HARD),
  word: fc.boolean(),
});
const mutated = fc
  .tuple(fc.constantFrom(...shipped), fc.array(mutation, { minLength: 1, maxLength: 5 }))
  .map(([text, changes]) => {
    return changes.reduce((now, { at, length, piece, word }) => {
      const from = at % (now.length + 1);
      // Whole words are hit more often than chance would.
      const hit = word ? (/[\w.%/$-]+/.exec(now.slice(from))?.[0] ?? '') : now.slice(from, from + length);
      const start = word ? Math.max(from, now.indexOf(hit, from)) : from;
      return now.slice(0, start) + (piece === 'again' ? hit + hit : piece) + now.slice(start + hit.length);
    }, text);
  });

describe('a scenario with something broken', () => {
  it('is answered', () => {
    fc.assert(
      fc.property(mutated, (text) => expectAnswer(text)),
      { numRuns: 300 },
    );
  });
});

describe('a number beyond all bounds', () => {
  const rated =
    'hardware:\n  mini: {tdpWatts: 30, slots: 4, prefillTokPerSec: 250, decodeTokPerSec: {single: 22, full: 60}, usdPerHour: $0.05}';
  const text = scenarioText({
    head: `duration: 2s\n${rated}`,
    fleet: 'fleet:\n  - {name: main, model: llama-3.1-8b, hardware: mini}',
  });

  it.each([
    'fleet.main.engine.maxNumBatchedTokens=9007199254740991',
    'hardware.mini.prefillTokPerSec=1e-300',
    'hardware.mini.decodeTokPerSec={single: 1e-300, full: 1e-299}',
    'hardware.mini.tdpWatts=1e300',
    'hardware.mini.usdPerHour=1e300',
    'energy.usdPerKWh=1e300',
    'traffic.app.sessions={turns: 3, thinkTime: 99999d}',
    'fleet.main.slow={nodes: 1, factor: 1e300}',
    'fleet.main.outages=[{every: 1h, for: 1m, slowdown: 1e300}]',
  ])('is refused before anything is made of it: %s', (set) => {
    const { scenario, problems } = load(text, { set: [set] });
    expect(scenario).toBeNull();
    expect(problems.length).toBeGreaterThan(0);
  });

  it.each([
    'traffic.app.output=9007199254740991',
    'traffic.app.input={uniform: [1, 9007199254740991]}',
    'traffic.app.output={exponential: 1e300}',
    'traffic.app.arrivals={gamma: {rate: 5/s, cv: 1e150}}',
    'traffic.app.arrivals={daily: {mean: 1/s, peakToTrough: 1e300}}',
    'traffic.app.client={retries: 1000000, backoff: {base: 1ms, max: 1ms, factor: 1e300}, timeout: 1us}',
    'provider.tiers.standard.rank=1e300',
    'fleet.main.name=constructor',
    'fx.CHF=1e300',
  ])('that means something runs: %s', (set) => {
    const { scenario } = load(text, { set: [set] });
    const summary = simulate(scenario!, { version: '1', hash: '' });
    expect(
      JSON.stringify(summary, (_key, value: unknown) =>
        Number.isFinite(value) || typeof value !== 'number' ? value : 'not finite',
      ),
    ).not.toContain('not finite');
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

  const many = (piece: (n: number) => string, length = 990_000): string => {
    let text = '';
    for (let n = 0; text.length < length; n++) text += piece(n);
    return text;
  };
  it.each([
    ['keys', many((n) => `k${n}: 1\n`)],
    ['keys on one line', `{${many((n) => `k${n}: 1, `)}}`],
    ['brackets that close', many(() => ']')],
    ['anchors', many((n) => `- &a${n} x\n`)],
    ['values', many(() => '- a\n')],
    ['nothing', many(() => ':\n')],
    ['tags', many(() => '! ')],
    ['documents', many(() => '---\n')],
    ['keys, just so many that they are read', many((n) => `k${n}: 1\n`, 300_000)],
  ])('a million characters of %s are refused in good time', (_name, text) => {
    const startedMs = performance.now();
    const { problems } = load(text);
    const shown = renderProblems(problems, text, { color: false });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(problems.length).toBeLessThan(3000);
    expect(shown.length).toBeLessThan(2e6);
  });

  it('what the file says comes back shortened', () => {
    const { problems } = load(scenarioText({ provider: `provider: ${'x'.repeat(500_000)}` }));
    expect(problems.map(({ code }) => code)).toEqual(['S020']);
    expect(JSON.stringify(problems).length).toBeLessThan(5000);
  });

  it('what is left out of a long list of problems is counted', () => {
    const { problems, scenario } = load(scenarioText({ head: `targets:\n${'  - nonsense\n'.repeat(3000)}` }));
    expect(scenario).toBeNull();
    expect(problems).toHaveLength(2501);
    expect(problems.at(-1)).toMatchObject({ code: 'S007', message: 'and 500 more problems, which are not listed' });
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
