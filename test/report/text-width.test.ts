import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padLeft, padRight, printable, textWidth, truncate, wrap } from '../../src/report/text-width.js';

describe('printable', () => {
  it('removes escapes but leaves the letters after them visible', () => {
    expect(printable('\u001B[31mred\u001B[0m \u009B2J')).toBe('[31mred[0m 2J');
  });

  it('turns line breaks and tabs into spaces', () => {
    expect(printable('a\nb\tc\r')).toBe('a b c ');
  });

  it('removes marks that reverse the direction of a line', () => {
    expect(printable('a\u202Eb\u2066c')).toBe('abc');
  });

  it('replaces half a surrogate pair', () => {
    expect(printable('a\uD800b')).toBe('a\uFFFDb');
  });

  it('leaves no control character in any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const codes = [...printable(text)].map((character) => character.codePointAt(0) ?? 0);
        expect(codes.filter((code) => code < 0x20 || (code >= 0x7f && code <= 0x9f))).toEqual([]);
      }),
    );
  });
});

describe('textWidth', () => {
  it('counts a wide character as two columns', () => {
    expect(textWidth('漢字x')).toBe(5);
  });

  it('counts a combining mark as none', () => {
    expect(textWidth('e\u0301')).toBe(1);
  });
});

describe('padding and cutting', () => {
  it('pads by columns, not by characters', () => {
    expect(padLeft('漢', 4)).toBe('  漢');
    expect(padRight('漢', 4)).toBe('漢  ');
  });

  it('cuts before a wide character that would not fit', () => {
    expect(truncate('漢字漢字', 4)).toBe('漢…');
  });

  it('leaves a text alone that fits exactly', () => {
    expect(truncate('abcd', 4)).toBe('abcd');
  });
});

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  });

  it('cuts a word that is longer than a line', () => {
    expect(wrap('a abcdefgh b', 3)).toEqual(['a', 'abc', 'def', 'gh', 'b']);
  });

  it('keeps every line within the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, columns) => {
        for (const line of wrap(printable(text), columns)) expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
