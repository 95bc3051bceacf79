import { describe, expect, it } from 'vitest';
import { nearestNames, type Problem, renderProblems } from '../../src/scenario/problem.js';

const problem = (changes: Partial<Problem>): Problem => ({
  code: 'S024',
  severity: 'error',
  path: 'traffic.app.tier',
  file: 'fleet.yaml',
  line: 2,
  column: 7,
  endColumn: 14,
  message: 'unknown tier "priorty"',
  ...changes,
});
const source = 'a: 1\ntier: priorty\n';
const render = (changes: Partial<Problem>, text = source) => renderProblems([problem(changes)], text, { color: false });

describe('renderProblems', () => {
  it('shows code, place, line, carets, what is allowed and the hint', () => {
    expect(render({ allowed: ['standard', 'priority'], hint: 'did you mean "priority"?' })).toBe(
      [
        'error[S024]: unknown tier "priorty"',
        ' --> fleet.yaml:2:7',
        '  |',
        '2 | tier: priorty',
        '  |       ^^^^^^^ not one of: standard, priority',
        '  = help: did you mean "priority"?',
        '',
      ].join('\n'),
    );
  });

  it('colours only when told to', () => {
    const coloured = renderProblems([problem({})], source, { color: true });
    expect(coloured).toContain('\u001b[1;31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is looked for.
    expect(coloured.replace(/\u001b\[[\d;]*m/g, '')).toBe(render({}));
  });

  it('shows the text of an option in the place of the file', () => {
    const option = 'tier=gold';
    const text = render({ file: '--set', option, line: 1, column: 6, endColumn: 10 });
    expect(text).toContain('--> --set:1:6');
    expect(text).toContain('1 | tier=gold\n  |      ^^^^');
  });

  it('cuts a long line around the place and keeps the carets below it', () => {
    const line = `${'x'.repeat(300)}HERE${'y'.repeat(300)}`;
    const lines = render({ line: 1, column: 301, endColumn: 305 }, line).split('\n');
    const caretsAt = lines[4]?.indexOf('^^^^') ?? -1;
    expect(lines[3]?.slice(caretsAt, caretsAt + 4)).toBe('HERE');
    expect(lines[3]?.length).toBeLessThan(140);
  });

  it('says where a problem is when the line is not there', () => {
    expect(render({ line: 99 })).toBe('error[S024]: unknown tier "priorty"\n  --> fleet.yaml:99:7\n');
  });

  it('lets no control character of the file reach the terminal', () => {
    const text = render({ message: 'x\u001b[2Jy', hint: '\u0007', line: 1, column: 1, endColumn: 3 }, '\u001b]0;z');
    expect([...text].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
  });
});

describe('nearestNames', () => {
  it.each([
    ['priorty', 'priority'],
    ['PRIORITY', 'priority'],
    ['tickest', 'tickets'],
    ['longPrefilThreshld', 'longPrefillThreshold'],
  ])('%s is close to %s', (found, name) => {
    expect(nearestNames(found, ['standard', 'priority', 'tickets', 'longPrefillThreshold'])).toEqual([name]);
  });

  it('offers nothing that is far', () => {
    expect(nearestNames('gold', ['standard', 'priority'])).toEqual([]);
    expect(nearestNames('x', ['y', 'z'])).toEqual([]);
    expect(nearestNames('', ['a', 'ab'])).toEqual([]);
  });

  it('puts the closest first, equals in the order of their letters', () => {
    expect(nearestNames('node', ['nodes', 'mode', 'noded', 'code', 'model'])).toEqual(['code', 'mode', 'noded']);
  });
});
