import { describe, expect, it } from 'vitest';
import { usesColor } from '../../src/cli/terminal.js';

describe('usesColor', () => {
  it.each<[string, boolean | undefined, Record<string, string>, boolean, boolean]>([
    ['a terminal', undefined, {}, true, true],
    ['a pipe', undefined, {}, false, false],
    ['a dumb terminal', undefined, { TERM: 'dumb' }, true, false],
    ['NO_COLOR', undefined, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', undefined, { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR in a pipe', undefined, { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0', undefined, { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR against FORCE_COLOR', undefined, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['--no-color against FORCE_COLOR', false, { FORCE_COLOR: '1' }, true, false],
    ['--color against NO_COLOR', true, { NO_COLOR: '1' }, false, true],
  ])('%s', (_name, wanted, environment, isTerminal, expected) => {
    expect(usesColor(wanted, environment, isTerminal)).toBe(expected);
  });
});
